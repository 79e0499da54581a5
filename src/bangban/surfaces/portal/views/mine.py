"""Coming back: one's own cases, and one case by number and code."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from bangban.foundation.flows.flow import NotYours
from bangban.foundation.privacy.codes import spellings
from bangban.foundation.privacy.crypto import digest, normalise
from bangban.services.cases.reads import get_case, my_cases
from bangban.services.hotline.numbers import ORDERS
from bangban.surfaces.api.limits import guessing
from bangban.surfaces.portal.language import say
from bangban.surfaces.portal.pages import citizen, page, see
from bangban.surfaces.portal.views.hotline import EMPTY
from bangban.surfaces.portal.views.hotline import find as find_order
from bangban.surfaces.portal.visitors import address_of, keep_code, language_of, visitor

WRONG = "没有找到：编号或查询码不对，请逐字核对。忘记查询码可以拨打12345查询进度。"


@require_safe
@citizen
def mine(request: HttpRequest) -> HttpResponse:
    """Show the cases of the account and those whose code this browser has shown."""
    actor = visitor(request)
    found = my_cases(actor, after=request.GET.get("after", ""), limit=20)
    following = f"{reverse('portal:mine')}?after={found.after}" if found.after else ""
    context = {"rows": found.rows, "following": following, "signed_in": actor.account_id is not None}
    return page(request, "portal/mine.html", context, tab="mine", unread=sum(row.unread for row in found.rows))


@require_http_methods(["GET", "HEAD", "POST"])
@citizen
def find(request: HttpRequest) -> HttpResponse:
    """Open a case by number and code; a wrong number and a wrong code get the same sentence, and few tries."""
    if request.method != "POST":
        return page(
            request,
            "portal/find.html",
            {"number": request.GET.get("number", "")[:20], "sentence": "", "asked": False},
            tab="mine",
        )
    number, meant = normalise(request.POST.get("number", "")[:60])[:20], spellings(request.POST.get("code", "")[:64])
    if number.startswith(ORDERS.prefix):
        return find_order(request)  # type: ignore[return-value]
    if not number or not any(meant):
        context = {"number": number, "sentence": say(language_of(request), EMPTY), "asked": False}
        return page(request, "portal/find.html", context, tab="mine", status=422)
    actor = replace(visitor(request), tokens=frozenset(digest(one.encode()) for one in meant))
    try:
        case = get_case(actor, number)
    except NotYours:
        guessing(address_of(request))
        context = {"number": number, "sentence": say(language_of(request), WRONG), "asked": False}
        return page(request, "portal/find.html", context, tab="mine", status=404)
    for code in meant:
        keep_code(request, code)
    return see(reverse("portal:case", args=[case.number]))
