"""What follows inside the deed that opens or fills an order: its talk, its caller file, the question of secrecy."""

from __future__ import annotations

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.reacting import reacts
from bangban.foundation.ledger.models import Event
from bangban.services.hotline.actions.adding import tell_of_addition
from bangban.services.hotline.actions.callers import caller_for
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.actions.secrecy import needs_question, put_question
from bangban.services.hotline.actions.ways_back import talk_of
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.terms import SubjectKind

ABOUT_CALLER = frozenset({"contact_phone", "contact_name", "contact_address", "subject_kind"})


@reacts("order.opened")
def begin(deed: Deed[WorkOrder], event: Event) -> None:
    """Give a new order its talk and the file of its caller (GB33358-4.2.4-c)."""
    talk_of(deed)
    if deed.record.caller_id is None:
        _file(deed)


@reacts("order.save")
def keep_up(deed: Deed[WorkOrder], event: Event) -> None:
    """Find the caller's file as soon as a number is known; ask about secrecy once a message turns out a complaint."""
    if not ABOUT_CALLER.isdisjoint(event.data.get("fields", ())) and (
        deed.record.caller_id is None or "contact_phone" in event.data["fields"]
    ):
        _file(deed)
    if needs_question(deed.record):
        put_question(deed)


@reacts("order.say")
def carry_on(deed: Deed[WorkOrder], event: Event) -> None:
    """Tell whoever works on an order that its caller has said more; of a merged caller the main order tells it."""
    main = deed.record.merged_into if deed.record.state == "merged" else None
    if main is None and _added(deed, event):
        tell_of_addition(deed, str(event.data.get("merged", "")))
    if main is not None:
        with order_deed(SYSTEM, main.number, "_say") as whole:
            whole.tell(merged=deed.record.number)
            # The caller of the main order learns nothing of other callers.
            whole.among_staff()


def _added(deed: Deed[WorkOrder], event: Event) -> bool:
    """Tell whether a caller added something, by himself or by a medium: not the first words, nor the hotline's own."""
    by_person = not deed.actor.is_staff and deed.actor.kind != "system"
    return by_person or "merged" in event.data or "medium" in event.data


def _file(deed: Deed[WorkOrder]) -> None:
    order = deed.record
    anonymous = order.subject_kind == SubjectKind.ANONYMOUS
    name = "" if anonymous else order.contact_name
    address = "" if anonymous else order.contact_address
    found = caller_for(order.contact_phone, order.person_id, name, order.subject_kind, address=address)
    if found is not None:
        deed.change(caller_id=found.id)
