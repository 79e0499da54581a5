"""Which units an order can go to: the registered ones, and what the dispatch catalogue says (GB33358-4.1.4, F3.03)."""

from __future__ import annotations

from dataclasses import dataclass

from bangban.registry.org.reads import tree
from bangban.services.hotline import terms
from bangban.services.hotline.models import Undertaker
from bangban.services.hotline.reads.catalogue import units_for


@dataclass(frozen=True)
class UnitChoice:
    """One registered unit with its duty phone (empty: no three-party calls) and what it is there for."""

    unit_id: int
    name: str
    duty_phone: str
    duties: tuple[str, ...]


def units_to_choose() -> list[UnitChoice]:
    """Return the registered units that take orders now, by name."""
    names = tree().by_id
    rows = Undertaker.objects.filter(active=True).values_list("unit_id", "duty_phone", "duties")
    found = [UnitChoice(unit, names[unit].name, phone, tuple(duties)) for unit, phone, duties in rows if unit in names]
    return sorted(found, key=lambda choice: choice.name)


def units_of_catalogue(code: str, region: str) -> tuple[int | None, list[int]]:
    """Return lead and assisting units that the dispatch catalogue names for a class and a region."""
    lines = units_for(code, region) if code else ()
    lead = next((line.unit_id for line in lines if line.role == terms.Role.LEAD), None)
    return lead, [line.unit_id for line in lines if line.role != terms.Role.LEAD]
