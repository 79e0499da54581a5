"""Published items and service lists for tests of other rooms, as the catalogue leaves them."""

from __future__ import annotations

from bangban.foundation.clocks.moment import now
from bangban.registry.catalog.models.items import Item, ItemVersion
from bangban.registry.catalog.models.service_lists import ServiceLine, ServiceList
from bangban.registry.org.models import Body


def published_item(department_id: int, name: str, *, code: str = "T001", services: tuple[str, ...] = ("consult", "guide", "assist")) -> Item:
    """Return a published item that the city's list offers with `services`."""
    item = Item.objects.create(
        number=f"SX{code}", code=code, department_id=department_id, state="published", revision=1, last_revision=1,
        created_at=now(), updated_at=now(), region="440100",
    )  # fmt: skip
    ItemVersion.objects.create(
        item=item, revision=1, standing="current", listed=True, name=name, department_id=department_id,
        department_name="广州市人力资源和社会保障局", region="440100", themes=["就业创业"], digest=b"x", author_name="编辑",
        written_at=now(), reviewer_name="审核", reviewed_at=now(), effective_from=now(),
    )  # fmt: skip
    center = Body.objects.get(code="gz")
    listed, _ = ServiceList.objects.get_or_create(
        body=center, state="published",
        defaults={
            "number": "QD1", "title": "清单", "revision": 1, "review_days": 180, "review_due_on": now().date(),
            "author_name": "编辑", "published_at": now(), "created_at": now(), "updated_at": now(),
        },
    )  # fmt: skip
    ServiceLine.objects.create(
        list=listed, position=listed.lines.count() + 1, item=item, services=list(services), body=center, level="city",
        channels=["web"], hours="工作日",
    )  # fmt: skip
    return item
