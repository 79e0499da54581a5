"""Published items and service lists for tests of other rooms, made through the catalogue's own actions."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.access.models import Account
from bangban.registry.catalog import actions
from bangban.registry.catalog.actions.service_lists import NewLine
from bangban.registry.catalog.models.items import Item
from bangban.registry.org.models import Body
from bangban.registry.org.reads import actor_of
from tests.remembered import remembered

DEFAULTS = {
    "type": "行政给付", "dept": "广州市人力资源和社会保障局", "area_code": "440100", "area": "广东省广州市",
    "themes": ["就业创业"], "who": ["自然人"], "conditions": "非因本人意愿中断就业。", "materials": ["居民身份证", "失业登记证明"],
    "legal_limit": "10(工作日)", "promised_limit": "5(工作日)", "place": "广州市测试路1号", "phone": "020-00000002", "visits": "0",
    "online_booking": "是", "courier": "不支持", "url": None, "parent": None, "variant": None,
}  # fmt: skip


@remembered
def published_items(
    *names: str, services: tuple[str, ...] = ("consult", "guide", "assist"), **changes: object
) -> list[Item]:
    """Import items by name and publish a list of the city's centre that offers `services` for everything."""
    rows = [
        {"id": f"t{place:04}", "code": f"T{place:04}", "name": name, **DEFAULTS, **changes}
        for place, name in enumerate(names, 1)
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "items.jsonl"
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
        report = actions.import_items(path, SYSTEM)
    assert not report.problems, report.problems
    editor = _staff("editor")
    center = Body.objects.get(code="gz")
    line = NewLine(
        services=services, body_id=center.id, channels=("web", "mobile", "hotline"), hours="工作日9:00-17:00"
    )
    drafted = actions.draft_list(center.id, "政务服务清单", [line], editor)
    actions.submit_list(drafted.id, editor)
    actions.publish_list(drafted.id, _staff("reviewer"))
    return list(Item.objects.filter(code__in=[row["code"] for row in rows]).order_by("code"))


def _staff(username: str) -> Actor:
    return actor_of(Account.objects.get(username=username))


def published_item(department_id: int, name: str, **changes: object) -> Item:
    """Return one published item that the city's list offers in all three services."""
    del department_id
    (item,) = published_items(name, **changes)  # type: ignore[arg-type]
    return item
