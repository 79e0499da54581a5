"""Seeing a masked value of the draft in full: with a reason that the person can read (F8.16)."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.reveals import reveal
from bangban.foundation.flows.flow import NotYours
from bangban.services.cases.parties import parties_of
from bangban.services.cases.reads import get_case
from bangban.services.guidance.actions.fields import field_of
from bangban.services.guidance.reads.loading import papers
from bangban.services.guidance.rules.schema import Kind

NAMES = {Kind.ID_NUMBER: "id_number", Kind.PHONE: "phone"}


def reveal_field(actor: Actor, number: str, code: str, reason: str, address: str = "") -> str:
    """Return the full value of a sensitive field to the owner of the case; the look is written down first."""
    case = get_case(actor, number)
    if "owner" not in parties_of(case, actor):
        raise NotYours("没有找到这项信息。")
    found = papers(case)
    field = field_of(found, code)
    return reveal(
        actor,
        f"case:{case.number}",
        NAMES.get(field.kind, "address"),
        reason,
        lambda: found.values.get(code, ""),
        address,
    )
