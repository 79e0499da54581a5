"""One booking at the desk: what was told, what is prepared, and what may be done now (DB23-6.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.foundation.live.reads import current_seq
from bangban.registry.org.reads import colleagues
from bangban.services.appointments import actions, reads
from bangban.services.appointments.reads import AppointmentView, SlotView
from bangban.surfaces.appointments import moments
from bangban.surfaces.appointments.choosing import Choice, nearby, offer
from bangban.surfaces.appointments.desk.booking import plain
from bangban.surfaces.appointments.desk.days import SAID
from bangban.surfaces.appointments.drafts import Draft, read
from bangban.surfaces.appointments.portal.showing import TONES
from bangban.surfaces.desk import pages
from bangban.surfaces.web.errors import status_of
from bangban.surfaces.web.given import whole

HOW = {"screen": "页面显示", "read_out": "读出并发短信", "sms": "短信"}


@require_safe
@pages.staff()
def one(request: HttpRequest, number: str) -> HttpResponse:
    """Show a booking to whoever works with it: the people of its hall, its registrar, its specialist."""
    return show(request, number)


def show(
    request: HttpRequest, number: str, *, action: str = "", error: str = "", status: int = 200, **more: Any
) -> HttpResponse:
    """Show the newest state with what was typed and could not be done."""
    actor, after = pages.desk_actor(request), current_seq()
    view = reads.appointment_view(actor, number)
    context: dict[str, Any] = {
        "one": view,
        "allowed": view.allowed_actions,
        "tone": TONES[view.state],
        "after": after,
        "day_url": _day_url(view),
        "action": action,
        "error": error,
        "given": {name: request.POST.get(name, "")[:300] for name in ("reason", "to", "slot")} if action else {},
        "how": HOW.get(str(view.notice.get("how", "")), ""),
        "ready": sum(1 for line in view.checklist if line.ticked_at or line.file_id),
        "offered": _words(view.offered, view),
        "others": [(slot.id, words) for slot in view.alternatives if (words := _words(slot, view))],
        "people": _people(view) if "substitute" in view.allowed_actions else [],
        "said": request.session.pop(SAID, ""),
        "revealed": None,
        "may_reveal": bool(view.parties & {"staff", "specialist", "manager"}),
        **more,
    }
    topics = (f"appointment:{view.number}",)
    return pages.page(
        request, "appointments/desk_one.html", context, current="appointments", status=status, topics=topics
    )


def _day_url(view: AppointmentView) -> str:
    day = view.starts_at.astimezone(moments.zone_of(view.body_id)).date()
    return f"{reverse('appointments:desk_day')}?day={day.isoformat()}"


def _words(slot: SlotView | None, view: AppointmentView) -> str:
    if slot is None or slot.state != "open":
        return ""
    return moments.period(slot.starts_at, slot.ends_at, view.body_id)


def _people(view: AppointmentView) -> list[tuple[int, str]]:
    """Return the other specialists of the hall, who may receive the person instead."""
    found = colleagues(now(), body_id=view.body_id, duty="dedicated_consultant")
    return [(one.id, one.name) for one in found if one.id != view.staff_id]


def _check_in(request: HttpRequest, actor: Actor, number: str) -> str:
    view = reads.appointment_view(actor, number)
    issued = actions.check_in(actor, body_id=view.body_id, number=number)
    return f"已取号 {issued.ticket.label}，请把号告诉对方。"


def _answer(request: HttpRequest, actor: Actor, number: str) -> str:
    actions.answer_offer(actor, number, True, whole(request.POST.get("slot", "")))
    return "已改约，短信已交发送。"


def _decline(request: HttpRequest, actor: Actor, number: str) -> str:
    actions.answer_offer(actor, number, False)
    return "已按对方意见取消，短信已交发送。"


def _cancel(request: HttpRequest, actor: Actor, number: str) -> str:
    actions.cancel(actor, number, request.POST.get("reason", "")[:300])
    return "已取消，短信已交发送。"


def _call(request: HttpRequest, actor: Actor, number: str) -> str:
    actions.note_call(actor, number, request.POST.get("reason", "")[:300])
    return "已登记电话沟通结果。"


def _substitute(request: HttpRequest, actor: Actor, number: str) -> str:
    actions.substitute(actor, number, whole(request.POST.get("to", "")) or 0, request.POST.get("reason", "")[:300])
    return "已更换接待专员，短信已交发送。"


DOES: dict[str, Callable[[HttpRequest, Actor, str], str]] = {
    "check_in": _check_in,
    "accept_offer": _answer,
    "decline_offer": _decline,
    "cancel": _cancel,
    "note_call": _call,
    "substitute": _substitute,
}


@require_POST
@pages.staff()
def do(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Do one step of a booking; a refusal shows beside what was typed. `back` leads to the list it came from."""
    run = DOES.get(action)
    if run is None:
        raise NotYours("没有这个操作。")
    try:
        # The flow itself refuses what was done already; a wider transaction would lose the next offer of a full period.
        told = run(request, pages.desk_actor(request), number)
    except NotYours:
        raise
    except FlowError as error:
        sentence = "".join(dict(error.details.get("fields") or {}).values()) or error.sentence
        return show(request, number, action=action, error=sentence, status=status_of(error))
    request.session[SAID] = told
    return pages.see(
        pages.local(request, request.POST.get("back", ""), reverse("appointments:desk_one", args=[number]))
    )


@require_POST
@pages.staff()
def contact(request: HttpRequest, number: str) -> HttpResponse:
    """Show name and number in full to whoever must call, with a reason that is kept (T637-5-g)."""
    actor = pages.desk_actor(request)
    try:
        shown = actions.reveal_contact(actor, number, request.POST.get("reason", ""), pages.address_of(request))
    except NotYours:
        raise
    except FlowError as error:
        sentence = "".join(dict(error.details.get("fields") or {}).values()) or error.sentence
        return show(request, number, action="contact", error=sentence, status=status_of(error))
    return show(request, number, revealed=shown)


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff()
def change(request: HttpRequest, number: str) -> HttpResponse:
    """Show the periods of the same business, and move the booking to the chosen one."""
    draft = read(request.POST if request.method == "POST" else request.GET)
    if request.method != "POST" or "change" not in request.POST:
        return _periods(request, number, draft)
    if draft.slot_id() is None:
        return _periods(request, number, draft, "请选择一个时段。", status=422)
    try:
        actions.change(pages.desk_actor(request), number, draft.slot_id())
    except NotYours:
        raise
    except FlowError as error:
        near = error.details.get("nearest") or []
        return _periods(request, number, draft, error.sentence, near, status_of(error))
    request.session[SAID] = "已改约，短信已交发送。"
    return pages.see(reverse("appointments:desk_one", args=[number]))


def _periods(
    request: HttpRequest, number: str, draft: Draft, problem: str = "", near: list[dict[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    view = reads.appointment_view(pages.desk_actor(request), number)
    choice = Choice()
    offer(choice, view.body_id, view.klass_id, draft.date, "window", staff_id=view.staff_id)
    choice.nearest = nearby(near or [], view.body_id)
    context = {
        "t": plain,
        "one": view,
        "choice": choice,
        "draft": draft,
        "problem": problem,
        "part_url": reverse("appointments:desk_change", args=[view.number]) + "?part=1",
    }
    if pages.is_part(request) and request.method == "GET":
        return pages.part(request, "appointments/_periods.html", context)
    return pages.page(request, "appointments/desk_change.html", context, current="appointments", status=status)
