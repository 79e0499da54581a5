"""Who regularly gets reports, and how (GB33358-5.6.1.3)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.oversight.reports import actions, reads
from bangban.oversight.reports.parties import hotlines
from bangban.oversight.reports.reads.recipients import KINDS
from bangban.oversight.reports.terms import Way
from bangban.registry.org.reads import Place
from bangban.surfaces.desk.pages import desk_actor, page, see, staff
from bangban.surfaces.reports.views import SAID
from bangban.surfaces.web.errors import status_of
from bangban.surfaces.web.given import whole

PERMISSIONS = ("reports.prepare", "reports.release")


def _hotline(request: HttpRequest, actor: Actor) -> Place:
    known = hotlines(actor)
    chosen = request.POST.get("body") or request.GET.get("body") or ""
    found = next((one for one in known if str(one.id) == chosen), known[0] if known else None)
    if found is None:
        raise NotYours("您所在的机构没有热线，不能设置报送对象。")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@staff(*PERMISSIONS)
def recipients(request: HttpRequest) -> HttpResponse:
    """Show and add recipients; a name that is there already is replaced only when that is asked for."""
    if request.method != "POST":
        return _form(request)
    actor, given = desk_actor(request), request.POST
    try:
        actions.save_recipient(
            actor, _hotline(request, actor).id, given.get("name", "")[:200], given.getlist("kinds")[:20], given.get("channel", ""),
            unit_id=whole(given.get("unit", "")), address=given.get("address", "")[:400],
            replaces=whole(given.get("replaces", "")),
        )  # fmt: skip
    except NotYours:
        raise
    except FlowError as error:
        return _form(request, error)
    request.session[SAID] = "已保存。"
    return see(f"{reverse('reports:recipients')}?body={_hotline(request, actor).id}")


def _form(request: HttpRequest, error: FlowError | None = None) -> HttpResponse:
    actor = desk_actor(request)
    hotline = _hotline(request, actor)
    given = request.POST if error else {}
    context = {
        "hotline": hotline,
        "hotlines": hotlines(actor),
        "rows": reads.recipients_of(actor, hotline.id),
        "units": [(one.id, one.name) for one in reads.units(hotline.id)],
        "kinds": [{"value": code, "label": label} for code, label in KINDS.items()],
        "channels": Way.choices,
        "given": {"name": "", "channel": "in_app", "unit": "", "address": "", **dict(given.items())},
        "chosen": request.POST.getlist("kinds") if error else list(KINDS),
        "replaces": error.details.get("replaces") if error else None,
        "error": error.sentence if error else "",
        "problems": dict(error.details.get("fields") or {}) if error else {},
        "said": request.session.pop(SAID, ""),
    }
    return page(
        request, "reports/desk_recipients.html", context, current="reports", status=status_of(error) if error else 200
    )


@require_POST
@staff(*PERMISSIONS)
def end(request: HttpRequest, recipient: int) -> HttpResponse:
    """Stop sending to one recipient."""
    actions.end_recipient(desk_actor(request), recipient)
    request.session[SAID] = "已停止报送。"
    return see(reverse("reports:recipients"))
