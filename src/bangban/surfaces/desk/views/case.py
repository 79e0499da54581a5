"""One case on the desk: head, talk, actions, helper."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import FlowError, NotAllowed, NotYours, Transition
from bangban.foundation.handover.models import WORK
from bangban.registry.knowledge.reads import phrases
from bangban.services.cases.models import Scope
from bangban.services.cases.reads import CaseView, case_view, get_case, other_cases_of_user
from bangban.services.hotline.reads.messages import linked
from bangban.surfaces.desk import acting, finding, lists, pages
from bangban.surfaces.desk.forms import actions as forms
from bangban.surfaces.desk.forms import typed
from bangban.surfaces.desk.forms.fields import Field
from bangban.surfaces.desk.lines import talk_lines
from bangban.surfaces.desk.story import clock_chips, facts, steps, story
from bangban.surfaces.web.errors import status_of, wants_json
from bangban.surfaces.web.given import whole


def buttons(view: CaseView) -> list[dict[str, Any]]:
    """Return the actions of the flow that this viewer may do now, in a sensible order, each with its key."""
    lines = {line.action: line for line in view.allowed}
    made: list[dict[str, Any]] = []
    for action, face in forms.FACES.items():
        if line := lines.get(action):
            made.append({
                "action": action, "label": forms.label_of(line, view), "key": face.key, "icon": face.icon, "at_once": face.at_once,
                "form": reverse("desk:form", args=[view.number, action]), "do": reverse("desk:do", args=[view.number, action]),
                "primary": face.primary,
            })  # fmt: skip
    if made and not any(button["primary"] for button in made):
        wanted = _next_step(view, [button["action"] for button in made])
        for button in made:
            button["primary"] = button["action"] == wanted
    return made


def _next_step(view: CaseView, offered: list[str]) -> str:
    """Return what to do next; while a hand-over waits for its receiver, nothing."""
    if any(offer.kind in WORK for offer in view.offers):
        return ""
    sorted_out = bool(view.need_summary and view.scope and (view.question_type or view.scope == Scope.OUT))
    order = ("sort",) if not sorted_out else ("assign", "close") if view.state == "claimed" else ("close",)
    return next((action for action in order if action in offered), "")


def context_of(actor: Actor, number: str) -> dict[str, Any]:
    """Return everything of one case for the middle and the right pane."""
    view = case_view(actor, number)
    at = now()
    return {
        "view": view,
        "buttons": buttons(view),
        "badge": lists.BADGES.get(view.state, "neutral"),
        "chips": clock_chips(view, at),
        "facts": facts(view),
        "steps": steps(view),
        "story": story(view),
        "orders": _orders(actor, view),
        "may_reveal": may(actor, "personal_data.reveal"),
        "reads_for_unit": "owner" in view.parties,
        "panel": None,
        "afresh": False,
    }


def _orders(actor: Actor, view: CaseView) -> list[dict[str, str]]:
    """Return the hotline orders that a case came from or was passed to (T637-6.1.5-f)."""
    seen = may(actor, "orders.list")
    return [
        {
            "number": one.number,
            "state": one.state_label,
            "url": reverse("hotline:order", args=[one.number]) if seen else "",
        }
        for one in linked(view.id)
        if one.record_type == "order"
    ]


@require_safe
@pages.staff("cases.list")
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Show a case with its list; `do` opens the form of an action."""
    actor = pages.desk_actor(request)
    context = context_of(actor, number)
    if action := request.GET.get("do"):
        context["panel"] = panel_of(context["view"], actor, action)
    return _whole(request, actor, context)


def _whole(request: HttpRequest, actor: Actor, context: dict[str, Any], status: int = 200) -> HttpResponse:
    view: CaseView = context["view"]
    wanted = lists.wanted_of(request.GET, actor)
    context |= lists.pane(actor, wanted, view.number)
    context |= {
        "back": f"{reverse('desk:board')}?{wanted.query()}",
        "lines": talk_lines(view.id, view.number),
        "phrases": quick_phrases(),
    }
    return pages.page(
        request, "desk/case.html", context, current="cases", status=status, topics=(f"case:{view.number}",)
    )


@require_safe
@pages.staff("cases.list", quiet=True)
def others(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the other records of the same person, and how many there are in the name of their tab."""
    actor = pages.desk_actor(request)
    wanted = lists.wanted_of(request.GET, actor)
    found = other_cases_of_user(get_case(actor, number).id)
    return pages.part(request, "desk/_others.html", {"others": [lists.line(row, wanted) for row in found]})


def quick_phrases() -> list[dict[str, str]]:
    """Return the service phrases by situation; those with a gap to fill show it as ____."""
    return [{"group": phrase.label or phrase.situation, "text": blanks(phrase.text)} for phrase in phrases()]


def blanks(text: str) -> str:
    """Show each gap of a phrase as a line to fill in."""
    parts = text.split("{")
    return parts[0] + "".join("____" + part.partition("}")[2] for part in parts[1:])


@require_safe
@pages.staff("cases.list", quiet=True)
def top(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the head of a case with its actions."""
    context = context_of(pages.desk_actor(request), number) | {"afresh": True}
    return pages.part(request, "desk/_top.html", context)


@require_safe
@pages.staff("cases.list", quiet=True)
def past(request: HttpRequest, number: str) -> HttpResponse:
    """Answer limits and story of a case."""
    return pages.part(request, "desk/_story.html", context_of(pages.desk_actor(request), number))


def panel_of(view: CaseView, actor: Actor, action: str) -> dict[str, Any]:
    """Return the form of an action that is allowed now; raises NotAllowed else."""
    line = line_of(view, action)
    return _panel(view, line, forms.fields_of(line, view, actor))


def line_of(view: CaseView, action: str) -> Transition:
    """Return the allowed transition behind an action."""
    found = next((line for line in view.allowed if line.action == action), None)
    if found is None:
        raise NotAllowed(f"目前状态是“{view.state_label}”，不能进行这一步。", state=view.state)
    return found


def _panel(view: CaseView, line: Transition, fields: list[Field], **more: Any) -> dict[str, Any]:
    text = view.need_summary or view.question
    wants_item = any(field.widget == "item" for field in fields)
    return {
        "action": line.action,
        "title": forms.label_of(line, view),
        "url": reverse("desk:do", args=[view.number, line.action]),
        "fields": [field for field in fields if not field.group],
        "groups": _groups(fields, view),
        "items": finding.items(text) if wants_item else [],
        "version": view.version,
        "error": "",
        "loose": [],
        "stale": False,
        "offer": "",
        **more,
    }


def _groups(fields: list[Field], view: CaseView) -> list[dict[str, Any]]:
    found: dict[str, list[Field]] = {}
    for field in fields:
        if field.group:
            found.setdefault(field.group, []).append(field)
    opened = forms.OUT_OF_SCOPE if view.scope == "out_of_scope" else forms.DEPTH if view.stage != "consult" else ""
    return [
        {"title": title, "fields": rows, "open": title == opened or any(field.error for field in rows)}
        for title, rows in found.items()
    ]


@require_safe
@pages.staff("cases.list")
def form(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Answer the form of an action for the open case."""
    actor = pages.desk_actor(request)
    view = case_view(actor, number, with_story=False)
    if not pages.is_part(request):
        return pages.see(f"{reverse('desk:case', args=[view.number])}?do={action}")
    context = {"view": view, "panel": panel_of(view, actor, action)}
    return pages.part(request, "desk/_panel.html", context)


@require_POST
@pages.staff("cases.list")
def do(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Do an action; a refusal comes back in the same panel with what was typed and the newest state."""
    actor = pages.desk_actor(request)
    seen = case_view(actor, number, with_story=False)
    line = next((line for line in seen.allowed if line.action == action), None)
    fields = forms.fields_of(line, seen, actor) if line else []
    try:
        given = typed.given_of(request.POST, fields)
        version = request.POST.get("version", "")
        acting.act(
            actor, seen.number, action, given,
            version=whole(version), client_id=request.POST.get("client_id", "")[:80],
        )  # fmt: skip
    except NotYours:
        raise
    except FlowError as error:
        return _refused(request, actor, seen, line, fields, error)
    try:
        case_view(actor, number, with_story=False)
    except NotYours:
        return pages.done(request, reverse("desk:board") + pages.came_from(request))
    return pages.done(request, reverse("desk:case", args=[seen.number]) + pages.came_from(request))


def _refused(
    request: HttpRequest, actor: Actor, seen: CaseView, line: Transition | None, fields: list[Field], error: FlowError
) -> HttpResponse:
    status = status_of(error)
    if wants_json(request):
        return pages.refusal(request, status, error.sentence, **error.details)
    loose = typed.spread_errors(fields, error.details.get("fields", {}))
    context = context_of(actor, seen.number)
    fresh: CaseView = context["view"]
    stale = bool(error.details.get("stale"))
    panel: dict[str, Any] = {
        "action": "",
        "title": "没有办成",
        "url": "",
        "fields": [],
        "groups": [],
        "items": [],
        "version": fresh.version,
    }
    panel |= {"loose": loose, "error": error.sentence, "stale": stale, "offer": ""}
    if line:
        offer = error.details.get("use", "") if error.details.get("use") in fresh.allowed_actions else ""
        panel = _panel(fresh, line, fields, error=error.sentence, loose=loose, stale=stale, offer=offer)
    context["panel"] = panel
    if pages.is_part(request):
        response = pages.part(request, "desk/_panel.html", context, status)
        response.headers["X-Panel"] = "1"
        return response
    return _whole(request, actor, context, status)
