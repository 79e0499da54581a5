"""Subscribing on the portal, and ending it by the link (DB23-6.2.1.2)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bangban.services.publications import reads
from bangban.services.publications.actions.subscribing import link_key
from bangban.services.publications.models import Subscription
from tests.cast import Cast, make_city
from tests.foundation.access.conftest import last_code
from tests.surfaces.portal.browser import Browser

PHONE = "13900000001"


@pytest.fixture
def city(transactional_db: None) -> Iterator[Cast]:
    """The city in a database that commits: proving a phone must not run inside a transaction."""
    yield make_city()


@pytest.mark.clause("DB23-6.2.1.2")
def test_a_phone_subscribes_with_its_code_and_ends_it_by_the_link(city: Cast, browser: Browser) -> None:
    assert "想接收哪些信息" in browser.open("/notices/subscribe/?kind=policy")
    sent = browser.send("/notices/subscribe/code", phone=PHONE, topics=["policy"], body="gz")
    page = sent.content.decode()
    assert "验证码已发送" in page and f'value="{PHONE}"' in page and 'value="gz" selected' in page
    done = browser.send("/notices/subscribe/", phone=PHONE, code=last_code(), topics=["policy", "holiday"], body="gz")
    assert done.status_code == 200 and "订阅成功" in done.content.decode()
    row = Subscription.objects.get()
    assert row.topics == ["holiday", "policy"] and row.body_id == city.center.id
    address = f"/notices/end/{link_key(row.id)}"
    assert "139****0001" in browser.open(address) and reads.subscriber_count() == 1
    assert "已退订" in browser.send(address).content.decode()
    assert reads.subscriber_count() == 0


def test_what_is_wrong_is_told_and_nothing_typed_is_lost(city: Cast, browser: Browser) -> None:
    answer = browser.send("/notices/subscribe/", phone="139", code="", topics=["policy"], body="yx")
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in (
        "请填写11位手机号码",
        "请填写短信验证码",
        'value="139"',
        'value="yx" selected',
        'value="policy" checked',
    ):
        assert words in page, words
    browser.send("/notices/subscribe/code", phone=PHONE)
    wrong = browser.send("/notices/subscribe/", phone=PHONE, code="12x456", topics=["policy"])
    assert wrong.status_code == 409 and "验证码不正确" in wrong.content.decode()
    assert not Subscription.objects.exists()


def test_a_script_that_asks_for_a_code_gets_a_sentence(city: Cast, browser: Browser) -> None:
    assert "验证码已发送" in browser.script("/notices/subscribe/code", phone=PHONE).json()["detail"]
    again = browser.script("/notices/subscribe/code", phone=PHONE)
    assert again.status_code == 409 and "秒后再获取" in again.json()["detail"]
