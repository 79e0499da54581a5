"""Which parties an actor is on a case: the one place that decides who sees and who acts."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.handover.models import WORK, Answer, Handover, Kind
from bangban.services.cases.models import Case

LOOKING = frozenset({"colleague"})


def parties_of(case: Case, actor: Actor) -> frozenset[str]:
    """Return what the actor is to this case; empty for strangers."""
    if actor.kind == "system":
        return frozenset({"system"})
    if actor.is_staff:
        return frozenset() if actor.unsigned else _staff_parties(case, actor)
    mine = actor.person_id is not None and actor.person_id == case.person_id
    shown = bytes(case.token_digest) in actor.tokens
    return frozenset({"user"}) if mine or shown else frozenset()


def _staff_parties(case: Case, actor: Actor) -> frozenset[str]:
    found: set[str] = set()
    if actor.staff_id == case.owner_id:
        found.add("owner")
    if actor.staff_id == case.first_contact_id:
        found.add("first_contact")
    if case.unit_id == actor.unit_id:
        found |= {"guide"} if "triage_agent" in actor.duties else set()
        found |= {"specialist"} if "dedicated_consultant" in actor.duties else set()
    if actor.unit_id in case.units and not actor.duties.isdisjoint(
        {"triage_agent", "dedicated_consultant", "hotline_agent"}
    ):
        found.add("colleague")
    if not actor.subtree.isdisjoint({case.unit_id, *case.units}):
        found.add("manager")
    return frozenset(found | _offered(case, actor))


def _offered(case: Case, actor: Actor) -> set[str]:
    found: set[str] = set()
    for offer in offers_of(case):
        if not _is_receiver(offer, actor):
            continue
        if offer.kind in WORK:
            found |= {"receiver"} if offer.answer == Answer.OFFERED else set()
        elif offer.answer == Answer.OFFERED:
            found.add("adviser" if offer.kind == Kind.ADVICE else "assisting")
        elif offer.answered_by_id == actor.staff_id:
            found.add("colleague")
    return found


def offers_of(case: Case) -> list[Handover]:
    """Return the hand-overs of a case but the lapsed ones, read once for each loaded case."""
    known: list[Handover] | None = getattr(case, "_offers", None)
    if known is None:
        known = list(Handover.objects.filter(record_id=case.id).exclude(answer=Answer.EXPIRED))
        case._offers = known  # type: ignore[attr-defined]
    return known


def _is_receiver(offer: Handover, actor: Actor) -> bool:
    if offer.to_staff_id is not None:
        return offer.to_staff_id == actor.staff_id
    return offer.to_unit_id == actor.unit_id and offer.to_duty in actor.duties


def may_see(case: Case, actor: Actor) -> bool:
    """Tell whether the case exists at all for this actor."""
    return bool(parties_of(case, actor))


def topics_of(case: Case) -> list[str]:
    """Return who is told when something happens: the case's page, the owner's and first contact's desk, the unit."""
    topics = [f"case:{case.number}", f"unit:{case.unit_id}"]
    topics += [f"desk:{staff}" for staff in {case.owner_id, case.first_contact_id} if staff]
    return topics


def place_of(case: Case) -> tuple[int | None, int | None]:
    """Return owner and unit, as intervals keep them."""
    return case.owner_id, case.unit_id
