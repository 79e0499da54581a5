"""The seats of the played exchange: the house's own agents, or invented ones."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from bangban.services.telephony.simulation.habits import LANGUAGES


@dataclass(frozen=True)
class Seat:
    """An agent at a seat: work number, and the languages spoken besides Mandarin."""

    agent: str
    languages: frozenset[str] = frozenset()


def invented(count: int, seed: int = 0) -> tuple[Seat, ...]:
    """Return seats of agents who do not exist, every one with a work number; some speak more than Mandarin."""
    dice = Random(seed)  # noqa: S311 - play, not secrets
    shares = {"cantonese": 0.5, **{name: share * 4 for name, share in LANGUAGES.items() if name != "cantonese"}}
    return tuple(
        Seat(f"S{number:05d}", frozenset(name for name, share in shares.items() if dice.random() < share))
        for number in range(count)
    )


def seats_of_house(count: int = 0) -> tuple[Seat, ...]:
    """Return the hotline's agents by work number, filled up with invented ones to `count`; all invented when none."""
    from bangban.registry.org.models import Staff

    rows = Staff.objects.filter(active=True, duties__contains=["hotline_agent"]).exclude(work_number="").order_by("id")
    own = [
        Seat(number, frozenset(languages) - {"mandarin"})
        for number, languages in rows.values_list("work_number", "languages")
    ]
    more = invented(max(0, (count or len(own) or 20) - len(own)))
    return (*own, *more)[: count or None]
