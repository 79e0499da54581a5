"""Which hotline a call belongs to: by the number that was dialled, else by the agent who took it.

A house with one hotline has no choice. Reads take a `center`: None for the whole house, a hotline's id for its own, and
NOBODY for what could be given to none.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from bangban.registry.org.models import BodyKind
from bangban.registry.org.reads import Place, Tree, tree
from bangban.services.telephony.models import Line

NOBODY = 0


@dataclass(frozen=True)
class _Known:
    """The hotlines of one reading of the bodies, and the numbers by which they are called."""

    of: Tree
    hotlines: tuple[Place, ...]
    numbers: dict[str, int]


_known: _Known | None = None


def _now_known() -> _Known:
    """Read the numbers anew whenever the bodies have been, so that no call costs a query."""
    global _known
    bodies = tree()
    if _known is None or _known.of is not bodies:
        hotlines = tuple(bodies.of_kind(BodyKind.HOTLINE))
        numbers = {digits: place.id for place in hotlines if (digits := digits_of(place.phone))}
        ids = {place.id for place in hotlines}
        numbers |= {
            number: center for number, center in Line.objects.values_list("number", "center_id") if center in ids
        }
        _known = _Known(bodies, hotlines, numbers)
    return _known


def digits_of(number: str) -> str:
    """Return the digits of a number, however it is written."""
    return "".join(letter for letter in number if letter.isascii() and letter.isdigit())


def hotlines() -> tuple[Place, ...]:
    """Return the hotlines of the house."""
    return _now_known().hotlines


def several() -> bool:
    """Tell whether the house has more than one hotline."""
    return len(hotlines()) > 1


def center_of(called: str, agent_body: int | None = None) -> int | None:
    """Return the hotline of an inbound call, or None when nothing tells it."""
    known = _now_known()
    if len(known.hotlines) == 1:
        return known.hotlines[0].id
    found = known.numbers.get(digits_of(called)) if called else None
    if found is None and any(place.id == agent_body for place in known.hotlines):
        return agent_body
    return found


def scope(body_id: int | None) -> int | None:
    """Return what somebody of a body sees: its own hotline when there are several, else the whole house."""
    return body_id if several() and any(place.id == body_id for place in hotlines()) else None


def of(center: int | None, field: str = "center_id") -> Q:
    """Return the condition for rows of a center, where a hotline's id may be missing."""
    if center is None:
        return Q()
    return Q(**{field: center}) if center else Q(**{f"{field}__isnull": True})
