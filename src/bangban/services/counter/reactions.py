"""What the desk does when a promise comes due, and when a standard answer was used."""

from __future__ import annotations

from typing import Any

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.reacting import follows, reacts
from bangban.foundation.ledger.models import Event
from bangban.registry.halls.defaults import NEEDS_HELP
from bangban.registry.knowledge import reads as knowledge
from bangban.registry.knowledge.actions import count_use
from bangban.services.counter.actions.help import request_help, settle_for
from bangban.services.counter.flow import AGREED
from bangban.services.counter.models import HelpKind, Inquiry
from bangban.services.counter.notices import tell_staff
from bangban.services.queues.models import Ticket

WORDS = {
    "clock.warned": "窗口咨询{}快到约定的答复时间，请尽快答复。",
    "clock.breached": "窗口咨询{}已过约定的答复时间，请立即联系对方答复。",
}


@reacts(*WORDS)
def remind_owner(deed: Deed[Any], event: Event) -> None:
    """Remind whoever promised, before the time and when it was missed (DB23-6.4.1-c)."""
    inquiry = deed.record
    if isinstance(inquiry, Inquiry) and event.data.get("rule") == AGREED:
        words = WORDS[event.kind].format(inquiry.number)
        tell_staff(deed, inquiry.owner_id, words, f"{event.kind}:{inquiry.owner_id}")


@follows("counter.citations", "inquiry.opened", "inquiry.reply")
def count_citation(event: Event) -> None:
    """Count the standard answers that are used at the counter (F3.29)."""
    entry = knowledge.entry(str(event.data["cited"])) if event.data.get("cited") else None
    if entry is not None:
        count_use(entry.id, event.channel, event.at)


@follows("counter.accessibility", "ticket.opened", "ticket.flag")
def come_and_help(event: Event) -> None:
    """Ask somebody of the hall to come to who took a number at a machine and may need a hand (DB23-6.7.3).

    Where a person of the hall issued the ticket, somebody is there already.
    """
    if event.channel != "kiosk" or NEEDS_HELP.isdisjoint(event.data.get("flags") or ()):
        return
    ticket = Ticket.objects.select_related("klass__area").get(id=event.record_id)
    area = ticket.klass.area
    if ticket.state == "waiting":
        place = f"{area.floor}{area.name}（{ticket.label}号）"
        request_help(SYSTEM, ticket.body_id, HelpKind.ACCESSIBILITY, place, ticket=ticket.number)


@follows("counter.no_longer_needed", "ticket.arrive", "ticket.leave", "ticket.expire")
def nobody_waits_for_help(event: Event) -> None:
    """Whoever is served, or has gone, waits for nobody any more."""
    settle_for(event.number, "已到窗口办理" if event.kind == "ticket.arrive" else "已离开")
