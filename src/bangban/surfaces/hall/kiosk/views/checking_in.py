"""预约取号: checking in for an appointment is the ticket (F5.05); by the six-digit code, or by the telephone number."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from bangban.foundation.access.phones import WRONG, clean_phone
from bangban.foundation.flows.flow import FlowError
from bangban.services.appointments.actions import check_in as arrive
from bangban.surfaces.api.limits import spend
from bangban.surfaces.hall.kiosk.screen import Terminal, at_kiosk, screen
from bangban.surfaces.portal.pages import see
from bangban.surfaces.web.errors import status_of

TRIES_PER_MINUTE = 12
CODE = r"[0-9]{6}"
WRONG_CODE = "签到码是6位数字，在预约成功的短信或页面上。"


@require_http_methods(["GET", "HEAD", "POST"])
@at_kiosk
def check_in(request: HttpRequest, here: Terminal) -> HttpResponse:
    """Take the code and turn the appointment into a ticket; what was typed stays when it does not go."""
    if request.method != "POST":
        return _form(request, here, "phone" if request.GET.get("by") == "phone" else "code")
    spend(f"kiosk-checkin:{here.device.id}", TRIES_PER_MINUTE)
    by = "phone" if request.POST.get("by") == "phone" else "code"
    code, phone = request.POST.get("code", "").strip()[:12], request.POST.get("phone", "").strip()[:20]
    if by == "phone" and not clean_phone(phone):
        return _form(request, here, by, code, phone, here.say(WRONG), 422)
    if by == "code" and not re.fullmatch(CODE, code):
        return _form(request, here, by, code, phone, here.say(WRONG_CODE), 422)
    try:
        given = {"phone": phone} if by == "phone" else {"code": code}
        issued = arrive(here.actor, body_id=here.body_id, **given)
    except FlowError as error:
        sentences = [here.say(one) for one in error.details.get("fields", {}).values()]
        return _form(request, here, by, code, phone, " ".join(sentences) or here.say(error.sentence), status_of(error))
    return see(reverse("kiosk:ticket", args=[issued.ticket.number, issued.code]))


def _form(
    request: HttpRequest, here: Terminal, by: str, code: str = "", phone: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    context = {"by": by, "code": code, "phone": phone, "error": error}
    return screen(request, here, "hall/kiosk/checkin.html", context, status)
