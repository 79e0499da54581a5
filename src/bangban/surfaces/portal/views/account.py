"""Signing in with phone and code, and what we hold about the person (F8.12, BJP-4)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from bangban.foundation.access import sessions
from bangban.foundation.access.phone_codes import CodeSent, send_phone_code
from bangban.foundation.access.reads import own_sign_ins
from bangban.foundation.flows.flow import FlowError
from bangban.foundation.privacy.masking import mask_address, mask_email, mask_id_number, mask_name, mask_phone
from bangban.registry.people.actions import sign_in_phone, update_profile
from bangban.registry.people.reads import Profile, own_access_history, own_profile
from bangban.services.cases.reads import my_cases
from bangban.surfaces.portal.devices import device_name
from bangban.surfaces.portal.language import say
from bangban.surfaces.portal.pages import citizen, local, page, see
from bangban.surfaces.portal.views.talk import by_script
from bangban.surfaces.portal.visitors import MODE, YEAR, address_of, language_of, visitor
from bangban.surfaces.web.errors import problem, status_of

OWN_CASES = 100


@require_http_methods(["GET", "HEAD", "POST"])
@citizen
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the form, or come in with a code; the first visit makes the account."""
    onward = local(request, request.POST.get("next") or request.GET.get("next", ""), reverse("portal:mine"))
    if request.method != "POST":
        return _form(request, {"next": onward})
    phone, code = request.POST.get("phone", "")[:30], request.POST.get("code", "")[:10]
    device = device_name(request.headers.get("User-Agent", ""))
    try:
        arrival = sign_in_phone(phone, code, address_of(request), device)
    except FlowError as error:
        return _form(request, {"next": onward, "phone": phone, **_errors(request, error, "code")}, status_of(error))
    sessions.begin(request.session, arrival.account, device)
    response = see(onward)
    if arrival.person.elder and MODE not in request.COOKIES:
        response.set_cookie(MODE, "elder", max_age=YEAR, samesite="Lax", secure=settings.HTTPS)
    return response


@require_POST
@citizen
def send_code(request: HttpRequest) -> HttpResponse:
    """Send a code; nothing in the answer depends on whether the phone has an account."""
    phone = request.POST.get("phone", "")[:30]
    onward = local(request, request.POST.get("next", ""), reverse("portal:mine"))
    try:
        sent = send_phone_code(phone, address_of(request))
    except FlowError as error:
        if by_script(request):
            return problem(request, status_of(error), say(language_of(request), error.sentence))
        return _form(request, {"next": onward, "phone": phone, **_errors(request, error, "phone")}, status_of(error))
    sentence = _sent(request, sent)
    if by_script(request):
        return JsonResponse({"detail": sentence})
    return _form(request, {"next": onward, "phone": phone, "sent": sentence})


def _sent(request: HttpRequest, sent: CodeSent) -> str:
    return say(
        language_of(request), "验证码已发送，{}分钟内有效；没有收到可在{}秒后重发。", sent.good_for, sent.again_after
    )


def _errors(request: HttpRequest, error: FlowError, otherwise: str) -> dict[str, Any]:
    fields = error.details.get("fields") or {otherwise: error.sentence}
    return {"errors": {name: say(language_of(request), sentence) for name, sentence in fields.items()}}


def _form(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return page(
        request,
        "portal/signin.html",
        {"phone": "", "sent": "", "errors": {}, **context},
        tab="mine",
        status=status,
        path=reverse("portal:signin"),
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and forget all codes that it held."""
    sessions.sign_out(request.session, address_of(request))
    return see(reverse("portal:home"))


@require_http_methods(["GET", "HEAD", "POST"])
@citizen
def me(request: HttpRequest) -> HttpResponse:
    """Show the own data masked, who looked at it, where one is signed in, and what one prefers."""
    actor = visitor(request)
    if actor.account_id is None:
        return see(f"{reverse('portal:signin')}?next={reverse('portal:me')}")
    if request.method == "POST":
        return _prefer(request)
    profile = own_profile(actor)
    numbers = [row.number for row in my_cases(actor, limit=OWN_CASES).rows]
    context = {
        "facts": masked_facts(profile),
        "profile": profile,
        "looks": own_access_history(actor, numbers, 50),
        "sessions": sessions.sessions_of(actor.account_id, request.session.session_key or ""),
        "sign_ins": own_sign_ins(actor.account_id, 10),
    }
    return page(request, "portal/me.html", context, tab="mine")


def masked_facts(profile: Profile) -> list[tuple[str, str]]:
    """Return what is held about the person, masked: others may look at the screen."""
    facts = [
        ("姓名", mask_name(profile.name)),
        ("手机号码", mask_phone(profile.phone)),
        ("证件", f"{profile.id_type} {mask_id_number(profile.id_number)}".strip()),
        ("地址", mask_address(profile.address) if profile.address else ""),
        ("电子邮箱", mask_email(profile.email) if profile.email else ""),
        ("实名程度", profile.assurance_label),
    ]
    return [(label, text) for label, text in facts if text]


def _prefer(request: HttpRequest) -> HttpResponse:
    elder = request.POST.get("elder") == "1"
    update_profile(visitor(request), elder=elder)
    response = see(f"{reverse('portal:me')}?saved=1")
    response.set_cookie(MODE, "elder" if elder else "standard", max_age=YEAR, samesite="Lax", secure=settings.HTTPS)
    return response


@require_POST
@citizen
def end_session(request: HttpRequest) -> HttpResponse:
    """End one of the own sessions on another device."""
    actor = visitor(request)
    if actor.account_id is not None:
        sessions.end(actor.account_id, request.POST.get("reference", ""), address_of(request))
    return see(reverse("portal:me"))
