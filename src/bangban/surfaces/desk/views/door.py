"""Coming in and going out: password, second factor, confidentiality undertaking (T637-6.1.2-a, T637-6.2.3-b, F8.05)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from bangban.foundation.access import sessions, sign_in, undertaking
from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.access.models import Account
from bangban.foundation.flows.flow import FlowError
from bangban.registry.org import actions as org
from bangban.registry.org.reads import actor_of as staff_of
from bangban.surfaces.desk import pages
from bangban.surfaces.desk.shell import home_of
from bangban.surfaces.web.errors import status_of

NOTICES = "desk_notices"
NO_POST = "这个账号没有有效的岗位，请联系本单位系统管理员。"


@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def signin(request: HttpRequest) -> HttpResponse:
    """Show the form; with a right password and code begin the session."""
    if request.method != "POST":
        actor = pages.actor_of(request)
        return pages.see(home_of(actor)) if actor.is_staff else _show(request)
    given = {name: request.POST.get(name, "") for name in ("username", "password", "code")}
    device = request.headers.get("User-Agent", "")[:200]
    try:
        found = sign_in.sign_in_staff(**given, address=pages.address_of(request), device=device)
    except FlowError as error:
        return _show(request, error=error.sentence, fields=error.details.get("fields", {}), status=status_of(error))
    if found.second_factor_wanted:
        return _show(request, wants_code=True)
    assert found.account is not None
    return _enter(request, found, found.account, device)


def _enter(request: HttpRequest, found: sign_in.SignIn, account: Account, device: str) -> HttpResponse:
    try:
        actor = staff_of(account)
    except LookupError:
        return _show(request, error=NO_POST, status=409)
    sessions.begin(request.session, account, device)
    request.session[NOTICES] = list(found.notices)
    if may(actor, "presence.set"):
        org.be_present(actor, "available")
    if found.undertaking_wanted:
        return pages.see(reverse("desk:undertaking"))
    return pages.see(pages.local(request, request.POST.get("next", ""), home_of(actor)))


def _show(
    request: HttpRequest,
    *,
    error: str = "",
    fields: dict[str, str] | None = None,
    wants_code: bool = False,
    status: int = 200,
) -> HttpResponse:
    back = request.POST.get("next", "") or request.GET.get("next", "")
    context = {
        "username": request.POST.get("username", ""),
        "password": request.POST.get("password", "") if wants_code else "",
        "back": back,
        "error": error,
        "fields": fields or {},
        "wants_code": wants_code,
        "expired": request.GET.get("expired") == "1",
    }
    return pages.bare(request, "desk/signin.html", context, status)


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff()
@pages.before_undertaking
def undertake(request: HttpRequest) -> HttpResponse:
    """Show the confidentiality undertaking, and date its acceptance (T637-6.2.3-b)."""
    actor, error = pages.actor_of(request), ""
    if not pages.undertaking_missing(actor):
        return pages.see(home_of(actor))
    if request.method == "POST":
        if request.POST.get("agree") == "1":
            undertaking.accept_undertaking(
                _account_id(actor), request.POST.get("version", ""), pages.address_of(request)
            )
            return pages.see(home_of(actor))
        error = "请阅读后勾选“我已阅读并同意”，再签署。"
    context = {"text": undertaking.TEXT, "version": undertaking.VERSION, "name": actor.name, "error": error}
    return pages.bare(request, "desk/undertaking.html", context, 422 if error else 200)


def _account_id(actor: Actor) -> int:
    assert actor.account_id is not None
    return actor.account_id


@require_POST
@pages.staff()
@pages.before_undertaking
def signout(request: HttpRequest) -> HttpResponse:
    """End the session and the presence at the desk."""
    org.leave(pages.actor_of(request))
    sessions.sign_out(request.session, pages.address_of(request))
    return pages.see(reverse("desk:signin"))
