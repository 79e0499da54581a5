"""Writing, reviewing and following publications at the desk (DB23-6.2.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.foundation.notify.models import State
from bangban.registry.org.reads import tree
from bangban.services.publications import actions, reads
from bangban.services.publications.flow import STATES
from bangban.services.publications.parties import reachable
from bangban.services.publications.terms import LED_LIMIT, WEEKDAYS, Kind, Target
from bangban.surfaces.desk import acting
from bangban.surfaces.desk.pages import desk_actor, page, see, staff
from bangban.surfaces.publications.forms import Draft, draft_of, posted
from bangban.surfaces.web.errors import status_of

SAID = "desk_publications_said"
BOTH = ("publications.edit", "publications.review")
TONES = {"draft": "neutral", "in_review": "waiting", "published": "success", "expired": "closed", "withdrawn": "closed"}
SENT_TONES = {
    "queued": "waiting", "sending": "waiting", "sent": "active", "delivered": "success", "failed": "danger",
    "cancelled": "neutral",
}  # fmt: skip
MESSAGES = 50


@require_safe
@staff(*BOTH)
def publications(request: HttpRequest) -> HttpResponse:
    """Show the list by state."""
    actor, state = desk_actor(request), request.GET.get("state", "")
    state = state if state in STATES else ""
    listed = reads.desk_page(actor, state=state, after=request.GET.get("after", "")[:200])
    counts, here = reads.state_counts(actor), reverse("publications:desk")
    context = {
        "rows": listed.rows,
        "more": f"{here}?{urlencode({'state': state, 'after': listed.after})}" if listed.after else "",
        "tabs": [
            {"label": "全部", "url": here, "current": not state},
            *(
                {"label": label, "url": f"{here}?state={code}", "count": counts[code], "current": code == state}
                for code, label in STATES.items()
            ),
        ],
        "tones": TONES,
        "edits": may(actor, "publications.edit"),
        "subscribers": reads.subscriber_count(),
        "said": request.session.pop(SAID, ""),
    }
    return page(request, "publications/desk_list.html", context, current="publications")


@require_safe
@staff(*BOTH)
def publication(request: HttpRequest, number: str) -> HttpResponse:
    """Show one publication, where it was shown, to whom it was sent, and what may be done now."""
    return _show(request, number)


def _show(request: HttpRequest, number: str, error: str = "", status: int = 200) -> HttpResponse:
    found = reads.desk_one(desk_actor(request), number, now())
    place = tree().by_id.get(found.body_id)
    context = {
        "one": found,
        "place": place,
        "error": error,
        "tones": TONES,
        "edits": "editor" in found.parties,
        "said": request.session.pop(SAID, ""),
    }
    return page(request, "publications/desk_one.html", context, current="publications", status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("publications.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Write a publication as a draft; `from` fills the form with an earlier one."""
    actor = desk_actor(request)
    if request.method != "POST":
        draft = Draft(body_id=actor.unit_id, valid_from=business_date(now()).isoformat())
        if earlier := request.GET.get("from", "")[:20]:
            draft = draft_of(reads.desk_one(actor, earlier, now()))
            draft.valid_from, draft.valid_to, draft.version = business_date(now()).isoformat(), "", None
        return _form(request, draft, "")
    made: list[str] = []

    def create(draft: Draft) -> None:
        made.append(actions.create_publication(draft.content(), actor, body_id=draft.body_id).number)

    return _save(request, "", create, lambda: made[0] if made else "")


@require_http_methods(["GET", "HEAD", "POST"])
@staff("publications.edit")
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """Change a draft."""
    actor = desk_actor(request)
    if request.method != "POST":
        return _form(request, draft_of(reads.desk_one(actor, number, now())), number)

    def work(draft: Draft) -> None:
        actions.edit_publication(number, draft.content(), actor, version=draft.version)

    return _save(request, number, work, lambda: number)


def _save(request: HttpRequest, number: str, work: Callable[[Draft], object], where: Callable[[], str]) -> HttpResponse:
    actor, draft = desk_actor(request), posted(request.POST)
    try:
        acting.once(actor, f"publication:{number}", request.POST.get("client_id", "")[:80], lambda: work(draft))
    except NotYours:
        raise
    except FlowError as error:
        return _form(request, draft, number, error, status_of(error))
    request.session[SAID] = "草稿已保存，提交审核后由另一人发布。"
    made = where()
    return see(reverse("publications:desk_one", args=[made]) if made else reverse("publications:desk"))


def _form(
    request: HttpRequest, draft: Draft, number: str, error: FlowError | None = None, status: int = 200
) -> HttpResponse:
    actor = desk_actor(request)
    context: dict[str, Any] = {
        "draft": draft,
        "number": number,
        "error": error.sentence if error else "",
        "problems": dict(error.details.get("fields") or {}) if error else {},
        "bodies": [(place.id, place.name) for place in reachable(actor)],
        "kinds": Kind.choices,
        "targets": [{"value": one.value, "label": str(one.label), "hint": HINTS[one]} for one in Target],
        "weekdays": list(enumerate(WEEKDAYS)),
        "led_limit": LED_LIMIT,
    }
    return page(request, "publications/desk_form.html", context, current="publications", status=status)


HINTS = {
    Target.BOARD_SHEET: "A4 或 A3 打印后张贴",
    Target.TOUCH_SCREEN: "大厅触摸屏的信息列表",
    Target.LED: "滚动短文，按时段播放",
    Target.WEBSITE: "门户“信息公开”",
    Target.SMS: "发给订阅了这类信息的人",
}
DOES: dict[str, Callable[[str, Actor, str], object]] = {
    "submit": lambda number, actor, reason: actions.submit_publication(number, actor),
    "publish": lambda number, actor, reason: actions.publish_publication(number, actor),
    "send_back": actions.send_back_publication,
    "recall": lambda number, actor, reason: actions.recall_publication(number, actor),
    "withdraw": actions.withdraw_publication,
    "discard": lambda number, actor, reason: actions.discard_publication(number, actor),
}


@require_POST
@staff(*BOTH)
def do(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Do one step; a refusal shows on the page of the publication."""
    run = DOES.get(action)
    if run is None:
        raise NotYours("没有这个操作。")
    try:
        run(number, desk_actor(request), request.POST.get("reason", ""))
    except NotYours:
        raise
    except FlowError as error:
        return _show(request, number, error.sentence, status_of(error))
    request.session[SAID] = "已办理。"
    return see(reverse("publications:desk_one", args=[number]))


@require_safe
@staff(*BOTH)
def messages(request: HttpRequest, number: str) -> HttpResponse:
    """Show the text messages of a publication with the receipt of each recipient (DB23-6.2.1.2)."""
    found = reads.desk_one(desk_actor(request), number, now())
    state = request.GET.get("state", "")
    state = state if state in State.values else ""
    rows = reads.deliveries(found.id, state=state, after=_mark(request.GET.get("after", "")), limit=MESSAGES + 1)
    shown, here = rows[:MESSAGES], reverse("publications:messages", args=[found.number])
    more = urlencode({"state": state, "after": str(shown[-1].delivery.id)}) if len(rows) > MESSAGES else ""
    context = {
        "one": found,
        "rows": shown,
        "more": f"{here}?{more}" if more else "",
        "tabs": [
            {"label": "全部", "url": here, "current": not state},
            *(
                {
                    "label": label,
                    "url": f"{here}?state={code}",
                    "count": found.sent.get(str(label), 0),
                    "current": code == state,
                }
                for code, label in State.choices
            ),
        ],
        "tones": SENT_TONES,
    }
    return page(request, "publications/desk_messages.html", context, current="publications")


def _mark(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
