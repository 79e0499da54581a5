"""What is set up at a body, in use or not: for the set-up pages, where a hall may still be without classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bangban.registry.halls.defaults import CREDITS
from bangban.registry.halls.models import Area, ClassItem, Facility, QueueClass, Rules, Window
from bangban.registry.halls.reads import RulesView, _rules

RULE_NAMES = (
    "call_attempts", "recall_seconds", "rejoin_within", "rejoin_behind", "day_begins", "tickets_stop_before_close",
    "early_check_in", "book_days_ahead", "open_appointments", "no_show_limit", "no_show_days", "no_show_pause_days",
    "remind_hours",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One thing that is set up; `key` names it within the body, `values` are what its form shows."""

    key: str
    active: bool
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Layout:
    """Everything that is set up at a body; `rules` are values in force, `credits` the minutes of each flag."""

    areas: tuple[Entry, ...]
    classes: tuple[Entry, ...]
    windows: tuple[Entry, ...]
    facilities: tuple[Entry, ...]
    rules: Mapping[str, Any]
    credits: Mapping[str, int]


def layout(body_id: int) -> Layout:
    """Return what is set up at a body; a constant number of queries."""
    items: dict[int, list[UUID]] = {}
    for klass_id, item_id in ClassItem.objects.filter(body_id=body_id).values_list("klass_id", "item_id"):
        items.setdefault(klass_id, []).append(item_id)
    letters = dict(QueueClass.objects.filter(body_id=body_id).values_list("id", "letter"))
    rules = Rules.objects.filter(body_id=body_id).first() or Rules(body_id=body_id)
    return Layout(
        areas=tuple(_area(row) for row in Area.objects.filter(body_id=body_id).order_by("-active", "position", "id")),
        classes=tuple(
            _class(row, items.get(row.id, []))
            for row in QueueClass.objects.filter(body_id=body_id)
            .select_related("area")
            .order_by("-active", "position", "letter")
        ),
        windows=tuple(
            _window(row, letters)
            for row in Window.objects.filter(body_id=body_id)
            .select_related("area")
            .order_by("-active", "position", "id")
        ),
        facilities=tuple(
            _facility(row) for row in Facility.objects.filter(body_id=body_id).order_by("-active", "position", "id")
        ),
        rules={name: getattr(rules, name) for name in RULE_NAMES},
        credits={**CREDITS, **rules.credits},
    )


def _area(row: Area) -> Entry:
    values = {"code": row.code, "name": row.name, "floor": row.floor, "route": row.route, "position": row.position}
    return Entry(row.code, row.active, values)


def _class(row: QueueClass, items: list[UUID]) -> Entry:
    values = {
        "letter": row.letter, "name": row.name, "english_name": row.english_name, "area": row.area.code, "description": row.description,
        "words": list(row.words), "general": row.general, "online_url": row.online_url,
        "wait_threshold": row.wait_threshold, "crowd_threshold": row.crowd_threshold,
        "service_minutes": round(row.service_seconds / 60), "position": row.position, "items": items,
    }  # fmt: skip
    return Entry(row.letter, row.active, values)


def _window(row: Window, letters: Mapping[int, str]) -> Entry:
    values = {
        "label": row.label, "kind": row.kind, "area": row.area.code, "route": row.route, "position": row.position,
        "classes": [letters[k] for k in row.classes if k in letters],
    }  # fmt: skip
    return Entry(row.label, row.active, values)


def _facility(row: Facility) -> Entry:
    values = {
        "name": row.name, "kind": row.kind, "floor": row.floor, "route": row.route, "words": list(row.words),
        "position": row.position,
    }  # fmt: skip
    return Entry(f"{row.name}@{row.floor}", row.active, values)


def area_named(body_id: int, code: str) -> Area | None:
    """Return a waiting area of a body by its code."""
    return Area.objects.filter(body_id=body_id, code=code).first()


def classes_named(body_id: int, letters: Iterable[str]) -> list[QueueClass]:
    """Return classes of a body by their letters."""
    return list(QueueClass.objects.filter(body_id=body_id, letter__in=list(letters)).order_by("position", "letter"))


def window_named(body_id: int, label: str) -> Window | None:
    """Return a window of a body by its label."""
    return Window.objects.filter(body_id=body_id, label=label).first()


def rules_in_force(body_id: int) -> RulesView:
    """Return the rules of a body as they are in force, also before its hall has a class."""
    return _rules(body_id)
