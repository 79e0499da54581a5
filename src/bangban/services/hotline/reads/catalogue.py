"""The tree of requests, the dispatch catalogue, undertakers and call-back policy, as plain objects."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from bangban.registry.org.reads import tree
from bangban.services.hotline.models import Category, DispatchRule, Undertaker, VisitPolicy
from bangban.services.hotline.terms import Role

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


@dataclass(frozen=True, slots=True)
class Question:
    """One guiding question of a class; a required one is answered, or skipped with a reason (GB33358-5.1.2.4-a)."""

    code: str
    ask: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class CategoryView:
    """One class of the tree; `path` names it from the top, `leaf` has nothing below it, `limit_days` are working days."""

    id: int
    code: str
    name: str
    parent_id: int | None
    path: str
    keywords: tuple[str, ...]
    questions: tuple[Question, ...]
    limit_days: int | None
    leaf: bool
    active: bool = True


def categories(*, retired: bool = False) -> tuple[CategoryView, ...]:
    """Return the classes in use, or all with those out of use, by code. One query a minute."""
    known = _keep("categories", _categories)
    return known if retired else tuple(one for one in known if one.active)


def _categories() -> tuple[CategoryView, ...]:
    rows = list(Category.objects.order_by("code"))
    parents = {row.parent_id for row in rows if row.active}
    questions = {row.id: tuple(Question(**question) for question in row.questions) for row in rows}
    above = {row.id: row.parent_id for row in rows}
    return tuple(
        CategoryView(
            id=row.id,
            code=row.code,
            name=row.name,
            parent_id=row.parent_id,
            path=row.path_names,
            keywords=tuple(row.keywords),
            questions=_with_those_above(row.id, questions, above),
            limit_days=row.limit_days,
            leaf=row.id not in parents,
            active=row.active,
        )
        for row in rows
    )


def _with_those_above(
    row: int, questions: dict[int, tuple[Question, ...]], above: dict[int, int | None]
) -> tuple[Question, ...]:
    """Return the questions of a class after those of the classes above it; the nearer one wins a code."""
    found: dict[str, Question] = {}
    way: list[int] = []
    step: int | None = row
    while step is not None:
        way.append(step)
        step = above[step]
    for one in reversed(way):
        found.update({question.code: question for question in questions[one]})
    return tuple(found.values())


def category(ref: int | str | None) -> CategoryView | None:
    """Return one class by id (int) or code (text), also one out of use; None when there is none."""
    if ref is None or ref == "":
        return None
    by_ref = _keep("by_ref", lambda: {key: one for one in categories(retired=True) for key in (one.id, one.code)})
    return by_ref.get(ref)


def asked_as(ref: int | str | None) -> dict[str, str]:
    """Return the question behind each answer's code, as this class asks it, else as any other does.

    An order keeps what was answered before it got another class.
    """
    everywhere = _keep(
        "asked", lambda: {ask.code: ask.ask for one in categories(retired=True) for ask in one.questions}
    )
    own = category(ref)
    return everywhere | ({ask.code: ask.ask for ask in own.questions} if own else {})


@dataclass(frozen=True, slots=True)
class DispatchLine:
    """One line of the dispatch catalogue 派单目录 (F3.03)."""

    id: int
    category: str
    category_path: str
    region: str
    unit_id: int
    unit_name: str
    role: str


def dispatch_lines(code: str = "") -> tuple[DispatchLine, ...]:
    """Return the dispatch catalogue, or the lines of one class. One query a minute."""
    known = _keep("dispatch", _dispatch_lines)
    return tuple(line for line in known if line.category == code) if code else known


def _dispatch_lines() -> tuple[DispatchLine, ...]:
    rows = DispatchRule.objects.select_related("category", "unit").order_by(
        "category__code", "region", "role", "unit_id"
    )
    return tuple(
        DispatchLine(
            row.id, row.category.code, row.category.path_names, row.region, row.unit_id, row.unit.name, row.role
        )
        for row in rows
    )


def units_for(code: str, region: str = "") -> tuple[DispatchLine, ...]:
    """Return who handles a class in a region: the lead first, the nearest region before the whole city (F3.03).

    A class without a line of its own takes those of the class above it.
    """
    for candidate in dict.fromkeys((code, code[:4] + "00", code[:2] + "0000")):
        found = [line for line in dispatch_lines(candidate) if _covers(line.region, region)]
        if leads := [line for line in found if line.role == Role.LEAD]:
            lead = max(leads, key=lambda line: len(line.region.rstrip("0")))
            return (lead, *(line for line in found if line.role != Role.LEAD and line.unit_id != lead.unit_id))
    return ()


def _covers(wide: str, region: str) -> bool:
    return not wide or region.startswith(wide.rstrip("0"))


@dataclass(frozen=True, slots=True)
class UndertakerView:
    """A body that handles orders, with what was agreed with it (GB33358-4.1.4)."""

    unit_id: int
    unit_name: str
    region: str
    contact_name: str
    contact_phone: str
    duty_phone: str
    duties: tuple[str, ...]
    sign_days: int
    limit_days: int
    emergency: tuple[str, ...]
    active: bool


def undertakers(*, retired: bool = False) -> tuple[UndertakerView, ...]:
    """Return the register of undertakers, by name. One query a minute."""
    known = _keep("undertakers", _undertakers)
    return known if retired else tuple(one for one in known if one.active)


def _undertakers() -> tuple[UndertakerView, ...]:
    return tuple(_undertaker(row) for row in Undertaker.objects.select_related("unit").order_by("unit__name"))


def _undertaker(row: Undertaker) -> UndertakerView:
    return UndertakerView(
        unit_id=row.unit_id,
        unit_name=row.unit.name,
        region=row.unit.region_id,
        contact_name=row.contact_name,
        contact_phone=row.contact_phone,
        duty_phone=row.duty_phone,
        duties=tuple(row.duties),
        sign_days=row.sign_days,
        limit_days=row.limit_days,
        emergency=tuple(row.emergency),
        active=row.active,
    )


def undertaker(unit_id: int) -> UndertakerView | None:
    """Return one undertaker in use; None for a body that is not registered (no order goes there)."""
    return next((one for one in undertakers() if one.unit_id == unit_id), None)


def emergency_bodies(emergency_class: str, region: str = "") -> tuple[UndertakerView, ...]:
    """Return who takes a class of emergency at once, the body nearest to the place first (GB33358-5.2.2.3)."""
    found = [one for one in undertakers() if emergency_class in one.emergency]
    places = tree().by_id
    return tuple(sorted(found, key=lambda one: (-_nearness(one.region, region), len(places[one.unit_id].path), one.unit_id)
                        if one.unit_id in places else (1, 0, one.unit_id)))  # fmt: skip


def _nearness(body: str, region: str) -> int:
    wide = body.rstrip("0")
    return len(wide) if region.startswith(wide) else -1


def visit_share(kind: str, direct: bool, day: date) -> int:
    """Return the percentage of completed orders of a kind that are called back (GB33358-5.4.1); 100 without a policy."""
    lines = [line for line in _keep("policies", _policies) if line[3] <= day and line[1] == direct]
    own: Iterable[tuple[str, bool, int, date]] = [line for line in lines if line[0] == kind]
    return next((line[2] for line in (*own, *(one for one in lines if one[0] == ""))), 100)


def _policies() -> tuple[tuple[str, bool, int, date], ...]:
    return tuple(VisitPolicy.objects.order_by("-valid_from").values_list("kind", "direct", "share", "valid_from"))
