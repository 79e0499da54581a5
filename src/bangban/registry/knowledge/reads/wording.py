"""Phrases and paths, remembered for a minute: every talk and every answer asks for them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from bangban.registry.knowledge.models import Path, Phrase
from bangban.registry.knowledge.terms import PathClass
from bangban.registry.knowledge.views import PathView, PhraseView

T = TypeVar("T")
KEEP_SECONDS = 60
_kept: dict[str, tuple[float, Any]] = {}


def forget() -> None:
    """Drop what is remembered after an edit in this process."""
    _kept.clear()


def _keep(key: str, make: Callable[[], T]) -> T:
    known = _kept.get(key)
    if known and known[0] > time.monotonic():
        return known[1]  # type: ignore[no-any-return]
    value = make()
    _kept[key] = (time.monotonic() + KEEP_SECONDS, value)
    return value


def phrases(situation: str | None = None) -> tuple[PhraseView, ...]:
    """Return the phrases in use, of one situation or all, in their order (DB23-5.4). One query a minute."""
    known = _keep("phrases", _phrases)
    return tuple(phrase for phrase in known if phrase.situation == situation) if situation else known


def _phrases() -> tuple[PhraseView, ...]:
    rows = Phrase.objects.filter(state="in_use").order_by("situation", "position", "key")
    return tuple(PhraseView(row.key, row.situation, row.label, row.text, row.clause, row.version) for row in rows)


def paths(path_class: str | None = None) -> tuple[PathView, ...]:
    """Return where matters outside online guidance go, of one class or all (BJ-4). One query a minute."""
    known = _keep("paths", _paths)
    return tuple(path for path in known if path.path_class == path_class) if path_class else known


def _paths() -> tuple[PathView, ...]:
    return tuple(_view(row) for row in Path.objects.filter(state="in_use").order_by("path_class", "position", "topic"))


def _view(row: Path) -> PathView:
    return PathView(
        id=row.id,
        number=row.number,
        path_class=row.path_class,
        class_label=PathClass(row.path_class).label,
        topic=row.topic,
        region=row.region,
        keywords=tuple(row.keywords),
        answer=row.answer,
        department_id=row.department_id,
        department=row.department_name,
        phone=row.phone,
        clause=row.clause,
        revision=row.version,
    )
