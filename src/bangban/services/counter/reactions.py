"""What the desk does when a promise comes due, and when a standard answer was used."""

from __future__ import annotations

from typing import Any

from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.reacting import follows, reacts
from bangban.foundation.ledger.models import Event
from bangban.registry.knowledge import reads as knowledge
from bangban.registry.knowledge.actions import count_use
from bangban.services.counter.flow import AGREED
from bangban.services.counter.models import Inquiry
from bangban.services.counter.notices import tell_staff

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
