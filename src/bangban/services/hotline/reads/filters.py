"""What a list is narrowed to: the everyday filters, as conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from bangban.foundation.clocks.zones import start_of_day
from bangban.foundation.flows.flow import Incomplete
from bangban.services.hotline import terms
from bangban.services.hotline.flow import STATES
from bangban.services.hotline.models import Category
from bangban.services.hotline.reads.facets import LEVELS, SUPERVISED, any_of, stem
from bangban.services.hotline.reads.rows import Where


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty means all. `first` and `last` are local days of receipt."""

    state: str = ""
    kind: str = ""
    source: str = ""
    category: str = ""
    region: str = ""
    unit: str = ""
    urgency: str = ""
    agent: str = ""
    round: str = ""
    confidential: str = ""
    supervised: str = ""
    first: str = ""
    last: str = ""
    search: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Filters:
        """Read filters from an address; what is unknown is left out."""
        return cls(**{field.name: str(given.get(field.name, "")).strip()[:100] for field in fields(cls)})


UNFILTERED = Filters()

_CODES = {
    "state": STATES,
    "kind": dict(terms.Kind.choices),
    "source": dict(terms.Source.choices),
    "urgency": dict(terms.Urgency.choices),
}
_NUMBERS = {
    "unit": "o.lead_unit_id = %s::bigint",
    "agent": "o.agent_id = %s::bigint",
    "round": "o.round = %s::bigint",
}


def conditions(filters: Filters) -> Iterator[Where]:
    """Yield the condition of each filter but the days and the search; Incomplete with a sentence for a wrong one."""
    for name, known in _CODES.items():
        if value := getattr(filters, name):
            if value not in known:
                raise Incomplete("筛选条件有误，请重新选择。", fields={name: "可选：" + "、".join(known)})
            yield Where(f"o.{name} = %s::text", (value,), (any_of(name, value),))
    for name, sql in _NUMBERS.items():
        if value := getattr(filters, name):
            if not (value.isascii() and value.isdigit() and len(value) < 10):
                raise Incomplete("筛选条件有误，请重新选择。", fields={name: "请从列表中选择。"})
            yield Where(sql, (int(value),), (any_of(name, int(value)),))
    if filters.region:
        inside = stem(filters.region)
        facets = (any_of("region", inside),) if len(inside) in LEVELS and inside.isdigit() else ()
        yield Where("o.region LIKE %s::text", (inside + "%",), facets)
    if filters.category:
        classes = list(Category.objects.filter(code__startswith=filters.category).values_list("id", flat=True))
        yield Where("o.category_id = ANY(%s::bigint[])", (classes,), (any_of("category", *classes),))
    if filters.confidential:
        chosen = filters.confidential == "yes"
        yield Where("o.confidential = %s::boolean", (chosen,), (any_of("confidential", chosen),))
    if filters.supervised:
        yield Where("o.supervision_level > 0", facets=(SUPERVISED,))


def period(filters: Filters) -> tuple[datetime | None, datetime | None]:
    """Return the first moment of the days asked for and the first one after them; Incomplete for what is no day."""
    since = start_of_day(_day("first", filters.first)) if filters.first else None
    return since, start_of_day(_day("last", filters.last) + timedelta(days=1)) if filters.last else None


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Incomplete("日期有误，请按 2026-11-20 的样子填写。", fields={name: "请填写日期。"}) from None
