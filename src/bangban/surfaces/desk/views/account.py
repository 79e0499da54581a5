"""The own account: password, second factor, sessions, sign-ins (F8.01, F8.05)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangban.foundation.access import passwords, second_factor, sessions
from bangban.foundation.access.models import Account
from bangban.foundation.access.reads import own_sign_ins
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import FlowError
from bangban.foundation.notify.actions import mark_read
from bangban.foundation.notify.reads import in_app, unread_count
from bangban.surfaces.desk import pages
from bangban.surfaces.desk.devices import device_name
from bangban.surfaces.desk.message_links import address_of
from bangban.surfaces.web.errors import status_of

SAID = "desk_said"


def _own(request: HttpRequest) -> Account:
    return Account.objects.get(id=pages.actor_of(request).account_id or 0)


@require_safe
@pages.staff()
@pages.before_undertaking
def account(request: HttpRequest) -> HttpResponse:
    """Show password, second factor, sessions and the latest sign-ins."""
    return _show(request)


def _show(
    request: HttpRequest, *, errors: dict[str, str] | None = None, enrolment: object = None, status: int = 200
) -> HttpResponse:
    own = _own(request)
    context = {
        "account": own,
        "notices": passwords.password_notices(own, now()),
        "enrolled": second_factor.is_enrolled(own),
        "enrolment": enrolment,
        "sessions": sessions.sessions_of(own.id, request.session.session_key or ""),
        "sign_ins": own_sign_ins(own.id, 10),
        "device_name": device_name,
        "errors": errors or {},
        "said": request.session.pop(SAID, ""),
    }
    return pages.page(request, "desk/account.html", context, status=status)


def _try(request: HttpRequest, part: str, said: str, work: Callable[[], object]) -> HttpResponse:
    try:
        work()
    except FlowError as error:
        return _show(request, errors={part: error.sentence}, status=status_of(error))
    request.session[SAID] = said
    return pages.see(reverse("desk:account"))


@sensitive_post_parameters("old", "new", "again")
@require_POST
@pages.staff()
@pages.before_undertaking
def password(request: HttpRequest) -> HttpResponse:
    """Change the own password; other sessions end."""
    own, old, new = _own(request), request.POST.get("old", ""), request.POST.get("new", "")
    if new != request.POST.get("again", ""):
        return _show(request, errors={"password": "两次输入的新密码不一致，请重新输入。"}, status=422)
    keep = request.session.session_key or ""
    change = passwords.change_password
    work = lambda: change(own.id, old, new, address=pages.address_of(request), keep_session=keep)  # noqa: E731
    return _try(request, "password", "密码已修改，其他设备上的登录已结束。", work)


@require_POST
@pages.staff()
@pages.before_undertaking
def enrol(request: HttpRequest) -> HttpResponse:
    """Show the QR code of a new second factor."""
    try:
        return _show(request, enrolment=second_factor.enrol(_own(request)))
    except FlowError as error:
        return _show(request, errors={"factor": error.sentence}, status=status_of(error))


@require_POST
@pages.staff()
@pages.before_undertaking
def confirm(request: HttpRequest) -> HttpResponse:
    """Put the second factor into force with a first code."""
    code, own = request.POST.get("code", ""), _own(request)
    work = lambda: second_factor.confirm(own.id, code, pages.address_of(request))  # noqa: E731
    return _try(request, "factor", "动态口令已启用，下次登录时需要输入。", work)


@require_POST
@pages.staff()
@pages.before_undertaking
def disable(request: HttpRequest) -> HttpResponse:
    """Take the second factor out of force with a current code."""
    code, own = request.POST.get("code", ""), _own(request)
    work = lambda: second_factor.disable(own.id, code, pages.address_of(request))  # noqa: E731
    return _try(request, "factor", "动态口令已停用。", work)


@require_POST
@pages.staff()
@pages.before_undertaking
def end_session(request: HttpRequest) -> HttpResponse:
    """End one of the own sessions, or all others."""
    own, reference = _own(request), request.POST.get("reference", "")
    address, keep = pages.address_of(request), request.session.session_key or ""
    if reference == "others":
        work: Callable[[], object] = lambda: sessions.end_all(own.id, keep=keep, address=address)  # noqa: E731
    else:
        work = lambda: sessions.end(own.id, reference, address)  # noqa: E731
    return _try(request, "sessions", "会话已结束。", work)


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff()
def messages(request: HttpRequest) -> HttpResponse:
    """Show the own in-app messages; a POST marks them as read."""
    own = _own(request)
    if request.method == "POST":
        mark_read(own.id)
        return pages.see(reverse("desk:messages"))
    return pages.page(
        request,
        "desk/messages.html",
        {"messages": in_app(own.id, 100), "unread": unread_count(own.id), "address_of": address_of},
    )


@require_safe
@pages.staff(quiet=True)
def bell(request: HttpRequest) -> HttpResponse:
    """Answer the number of unread messages for the bar."""
    return pages.part(request, "desk/_bell.html", {"unread": unread_count(_own(request).id)})
