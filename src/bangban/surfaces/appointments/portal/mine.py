"""Coming back: the own bookings, and one by its number, telephone number and check-in code (DB23-6.5.1.3-a)."""

from __future__ import annotations

from hmac import compare_digest

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.access.phones import clean_phone
from bangban.foundation.flows.flow import NotYours
from bangban.foundation.privacy.crypto import normalise
from bangban.services.appointments import reads
from bangban.surfaces.api.limits import guessing, may_guess
from bangban.surfaces.appointments.portal.showing import row_of
from bangban.surfaces.portal.language import say
from bangban.surfaces.portal.pages import citizen, page, see
from bangban.surfaces.portal.visitors import address_of, keep_code, language_of, visitor

SHOWN = 20
WRONG = "没有找到：编号、手机号或签到码不对，请逐字核对。都在预约成功的短信里；也可以拨打12345查询。"


@require_safe
@citizen
def mine(request: HttpRequest) -> HttpResponse:
    """Show the bookings of the account and those whose code this browser has shown."""
    actor, language = visitor(request), language_of(request)
    found = reads.mine(actor, request.GET.get("after", "")[:200], SHOWN)
    context = {
        "rows": [row_of(one, language) for one in found.rows],
        "following": f"{reverse('appointments:mine')}?after={found.after}" if found.after else "",
        "signed_in": actor.account_id is not None,
        "number": "",
        "phone": "",
    }
    return page(request, "appointments/portal_mine.html", context, tab="mine")


@require_http_methods(["GET", "HEAD", "POST"])
@citizen
def find(request: HttpRequest) -> HttpResponse:
    """Open a booking by what its message says; whatever is wrong gets the same sentence, and few tries."""
    if request.method != "POST":
        return _form(request, request.GET.get("number", "")[:20], "", "")
    number, phone = request.POST.get("number", "").strip().upper()[:20], request.POST.get("phone", "")[:30]
    may_guess(address_of(request))
    token = _token(number, phone, request.POST.get("code", "")[:10])
    if not token:
        guessing(address_of(request))
        return _form(request, number, phone, say(language_of(request), WRONG), 404)
    keep_code(request, token)
    return see(reverse("appointments:one", args=[number]))


def _token(number: str, phone: str, code: str) -> str:
    """Return what opens the booking to who knows its number, telephone number and check-in code; empty for others."""
    try:
        found = reads.get_appointment(SYSTEM, number)
    except NotYours:
        return ""
    said = clean_phone(phone) or normalise(phone)
    same = compare_digest(found.contact_phone.encode(), said.encode())
    return found.token if compare_digest(found.code.encode(), normalise(code).encode()) and same else ""


def _form(request: HttpRequest, number: str, phone: str, sentence: str, status: int = 200) -> HttpResponse:
    context = {"number": number, "phone": phone, "sentence": sentence, "asked": False}
    return page(request, "appointments/portal_find.html", context, tab="mine", status=status)
