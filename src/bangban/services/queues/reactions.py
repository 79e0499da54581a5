"""What the queues do when something happened: keep the stay for statistics, look whether a crowd grows."""

from __future__ import annotations

from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.reacting import follows, reacts
from bangban.foundation.ledger.models import Event
from bangban.registry.halls.reads import hall
from bangban.services.queues.actions.alerts import watch_class
from bangban.services.queues.models import Outcome, Stint, Ticket
from bangban.services.queues.staying import seconds, stay_of

OUTCOMES = {
    "ticket.finish": Outcome.DONE,
    "ticket.end_day": Outcome.DONE,
    "ticket.transfer": Outcome.TRANSFERRED,
    "ticket.miss": Outcome.MISSED,
    "ticket.leave": Outcome.LEFT,
    "ticket.expire": Outcome.EXPIRED,
}


@reacts(*OUTCOMES)
def keep_stint(deed: Deed[Ticket], event: Event) -> None:
    """Write the stay at a window, or the wait without one, in the deed that ends it (DB23-7.1).

    Who was called and missed, and ends later without coming back, has had its row already.
    """
    ticket, plan = deed.record, hall(deed.record.body_id)
    called = event.kind not in ("ticket.leave", "ticket.expire") or event.data.get("from") == "called"
    first = ticket.stints == 0
    if not called and not first:
        return
    transferred = event.kind == "ticket.transfer"
    stay = (event.data if transferred else stay_of(ticket, deed.at)) if called else {}
    deed.insert(
        Stint(
            ticket=ticket.id,
            body_id=ticket.body_id,
            business_date=ticket.business_date,
            hour=ticket.queued_at.astimezone(plan.zone if plan else None).hour,
            klass_id=event.data["from_klass_id"] if transferred else ticket.klass_id,
            window_id=(event.data["window_id"] if transferred else ticket.window_id) if called else None,
            staff_id=(event.data["staff_id"] if transferred else ticket.staff_id) if called else None,
            channel=ticket.channel,
            priority=bool(ticket.flags),
            outcome=OUTCOMES[event.kind],
            first=first,
            called=called,
            waited=seconds(ticket.queued_at, ticket.first_called_at or deed.at) if first else None,
            at_window=stay.get("at_window"),
            serving=stay.get("serving"),
            called_at=ticket.called_at if called else None,
            ended_at=deed.at,
        )
    )
    deed.change(stints=ticket.stints + 1)


@follows("queues.crowds", "ticket.opened")
def watch_crowd(event: Event) -> None:
    """Look at the class of a new ticket when its own figures say that it may be too full (DB23-6.3.2-f)."""
    ticket = Ticket.objects.filter(id=event.record_id).values("body_id", "klass_id").first()
    plan = hall(ticket["body_id"]) if ticket else None
    klass = plan.classes.get(ticket["klass_id"]) if ticket and plan else None
    if klass is None or plan is None:
        return
    ahead, expected = int(event.data.get("ahead") or 0), event.data.get("expected")
    if ahead + 1 >= klass.crowd_threshold or expected is None or expected >= klass.wait_threshold * 60:
        watch_class(plan.body_id, klass.id)
