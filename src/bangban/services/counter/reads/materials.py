"""What can be handed out with an answer: the item's guide, checklist and forms, and the list of items (DB23-6.4.3-b)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils.http import urlencode

from bangban.registry.catalog import reads as catalog
from bangban.registry.org.reads import place
from bangban.services.counter.models import GivenKind


@dataclass(frozen=True)
class Offer:
    """One thing to hand out; `ref` names it among its kind, `path` is where it is found on the portal."""

    kind: str
    ref: str
    title: str
    path: str

    @property
    def link(self) -> str:
        """Return the whole address, for a text message."""
        return f"{settings.SITE_URL}{self.path}"

    @property
    def label(self) -> str:
        """Return the kind in words."""
        return str(GivenKind(self.kind).label)


def offers(item_id: UUID | None, body_id: int) -> list[Offer]:
    """Return what belongs to an item of a hall; without an item the list of all items. At most three queries."""
    found = catalog.item(item_id) if item_id else None
    if found is None:
        where = place(body_id)
        name = f"{where.name if where else ''}事项清单"
        return [Offer(GivenKind.ITEM_LIST.value, "all", name, "/items?by=all")]
    guide = found.guide
    listed = urlencode({"by": "department", "value": str(found.department_id)})
    made = [
        Offer(GivenKind.GUIDE.value, found.code, f"《{guide.name}》办事指南", f"/items/{found.code}"),
        Offer(
            GivenKind.ITEM_LIST.value, str(found.department_id), f"{guide.department_name}事项清单", f"/items?{listed}"
        ),
    ]
    if found.materials:
        made.append(Offer(GivenKind.CHECKLIST.value, found.code, f"《{guide.name}》材料清单", f"/items/{found.code}"))
    forms = {material.blank.key: material.blank for material in found.materials if material.blank}
    made += [
        Offer(GivenKind.FORM.value, form.key, form.title, f"/forms/{form.key}/{form.revision}")
        for form in forms.values()
    ]
    return made
