"""Walking through a hall with a tablet: begin, tick one member after the other, finish (DB23-4.1, DB23-5.2.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.oversight.patrols import actions, reads
from bangban.oversight.patrols.parties import has_premises
from bangban.oversight.patrols.rules import NOTE_LIMIT, WINDOW_LIMIT, Tick
from bangban.oversight.patrols.terms import Kind
from bangban.registry.org.reads import Place, tree
from bangban.surfaces.desk import acting
from bangban.surfaces.desk.pages import desk_actor, page, see, staff
from bangban.surfaces.web.errors import status_of
from bangban.surfaces.web.given import whole

SAID = "desk_patrols_said"
VIEW = ("patrols.view", "patrols.record")
TONES = {"open": "active", "done": "success", "cancelled": "closed"}
HALLS = ("service_center", "branch_center", "convenience_center", "service_station")
VERDICT, NOTE = "v-", "n-"
WALKS = ((Kind.STAFF, "巡查人员"), (Kind.SITE, "巡查场所"))
"""What a walk may look at, with the words of its button."""


@require_safe
@staff(*VIEW)
def patrols(request: HttpRequest) -> HttpResponse:
    """Show the patrols and the way to begin one."""
    return _list(request)


def _list(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    actor = desk_actor(request)
    listed = reads.patrol_page(actor, after=request.GET.get("after", "")[:200])
    here, bodies = reverse("patrols:desk"), _bodies(actor.unit_id)
    walks = WALKS if any(has_premises(one.id) for one in bodies) else WALKS[:1]
    context = {
        "rows": listed.rows,
        "more": f"{here}?{urlencode({'after': listed.after})}" if listed.after else "",
        "tones": TONES,
        "records": may(actor, "patrols.record"),
        "bodies": [(one.id, one.name) for one in bodies],
        "checklists": [(kind, words, reads.in_force(business_date(now()), kind)) for kind, words in walks],
        "site_checked": reads.last_site_check(actor.unit_id or 0) if len(walks) > 1 else None,
        "kinds": dict(Kind.choices),
        "error": error,
        "said": request.session.pop(SAID, ""),
    }
    return page(request, "patrols/desk_list.html", context, current="patrols", status=status)


def _bodies(unit_id: int | None) -> list[Place]:
    """The own body first, then the halls below it."""
    reached = tree().subtree(unit_id) if unit_id else frozenset()
    found = [one for one in tree().of_kind(*HALLS) if one.id in reached and one.id != unit_id]
    own = tree().by_id.get(unit_id or 0)
    return [*([own] if own else []), *found]


@require_POST
@staff("patrols.record")
def start(request: HttpRequest) -> HttpResponse:
    """Begin a patrol; pressing twice begins one."""
    actor, chosen = desk_actor(request), request.POST.get("body", "")
    kind = Kind.SITE if request.POST.get("kind") == Kind.SITE else Kind.STAFF
    body_id = whole(chosen)
    made: list[str] = []
    try:
        acting.once(
            actor,
            "patrol",
            request.POST.get("client_id", "")[:80],
            lambda: made.append(actions.start_patrol(actor, body_id=body_id, kind=kind).number),
        )
    except NotYours:
        raise
    except FlowError as error:
        return _list(request, error.sentence, status_of(error))
    return see(reverse("patrols:patrol", args=made) if made else reverse("patrols:desk"))


@require_safe
@staff(*VIEW)
def patrol(request: HttpRequest, number: str) -> HttpResponse:
    """Show the people of the hall with what was seen so far."""
    return _show(request, number)


def _show(request: HttpRequest, number: str, error: str = "", typed: str = "", status: int = 200) -> HttpResponse:
    found = reads.patrol_view(desk_actor(request), number)
    if found.kind == Kind.SITE:
        return _site(request, found, error, typed, status)
    context = {
        "patrol": found,
        "allowed": found.allowed_actions,
        "seen": sum(bool(one.checked) for one in found.members),
        "tones": TONES,
        "error": error,
        "typed": typed,
        "said": request.session.pop(SAID, ""),
    }
    return page(request, "patrols/desk_patrol.html", context, current="patrols", status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(*VIEW)
def check(request: HttpRequest, number: str, staff_id: int) -> HttpResponse:
    """Tick the lines for one member of staff; saving leads to the next one who was not seen yet."""
    actor = desk_actor(request)
    if request.method != "POST":
        return _sheet(request, number, staff_id)
    ticks, window = _ticks(request), request.POST.get("window", "")[: WINDOW_LIMIT * 2]
    try:
        actions.check_staff(number, actor, staff_id, ticks, window=window)
    except NotYours:
        raise
    except FlowError as error:
        return _sheet(request, number, staff_id, error, ticks, window)
    following = reads.staff_sheet(actor, number, staff_id).following
    if following is None:
        request.session[SAID] = "名单上的人员都已记录，可以完成巡查。"
        return see(reverse("patrols:patrol", args=[number]))
    return see(reverse("patrols:check", args=[number, following]))


def _ticks(request: HttpRequest, *, readings: bool = False) -> dict[str, Tick]:
    """What was ticked; "everything passes" fills in what was left open. Readings are kept beside a pass, too."""
    known = {
        name.removeprefix(NOTE): str(note).strip()[: NOTE_LIMIT * 2]
        for name, note in request.POST.items()
        if name.startswith(NOTE)
    }
    said = {code: request.POST.get(VERDICT + code, "") for code in known}
    if request.POST.get("do") == "pass":
        said = {code: verdict or "pass" for code, verdict in said.items()}
    return {
        code: Tick(verdict, known[code] if readings or verdict == "fail" else "")
        for code, verdict in said.items()
        if verdict
    }


def _sheet(
    request: HttpRequest,
    number: str,
    staff_id: int,
    error: FlowError | None = None,
    ticks: dict[str, Tick] | None = None,
    window: str = "",
) -> HttpResponse:
    actor = desk_actor(request)
    view, sheet = reads.patrol_view(actor, number), reads.staff_sheet(actor, number, staff_id)
    shown: dict[str, Any] = {
        one.line.code: (one.verdict, one.note) if ticks is None else _typed(ticks.get(one.line.code))
        for one in sheet.ticks
    }
    context = {
        "patrol": view,
        "sheet": sheet,
        "shown": shown,
        "window": sheet.window if error is None else window,
        "groups": list(dict.fromkeys(one.line.group for one in sheet.ticks)),
        "ticking": "check" in view.allowed_actions,
        "error": error.sentence if error else "",
        "problems": dict(error.details.get("fields") or {}) if error else {},
        "note_limit": NOTE_LIMIT,
        "window_limit": WINDOW_LIMIT,
    }
    status = status_of(error) if error else 200
    return page(request, "patrols/desk_sheet.html", context, current="patrols", status=status)


def _typed(tick: Tick | None) -> tuple[str, str]:
    return (tick.verdict, tick.note) if tick else ("", "")


@require_POST
@staff("patrols.record")
def check_site(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what was seen of the premises (GB33358-4.2.1)."""
    actor, ticks = desk_actor(request), _ticks(request, readings=True)
    place = request.POST.get("window", "")[: WINDOW_LIMIT * 2]
    try:
        actions.check_site(number, actor, ticks, place=place)
    except NotYours:
        raise
    except FlowError as error:
        return _site(
            request, reads.patrol_view(actor, number), error.sentence, "", status_of(error), error, ticks, place
        )
    request.session[SAID] = "已保存，可以完成巡查。"
    return see(reverse("patrols:patrol", args=[number]))


def _site(
    request: HttpRequest,
    found: reads.PatrolView,
    error: str,
    typed: str,
    status: int,
    refused: FlowError | None = None,
    ticks: dict[str, Tick] | None = None,
    place: str = "",
) -> HttpResponse:
    context = {
        "patrol": found,
        "lines": [one.line for one in found.site],
        "shown": {
            one.line.code: (one.verdict, one.note) if ticks is None else _typed(ticks.get(one.line.code))
            for one in found.site
        },
        "groups": list(dict.fromkeys(one.line.group for one in found.site)),
        "window": found.site_place if ticks is None else place,
        "allowed": found.allowed_actions,
        "seen": sum(bool(one.verdict) for one in found.site),
        "tones": TONES,
        "error": error,
        "problems": dict(refused.details.get("fields") or {}) if refused else {},
        "typed": typed,
        "note_limit": NOTE_LIMIT,
        "window_limit": WINDOW_LIMIT,
        "said": request.session.pop(SAID, ""),
    }
    return page(request, "patrols/desk_site.html", context, current="patrols", status=status)


@require_POST
@staff("patrols.record")
def finish(request: HttpRequest, number: str) -> HttpResponse:
    """End the patrol with a summary."""
    summary = request.POST.get("summary", "").replace("\r\n", "\n")[:4000]
    return _end(request, number, summary, lambda: actions.finish_patrol(number, desk_actor(request), summary))


@require_POST
@staff(*VIEW)
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Void a patrol that was begun by mistake."""
    reason = request.POST.get("reason", "")[:1000]
    return _end(request, number, "", lambda: actions.cancel_patrol(number, desk_actor(request), reason))


def _end(request: HttpRequest, number: str, typed: str, work: Callable[[], object]) -> HttpResponse:
    try:
        work()
    except NotYours:
        raise
    except FlowError as error:
        return _show(request, number, error.sentence, typed, status_of(error))
    request.session[SAID] = "已办理。"
    return see(reverse("patrols:patrol", args=[number]))
