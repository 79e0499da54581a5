"""What the search index reads: all published items, or those that changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from bangban.registry.catalog.models import Item, ItemVersion, Material
from bangban.registry.catalog.reads.items import type_label
from bangban.registry.catalog.rules import side_of
from bangban.registry.catalog.views import Passage, Removed
from bangban.registry.catalog.wording import audience_text, limit_text

BATCH = 500
OVERLAP = timedelta(seconds=60)


def passages(after: UUID | None = None, batch: int = BATCH) -> Iterator[Passage]:
    """Yield every published item in the order of ids, from `after` on; two queries a batch, memory stays flat."""
    last = after
    while True:
        rows = ItemVersion.objects.filter(listed=True).select_related("item").order_by("item_id")
        found = list((rows.filter(item_id__gt=last) if last else rows)[:batch])
        yield from _passages(found)
        if len(found) < batch:
            return
        last = found[-1].item_id


def changed_since(moment: datetime, batch: int = BATCH) -> Iterator[Passage | Removed]:
    """Yield what to index anew or to drop for changes since a moment, some seconds of overlap included.

    A change that commits late is older than what was already read; the overlap brings it, and indexing twice is
    harmless.
    """
    place: tuple[datetime, UUID] | None = None
    while True:
        found = _changed(moment - OVERLAP, place, batch)
        ids = [row.id for row in found]
        listed = {
            row.item_id: row for row in ItemVersion.objects.filter(listed=True, item__in=ids).select_related("item")
        }
        texts = {passage.id: passage for passage in _passages(list(listed.values()))}
        yield from (texts.get(one) or Removed(one, "item") for one in ids)
        if len(found) < batch:
            return
        place = (found[-1].updated_at, found[-1].id)


def _changed(moment: datetime, place: tuple[datetime, UUID] | None, batch: int) -> list[Item]:
    rows: QuerySet[Item] = Item.objects.only("id", "updated_at").order_by("updated_at", "id")
    if place is None:
        return list(rows.filter(updated_at__gte=moment)[:batch])
    later = rows.filter(updated_at__gt=place[0])[:batch]
    same = rows.filter(updated_at=place[0], id__gt=place[1])[:batch]
    return [*same, *later][:batch]


def _passages(rows: list[ItemVersion]) -> list[Passage]:
    names: dict[UUID, list[str]] = {}
    materials = Material.objects.filter(version__in=[row.id for row in rows]).order_by("version_id", "position")
    for version_id, name in materials.values_list("version_id", "name"):
        names.setdefault(version_id, []).append(name)
    return [_passage(row, names.get(row.id, [])) for row in rows]


def _passage(row: ItemVersion, materials: list[str]) -> Passage:
    facts = {
        "情形": row.situation,
        "主项": row.main_item if row.main_item != row.name else "",
        "事项类型": type_label(row.item_type),
        "服务对象": audience_text(row.audience),
        "主题": "、".join(row.themes),
        "办理部门": row.department_name,
        "地区": row.region_name,
        "受理条件": row.conditions,
        "申请材料": "；".join(materials),
        "办理流程": "；".join(step["name"] + step["detail"] for step in row.steps),
        "承诺办结时限": limit_text(row.promised_amount, row.promised_unit),
        "法定办结时限": limit_text(row.statutory_amount, row.statutory_unit),
        "收费": "；".join(fee["name"] + fee["standard"] for fee in row.fees)
        or ("不收费" if row.charged is False else ""),
        "办理地点": row.place,
        "咨询电话": row.phone,
        "办理结果": row.result_name,
    }
    return Passage(
        id=row.item_id,
        kind="item",
        number=row.item.number,
        revision=row.revision,
        title=row.name,
        text="\n".join(f"{label}：{text}" for label, text in facts.items() if text),
        similar=tuple(row.aliases),
        keywords=tuple(row.tags),
        department=row.department_name,
        department_id=row.department_id,
        region=row.region,
        audience=tuple(sorted(side_of(row.audience))),
        themes=tuple(row.themes),
        item_id=row.item_id,
        source="办事指南",
        external_id=row.item.external_id,
    )
