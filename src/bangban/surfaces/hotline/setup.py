"""Reference data of the hotline, kept by its managers: classes, dispatch catalogue, undertakers, call-back policies."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import FlowError, Incomplete, NotYours
from bangban.registry.org.models import Region
from bangban.registry.org.reads import tree
from bangban.services.hotline.actions import catalogue as actions
from bangban.services.hotline.models import VisitPolicy
from bangban.services.hotline.reads import catalogue as reads
from bangban.services.hotline.reads.catalogue import CategoryView, Question, UndertakerView
from bangban.services.hotline.terms import EmergencyClass, Kind, Role
from bangban.surfaces.desk import pages
from bangban.surfaces.web.errors import status_of

KEEPS = ("orders.manage",)
SPLIT = re.compile(r"[\s,，、;；]+")
SPARE_QUESTIONS = 3
MOST_QUESTIONS = 20


def tabs(current: str) -> list[dict[str, Any]]:
    """Return the ways between the four pages."""
    ways = {
        "setup": "诉求分类", "setup_dispatch": "派单目录", "setup_undertakers": "承办单位", "setup_visits": "回访比例",
    }  # fmt: skip
    return [
        {"label": label, "url": reverse(f"calls:{view}"), "current": view == current} for view, label in ways.items()
    ]


def _page(
    request: HttpRequest, template: str, current: str, context: dict[str, Any], error: FlowError | None = None
) -> HttpResponse:
    context = {
        "tabs": tabs(current),
        "error": error.sentence if error else "",
        "problems": error.details.get("fields", {}) if error else {},
        **context,
    }
    return pages.page(request, template, context, current="setup", status=status_of(error) if error else 200)


def _number(text: str) -> int:
    """Return a number of a form; -1 for what is none, which every rule refuses."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: str(value)[:4000] for name, value in request.POST.items()}


@require_safe
@pages.staff(*KEEPS)
def categories(request: HttpRequest) -> HttpResponse:
    """Show the tree of classes, or those that a word is found in."""
    wanted = request.GET.get("q", "").strip()[:40]
    found = [one for one in reads.categories(retired=True) if not wanted or _has(one, wanted)]
    rows = [
        {"view": one, "level": 1 if one.code.endswith("0000") else 2 if one.code.endswith("00") else 3,
         "own": len(_own_questions(one))}
        for one in found
    ]  # fmt: skip
    return _page(request, "hotline/setup_categories.html", "setup", {"rows": rows, "wanted": wanted})


def _has(one: CategoryView, wanted: str) -> bool:
    return wanted in one.path or one.code.startswith(wanted) or any(wanted in word for word in one.keywords)


def _own_questions(one: CategoryView) -> list[Question]:
    """Return the questions of a class without those it has from the classes above it."""
    above = reads.category(one.parent_id)
    return [question for question in one.questions if above is None or question not in above.questions]


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff(*KEEPS)
def category(request: HttpRequest, code: str = "") -> HttpResponse:
    """Show a class or the form of a new one, and save it; what was typed stays when something is wrong."""
    known = reads.category(code) if code else None
    if code and known is None:
        raise NotYours("没有找到这个分类。")
    if request.method != "POST":
        return _category(request, known, _as_typed(known, request.GET.get("code", "")[:6]))
    typed = _typed(request)
    actor = pages.desk_actor(request)
    limit = typed.get("limit_days", "").strip()
    try:
        actions.save_category(
            actor, code or typed.get("code", "").strip(), typed.get("name", ""),
            keywords=SPLIT.split(typed.get("keywords", "")), questions=_questions(typed),
            limit_days=_number(limit) if limit else None, active=typed.get("active", "yes") == "yes",
        )  # fmt: skip
    except NotYours:
        raise
    except FlowError as error:
        return _category(request, known, typed, error)
    return pages.done(request, reverse("calls:setup"))


def _as_typed(known: CategoryView | None, code: str) -> dict[str, str]:
    if known is None:
        return {"code": code, "active": "yes"}
    typed = {
        "code": known.code, "name": known.name, "keywords": "、".join(known.keywords),
        "limit_days": str(known.limit_days or ""), "active": "yes" if known.active else "no",
    }  # fmt: skip
    for place, one in enumerate(_own_questions(known)):
        typed |= {
            f"q{place}.code": one.code,
            f"q{place}.ask": one.ask,
            f"q{place}.required": "yes" if one.required else "",
        }
    return typed


def _asked(typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the questions as they stand in the form, those without words left out."""
    return [
        {"code": typed.get(f"q{place}.code", ""), "ask": typed[f"q{place}.ask"].strip(),
         "required": typed.get(f"q{place}.required") == "yes"}
        for place in range(MOST_QUESTIONS)
        if typed.get(f"q{place}.ask", "").strip()
    ]  # fmt: skip


def _questions(typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the questions to be saved: a new one gets the next free code, for people do not think in codes."""
    asked = _asked(typed)
    taken = {one["code"] for one in asked}
    free = (f"q{number}" for number in range(1, 2 * MOST_QUESTIONS) if f"q{number}" not in taken)
    return [one if one["code"] else {**one, "code": next(free)} for one in asked]


def _category(
    request: HttpRequest, known: CategoryView | None, typed: Mapping[str, str], error: FlowError | None = None
) -> HttpResponse:
    asked = _asked(typed)
    spare = [{"code": "", "ask": "", "required": False}] * min(SPARE_QUESTIONS, MOST_QUESTIONS - len(asked))
    above = reads.category(known.parent_id) if known else None
    context = {
        "known": known, "typed": typed, "questions": [*asked, *spare], "inherited": above.questions if above else (),
    }  # fmt: skip
    return _page(request, "hotline/setup_category.html", "setup", context, error)


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff(*KEEPS)
def dispatch(request: HttpRequest) -> HttpResponse:
    """Show who handles which class; the form adds a line, a new lead takes the former's place (F3.03)."""
    if request.method != "POST":
        return _dispatch(request, {})
    typed = _typed(request)
    try:
        actions.save_dispatch(
            pages.desk_actor(request), typed.get("category", ""), _number(typed.get("unit", "")),
            region=typed.get("region", ""), role=typed.get("role", ""),
        )  # fmt: skip
    except NotYours:
        raise
    except FlowError as error:
        return _dispatch(request, typed, error)
    return pages.done(request, reverse("calls:setup_dispatch"))


def _dispatch(request: HttpRequest, typed: Mapping[str, str], error: FlowError | None = None) -> HttpResponse:
    wanted = request.GET.get("q", "").strip()[:40]
    regions = [
        (code.ljust(12, "0"), name) for code, name in Region.objects.order_by("code").values_list("code", "name")
    ]
    names = dict(regions)
    rows = [
        {"line": line, "region": names.get(line.region, line.region) or "全市", "role": str(Role(line.role).label)}
        for line in reads.dispatch_lines()
        if not wanted or wanted in line.category_path or wanted in line.unit_name or line.category.startswith(wanted)
    ]
    context = {
        "rows": rows,
        "wanted": wanted,
        "typed": typed,
        "categories": [(one.code, f"{one.code} {one.path}") for one in reads.categories()],
        "units": [(str(one.unit_id), one.unit_name) for one in reads.undertakers()],
        "regions": regions,
        "roles": Role.choices,
    }
    return _page(request, "hotline/setup_dispatch.html", "setup_dispatch", context, error)


@require_POST
@pages.staff(*KEEPS)
def remove(request: HttpRequest, rule: int) -> HttpResponse:
    """Take a line out of the dispatch catalogue; it stays in the change record."""
    if rule < 2**62:
        actions.remove_dispatch(pages.desk_actor(request), rule)
    return pages.done(request, reverse("calls:setup_dispatch"))


@require_safe
@pages.staff(*KEEPS)
def undertakers(request: HttpRequest) -> HttpResponse:
    """Show the register of units that handle orders (GB33358-4.1.4)."""
    rows = [
        {"view": one, "emergency": "、".join(str(EmergencyClass(code).label) for code in one.emergency)}
        for one in reads.undertakers(retired=True)
    ]
    return _page(request, "hotline/setup_undertakers.html", "setup_undertakers", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff(*KEEPS)
def undertaker(request: HttpRequest, unit: int = 0) -> HttpResponse:
    """Show an entry of the register or the form of a new one, and save it (GB33358-4.1.4, 5.2.2.3)."""
    known = next((one for one in reads.undertakers(retired=True) if one.unit_id == unit), None)
    if unit and known is None:
        raise NotYours("没有找到这个承办单位。")
    if request.method != "POST":
        return _undertaker(request, known, _entry(known), list(known.emergency) if known else [])
    typed, emergency = _typed(request), request.POST.getlist("emergency")
    try:
        actions.register_undertaker(
            pages.desk_actor(request), unit or _number(typed.get("unit", "")), typed.get("contact_name", ""),
            typed.get("contact_phone", ""), duty_phone=typed.get("duty_phone", ""),
            duties=typed.get("duties", "").splitlines(), sign_days=_number(typed.get("sign_days", "")),
            limit_days=_number(typed.get("limit_days", "")), emergency=emergency,
            active=typed.get("active", "yes") == "yes",
        )  # fmt: skip
    except NotYours:
        raise
    except FlowError as error:
        return _undertaker(request, known, typed, emergency, error)
    return pages.done(request, reverse("calls:setup_undertakers"))


def _entry(known: UndertakerView | None) -> dict[str, str]:
    if known is None:
        return {"sign_days": "1", "limit_days": "5", "active": "yes"}
    return {
        "contact_name": known.contact_name, "contact_phone": known.contact_phone, "duty_phone": known.duty_phone,
        "duties": "\n".join(known.duties), "sign_days": str(known.sign_days), "limit_days": str(known.limit_days),
        "active": "yes" if known.active else "no",
    }  # fmt: skip


def _undertaker(
    request: HttpRequest, known: UndertakerView | None, typed: Mapping[str, str], emergency: Sequence[str],
    error: FlowError | None = None,
) -> HttpResponse:  # fmt: skip
    registered = {one.unit_id for one in reads.undertakers(retired=True)}
    free = [] if known else [(str(one.id), one.name) for one in tree().by_id.values() if one.id not in registered]
    context = {
        "known": known,
        "typed": typed,
        "units": sorted(free, key=lambda one: one[1]),
        "classes": [{"value": value, "label": label} for value, label in EmergencyClass.choices],
        "emergency": [str(one) for one in emergency],
    }
    return _page(request, "hotline/setup_undertaker.html", "setup_undertakers", context, error)


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff(*KEEPS)
def visits(request: HttpRequest) -> HttpResponse:
    """Show how many completed orders of each kind are called back; the form sets a share from a day on (GB33358-5.4.1)."""
    if request.method != "POST":
        return _visits(request, {})
    typed = _typed(request)
    try:
        actions.save_visit_policy(
            pages.desk_actor(request), typed.get("kind", ""), typed.get("direct", "") == "yes",
            _number(typed.get("share", "")), valid_from=_day(typed.get("valid_from", "")),
        )  # fmt: skip
    except NotYours:
        raise
    except FlowError as error:
        return _visits(request, typed, error)
    return pages.done(request, reverse("calls:setup_visits"))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Incomplete("请选择日期。", fields={"valid_from": "请选择从哪天起执行。"}) from None


def _visits(request: HttpRequest, typed: Mapping[str, str], error: FlowError | None = None) -> HttpResponse:
    today = business_date(now())
    kinds = {"": "其余各类", **dict(Kind.choices)}
    policies = VisitPolicy.objects.order_by("-valid_from", "kind", "direct")[:200]
    context = {
        "rows": [
            [one.valid_from, kinds[one.kind], "直接答复" if one.direct else "转办", f"{one.share}%"] for one in policies
        ],
        "current": [
            (label, f"直接答复 {reads.visit_share(kind, True, today)}%，转办 {reads.visit_share(kind, False, today)}%")
            for kind, label in Kind.choices
        ],
        "kinds": list(kinds.items()),
        "typed": typed,
        "today": today,
    }
    return _page(request, "hotline/setup_visits.html", "setup_visits", context, error)
