"""Another time instead of a closed period: offered, accepted, declined, or talked over (DB23-6.5.2)."""

from __future__ import annotations

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import NotAllowed
from bangban.services.appointments import notices
from bangban.services.appointments.actions.changing import end, move
from bangban.services.appointments.actions.door import appointment_deed, hall_of
from bangban.services.appointments.models import Appointment, Closure, Outcome
from bangban.services.appointments.reads.periods import nearest
from bangban.services.appointments.words import period_words


def offer(work: Deed[Appointment], closure: Closure, *, skip: frozenset[int] = frozenset()) -> str:
    """Choose the nearest free period as an offer, and say so; places offered to others are left for them."""
    appointment, plan = work.record, hall_of(work)
    found = nearest(
        plan, appointment.klass_id, appointment.staff_id, around=appointment.starts_at, limit=1, spread=True,
        skip=skip | {appointment.slot_id},
    )  # fmt: skip
    offered = found[0] if found else None
    work.change(
        offered_slot_id=offered.id if offered else None,
        affected={
            "reason": closure.reason, "closure": closure.number, "offered_slot": offered.id if offered else None,
        },
    )  # fmt: skip
    if offered is None:
        return f"请到页面上另选时间，或取消预约：{notices.link_of(appointment)}"
    words = period_words(offered.starts_at, offered.ends_at, plan.zone)
    work.tell(offered=offered.id, period=words)
    return f"为您另约{words}，请确认、另选或取消：{notices.link_of(appointment)}"


def answer_offer(actor: Actor, number: str, accept: bool, slot_id: int | None = None) -> Appointment:
    """Answer what was offered instead of a closed period: accept it (or another one), or give the booking up.

    When the offered period is full meanwhile, the next one is offered and NotAllowed says so.
    """
    if not accept:
        with appointment_deed(actor, number, "decline_offer") as work:
            end(work, "停约后不再预约", Outcome.CANCELLED)
            words = f"编号{work.record.number}：预约已取消。给您带来不便，敬请谅解；需要时可以重新预约。"
            notices.tell(work, notices.CHANGED, words, "declined")
        return work.record
    try:
        return _accept(actor, number, slot_id)
    except NotAllowed as refusal:
        if "nearest" not in refusal.details:
            raise
        raise _next_offer(number, refusal) from None


def _accept(actor: Actor, number: str, slot_id: int | None) -> Appointment:
    known = Appointment.objects.filter(number=number.strip().upper()).values_list("offered_slot_id", flat=True).first()
    wanted = slot_id or known
    with appointment_deed(actor, number, "accept_offer", {"slot": wanted}) as work:
        # Nobody who was asked to come another time is turned away by the limit of online places.
        move(work, int(wanted or 0), network=False)
        words = (
            f"编号{work.record.number}：已改约到{notices.when_words(work.record)}，签到码{work.record.code}。"
            f"{notices.link_of(work.record)}"
        )
        notices.tell(work, notices.BOOKED, words, f"moved:{work.record.chain_length}")
    return work.record


def _next_offer(number: str, refusal: NotAllowed) -> NotAllowed:
    """Offer the next free period after one that was taken by others."""
    with appointment_deed(SYSTEM, number, "_offer") as work:
        closure = work.record.closure
        assert closure is not None
        taken = frozenset({work.record.offered_slot_id} - {None})
        words = offer(work, closure, skip=taken)  # type: ignore[arg-type]
    return NotAllowed(
        f"刚才的时段已约满。{words}", state="affected", offered=work.record.offered_slot_id,
        nearest=refusal.details.get("nearest", []),
    )  # fmt: skip


def note_call(actor: Actor, number: str, reason: str) -> Appointment:
    """Note that staff spoke with the person on the telephone and what was agreed; the booking is handled."""
    with appointment_deed(actor, number, "note_call", {"reason": reason.strip()}) as work:
        end(work, reason, Outcome.CALLED)
    return work.record
