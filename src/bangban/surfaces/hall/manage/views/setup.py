"""Setting up a hall: areas, classes, windows, facilities, rules, machines (DB23-6.3.2-b, DB23-6.3.2-c)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.flows.flow import FlowError, Incomplete, NotYours
from bangban.registry.catalog.reads import cards
from bangban.registry.halls.actions import set_in_use
from bangban.registry.halls.layout import Layout, layout, rules_in_force
from bangban.registry.org.reads import Place, place, tree
from bangban.services.queues.reads import hall_state
from bangban.surfaces.desk import finding, pages
from bangban.surfaces.hall.manage.fields import read, shown
from bangban.surfaces.hall.manage.forms import LABELS, fields_of, save
from bangban.surfaces.hall.places import halls_of
from bangban.surfaces.hall.rules_text import rules_text

PERMISSION = "hall.setup"
STARTING = {"wait_threshold": 30, "crowd_threshold": 20, "service_minutes": 8, "floor": "1层", "position": 0}
"""What an empty form proposes."""


def bodies_of(actor: Actor) -> list[Place]:
    """Return the bodies whose hall the actor may set up: the own one, those it works for, and those below."""
    own = place(actor.unit_id)
    found = {body.id: body for body in ([own] if own and own.kind != "department" else []) + halls_of(actor)}
    if own and "system_admin" in actor.duties:
        found |= {one: body for one in tree().subtree(own.id) if (body := tree().by_id[one]).kind != "department"}
    return list(found.values())


def body_of(request: HttpRequest) -> Place:
    """Return the body that a page of the set-up is about; NotYours when the actor may not set it up."""
    actor, code = pages.desk_actor(request), request.GET.get("hall", "")
    for body in bodies_of(actor):
        if not code or body.code == code:
            return body
    raise NotYours("这个大厅不由您设置，请联系该单位的值班长或系统管理员。")


@require_safe
@pages.staff(PERMISSION)
def setup(request: HttpRequest, tab: str = "areas") -> HttpResponse:
    """Show one part with its entries; `edit` opens the form of one, `new` an empty one."""
    return show(request, tab)


def show(
    request: HttpRequest,
    tab: str,
    typed: dict[str, Any] | None = None,
    problems: dict[str, str] | None = None,
    sentence: str = "",
    items: list[UUID] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show one part; with what was typed when it could not be stored."""
    body = body_of(request)
    if tab not in LABELS or tab == "devices":
        raise NotYours("没有这一页。")
    plan = layout(body.id)
    fields, edit = fields_of(tab, plan), request.GET.get("edit", "")
    entry = next((one for one in getattr(plan, tab) if one.key == edit), None) if tab != "rules" else None
    stored: Mapping[str, Any] = _rule_values(plan) if tab == "rules" else entry.values if entry else STARTING
    held = items if items is not None else list(entry.values.get("items", [])) if entry else []
    context = frame(request, body, tab) | {
        "entries": getattr(plan, tab) if tab != "rules" else (),
        "fields": fields,
        "values": typed or shown(fields, stored),
        "problems": problems or {},
        "sentence": sentence,
        "edit": edit,
        "entry": entry,
        "opened": tab == "rules" or bool(edit) or typed is not None,
        "held": cards(held) if held else [],
        "classes": {one.key: one.values["name"] for one in plan.classes},
        "areas": {one.key: one.values["name"] for one in plan.areas},
        "preview": rules_text(rules_in_force(body.id)) if tab == "rules" else [],
        "saved": request.GET.get("saved", "") == "1",
    }
    return pages.page(request, "hall/manage/setup.html", context, current="hall", status=status)


def frame(request: HttpRequest, body: Place, tab: str) -> dict[str, Any]:
    """Return what every page of the set-up shows."""
    actor, query = pages.desk_actor(request), urlencode({"hall": body.code})
    tabs = [
        {
            "label": label,
            "url": f"{reverse('hall:devices') if code == 'devices' else reverse('hall:setup_tab', args=[code])}?{query}",
            "current": code == tab,
        }
        for code, label in LABELS.items()
    ]
    others = [
        {
            "label": one.name,
            "url": f"{reverse('hall:setup')}?{urlencode({'hall': one.code})}",
            "current": one.id == body.id,
        }
        for one in bodies_of(actor)
    ]
    return {
        "body": body, "query": f"?{query}", "tab": tab, "title": LABELS[tab], "tabs": tabs, "others": others,
        "manages": may(actor, "hall.manage"),
    }  # fmt: skip


def _rule_values(plan: Layout) -> dict[str, Any]:
    return {**plan.rules, **{f"credit-{flag}": minutes for flag, minutes in plan.credits.items()}}


@require_POST
@pages.staff(PERMISSION)
def store(request: HttpRequest, tab: str) -> HttpResponse:
    """Store one entry; what cannot be stored comes back with a sentence at each field."""
    body = body_of(request)
    if tab not in LABELS or tab == "devices":
        raise NotYours("没有这一页。")
    fields = fields_of(tab, layout(body.id))
    found = read(fields, request.POST)
    items = [item for text in request.POST.getlist("items") if (item := _uuid(text))]
    if found.problems:
        return show(request, tab, found.typed, found.problems, "请检查标出的内容。", items, 422)
    try:
        with transaction.atomic():
            save(tab, body.id, found.values, items)
    except Incomplete as refusal:
        problems = {str(name): str(text) for name, text in dict(refusal.details.get("fields") or {}).items()}
        return show(request, tab, found.typed, problems, refusal.sentence, items, 422)
    except IntegrityError:
        sentence = (
            "没有保存：综合类只能有一个，请先取消另一个类别的“综合类”。"
            if tab == "classes"
            else "没有保存，请核对内容。"
        )
        return show(request, tab, found.typed, {}, sentence, items, 409)
    return pages.done(request, f"{reverse('hall:setup_tab', args=[tab])}?hall={body.code}&saved=1")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_POST
@pages.staff(PERMISSION)
def switch(request: HttpRequest, tab: str) -> HttpResponse:
    """Take an entry out of use, or into use again."""
    body, key = body_of(request), request.POST.get("key", "")
    entry = next((one for one in getattr(layout(body.id), tab, ()) if one.key == key), None)
    if entry is None:
        raise NotYours("没有找到这一项，请刷新页面。")
    active = request.POST.get("active") == "1"
    if not active and (busy := _busy(body, tab, key)):
        return show(request, tab, sentence=busy, status=409)
    try:
        set_in_use(body.id, tab, entry.key, active)
    except (FlowError, IntegrityError) as refusal:
        sentence = refusal.sentence if isinstance(refusal, FlowError) else "没有启用：综合类只能有一个。"
        return show(request, tab, sentence=sentence, status=409)
    return pages.done(request, f"{reverse('hall:setup_tab', args=[tab])}?hall={body.code}&saved=1")


@require_safe
@pages.staff(PERMISSION)
def items(request: HttpRequest) -> HttpResponse:
    """Answer items for the form of a class."""
    return pages.part(request, "hall/manage/_items.html", {"found": finding.items(request.GET.get("find", ""), 8)})


def _busy(body: Place, tab: str, key: str) -> str:
    """Say why something cannot go out of use now: people wait for it, or somebody sits there."""
    state = hall_state(body.id)
    if state is None:
        return ""
    if tab == "classes" and any(one.waiting for one in state.classes if one.klass.letter == key):
        return "还有人在等候这类业务，请等办完或先改到其他类别，再停用。"
    if tab == "windows" and any(one.session for one in state.windows if one.window.label == key):
        return "这个窗口正开着，请先关闭窗口，再停用。"
    return ""
