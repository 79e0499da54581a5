"""One search for the person at the desk: where things are in the hall, what an item asks for, what is answered (DB23-6.4.2)."""

from __future__ import annotations

from dataclasses import dataclass

from bangban.registry.catalog import reads as catalog
from bangban.registry.catalog.views import ItemDetail
from bangban.registry.halls import reads as halls
from bangban.services.assistant.reads import ItemHit, KnowledgeHit, search_items, search_knowledge

LONGEST = 200
PLACES, ITEMS, DETAILED, ANSWERS = 6, 6, 2, 5


@dataclass(frozen=True)
class ItemFound:
    """An item with where it is handled in this hall; the best ones come with their whole guide."""

    code: str
    name: str
    department: str
    limit: str
    where: str
    detail: ItemDetail | None


@dataclass(frozen=True)
class Found:
    """What one search brought, each kind with the best first."""

    text: str
    places: tuple[halls.PlaceFound, ...]
    items: tuple[ItemFound, ...]
    answers: tuple[KnowledgeHit, ...]

    @property
    def nothing(self) -> bool:
        """Tell whether the search brought nothing at all."""
        return not (self.places or self.items or self.answers)


def look_up(body_id: int, text: str) -> Found:
    """Return facilities, items and standard answers that fit what somebody asks at the desk of a hall."""
    text = text.strip()[:LONGEST]
    if not text:
        return Found("", (), (), ())
    hits = search_items(text, ITEMS)
    plan = halls.hall(body_id)
    found = []
    for place, hit in enumerate(hits):
        klass = _class(plan, hit) if plan else None
        where = f"{klass.area.floor} {klass.area.name}（{klass.name}，{klass.letter}字号）" if klass else ""
        detail = catalog.item(hit.id) if place < DETAILED else None
        found.append(ItemFound(hit.code, hit.name, hit.department, hit.limit, where, detail))
    places = halls.find_places(body_id, text)[:PLACES]
    return Found(text, tuple(places), tuple(found), tuple(search_knowledge(text, ANSWERS)))


def _class(plan: halls.Hall, hit: ItemHit) -> halls.ClassView | None:
    """Return the class in which an item is handled at a hall: the item's own, else that of its department."""
    own = (klass for klass in plan.classes.values() if hit.card.department_id in klass.departments)
    return plan.class_of_item(hit.id) or next(own, None)
