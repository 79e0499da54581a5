"""The register of equipment at the desk (GB33358-4.2.4-i)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangban.foundation.flows.flow import NotYours
from bangban.oversight.holdings import actions, reads
from bangban.oversight.holdings.actions import NewEquipment
from bangban.oversight.holdings.models import Equipment
from bangban.oversight.holdings.terms import CheckResult, EquipmentKind
from bangban.registry.org.models import Staff
from bangban.surfaces.desk import pages
from bangban.surfaces.desk.submitting import submit
from bangban.surfaces.holdings.frame import frame
from bangban.surfaces.web.given import day_of, entered, posted

VIEW, MANAGE = "holdings.view", "holdings.manage"
RESULTS = [{"value": value, "label": label} for value, label in CheckResult.choices]


@require_safe
@pages.staff(VIEW)
def listed(request: HttpRequest) -> HttpResponse:
    """Show the register with what is due."""
    actor, kind = pages.desk_actor(request), request.GET.get("kind", "")
    found = reads.equipment_page(actor, kind=kind, after=request.GET.get("after", "")[:64])
    here = reverse("holdings:desk")
    kinds = [{"label": "全部", "url": here, "current": kind not in EquipmentKind.values}]
    kinds += [
        {"label": label, "url": f"{here}?{urlencode({'kind': code})}", "current": code == kind}
        for code, label in EquipmentKind.choices
    ]
    context = {
        **frame(actor, "desk"),
        "rows": found.rows,
        "kinds": kinds,
        "late": sum(one.stage == 2 for one in found.rows),
        "more": f"{here}?{urlencode({'kind': kind, 'after': found.after})}" if found.after else "",
    }
    return pages.page(request, "holdings/desk_equipment.html", context, current="holdings")


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff(MANAGE)
def register(request: HttpRequest) -> HttpResponse:
    """Show the form for a new piece and keep it."""
    if request.method != "POST":
        return _form(request)
    actor, given, made = pages.desk_actor(request), posted(request), list[Equipment]()
    return submit(
        request, "equipment:new", lambda: made.append(actions.register_equipment(actor, _new(given))),
        lambda *told: _form(request, *told),
        lambda: reverse("holdings:equipment", args=[made[0].number]) if made else reverse("holdings:desk"),
    )  # fmt: skip


def _form(
    request: HttpRequest, error: str = "", problems: Mapping[str, str] | None = None, status: int = 200
) -> HttpResponse:
    context = {**_choices(request), "typed": posted(request), "error": error, "problems": problems or {}}
    return pages.page(request, "holdings/equipment_form.html", context, current="holdings", status=status)


def _choices(request: HttpRequest) -> dict[str, Any]:
    actor = pages.desk_actor(request)
    staff = Staff.objects.filter(body_id=actor.unit_id or 0, active=True).order_by("name").values_list("id", "name")
    return {
        **frame(actor, "desk"), "kind_choices": EquipmentKind.choices, "results": RESULTS,
        "staff": [(str(one), name) for one, name in staff],
    }  # fmt: skip


def _new(given: Mapping[str, str]) -> NewEquipment:
    return NewEquipment(
        kind=given.get("kind", ""), name=given.get("name", ""), place=given.get("place", ""),
        keeper=entered(given.get("keeper", "")), in_service_on=day_of(given.get("in_service_on", "")),
        check_months=entered(given.get("check_months", "")), serial_number=given.get("serial_number", ""),
    )  # fmt: skip


@require_safe
@pages.staff(VIEW)
def one(request: HttpRequest, number: str) -> HttpResponse:
    """Show one piece with its checks."""
    return _one(request, number)


def _one(
    request: HttpRequest, number: str, error: str = "", problems: Mapping[str, str] | None = None, status: int = 200
) -> HttpResponse:
    view = reads.equipment_view(pages.desk_actor(request), number)
    context = {
        **_choices(request), "view": view, "one": view.line, "can": [line.action for line in view.allowed],
        "error": error, "problems": problems or {}, "typed": posted(request),
        "doing": request.resolver_match.kwargs.get("action", "") if request.resolver_match else "",
    }  # fmt: skip
    return pages.page(request, "holdings/equipment.html", context, current="holdings", status=status)


@require_POST
@pages.staff(VIEW)
def do(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Do one step with a piece of equipment."""
    actor, given = pages.desk_actor(request), posted(request)
    seconds = given.get("recovery_seconds", "").strip()
    steps: dict[str, Callable[[], object]] = {
        "check": lambda: actions.check_equipment(
            actor, number, given.get("result", ""), day_of(given.get("checked_on", "")), given.get("note", ""),
            entered(seconds) if seconds else None,
        ),
        "change": lambda: actions.change_equipment(actor, number, _new(given)),
        "retire": lambda: actions.retire_equipment(actor, number, given.get("reason", "")),
    }  # fmt: skip
    if action not in steps:
        raise NotYours("没有这一步，请刷新页面后再试。")
    return submit(
        request, f"{number}:{action}", steps[action], lambda *told: _one(request, number, *told),
        lambda: reverse("holdings:equipment", args=[number]),
    )  # fmt: skip
