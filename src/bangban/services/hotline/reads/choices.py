"""Which units an order can go to: the registered ones, and what the dispatch catalogue says (GB33358-4.1.4, F3.03)."""

from __future__ import annotations

from dataclasses import dataclass

from bangban.registry.org.reads import tree
from bangban.services.hotline import terms
from bangban.services.hotline.models import Category, DispatchRule, Undertaker


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


def units_of_catalogue(category_id: int | None, region: str) -> tuple[int | None, list[int]]:
    """Return lead and assisting units that the catalogue names for a class and a region; the narrowest line wins."""
    if category_id is None:
        return None, []
    parents = dict(Category.objects.values_list("id", "parent_id"))
    chain: list[int] = []
    current: int | None = category_id
    while current is not None and current not in chain:
        chain.append(current)
        current = parents.get(current)
    rules = [
        rule
        for rule in DispatchRule.objects.filter(category_id__in=chain)
        if not rule.region or region.startswith(rule.region.rstrip("0"))
    ]
    rules.sort(key=lambda rule: (chain.index(rule.category_id), -len(rule.region.rstrip("0"))))
    lead = next((rule.unit_id for rule in rules if rule.role == terms.Role.LEAD), None)
    nearest = rules[0].category_id if rules else None
    return lead, [rule.unit_id for rule in rules if rule.role != terms.Role.LEAD and rule.category_id == nearest]
