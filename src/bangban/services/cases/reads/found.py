"""Finding one case for whoever may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import NotYours
from bangban.services.cases.models import Case
from bangban.services.cases.parties import parties_of

STRANGER = "没有找到这条记录，请核对编号和查询码。"

# Written as SQL because every page, fragment and call of a case begins with it: compiling it each time costs more than
# the database takes to answer.
_FIND = f"""
SELECT {", ".join(f'c."{field.column}"' for field in Case._meta.concrete_fields)},
    owner.name AS owner_name, first.name AS first_contact_name
FROM cases_case c LEFT JOIN org_staff owner ON owner.id = c.owner_id
LEFT JOIN org_staff first ON first.id = c.first_contact_id
WHERE c.number = %s
"""

if TYPE_CHECKING:

    class FoundCase(Case):
        """A case with the names that its page shows."""

        owner_name: str | None
        first_contact_name: str | None

        class Meta:
            abstract = True


def found_case(actor: Actor, number: str) -> FoundCase:
    """Return a case that the actor may see, with the names of owner and first contact; NotYours for strangers."""
    wanted = number.strip().upper()
    found: FoundCase | None = next(iter(Case.objects.raw(_FIND, [wanted])), None) if wanted.isprintable() else None  # type: ignore[assignment]
    if found is None or not parties_of(found, actor):
        raise NotYours(STRANGER)
    return found


def get_case(actor: Actor, number: str) -> Case:
    """Return a case that the actor may see; strangers get NotYours, exactly as if it did not exist."""
    return found_case(actor, number)


def may_follow(actor: Actor, number: str) -> bool:
    """Tell whether the actor may hear what happens on a case."""
    found = Case.objects.filter(number=number).first()
    return found is not None and bool(parties_of(found, actor))
