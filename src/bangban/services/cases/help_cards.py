"""The help card for a body that is not open for online guidance (BJ-3.2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bangban.foundation.clocks.moment import now
from bangban.registry.catalog import reads as catalog
from bangban.registry.knowledge.reads.for_items import answer_for_item
from bangban.registry.org.reads import Place, place


@dataclass(frozen=True)
class HelpCard:
    """What the person gets: text for the talk, data for the card, and the path that is kept on the case."""

    text: str
    data: dict[str, Any]
    path: dict[str, str]
    unit_id: int | None


def compose_help_card(item_id: UUID, unit: Place | None, region: str) -> HelpCard:
    """Compose guide link, unified standard answer, telephone, address and hours of the handling body."""
    item = catalog.item(item_id)
    assert item is not None
    where = unit or place(item.department_id)
    answer = answer_for_item(item_id, region, now().date())
    phone = (where.phone if where else "") or item.guide.phone or "12345"
    address = (where.address if where else "") or item.guide.place
    name = where.name if where else item.guide.department_name
    lines = [f"“{item.name}”由{name}办理，该机构尚未开通在线导办，请按以下方式办理或咨询："]
    lines.append(f"电话：{phone}")
    if address:
        lines.append(f"地址：{address}")
    if where and where.opening_hours:
        lines.append(f"服务时间：{where.opening_hours}")
    if answer:
        lines.append(f"标准答复：{answer.answer}")
    data = {
        "item": str(item_id),
        "item_name": item.name,
        "guide": f"/items/{item.code}",
        "phone": phone,
        "address": address,
        "unit": name,
        "latitude": where.latitude if where else None,
        "longitude": where.longitude if where else None,
        "hours": where.opening_hours if where else "",
        "knowledge": answer.number if answer else None,
        "knowledge_version": answer.revision if answer else None,
        **({"entry": str(answer.id), "revision": answer.revision} if answer else {}),
    }
    path = {"department": name, "phone": phone, "address": address, "link": f"/items/{item.code}"}
    return HelpCard("\n".join(lines), data, path, where.id if where else None)
