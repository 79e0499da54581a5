"""Coming in: password, undertaking, second factor, going out."""

from __future__ import annotations

import pyotp
import pytest
from django.test import Client

from bangban.foundation.access.accounts import make_account
from bangban.foundation.access.models import Account, AccountKind, Session
from bangban.registry.org.models import Presence
from tests.cast import Cast
from tests.surfaces.desk.conftest import Desk

PASSWORD = "Green-Tea-2026"


@pytest.fixture
def guide(city: Cast) -> Account:
    account = make_account("guide", AccountKind.STAFF, "林引导", PASSWORD)
    account.confidentiality_signed_at = None
    account.save()
    return account


def come_in(client: Client, **changes: str) -> object:
    return client.post("/desk/signin", {"username": "guide", "password": PASSWORD, **changes})


def test_a_wrong_password_and_an_unknown_account_get_the_same_sentence(guide: Account, client: Client) -> None:
    wrong = come_in(client, password="Wrong-Tea-2026")
    unknown = come_in(client, username="nobody")
    assert wrong.status_code == unknown.status_code == 409
    sentence = "账号、密码或动态口令不正确"
    assert sentence in wrong.content.decode()
    assert sentence in unknown.content.decode()


@pytest.mark.clause("T637-6.2.3-b")
def test_no_case_data_before_the_undertaking_is_signed(guide: Account, client: Client) -> None:
    assert come_in(client).headers["Location"] == "/desk/undertaking"
    assert client.get("/desk/").headers["Location"] == "/desk/undertaking"
    assert client.get("/desk/rows", headers={"HX-Request": "true"}).status_code == 403
    refused = client.post("/desk/undertaking", {"version": "2026-1"})
    assert refused.status_code == 422
    client.post("/desk/undertaking", {"version": "2026-1", "agree": "1"})
    assert client.get("/desk/").status_code == 200


def test_an_enrolled_account_is_asked_for_its_code_and_let_in_with_it(guide: Account, client: Client) -> None:
    guide.totp_secret = secret = pyotp.random_base32()
    guide.save()
    asked = come_in(client)
    assert "动态口令应用上的6位数字" in asked.content.decode()
    assert client.get("/desk/").status_code == 303
    from bangban.foundation.clocks.moment import now

    code = pyotp.TOTP(secret).at(now())
    assert come_in(client, code=code).headers["Location"] == "/desk/undertaking"


def test_signing_out_ends_session_and_presence(city: Cast, desk: Desk) -> None:
    client = desk(city.guide)
    client.post("/desk/presence", {"presence": "online"})
    assert client.post("/desk/signout").headers["Location"] == "/desk/signin"
    assert not Session.objects.filter(account_id=city.guide.account_id).exists()
    assert Presence.objects.get(staff_id=city.guide.staff_id).state == "away"


def test_after_signing_in_nobody_is_sent_to_another_site(guide: Account, client: Client) -> None:
    assert come_in(client, next="https://elsewhere.example/").headers["Location"] == "/desk/undertaking"
    Account.objects.filter(id=guide.id).update(confidentiality_signed_at=guide.created_at)
    assert come_in(Client(), next="//elsewhere.example/").headers["Location"] == "/desk/"


def test_offline_is_kept_until_the_person_comes_back(city: Cast, desk: Desk) -> None:
    client = desk(city.guide)
    client.post("/desk/presence", {"presence": "offline"})
    client.post("/desk/lease")
    assert Presence.objects.filter(staff_id=city.guide.staff_id, state="available").count() == 0
    assert "data-lease-url" not in client.get("/desk/").content.decode()
    client.post("/desk/presence", {"presence": "busy"})
    assert Presence.objects.get(staff_id=city.guide.staff_id).state == "busy"


def test_what_scripts_ask_by_themselves_does_not_keep_an_empty_chair_signed_in(city: Cast, desk: Desk) -> None:
    from datetime import timedelta

    from bangban.foundation.clocks.moment import stand_at
    from tests.cast import WORKING_MORNING

    client = desk(city.guide)
    for minute in range(0, 40, 5):
        stand_at(WORKING_MORNING + timedelta(minutes=minute))
        last = client.get("/desk/rows", headers={"HX-Request": "true"})
    assert last.status_code == 401
    assert last.headers["HX-Redirect"] == "/desk/signin?expired=1"


def test_the_second_factor_is_enrolled_with_a_picture_that_the_policy_allows(city: Cast, desk: Desk) -> None:
    client = desk(city.guide)
    page = client.post("/desk/account/factor").content.decode()
    assert 'src="data:image/svg+xml' in page
    assert client.post("/desk/account/factor/confirm", {"code": "000000"}).status_code == 409
