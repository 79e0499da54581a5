"""Lists of items: by theme, department, life event, region, audience, name; and what is asked for most."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

import msgspec
from django.db.models import Q, QuerySet, Sum

from bangban.foundation.flows.flow import Incomplete
from bangban.registry.catalog import terms
from bangban.registry.catalog.models import ItemDemand, ItemVersion, LifeEventItem, Theme
from bangban.registry.catalog.reads.items import CARD_FIELDS, card_of
from bangban.registry.catalog.views import HotItem, ItemCard, Page

By = Literal["all", "theme", "department", "life_event", "region", "audience", "text", "tag", "mode", "online", "type"]
MOST = 200


def cards(ids: Iterable[UUID]) -> list[ItemCard]:
    """Return cards of published items in the order asked for; others are left out. One query."""
    wanted = list(ids)
    found = {version.item_id: card_of(version) for version in _listed().filter(item__in=wanted)}
    return [found[one] for one in wanted if one in found]


def browse(by: By = "all", value: str = "", after: str = "", limit: int = 50) -> Page[ItemCard]:
    """Return one page of published items, by name (a life event: in its own order).

    `value`: a theme's code or name, a department's name or body id, a life event's code, a region code (with all below
    it), a side (person, enterprise) or one audience, the beginning of a name or code, a tag, a service mode, or
    booking/filing. Incomplete for an unknown `by` or a damaged cursor. At most two queries.
    """
    limit = max(1, min(limit, MOST))
    if by == "life_event":
        return _life_event(value, after, limit)
    rows = _listed().filter(_condition(by, value)).order_by("name", "item_id")
    if after:
        name, last = _opened(after, str, UUID)
        rows = rows.filter(Q(name__gt=name) | Q(name=name, item_id__gt=last), name__gte=name)
    found = list(rows[: limit + 1])
    shown = found[:limit]
    more = len(found) > limit
    return Page(tuple(map(card_of, shown)), _closed(shown[-1].name, shown[-1].item_id) if more else "")


def hot_items(side: str, limit: int = 10, window: int = 30, *, today: date) -> list[HotItem]:
    """Return the published items most asked for by one side in the last `window` days (T637-5-a). Two queries."""
    since = today - timedelta(days=window - 1)
    counted = ItemDemand.objects.filter(side=side, day__gte=since, day__lte=today, item__state="published")
    ranked = counted.values("item_id").annotate(total=Sum("count")).order_by("-total", "item_id")[:limit]
    totals = {row["item_id"]: row["total"] for row in ranked}
    return [HotItem(card, totals[card.id]) for card in cards(totals)]


def _listed() -> QuerySet[ItemVersion]:
    return ItemVersion.objects.filter(listed=True).select_related("item").only(*CARD_FIELDS, "item_id")


def _condition(by: str, value: str) -> Q:
    known = CONDITIONS.get(by)
    if known is None:
        raise Incomplete("没有这种查找方式。", fields={"by": "没有这种查找方式。"})
    return known(value)


def _theme(value: str) -> Q:
    names = Theme.objects.filter(Q(code=value) | Q(name=value)).values_list("names", flat=True)
    return Q(themes__overlap=sorted({value, *(name for known in names for name in known)}))


def _department(value: str) -> Q:
    return Q(department_id=int(value)) if value.isascii() and value.isdigit() else Q(department_name=value)


def _text(value: str) -> Q:
    looks_like_code = len(value) >= 8 and value.isascii()
    return Q(item__code=value) if looks_like_code else Q(name__startswith=value)


def _mode(value: str) -> Q:
    if value not in terms.ServiceMode.values:
        raise Incomplete("没有这种办理方式。", fields={"value": "没有这种办理方式。"})
    return Q(**{value: True})


def _type(value: str) -> Q:
    """Items of one power type (T637-4-a)."""
    if value not in terms.ItemType.values:
        raise Incomplete("没有这种事项类型。", fields={"value": "没有这种事项类型。"})
    return Q(item_type=value)


def _online(value: str) -> Q:
    if value not in ("booking", "filing"):
        raise Incomplete("没有这种网办方式。", fields={"value": "没有这种网办方式。"})
    return Q(**{f"online_{value}": True})


def _audience(value: str) -> Q:
    if value in terms.Side.values:
        kinds = [kind.value for kind in terms.SIDES[terms.Side(value)]]
        return Q(audience__overlap=sorted(kinds)) | Q(audience=[])
    if value in terms.Audience.values:
        return Q(audience__contains=[value])
    raise Incomplete("没有这种服务对象。", fields={"value": "没有这种服务对象。"})


def _stem(region: str) -> str:
    """Return the significant front of a region code: what every division below it starts with."""
    stem = region.rstrip("0")
    size = next((size for size in (2, 4, 6, 9, 12) if len(stem) <= size), 12)
    return region[:size] if stem else ""


CONDITIONS: dict[str, Callable[[str], Q]] = {
    "type": _type,
    "all": lambda value: Q(),
    "theme": _theme,
    "department": _department,
    "region": lambda value: Q(region__startswith=_stem(value)),
    "audience": _audience,
    "text": _text,
    "tag": lambda value: Q(tags__contains=[value]),
    "mode": _mode,
    "online": _online,
}


def _life_event(code: str, after: str, limit: int) -> Page[ItemCard]:
    steps = LifeEventItem.objects.filter(life_event=code, life_event__active=True, item__state="published")
    if after:
        position, last = _opened(after, int, int)
        steps = steps.filter(Q(position__gt=position) | Q(position=position, id__gt=last))
    rows = list(steps.order_by("position", "id").values_list("position", "id", "item_id")[: limit + 1])
    shown = rows[:limit]
    more = len(rows) > limit
    return Page(tuple(cards(row[2] for row in shown)), _closed(shown[-1][0], shown[-1][1]) if more else "")


def _closed(*key: object) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def _opened(cursor: str, first: type, second: type) -> tuple:  # type: ignore[type-arg]
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return msgspec.json.decode(text, type=tuple[first, second])  # type: ignore[valid-type]
    except (binascii.Error, ValueError) as error:
        raise Incomplete("翻页标记无效，请从第一页重新开始。", fields={"after": "翻页标记无效。"}) from error
