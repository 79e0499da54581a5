"""`bangban bench routing DIR` measures any folder of labelled messages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.services.routing.messages import MESSAGES

from bangban.bench.routing import run
from bangban.bench.routing.sets import tasks


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n", encoding="utf-8")


def _rows(**fields: str) -> list[dict[str, Any]]:
    """Return the messages under other names of fields: text=…, label=…."""
    return [
        {"id": f"m{at}", fields.get("text", "text"): text, fields.get("label", "label"): label, "date": f"2026-01-{at}"}
        for at, (text, label) in enumerate(MESSAGES)
    ]


def test_title_and_text_are_one_message_and_null_is_no_label(tmp_path: Path) -> None:
    rows = [{**row, "title": f"标题{row['id']}", "reply": "已收到", "kind": None} for row in _rows(label="type")]
    rows[0]["type"] = None
    _write(tmp_path / "orders.jsonl", rows)
    (task,) = tasks(tmp_path)
    assert (task.label, len(task.rows), task.train) == ("type", len(MESSAGES) - 1, [])
    assert task.rows[0][0] == f"标题m1\n{MESSAGES[1][0]}"


def test_tokens_are_joined_and_several_labels_are_several_tasks(tmp_path: Path) -> None:
    rows = [
        {"id": at, "tokens": " ".join(text), "label": label, "emotion": "急" if at % 3 else "平"}
        for at, (text, label) in enumerate(MESSAGES)
    ]
    _write(tmp_path / "segmented.jsonl", rows)
    found = {task.label: task for task in tasks(tmp_path)}
    assert set(found) == {"label", "emotion"}
    assert found["label"].rows[0][0] == MESSAGES[0][0]


def test_unknown_names_of_fields_are_found_by_what_they_hold(tmp_path: Path) -> None:
    _write(tmp_path / "others.jsonl", _rows(text="诉求", label="归口"))
    (task,) = tasks(tmp_path)
    assert task.label == "归口"
    assert task.rows[0] == MESSAGES[0]


def test_answers_and_unlabelled_rows_are_no_messages(tmp_path: Path) -> None:
    _write(
        tmp_path / "corpus.jsonl",
        [{"id": str(at), "answer": text, "dept": label} for at, (text, label) in enumerate(MESSAGES)],
    )
    _write(
        tmp_path / "stream.jsonl",
        [{"id": str(at), "text": text, "votes": at % 7} for at, (text, _) in enumerate(MESSAGES)],
    )
    _write(tmp_path / "taxonomy.jsonl", [{"l1": "城建", "l2": label} for _, label in MESSAGES])
    assert list(tasks(tmp_path)) == []


@pytest.mark.parametrize(
    ("train", "test"),
    [("messages_train", "messages_test"), ("train/segmented", "heldout/raw"), ("dev/a", "held-out/a")],
)
def test_parts_are_told_by_the_names_of_files_or_folders(tmp_path: Path, train: str, test: str) -> None:
    rows = _rows()
    _write(tmp_path / f"{train}.jsonl", rows[::2])
    _write(tmp_path / f"{test}.jsonl", rows[1::2])
    (task,) = tasks(tmp_path)
    assert (len(task.train), len(task.rows)) == (100, 100)
    assert task.train[0] == MESSAGES[0]


def test_a_row_may_say_its_part_itself(tmp_path: Path) -> None:
    _write(
        tmp_path / "all.jsonl", [{**row, "split": "test" if at % 4 == 0 else "train"} for at, row in enumerate(_rows())]
    )
    (task,) = tasks(tmp_path)
    assert (len(task.train), len(task.rows)) == (150, 50)


def test_a_file_is_learnt_from_its_own_kind_first(tmp_path: Path) -> None:
    rows = _rows()
    for name, part in (("a_train", rows[:80]), ("a_test", rows[80:]), ("b_train", rows[:120]), ("b_test", rows[120:])):
        _write(tmp_path / f"{name}.jsonl", part)
    found = {task.name.rpartition("/")[2]: len(task.train) for task in tasks(tmp_path)}
    assert found == {"a_test": 80, "b_test": 120}


def test_a_label_of_fewer_than_five_rows_is_not_measured_crosswise(tmp_path: Path) -> None:
    _write(tmp_path / "a.jsonl", [*_rows(), *({"id": f"x{at}", "text": "文物", "label": "稀少"} for at in range(4))])
    (task,) = tasks(tmp_path)
    assert "稀少" not in {label for _, label in task.rows}


def test_each_figure_is_a_line_with_its_base_and_ratio(tmp_path: Path) -> None:
    rows = _rows()
    _write(tmp_path / "train.jsonl", [row for at, row in enumerate(rows) if at % 3])
    _write(tmp_path / "test.jsonl", rows[::3])
    lines = {line["name"].rpartition(" ")[2]: line for line in run(tmp_path, as_json=True)}
    assert set(lines) == {"top1", "top3", "macro_f1", "training", "suggestion"}
    for measure in ("top1", "top3", "macro_f1"):
        assert 0 < lines[measure]["value"] <= 1
        assert lines[measure]["base"].startswith("linear SVM")
        assert lines[measure]["ratio"] is not None
        assert lines[measure]["n"] == 67
    assert lines["suggestion"]["unit"] == "ms"


def test_without_json_one_line_is_printed_per_file_and_label(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = _rows()
    _write(tmp_path / "train.jsonl", rows[::2])
    _write(tmp_path / "test.jsonl", rows[1::2])
    assert list(run(tmp_path)) == []
    (line,) = capsys.readouterr().out.splitlines()
    assert "top1" in line
    assert "macroF1" in line
    assert "n=100" in line


def test_a_folder_without_labelled_messages_is_a_clear_refusal(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="no labelled messages"):
        list(run(tmp_path))
    with pytest.raises(LookupError, match="bench routing DIR"):
        list(run())
