"""Facets of an order: what lists are narrowed by, as numbers beside the words, all in one index (GB33358-5.5.2).

The index `order_found` (migration 0009) holds of every order the digests of its words, a number for each facet and the week
of receipt. Words and filters are brought together inside it, so that a common word with rare filters, or two filters that
never meet, cost no row that is not wanted. A facet only narrows: whoever asks it also gives the plain condition.
"""

from __future__ import annotations

from dataclasses import dataclass

from bangban.services.hotline.terms import Urgency

_EQUAL = {
    "center": "center_id", "state": "state", "kind": "kind", "source": "source", "urgency": "urgency", "round": "round",
    "unit": "lead_unit_id", "agent": "agent_id", "category": "category_id", "confidential": "confidential",
}  # fmt: skip
_HOLDING = {
    "emergency": "{at}emergency_class <> ''",
    "supervised": "{at}supervision_level > 0",
    "unsatisfied": "{at}process_satisfied IS FALSE AND {at}result_satisfied IS FALSE",
}
LEVELS = (2, 4, 6, 9, 12)
"""How many digits of a region name a province, a city, a district, a street and a village."""
WEEKS = (1, 4, 16, 64)
"""The lengths of the stretches of time that an order lies in, in weeks since 1970."""


@dataclass(frozen=True)
class Group:
    """Values of a facet of which an order has one; of several groups each must be met."""

    facet: str
    values: tuple[object, ...] = ()

    @property
    def names(self) -> list[str]:
        """Return the values as the index writes them."""
        shown = (str(value).lower() if isinstance(value, bool) else str(value) for value in self.values)
        return [f"{self.facet} {value}".strip() for value in shown] or [self.facet]


def any_of(facet: str, *values: object) -> Group:
    """Return the group of some values of a facet."""
    return Group(facet, values)


SUPERVISED, UNSATISFIED = Group("supervised"), Group("unsatisfied")
# One that was reported, or one that its words or a member of staff call an emergency.
EMERGENCY = Group("", ("emergency", f"urgency {Urgency.EMERGENCY}"))


def stem(region: str) -> str:
    """Return the digits that all places inside a region begin with: 440104000000 → 440104, 440310000000 → 440310."""
    size = next((level for level in LEVELS if not region[level:].strip("0")), len(region))
    return region[:size]


def held(table: str = "") -> str:
    """Return the numbers of an order as the index has them; `table` is how the statement calls the order."""
    at = f"{table}." if table else ""
    facets = [f"hashtext('{name} ' || {at}{column}::text)" for name, column in _EQUAL.items()]
    facets += [f"hashtext('region ' || left({at}region, {level}))" for level in LEVELS]
    facets += [f"CASE WHEN {sql.format(at=at)} THEN hashtext('{name}') END" for name, sql in _HOLDING.items()]
    second = f"extract(epoch FROM ({at}received_at AT TIME ZONE 'UTC'))"
    facets += [f"hashtext('weeks{size} ' || floor({second} / {size * 604800})::text)" for size in WEEKS]
    return f"({at}words || array_remove(ARRAY[{', '.join(facets)}], NULL))"
