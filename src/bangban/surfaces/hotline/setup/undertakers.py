"""The register of units that handle orders (GB33358-4.1.4, 5.2.2.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.registry.org.reads import tree
from bangban.services.hotline.actions import catalogue as actions
from bangban.services.hotline.reads import catalogue as reads
from bangban.services.hotline.reads.catalogue import UndertakerView
from bangban.services.hotline.terms import EmergencyClass
from bangban.surfaces.desk import pages
from bangban.surfaces.hotline.setup.frame import KEEPS, page, typed_of
from bangban.surfaces.web.given import entered


@require_safe
@pages.staff(*KEEPS)
def undertakers(request: HttpRequest) -> HttpResponse:
    """Show the register of units that handle orders (GB33358-4.1.4)."""
    rows = [
        {"view": one, "emergency": "、".join(str(EmergencyClass(code).label) for code in one.emergency)}
        for one in reads.undertakers(retired=True)
    ]
    return page(request, "hotline/setup_undertakers.html", "setup_undertakers", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff(*KEEPS)
def undertaker(request: HttpRequest, unit: int = 0) -> HttpResponse:
    """Show an entry of the register or the form of a new one, and save it (GB33358-4.1.4, 5.2.2.3)."""
    known = next((one for one in reads.undertakers(retired=True) if one.unit_id == unit), None)
    if unit and known is None:
        raise NotYours("没有找到这个承办单位。")
    if request.method != "POST":
        return _undertaker(request, known, _entry(known), list(known.emergency) if known else [])
    typed, emergency = typed_of(request), request.POST.getlist("emergency")
    try:
        actions.register_undertaker(
            pages.desk_actor(request), unit or entered(typed.get("unit", "")), typed.get("contact_name", ""),
            typed.get("contact_phone", ""), duty_phone=typed.get("duty_phone", ""),
            duties=typed.get("duties", "").splitlines(), sign_days=entered(typed.get("sign_days", "")),
            limit_days=entered(typed.get("limit_days", "")), emergency=emergency,
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
    return page(request, "hotline/setup_undertaker.html", "setup_undertakers", context, error)
