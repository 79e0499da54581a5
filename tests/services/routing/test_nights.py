"""The night learns from what units took on, and keeps the better model."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bangban.foundation.clocks.moment import now
from bangban.services.hotline.reads import learning as hotline
from bangban.services.hotline.reads.catalogue import forget
from bangban.services.hotline.reads.learning import Labelled
from bangban.services.routing import shelf
from bangban.services.routing.actions import ENOUGH, Example, learn, learn_from_orders
from bangban.services.routing.chores import learn_by_night
from bangban.services.routing.models import ModelRun, Target
from bangban.services.routing.reads import runs
from tests.services.routing.messages import MESSAGES

pytestmark = pytest.mark.django_db
MIXED = [MESSAGES[(at * 37) % len(MESSAGES)] for at in range(len(MESSAGES))]
UNITS = {label: number for number, label in enumerate(sorted({label for _, label in MESSAGES}), 1)}


@pytest.fixture(autouse=True)
def _own_shelf(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.INDEX_DIR = tmp_path
    shelf.forget()
    forget()
    yield
    shelf.forget()
    forget()


def _orders(monkeypatch: pytest.MonkeyPatch, pairs: list[tuple[str, str]], newest: int) -> None:
    made = [Labelled(text, label, UNITS[label], "440104") for text, label in pairs]

    def labelled(since: datetime | None = None) -> Iterator[Labelled]:
        week = since is not None and now() - since <= timedelta(days=7, minutes=1)
        return iter(made[-newest:] if week else made)

    monkeypatch.setattr(hotline, "labelled", labelled)


def test_too_few_orders_teach_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    _orders(monkeypatch, MIXED[: ENOUGH - 1], 40)
    assert learn_from_orders(now()) == []
    assert shelf.model(Target.CATEGORY) is None


def test_the_first_night_learns_both_targets(monkeypatch: pytest.MonkeyPatch) -> None:
    _orders(monkeypatch, MIXED, 50)
    made = learn_from_orders(now())
    assert {run.target for run in made} == {"category", "unit"}
    for run in made:
        assert run.in_use
        assert (run.examples, run.asked) == (150, 50)
        assert run.top1 > 0.4
        assert run.former_top1 is None
        assert "启用新模型" in run.reason
    model = shelf.model(Target.UNIT)
    assert model is not None
    assert model.suggest("公司拖欠工资", 1)[0].label == str(UNITS["劳动社保"])


def test_a_week_without_orders_is_judged_by_the_newest_fifth(monkeypatch: pytest.MonkeyPatch) -> None:
    _orders(monkeypatch, MIXED, 3)
    assert {(run.examples, run.asked) for run in learn_from_orders(now())} == {(160, 40)}


def test_the_former_model_stays_when_the_new_one_is_worse() -> None:
    known, asked = [Example(*one) for one in MIXED[:160]], [Example(*one) for one in MIXED[160:]]
    first = learn(Target.CATEGORY, known, asked, now())
    before = shelf.model(Target.CATEGORY)
    labels = sorted(UNITS)
    muddled = [Example(one.text, labels[at % len(labels)]) for at, one in enumerate(known)]
    second = learn(Target.CATEGORY, muddled, asked, now())
    assert first is not None
    assert second is not None
    assert second.top1 < first.top1
    assert not second.in_use
    assert second.former_top1 == pytest.approx(first.top1)
    assert "继续使用原模型" in second.reason
    assert shelf.model(Target.CATEGORY) is before
    assert ModelRun.objects.get(in_use=True) == first


def test_a_better_model_takes_over_and_one_is_in_use() -> None:
    known, asked = [Example(*one) for one in MIXED[:160]], [Example(*one) for one in MIXED[160:]]
    labels = sorted(UNITS)
    learn(Target.CATEGORY, [Example(one.text, labels[at % 5]) for at, one in enumerate(known)], asked, now())
    better = learn(Target.CATEGORY, known, asked, now())
    assert better is not None
    assert better.in_use
    assert better.former_top1 is not None
    assert list(ModelRun.objects.filter(in_use=True)) == [better]
    assert runs("category")[0] == better


def test_a_lost_file_is_no_former_model(monkeypatch: pytest.MonkeyPatch) -> None:
    _orders(monkeypatch, MIXED, 50)
    learn_from_orders(now())
    shelf.path_of(Target.CATEGORY).write_bytes(b"broken")
    assert shelf.model(Target.CATEGORY) is None
    assert learn_by_night(now()) == 2
    assert shelf.model(Target.CATEGORY) is not None
