"""What citizens read, and how they ask to be told by text message (DB23-6.2.1.2)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangban.foundation.access.phone_codes import send_phone_code
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import FlowError
from bangban.registry.org.reads import Place, tree
from bangban.services.publications import actions, reads
from bangban.services.publications.reads import Shown
from bangban.services.publications.terms import Kind, Target
from bangban.surfaces.portal.language import say
from bangban.surfaces.portal.pages import citizen, page
from bangban.surfaces.portal.views.talk import by_script
from bangban.surfaces.portal.visitors import address_of, language_of
from bangban.surfaces.web.errors import problem, status_of

PLACES = ("service_center", "branch_center", "convenience_center")
SITE = "网站"


@require_safe
@citizen
def notices(request: HttpRequest) -> HttpResponse:
    """Show what is in force, the latest first, narrowed by kind or place."""
    kind, code = request.GET.get("kind", ""), request.GET.get("body", "")[:64]
    kind = kind if kind in Kind.values else ""
    listed = reads.public_page(
        business_date(now()), kind=kind, body_code=code, after=request.GET.get("after", "")[:200]
    )
    _note(listed.rows)
    here = reverse("publications:notices")
    kept = {name: value for name, value in (("kind", kind), ("body", code)) if value}
    context = {
        "rows": listed.rows,
        "more": f"{here}?{urlencode({**kept, 'after': listed.after})}" if listed.after else "",
        "kinds": [
            {"label": label, "url": _address(here, kind=value, body=code), "current": value == kind}
            for value, label in (("", "全部"), *((one.value, str(one.label)) for one in Kind))
        ],
        "place": tree().by_code.get(code),
    }
    return page(request, "publications/notices.html", context, tab="matters")


def _address(here: str, **query: str) -> str:
    kept = {name: value for name, value in query.items() if value}
    return f"{here}?{urlencode(kept)}" if kept else here


def _note(rows: tuple[Shown, ...]) -> None:
    """The website reports what it showed, as every other output does."""
    by_body: dict[str, list[UUID]] = defaultdict(list)
    for row in rows:
        by_body[row.body_code].append(row.id)
    for code, shown in by_body.items():
        if place := tree().by_code.get(code):
            actions.note_refresh(Target.WEBSITE, place.id, shown, SITE, now())


@require_safe
@citizen
def notice(request: HttpRequest, number: str) -> HttpResponse:
    """Show one publication; an expired one says that it is over."""
    found = reads.public_one(number, business_date(now()))
    if not found.over:
        _note((found,))
    context = {"notice": found, "place": tree().by_code.get(found.body_code)}
    return page(request, "publications/notice.html", context, tab="matters")


@require_http_methods(["GET", "HEAD", "POST"])
@citizen
def subscribe(request: HttpRequest) -> HttpResponse:
    """Show the form, or keep the choice of a phone whose owner gives the code."""
    if request.method != "POST":
        wanted = [request.GET["kind"]] if request.GET.get("kind") in Kind.values else []
        return _form(request, {"topics": wanted, "body": request.GET.get("body", "")[:64]})
    typed = _typed(request)
    try:
        row = actions.subscribe(
            typed["phone"], request.POST.get("code", "")[:10], typed["topics"], typed["body"], address_of(request)
        )
    except FlowError as error:
        return _form(request, {**typed, "errors": _errors(request, error, "code")}, status_of(error))
    topics = [str(Kind(topic).label) for topic in row.topics]
    context = {"topics": topics, "place": tree().by_id.get(row.body_id or 0)}
    return page(request, "publications/subscribed.html", context, tab="matters")


@require_POST
@citizen
def send_code(request: HttpRequest) -> HttpResponse:
    """Send a code to the phone; without scripts the form comes back with everything typed."""
    typed = _typed(request)
    try:
        sent = send_phone_code(typed["phone"], address_of(request))
    except FlowError as error:
        if by_script(request):
            return problem(request, status_of(error), say(language_of(request), error.sentence))
        return _form(request, {**typed, "errors": _errors(request, error, "phone")}, status_of(error))
    language = language_of(request)
    sentence = say(language, "验证码已发送，{}分钟内有效；没有收到可在{}秒后重发。", sent.good_for, sent.again_after)
    return JsonResponse({"detail": sentence}) if by_script(request) else _form(request, {**typed, "sent": sentence})


def _typed(request: HttpRequest) -> dict[str, Any]:
    return {
        "phone": request.POST.get("phone", "")[:30],
        "topics": [topic for topic in request.POST.getlist("topics") if topic in Kind.values],
        "body": request.POST.get("body", "")[:64],
    }


def _errors(request: HttpRequest, error: FlowError, otherwise: str) -> dict[str, str]:
    fields = error.details.get("fields") or {otherwise: error.sentence}
    return {name: say(language_of(request), sentence) for name, sentence in fields.items()}


def _form(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    language = language_of(request)
    shown = {
        "phone": "",
        "sent": "",
        "errors": {},
        **context,
        "kinds": [{"value": kind.value, "label": say(language, str(kind.label))} for kind in Kind],
        "places": [(place.code, place.name) for place in _places()],
    }
    path = reverse("publications:subscribe")
    return page(request, "publications/subscribe.html", shown, tab="matters", status=status, path=path)


def _places() -> list[Place]:
    return tree().of_kind(*PLACES)


@require_http_methods(["GET", "HEAD", "POST"])
@citizen
def end(request: HttpRequest, key: str) -> HttpResponse:
    """Ask before ending a subscription: programs that follow links in messages must not end it."""
    if request.method == "POST":
        actions.end_subscription(key[:80])
    context = {"subscription": reads.subscription_of(key[:80]), "key": key}
    return page(request, "publications/end.html", context, tab="matters", path=reverse("publications:notices"))
