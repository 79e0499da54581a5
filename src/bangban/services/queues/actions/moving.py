"""Moving a ticket without losing its wait: to another class, forward by a flag, back after a missed call, out."""

from __future__ import annotations

from collections.abc import Iterable

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.registry.halls.defaults import FLAGS
from bangban.registry.halls.reads import Hall, hall
from bangban.registry.org.models import Staff
from bangban.services.queues.actions.door import ticket_deed
from bangban.services.queues.models import Ticket
from bangban.services.queues.rules import rank, rank_of_rejoin
from bangban.services.queues.staying import stay_of


def transfer(actor: Actor, number: str, class_id: int | None, reason: str = "") -> Ticket:
    """Send the person on to another class; place and wait are kept (DB23-7.1)."""
    with ticket_deed(actor, number, "transfer", {"klass": class_id, "reason": reason}) as work:
        ticket = work.record
        work.tell(window_id=ticket.window_id, staff_id=ticket.staff_id, **stay_of(ticket, work.at))
        _to_class(work, class_id)
        # Back in the queue it stands at no window; a specialist's ticket is free for the others of the new class.
        work.change(session_id=None, window_id=None, staff_id=None, serving_at=None, reserved_staff_id=None)
        work.tell(reason=reason)
    return work.record


def move(actor: Actor, number: str, class_id: int | None) -> Ticket:
    """Change the class of a waiting ticket (DB23-6.3.2-b)."""
    with ticket_deed(actor, number, "move", {"klass": class_id}) as work:
        _to_class(work, class_id)
    return work.record


def _to_class(work: Deed[Ticket], class_id: int | None) -> None:
    plan = _plan(work)
    klass = plan.classes.get(class_id or 0)
    if klass is None or klass.id == work.record.klass_id:
        raise Incomplete("请选择另一个业务类别。", fields={"klass": "请在本大厅的业务类别中选择另一个。"})
    work.tell(klass=klass.name, klass_id=klass.id, from_klass_id=work.record.klass_id)
    work.change(klass_id=klass.id)


def flag(actor: Actor, number: str, flags: Iterable[str]) -> Ticket:
    """Give a waiting ticket priority by the published rule (DB23-6.7.3); what it had is kept."""
    wanted = tuple(flags)
    with ticket_deed(actor, number, "flag", {"flags": wanted}) as work:
        if set(wanted) - (set(FLAGS) - {"appointment"}):
            raise Incomplete("请检查优先类别。", fields={"flags": "请在公布的优先类别中选择。"})
        held = sorted({*work.record.flags, *wanted})
        place = rank(work.record.queued_at, held, _plan(work).rules.credits)
        work.change(flags=held, rank_at=min(place, work.record.rank_at))
        work.tell(flags=held)
    return work.record


def substitute(actor: Actor, number: str, reason: str, staff_id: int | None = None) -> Ticket:
    """Let somebody else serve a ticket kept for a specialist, with a reason that is told to the person (BJ-3.1.3-c)."""
    with ticket_deed(actor, number, "substitute", {"reason": reason}) as work:
        if work.record.reserved_staff_id is None:
            raise NotAllowed("这个号没有指定专员，按类别正常叫号即可。", state=work.record.state)
        if staff_id is not None and not Staff.objects.filter(id=staff_id, active=True).exists():
            raise Incomplete("请选择接待人员。", fields={"to": "没有找到这位工作人员。"})
        work.tell(reason=reason, from_staff=work.record.reserved_staff_id, to_staff=staff_id)
        work.change(reserved_staff_id=staff_id)
    return work.record


def rejoin(actor: Actor, number: str) -> Ticket:
    """Come back after a missed call, within the grace time, behind the next few (F5.04).

    Raises NotAllowed when the grace time is over: then a new ticket is needed.
    """
    with ticket_deed(actor, number, "rejoin") as work:
        ticket, rules = work.record, _plan(work).rules
        if ticket.missed_at and work.at - ticket.missed_at > rules.rejoin_within:
            minutes = int(rules.rejoin_within.total_seconds() // 60)
            raise NotAllowed(f"过号已超过{minutes}分钟，请重新取号。", state=ticket.state)
        waiting = Ticket.objects.filter(
            body_id=ticket.body_id, business_date=ticket.business_date, klass_id=ticket.klass_id, state="waiting"
        )
        places = list(waiting.order_by("rank_at", "id").values_list("rank_at", flat=True)[: rules.rejoin_behind])
        work.change(
            rank_at=rank_of_rejoin(places, rules.rejoin_behind, ticket.rank_at),
            rejoins=ticket.rejoins + 1, session_id=None, window_id=None, staff_id=None, call_count=0,
        )  # fmt: skip
        work.tell(behind=len(places))
    return work.record


def leave(actor: Actor, number: str) -> Ticket:
    """The person no longer waits."""
    with ticket_deed(actor, number, "leave") as work:
        work.change(ended_at=work.at)
    return work.record


def _plan(work: Deed[Ticket]) -> Hall:
    plan = hall(work.record.body_id)
    if plan is None:
        raise NotAllowed("这个大厅已停用取号，请到咨询引导台。", state=work.record.state)
    return plan
