"""`bangban bench assistant DIR` measures any folder of entries and questions."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from bangban.bench.assistant import run
from bangban.bench.assistant.figures import auc, quality
from bangban.bench.assistant.sets import read_collection
from bangban.bench.assistant.tune import tune
from bangban.services.assistant.retrieval.features import MEASURES
from bangban.services.assistant.retrieval.model import Model
from tests.services.assistant.shelf_of_entries import ENTRIES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    corpus = [
        {"id": entry.id, "name": entry.title, "body": entry.text, "tags": ["便民"], "url": "http://x.test", "no": None}
        for entry in ENTRIES
    ]
    asked = [
        {"qid": f"{entry.id}-{number}", "text": wording, "gold": [entry.id], "answerable": True}
        for entry in ENTRIES
        for number, wording in enumerate((entry.title[:6], entry.title, *entry.similar))
    ]
    asked.append({"qid": "title", "title": "失业", "text": "怎么领钱", "gold": ["unemployment"]})
    asked.append({"qid": "none", "text": "火星签证", "gold": [], "answerable": False})
    for name, rows in (("corpus", corpus), ("queries", asked)):
        text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(text + "\n", encoding="utf-8")
    return tmp_path


def test_fields_are_read_without_knowing_them(folder: Path) -> None:
    collection = read_collection(folder)
    first = collection.passages[0]
    assert first.title == ENTRIES[0].title
    assert ENTRIES[0].text in first.text
    assert "便民" in first.text
    assert "http" not in first.text
    by_title = next(asked for asked in collection.questions if "怎么领钱" in asked.text)
    assert by_title.text == "失业\n怎么领钱"
    assert by_title.answerable


def test_each_figure_is_a_line_with_its_base_and_ratio(folder: Path) -> None:
    lines = {line["name"]: line for line in run(folder, entries=300)}
    name = folder.name
    for measure in ("Recall@1", "Recall@3", "Recall@10", "MRR"):
        line = lines[f"{name}.{measure}"]
        assert 0.8 <= line["value"] <= 1
        assert line["base"]
        assert line["ratio"] is not None
        assert {f"{name}.{measure} {other}" for other in ("BM25 words", "BM25 pairs", "RRF")} <= set(lines)
    assert lines[f"{name}.refusal_given"]["value"] > 0.5
    assert lines["scale.query_p50"]["unit"] == "ms"


def test_no_folder_is_a_clear_refusal() -> None:
    with pytest.raises(LookupError, match=r"corpus\.jsonl"):
        list(run())


def test_weights_are_found_again_and_can_be_read_back(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "weights.json"
    lines = list(tune([folder], target))
    model = msgspec.json.decode(target.read_bytes(), type=Model)
    assert lines == []
    assert set(model.base) == set(MEASURES)
    assert all(weight >= 0 for weight in model.base.values())


def test_figures_are_what_they_are_called() -> None:
    assert quality([0, 2, None, 9]) == {
        "Recall@1": 0.25,
        "Recall@3": 0.5,
        "Recall@10": 0.75,
        "MRR": pytest.approx(0.35833333),
    }
    assert auc([0.9, 0.8], [0.1, 0.8]) == pytest.approx(0.875)
