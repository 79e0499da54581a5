"""The agent's line: the seat, the call that rings with what is known of the caller, and the commands of a call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import FlowError, Incomplete, NotAllowed, NotYours
from bangban.foundation.privacy.masking import mask_phone
from bangban.services.hotline import actions
from bangban.services.hotline.actions.opening import NewOrder
from bangban.services.hotline.reads import callers as files
from bangban.services.hotline.reads import found_order, page
from bangban.services.hotline.reads.talk import phrases_for
from bangban.services.telephony import actions as telephony
from bangban.services.telephony import reads
from bangban.services.telephony.exchange import Unreachable, exchange
from bangban.services.telephony.views import CallView
from bangban.surfaces.desk import pages, times
from bangban.surfaces.hotline import listing, wall

TAKES = ("calls.take",)
MOST_MISSED, MISSED_SHOWN = 50, 5
"""So many lost calls are at hand, and so many of them without opening the rest: letters with three minutes stand below."""

STATES = {
    "free": "未签入", "ready": "空闲", "ringing": "振铃", "talking": "通话中", "break": "小休", "wrap_up": "话后处理",
}  # fmt: skip


@require_safe
@pages.staff(*TAKES)
def line(request: HttpRequest) -> HttpResponse:
    """Show the seat, the calls that wait, messages of other media with their limits, and lost calls to call back."""
    actor = pages.desk_actor(request)
    return pages.page(
        request, "hotline/line.html", _context(request, actor), current="line", topics=(f"hotline:{actor.unit_id}",)
    )


@require_safe
@pages.staff(*TAKES, quiet=True)
def around(request: HttpRequest) -> HttpResponse:
    """Answer what waits, for the page to renew itself."""
    return pages.part(request, "hotline/_line.html", _context(request, pages.desk_actor(request)))


def _context(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    seat = reads.seat_of(actor.staff_id or 0)
    wanted = listing.Wanted("incoming")
    missed = reads.missed(limit=MOST_MISSED)
    return {
        "seat": seat,
        "seat_state": STATES.get(seat.state, seat.state) if seat else STATES["free"],
        "free_seats": [one.number for one in reads.seats() if one.staff_id is None] if seat is None else [],
        "waiting": [
            {"phone": mask_phone(one.phone), "waited": one.waited, "late": one.late, "language": wall.language(one.language) if one.language else "",
             "agent": one.ringing_agent}
            for one in reads.waiting_now(limit=20)
        ],
        "incoming": [listing.line(row, wanted) for row in page(actor, "incoming", limit=20).rows],
        "missed": [
            {"id": one.call_id, "phone": mask_phone(one.phone), "at": one.offered_at, "agent": one.claimed_name}
            for one in missed.rows
        ],
        "missed_shown": MISSED_SHOWN,
        "missed_count": f"{len(missed.rows)}{' 个以上' if missed.after else ' 个'}" if missed.rows else "",
        "length": times.length,
        "error": request.session.pop("line_error", ""),
    }  # fmt: skip


@require_safe
@pages.staff(*TAKES, quiet=True)
def bar(request: HttpRequest) -> HttpResponse:
    """Answer the call that this agent has now, with who is calling; empty when there is none."""
    actor = pages.desk_actor(request)
    call = reads.ringing_for(actor.staff_id or 0)
    context: dict[str, Any] = {
        "call": call, "seat": reads.seat_of(actor.staff_id or 0), "states": STATES,
        "language": wall.language(call.language) if call and call.language else "",
    }  # fmt: skip
    if call is not None:
        context |= _caller(actor, call)
    return pages.part(request, "hotline/_callbar.html", context)


def _caller(actor: Actor, call: CallView) -> dict[str, Any]:
    known = files.by_phone(actor, call.phone) if call.phone and call.direction == "in" else None
    history = files.history_of_phone(actor, call.phone, limit=5) if call.phone else None
    return {
        "phone": mask_phone(call.phone) or "号码未显示",
        "known": known,
        "contacts": history.rows if history else (),
        "greeting": next(iter(phrases_for(("greeting",), {"agent_number": _work_number(actor)})), None),
        "talking": call.answered_at is not None and call.ended_at is None,
        "third": [leg for leg in call.legs if leg.role != "agent" and leg.ended_at is None],
    }


def _work_number(actor: Actor) -> str:
    seat = reads.seat_of(actor.staff_id or 0)
    return seat.work_number if seat else ""


@require_POST
@pages.staff(*TAKES)
def sit(request: HttpRequest) -> HttpResponse:
    """Sign in at a seat, change its state, or sign out; a refusal is said on the page."""
    actor = pages.desk_actor(request)
    wanted = request.POST.get("state", "")
    try:
        if wanted == "in":
            telephony.sign_in(actor, request.POST.get("seat", "")[:20])
        elif wanted == "out":
            telephony.sign_out(actor)
        else:
            telephony.set_state(actor, wanted, request.POST.get("reason", "")[:200])
    except FlowError as error:
        request.session["line_error"] = error.sentence
    return pages.done(request, reverse("hotline:line"))


@require_POST
@pages.staff(*TAKES)
def take(request: HttpRequest, call: UUID) -> HttpResponse:
    """Open the order of a call; the same call again leads to the same order."""
    actor = pages.desk_actor(request)
    found = _own(actor, call)
    if found.record_number:
        return pages.done(request, reverse("hotline:order", args=[found.record_number]))
    opened = actions.open_order(
        actor, NewOrder("telephone", phone=found.phone, call_id=found.id, received_at=found.offered_at)
    )
    return pages.done(request, reverse("hotline:order", args=[opened.order.number]))


def _own(actor: Actor, call: UUID) -> CallView:
    """Return a call that the agent took part in; NotYours else."""
    try:
        found = reads.call(call)
    except LookupError:
        found = None
    if found is None or (
        found.agent_id != actor.staff_id and all(leg.staff_id != actor.staff_id for leg in found.legs)
    ):
        raise NotYours("没有找到这通电话。")
    return found


@require_POST
@pages.staff(*TAKES)
def command(request: HttpRequest, call: UUID, what: str) -> HttpResponse:
    """Hold, go on, hand over or end the call that this agent has now."""
    actor = pages.desk_actor(request)
    found = _own(actor, call)
    if found.ended_at is not None:
        raise NotAllowed("这通电话已经结束。", state=found.outcome, allowed_actions=[])
    number = request.POST.get("number", "").strip()[:30]
    line_of = exchange()
    doing = {
        "hold": lambda: line_of.hold(found.exchange_id),
        "resume": lambda: line_of.resume(found.exchange_id),
        "hang-up": lambda: line_of.hang_up(found.exchange_id),
        "transfer": lambda: line_of.transfer(found.exchange_id, number),
    }
    if what not in doing:
        raise Incomplete("没有这个操作。", fields={})
    if what == "transfer" and not number:
        raise Incomplete("请填写转接的号码。", fields={"number": "请填写转接的号码。"})
    try:
        doing[what]()
    except Unreachable as error:
        raise NotAllowed(
            str(error) or "电话交换机没有应答，请在话机上操作。", state=found.outcome, allowed_actions=[]
        ) from error
    return HttpResponse(status=204)


@require_POST
@pages.staff("orders.intake")
def emergency(request: HttpRequest, number: str, to: str) -> HttpResponse:
    """Put the caller of an order through to an emergency number at once (GB33358-3.1)."""
    actor = pages.desk_actor(request)
    order = found_order(actor, number)
    actions.put_through(actor, order.number, to)
    return pages.done(request, reverse("hotline:order", args=[order.number]))


@require_POST
@pages.staff(*TAKES)
def call_back(request: HttpRequest, call: UUID) -> HttpResponse:
    """Take a lost call and ring the caller back (漏接回拨)."""
    actor = pages.desk_actor(request)
    try:
        telephony.call_back(actor, call)
    except FlowError as error:
        request.session["line_error"] = error.sentence
    except Unreachable as error:
        request.session["line_error"] = f"{error}来电人已为您保留15分钟，请稍后再拨，或用座机回拨。"
    return pages.done(request, reverse("hotline:line"))
