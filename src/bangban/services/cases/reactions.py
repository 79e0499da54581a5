"""What the cases room does when something happens elsewhere."""

from __future__ import annotations

from bangban.foundation.flows.flow import NotAllowed
from bangban.foundation.flows.reacting import follows
from bangban.foundation.handover.actions import when_expired
from bangban.foundation.ledger.models import Event
from bangban.registry.catalog.actions import count_demand
from bangban.services.cases.actions import ask_result
from bangban.services.cases.actions.dispatch import offer_expired
from bangban.services.cases.models import Case
from bangban.services.cases.notices import WORDS, tell_user

when_expired(Case.record_type, offer_expired)


@follows("cases.notices", *WORDS)
def send_notices(event: Event) -> None:
    """Tell the person by text message."""
    tell_user(event)


@follows("cases.follow_up", "clock.breached")
def ask_when_due(event: Event) -> None:
    """When the follow-up clock of a closed case runs out, ask whether the result was obtained (T637-8.5-a)."""
    if event.data.get("rule") != "follow_up":
        return
    try:
        ask_result(event.number)
    except NotAllowed:
        return  # the loop was closed or reopened meanwhile


@follows("cases.demand", "case.opened", "case.sort")
def count_item(event: Event) -> None:
    """Count a case towards the demand of its item, once (T637-5-a)."""
    item_id, user_kind = Case.objects.values_list("item_id", "user_kind").get(id=event.record_id)
    if item_id is not None:
        count_demand(item_id, user_kind, event.at, record_id=event.record_id)
