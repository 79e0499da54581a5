"""The right pane: standard answers and items beside the talk, and a look at contact data with a reason."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.reveals import FIELDS, reveal
from bangban.foundation.flows.flow import FlowError, Incomplete, NotAllowed
from bangban.registry.catalog import reads as catalog
from bangban.registry.knowledge import actions as knowledge
from bangban.services.cases.models import Case
from bangban.services.cases.reads import case_view, get_case
from bangban.surfaces.desk import finding, pages
from bangban.surfaces.web.errors import status_of

REVEALED = ("name", "phone")


@require_safe
@pages.staff("cases.list")
def search(request: HttpRequest, number: str) -> HttpResponse:
    """Answer standard answers that fit what was typed, or the case's need."""
    view = case_view(pages.desk_actor(request), number, with_story=False)
    text = request.GET.get("k", "").strip() or view.need_summary or view.question
    found = finding.answers(text)
    context = {"found": found, "items": finding.items(text, 3), "view": view, "text": text}
    return pages.part(request, "desk/_found.html", context)


@require_safe
@pages.staff("cases.list")
def items(request: HttpRequest, number: str) -> HttpResponse:
    """Answer proposals for the item picker."""
    view = case_view(pages.desk_actor(request), number, with_story=False)
    text = request.GET.get("item_search", "").strip() or view.need_summary or view.question
    context = {"items": finding.items(text), "value": request.GET.get("item", ""), "view": view}
    return pages.part(request, "desk/_item_choices.html", context)


@require_safe
@pages.staff("cases.list")
def guide(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Answer the guide of an item beside the talk."""
    view = case_view(pages.desk_actor(request), number, with_story=False)
    return pages.part(request, "desk/_guide.html", {"view": view, "item": catalog.item(code)})


@require_POST
@pages.staff("knowledge.search")
def feedback(request: HttpRequest, entry: str) -> HttpResponse:
    """Note whether a standard answer helped, or report what is wrong with it (F3.29)."""
    actor, verdict = pages.desk_actor(request), request.POST.get("verdict", "")
    if verdict == "wrong":
        knowledge.report_error(entry, actor, request.POST.get("text", ""))
    elif verdict in ("helpful", "unhelpful"):
        knowledge.rate_entry(entry, actor, helpful=verdict == "helpful")
    else:
        raise Incomplete("请选择评价。", fields={"verdict": "请选择评价。"})
    return pages.part(request, "desk/_thanks.html", {})


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff("personal_data.reveal")
def contact(request: HttpRequest, number: str) -> HttpResponse:
    """Show name or phone in full after a reason was written down; the person can read it (F8.16)."""
    actor = pages.desk_actor(request)
    case = get_case(actor, number)
    context: dict[str, object] = {
        "number": case.number,
        "fields": {name: FIELDS[name] for name in REVEALED},
        "error": "",
        "shown": {},
    }
    status = 200
    if request.method == "POST":
        context["reason"] = request.POST.get("reason", "")
        try:
            context["shown"] = _reveal(request, actor, case)
        except FlowError as error:
            context["error"], status = error.sentence, status_of(error)
    if pages.is_part(request):
        response = pages.part(request, "desk/_contact.html", context, status)
        response.headers["X-Panel"] = "1"
        return response
    return pages.page(request, "desk/contact.html", context, current="cases", status=status)


def _reveal(request: HttpRequest, actor: Actor, case: Case) -> dict[str, str]:
    if case.confidential and case.opened_unit_id != actor.unit_id:
        raise NotAllowed("服务对象要求保密，联系方式只有登记单位可以查看；请通过本平台回复。", state=case.state)
    if actor.third_party and case.owner_id != actor.staff_id:
        raise NotAllowed("第三方人员只能查看由本人承办事项的联系方式。", state=case.state)
    chosen = request.POST.get("field", "phone")
    if chosen not in REVEALED:
        raise Incomplete("请选择要查看的内容。", fields={"field": "请选择要查看的内容。"})
    read = {"name": lambda: case.contact_name, "phone": lambda: case.contact_phone}[chosen]
    value = reveal(
        actor, f"case:{case.number}", chosen, request.POST.get("reason", ""), read, pages.address_of(request)
    )
    return {FIELDS[chosen]: value or "未留"}
