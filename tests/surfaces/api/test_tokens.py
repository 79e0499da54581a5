"""External applications: scopes, limits, and the end of a token (T637-6.1.6-d)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.foundation.access import tokens
from bangban.foundation.access.models import Account, AccountKind, Token
from bangban.foundation.access.tokens import make_token, revoke
from bangban.foundation.clocks.moment import now
from bangban.services.cases.models import Case
from tests.cast import Cast
from tests.surfaces.api.caller import CASE, Caller, assert_problem, opened, staff


def partner(*scopes: str, **changes: object) -> tuple[Account, Caller]:
    """Return a registered application with its token."""
    account = Account.objects.create(
        username="mini", kind=AccountKind.PARTNER, display_name="小程序", created_at=now(), password="!"
    )
    text = make_token(account, "mini", scopes)
    Token.objects.filter(account=account).update(**changes)
    return account, Caller({"Authorization": f"Bearer {text}"})


@pytest.mark.clause("T637-6.1.6-d", "T637-6.1.5-b")
def test_a_partner_opens_cases_for_its_guests_and_reads_them_by_code(city: Cast) -> None:
    _, mini = partner("cases:read", "cases:write", channel="mini_program")
    number, _ = opened(mini, channel="mini_program")
    assert_problem(mini.get(f"/cases/{number}"), 404)
    code = mini.post("/cases", CASE).body
    assert mini.get(f"/cases/{code['number']}", X_Case_Token=code["token"]).status == 200


@pytest.mark.clause("T637-6.1.6-d")
@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", "/cases", "cases:write"),
        ("GET", "/cases", "cases:read"),
        ("GET", "/cases/ZX1", "cases:read"),
        ("POST", "/cases/ZX1/actions/claim", "cases:write"),
        ("GET", "/cases/ZX1/messages", "cases:read"),
        ("POST", "/cases/ZX1/messages", "cases:write"),
        ("POST", "/evaluations", "cases:write"),
        ("POST", "/assistant/ask", "assistant"),
    ],
)
def test_a_token_without_the_scope_is_refused_and_told_which(city: Cast, method: str, path: str, scope: str) -> None:
    _, mini = partner(*(set(tokens.SCOPES) - {scope}))
    assert assert_problem(mini.call(method, path, {}), 403)["scope"] == scope


@pytest.mark.clause("T637-6.1.6-d")
def test_a_revoked_token_is_refused_at_once(city: Cast) -> None:
    account, mini = partner("cases:read")
    assert mini.get("/cases").status == 200
    revoke(account)
    refused = mini.get("/cases")
    assert_problem(refused, 401)
    assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_an_expired_token_is_refused(city: Cast) -> None:
    _, mini = partner("cases:read", expires_at=now() - timedelta(seconds=1))
    assert_problem(mini.get("/cases"), 401)


@pytest.mark.clause("T637-6.1.6-c")
def test_the_token_of_a_disabled_account_is_refused(city: Cast) -> None:
    account, mini = partner("cases:read")
    Account.objects.filter(id=account.id).update(is_active=False)
    assert_problem(mini.get("/cases"), 401)


def test_a_staff_account_without_a_post_has_no_token(city: Cast) -> None:
    account = Account.objects.create(username="nobody", kind=AccountKind.STAFF, created_at=now(), password="!")
    caller = Caller({"Authorization": f"Bearer {make_token(account, 'x')}"})
    assert_problem(caller.get("/cases"), 401)


@pytest.mark.parametrize(
    "header", ["Basic eDp5", "Bearer", "Bearer ", "bearer x", "Bearer \xff", "Bearer " + "x" * 9000]
)
def test_a_malformed_authorization_is_refused(city: Cast, header: str) -> None:
    assert_problem(Caller({"Authorization": header}).get("/cases"), 401)


@pytest.mark.clause("T637-6.1.6-d")
@pytest.mark.parametrize("rate", [0, 3])
def test_a_token_has_its_own_rate(city: Cast, rate: int) -> None:
    _, mini = partner("cases:read", rate_per_minute=rate)
    statuses = [mini.get("/cases").status for _ in range(rate + 1)]
    assert statuses == [200] * rate + [429]
    refused = mini.get("/cases")
    assert_problem(refused, 429)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert staff(city.guide).get("/cases").status == 200


def test_a_token_acts_with_the_duties_of_its_post(city: Cast) -> None:
    number, _ = opened()
    assert_problem(staff(city.editor).get(f"/cases/{number}"), 404)
    assert staff(city.guide).act(number, "claim").status == 200
    assert Case.objects.get(number=number).owner_id == city.guide.staff_id
