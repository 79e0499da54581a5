"""Accounts: the system administrator disables and resets, the security administrator unlocks (F8.06, T637-6.1.6-c)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.access import accounts as writes
from bangban.foundation.access import passwords, second_factor
from bangban.foundation.access.duties import DUTIES, may
from bangban.foundation.access.models import Account, AccountKind
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import FlowError, Incomplete, NotYours
from bangban.registry.org.models import Staff
from bangban.surfaces.desk import pages
from bangban.surfaces.web.given import whole

PAGE = 50
SAID = "desk_accounts_said"


@require_safe
@pages.staff("accounts.manage", "duties.grant")
def accounts(request: HttpRequest) -> HttpResponse:
    """Show the accounts of staff with duties, lock and second factor."""
    actor, at = pages.desk_actor(request), now()
    q, page = request.GET.get("q", "").strip()[:40], request.GET.get("page", "1")
    begin = (max(1, whole(page, 6) or 1) - 1) * PAGE
    rows = Staff.objects.filter(account__kind=AccountKind.STAFF).select_related("account", "body")
    if q:
        rows = rows.filter(Q(account__username__icontains=q) | Q(name__icontains=q) | Q(body__name__icontains=q))
    found = list(rows.order_by("body_id", "id")[begin : begin + PAGE + 1])
    more = (
        f"{reverse('desk:accounts')}?{urlencode([('q', q), ('page', str(begin // PAGE + 2))])}"
        if len(found) > PAGE
        else ""
    )
    context = {
        "people": [_person(row, at) for row in found[:PAGE]],
        "more": more,
        "q": q,
        "manages": may(actor, "accounts.manage"),
        "secures": may(actor, "sign_in.reset"),
        "said": request.session.pop(SAID, ""),
    }
    return pages.page(request, "desk/accounts.html", context, current="accounts")


def _person(row: Staff, at: datetime) -> dict[str, object]:
    account = row.account
    locked = account.locked_until is not None and account.locked_until > at
    state = ("已停用", "closed") if not account.is_active else ("已锁定", "danger") if locked else ("正常", "success")
    return {
        "id": account.id,
        "username": account.username,
        "name": row.name,
        "body": row.body.name,
        "duties": [DUTIES.get(duty, duty) for duty in row.duties],
        "state": state,
        "active": account.is_active,
        "locked": locked,
        "factor": bool(account.totp_secret),
        "signed": account.confidentiality_signed_at is not None,
        "last": account.last_login,
    }


@sensitive_post_parameters("new")
@require_POST
@pages.staff("accounts.manage", "duties.grant")
def do(request: HttpRequest, account: int, action: str) -> HttpResponse:
    """Disable an account, give it a first password, lift its lock or take its second factor out of force."""
    actor, reason, address = (
        pages.desk_actor(request),
        request.POST.get("reason", "").strip(),
        pages.address_of(request),
    )
    try:
        if len(reason) < 4:
            raise Incomplete("请填写理由，会记入安全日志。", fields={"reason": "请填写理由。"})
        if action == "disable" and may(actor, "accounts.manage") and account != actor.account_id:
            writes.disable(Account.objects.get(id=account, kind=AccountKind.STAFF))
            said = "账号已停用，其登录和令牌已失效。"
        elif action == "password":
            passwords.reset_password(actor, account, request.POST.get("new", ""), reason=reason, address=address)
            said = "已设置初始密码，请当面告知本人并要求立即修改。"
        elif action == "unlock":
            passwords.unlock(actor, account, reason=reason, address=address)
            said = "已解除锁定。"
        elif action == "factor":
            second_factor.reset(actor, account, reason, address)
            said = "已停用该账号的动态口令。"
        else:
            raise NotYours("没有找到这个账号。")
    except NotYours:
        raise
    except FlowError as error:
        said = error.sentence
    request.session[SAID] = said
    return pages.see(reverse("desk:accounts"))
