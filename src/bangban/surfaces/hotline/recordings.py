"""Recordings of a call or an order: the list, listening for a purpose, and who listened (GB33358-4.2.4-a)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import FlowError, NotAllowed, NotYours
from bangban.services.hotline.reads import found_order
from bangban.services.telephony import reads
from bangban.services.telephony.actions import play
from bangban.services.telephony.actions.listening import PURPOSES, purposes_for
from bangban.services.telephony.keeping import path_of
from bangban.services.telephony.views import RecordingView
from bangban.surfaces.desk import pages, times
from bangban.surfaces.hotline.streaming import sound_response
from bangban.surfaces.web.errors import status_of

SEES = ("orders.list", "recordings.play")
LISTENS = "recordings.play"
GRANTS = "recordings_open"
OPEN_FOR = timedelta(minutes=30)
"""So long one permission to listen lasts, so that a long talk can be heard to its end and gone over once."""
OUTCOMES = {
    "": "已播放", "no_right": "拒绝：没有权限", "no_file": "没有播放：文件未到或已过保存期",
    "changed": "没有播放：内容与校验值不符",
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff(*SEES)
def of_order(request: HttpRequest, number: str) -> HttpResponse:
    """Show the recordings of an order, and play one after purpose and reason were given."""
    order = found_order(pages.desk_actor(request), number)
    found = reads.recordings_of_record(order.number)
    back = (f"工单 {order.number}", reverse("hotline:order", args=[order.number]))
    return _page(request, found, f"工单 {order.number} 的录音", back)


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff(*SEES)
def of_call(request: HttpRequest, call: UUID) -> HttpResponse:
    """Show the recordings of a call; those of an order's call only to whoever may see the order."""
    actor, view = pages.desk_actor(request), reads.call(call)
    back = None
    if view.record_number:
        order = found_order(actor, view.record_number)
        back = (f"工单 {order.number}", reverse("hotline:order", args=[order.number]))
    elif not may(actor, "calls.wall"):
        raise NotYours("没有找到这通电话。")
    title = f"{times.when(view.offered_at)} {'来电' if view.direction == 'in' else '去电'}的录音"
    return _page(request, reads.recordings_of(call), title, back)


def _page(request: HttpRequest, found: list[RecordingView], title: str, back: tuple[str, str] | None) -> HttpResponse:
    actor = pages.desk_actor(request)
    error, problems, status = "", {}, 200
    chosen = request.POST.get("recording", "")
    if request.method == "POST":
        try:
            return _play(request, actor, found, chosen)
        except FlowError as refused:
            error, problems, status = refused.sentence, refused.details.get("fields", {}), status_of(refused)
    granted = _granted(request)
    context = {
        "title": title,
        "back": back,
        "rows": [_row(one, granted) for one in found],
        "purposes": list(purposes_for(actor).items()),
        "listens": may(actor, LISTENS),
        "error": error,
        "problems": problems,
        "chosen": chosen,
        "typed": request.POST,
    }
    return pages.page(request, "hotline/recordings.html", context, current="orders", status=status)


def _play(request: HttpRequest, actor: Actor, found: list[RecordingView], chosen: str) -> HttpResponse:
    """Write the attempt down and let the sound through for some time; raises what listening raises."""
    wanted = next((one for one in found if str(one.id) == chosen), None)
    if wanted is None:
        raise NotYours("没有找到这段录音。")
    reason, purpose = request.POST.get("reason", "")[:500], request.POST.get("purpose", "")[:40]
    play(actor, wanted.id, purpose, reason, pages.address_of(request))
    until = now() + OPEN_FOR
    request.session[GRANTS] = {**_granted(request), chosen: [wanted.reference, until.isoformat()]}
    return pages.see(f"{request.path}#r-{chosen}")


def _granted(request: HttpRequest) -> dict[str, list[str]]:
    """Return what this browser session may hear now: reference and end by recording."""
    kept = request.session.get(GRANTS, {})
    return {name: grant for name, grant in kept.items() if datetime.fromisoformat(grant[1]) > now()}


def _row(one: RecordingView, granted: dict[str, list[str]]) -> dict[str, Any]:
    state = ("已登记校验值", "success") if one.digest else ("待登记校验值", "waiting")
    if one.gone_at:
        state = ("已过保存期，文件已删除", "closed")
    return {
        "id": str(one.id),
        "at": one.at,
        "length": times.length(one.seconds),
        "state": state,
        "digest": one.digest[-12:],
        "keep_until": one.keep_until,
        "gone": one.gone_at is not None,
        "sound": reverse("calls:sound", args=[one.id]) if str(one.id) in granted else "",
    }


@require_safe
@pages.staff(LISTENS, quiet=True)
def sound(request: HttpRequest, recording: UUID) -> HttpResponse | FileResponse:
    """Stream a recording for which this session was let through; anybody else finds nothing."""
    grant = _granted(request).get(str(recording))
    if grant is None:
        raise NotYours("请先在录音列表里填写调听目的和理由。")
    path = path_of(grant[0])
    if path is None:
        raise NotAllowed("这段录音的文件已不在，请报告热线管理人员。", state="no_file")
    return sound_response(path, request.headers.get("Range", ""))


@require_safe
@pages.staff(LISTENS)
def log(request: HttpRequest, recording: UUID) -> HttpResponse:
    """Show who listened to a recording, for which purpose, and who was refused."""
    rows = [
        [times.when(one.at), one.who, PURPOSES.get(one.purpose, one.purpose), one.reason,
         OUTCOMES.get(one.outcome, one.outcome)]
        for one in reads.playbacks(recording)
    ]  # fmt: skip
    return pages.page(request, "hotline/recording_log.html", {"rows": rows}, current="orders")
