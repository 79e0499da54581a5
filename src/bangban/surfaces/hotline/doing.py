"""The forms of an order's actions, and doing them; a refusal comes back with what was typed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import FlowError, Incomplete, NotAllowed, NotYours, Transition
from bangban.services.conversation.models import Attachment
from bangban.services.hotline import actions
from bangban.services.hotline.actions.attaching import keep_waiting
from bangban.services.hotline.flow import FLOW
from bangban.services.hotline.reads import OrderView, order_view
from bangban.services.hotline.reads.talk import lacking
from bangban.surfaces.desk import pages, times
from bangban.surfaces.desk.acting import once
from bangban.surfaces.desk.forms.fields import Field
from bangban.surfaces.desk.forms.typed import spread_errors
from bangban.surfaces.hotline import acts, faces, filing, forms, typed
from bangban.surfaces.hotline.orders import SEES, context_of, whole
from bangban.surfaces.web.errors import status_of, wants_json


def line_of(view: OrderView, actor: Actor, action: str) -> Transition:
    """Return the line of the flow behind an action that is shown now; raises NotAllowed else."""
    if action not in faces.offered(view, actor):
        raise NotAllowed(
            f"目前状态是“{view.state_label}”，不能进行这一步。", state=view.state, allowed_actions=view.allowed_actions
        )
    return next((one for one in view.allowed if one.action == action), FLOW.by_action[action][0])


def panel_of(view: OrderView, actor: Actor, action: str, asked: QueryDict) -> dict[str, Any]:
    """Return the form of an action that is allowed now, with what its address asks for; raises NotAllowed else."""
    line = line_of(view, actor, action)
    fields = forms.fields_of(line, view, actor)
    typed.prefill(fields, asked)
    return _panel(view, line, fields)


def _panel(view: OrderView, line: Transition, fields: list[Field], **more: Any) -> dict[str, Any]:
    groups: dict[str, list[Field]] = {}
    for field in fields:
        if field.group:
            groups.setdefault(field.group, []).append(field)
    return {
        "action": line.action,
        "title": line.label,
        "url": reverse("hotline:do", args=[view.number, line.action]),
        "fields": [field for field in fields if not field.group and field.widget != "files"],
        "files": next((field for field in fields if field.widget == "files"), None),
        "waiting": [],
        "groups": [
            {"title": name, "fields": rows, "open": any(f.error for f in rows)} for name, rows in groups.items()
        ],
        "clause": line.clause,
        "error": "",
        "loose": [],
        "lacking": (),
        "since": "",
        "typed": [],
        **more,
    }


@require_safe
@pages.staff(*SEES)
def form(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Answer the form of an action for the open order."""
    actor = pages.desk_actor(request)
    view = order_view(actor, number)
    if not pages.is_part(request):
        asked = urlencode({"do": action, **request.GET.dict()})
        return pages.see(f"{reverse('hotline:order', args=[view.number])}?{asked}")
    return pages.part(
        request, "hotline/_panel.html", {"view": view, "panel": panel_of(view, actor, action, request.GET)}
    )


@require_POST
@pages.staff(*SEES)
def do(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Do an action; a refusal comes back in the same panel with what was typed and the newest state."""
    actor = pages.desk_actor(request)
    seen = order_view(actor, number)
    line = line_of(seen, actor, action) if action in faces.offered(seen, actor) else None
    fields = forms.fields_of(line or _line_named(action), seen, actor)
    mark = request.POST.get("client_id", "")[:80]
    files: list[Attachment] = []
    try:
        if line is None:
            # It may be the same form sent again: then nothing happens, else it is refused.
            once(actor, f"{seen.number}:{action}", mark, lambda: line_of(seen, actor, action))
        else:
            typed.kept(fields, request.POST)
            files = filing.sent_with(request, actor, seen) if any(one.widget == "files" for one in fields) else []
            given = typed.given_of(request.POST, fields) | ({"files": files} if files else {})
            typed.needed(fields, given)
            acts.act(actor, seen.number, action, given, client_id=mark)
    except NotYours:
        raise
    except FlowError as error:
        keep_waiting(files)
        return _refused(request, actor, seen, line, fields, error, files)
    try:
        order_view(actor, seen.number)
    except NotYours:
        return pages.done(request, reverse("hotline:orders") + pages.came_from(request))
    return pages.done(request, reverse("hotline:order", args=[seen.number]) + pages.came_from(request))


def _line_named(action: str) -> Transition:
    """Return a line of the flow by its action; raises Incomplete for one that does not exist."""
    lines = FLOW.by_action.get(action)
    if not lines:
        raise Incomplete("没有这个操作。", fields={})
    return lines[0]


def _newest(view: OrderView) -> str:
    """Say what was done last with the order, when, and by whom: it is why the step came too late."""
    last = view.timeline[-1] if view.timeline else None
    if last is None:
        return ""
    who = " · ".join(filter(None, [last.actor, last.unit]))
    return f"{times.when(last.at)} {who}：{last.text}"


def _written(fields: list[Field], post: QueryDict) -> list[tuple[str, str]]:
    """Return the sentences that somebody wrote into a form which is gone, so that he can take them along."""
    typed.kept(fields, post)
    return [(field.label, field.value) for field in fields if not field.options and field.value.strip()]


def _refused(
    request: HttpRequest, actor: Actor, seen: OrderView, line: Transition | None, fields: list[Field], error: FlowError,
    files: list[Attachment],
) -> HttpResponse:  # fmt: skip
    status = status_of(error)
    if wants_json(request):
        return pages.refusal(request, status, error.sentence, **error.details)
    late = lacking(seen.order) if line and line.action in acts.REGISTERING and seen.state == "registering" else ()
    loose = spread_errors(fields, error.details.get("fields", {}))
    fresh = order_view(actor, seen.number)
    context = context_of(actor, fresh)
    if line is not None:
        context["panel"] = _panel(fresh, line, fields, error=error.sentence, loose=loose, lacking=late, waiting=files)
    else:
        context["panel"] = {
            "action": "", "title": "没有办成", "url": "", "fields": [], "groups": [], "files": None, "clause": "", "loose": loose,
            "error": error.sentence, "since": _newest(fresh), "typed": _written(fields, request.POST), "lacking": (),
        }  # fmt: skip
    if pages.is_part(request):
        response = pages.part(request, "hotline/_panel.html", context, status)
        response.headers["X-Panel"] = "1"
        return response
    return whole(request, actor, context, status)


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff(*SEES)
def contact(request: HttpRequest, number: str) -> HttpResponse:
    """Show name, phone and address in full after a reason was written down (GB33358-5.1.2.6)."""
    actor = pages.desk_actor(request)
    view = order_view(actor, number)
    context: dict[str, Any] = {"view": view, "error": "", "reason": "", "shown": None}
    status = 200
    if request.method == "POST":
        context["reason"] = request.POST.get("reason", "").strip()[:300]
        try:
            context["shown"] = actions.reveal(actor, view.number, context["reason"])
        except FlowError as error:
            context["error"], status = error.sentence, status_of(error)
    response = pages.part(request, "hotline/_contact.html", context, status)
    response.headers["X-Panel"] = "1"
    return response
