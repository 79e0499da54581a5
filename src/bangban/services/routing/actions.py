"""Learning from dispatched orders, and keeping whichever model is better on the newest of them."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from django.db import transaction

from bangban.services.routing import shelf
from bangban.services.routing.figures import Figures, figures
from bangban.services.routing.learning import Marks, train
from bangban.services.routing.model import Model
from bangban.services.routing.models import ModelRun, Target
from bangban.services.routing.reads import called, marks_of

if TYPE_CHECKING:
    from bangban.services.hotline.reads.learning import Labelled

__all__ = ["Example", "learn", "learn_from_orders"]

log = logging.getLogger(__name__)

ENOUGH = 200
"""Examples from which learning begins; until then the catalogue's own words suggest."""

MOST = 20_000
"""The newest examples are learnt from: more take longer than they are worth."""

_WEEK = timedelta(days=7)
_ASKED, _ASKED_MOST = 40, 2_000
_NEWEST_PART = 5
_WINDOWS = (timedelta(days=14), timedelta(days=60), timedelta(days=365))


class Example(NamedTuple):
    """A message with the label that people gave it, and what else was known of it."""

    text: str
    label: str
    marks: Marks = ()


def learn_from_orders(now: datetime) -> list[ModelRun]:
    """Learn both targets from the dispatched orders; empty when there are too few.

    Harmless to run twice: the same orders give the same model.
    """
    from bangban.services.hotline.reads.learning import labelled

    found = list(labelled(since=now - _WINDOWS[0]))
    for window in (*_WINDOWS[1:], None):
        if len(found) < MOST:
            found = list(labelled(since=now - window if window else None))
    newest = Counter(labelled(since=now - _WEEK))
    known, asked = _parted(found[-MOST:], newest)
    made = []
    for target in Target:
        run = learn(target, _examples(known, target), _examples(asked, target), now, called(target))
        made += [run] if run else []
    return made


def learn(
    target: str, known: list[Example], asked: list[Example], now: datetime, names: Mapping[str, str] | None = None
) -> ModelRun | None:
    """Learn from `known`, measure on `asked`, and put the new model to use unless the present one did better there.

    `names` says what the labels are called: a class or unit with few orders is known by its name, too. None when there
    are fewer than 200 examples or fewer than two labels. OSError when the file cannot be written.
    """
    if len(known) + len(asked) < ENOUGH or len({one.label for one in known}) < 2 or not asked:
        return None
    fresh = train([(one.text, one.label) for one in known], [one.marks for one in known], names)
    former = shelf.model(target)
    own, before = _measured(fresh, asked), _measured(former, asked) if former else None
    better = before is None or own.mean >= before.mean
    if better:
        fresh.save(shelf.path_of(target))
        shelf.forget()
    return _written(target, now, len(known), len(asked), own, before, better)


def _written(
    target: str, now: datetime, examples: int, asked: int, own: Figures, before: Figures | None, better: bool
) -> ModelRun:
    run = ModelRun(
        target=target, at=now, examples=examples, asked=asked, in_use=better, reason=_reason(own, before, better), **own._asdict(),
        **({f"former_{name}": value for name, value in before._asdict().items()} if before else {}),
    )  # fmt: skip
    with transaction.atomic():
        if better:
            ModelRun.objects.filter(target=target, in_use=True).update(in_use=False)
        run.save(force_insert=True)
    log.info("Learnt %s from %s orders: %s", target, examples, run.reason)
    return run


def _reason(own: Figures, before: Figures | None, better: bool) -> str:
    said = f"首选正确{own.top1:.1%}，前三含正确{own.top3:.1%}"
    if before is None:
        return f"{said}；此前没有可用的模型，启用新模型"
    compared = f"{said}；原模型在同一批工单上为{before.top1:.1%}和{before.top3:.1%}"
    return f"{compared}，新模型不差，启用新模型" if better else f"{compared}，新模型较差，继续使用原模型"


def _measured(model: Model, asked: list[Example]) -> Figures:
    """Return the figures over all labels that the model knows; a message that says nothing to it counts as missed."""
    labels = model.told.labels
    points = np.zeros((len(asked), len(labels)))
    right = [one.label for one in asked]
    for at, one in enumerate(asked):
        shares = model.shares(one.text, one.marks)
        if shares is not None:
            points[at] = shares
    return figures(right, points, labels)


def _parted(found: list[Labelled], newest: Counter[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    """Return the orders to learn from and those to measure on: the newest week, or the newest fifth when it is thin."""
    known: list[Labelled] = []
    asked: list[Labelled] = []
    for one in found:
        fresh = newest[one] > 0
        newest[one] -= fresh
        (asked if fresh else known).append(one)
    if len(asked) < _ASKED or len(asked) > len(known):
        edge = len(found) - max(len(found) // _NEWEST_PART, 1)
        known, asked = found[:edge], found[edge:]
    return known, asked[-_ASKED_MOST:]


def _examples(orders: Iterable[Labelled], target: str) -> list[Example]:
    if target == Target.CATEGORY:
        return [Example(text, category) for text, category, _, _ in orders if category]
    return [Example(text, str(unit), marks_of(category, region)) for text, category, unit, region in orders]
