"""Delivering: what is due goes once, failures come again, the night is quiet, no connection is held meanwhile."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from bangban.foundation.clocks.models import Hours
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import forget
from bangban.foundation.notify.actions import Address, deliver_due, delivering
from bangban.foundation.notify.gateways import choice
from bangban.foundation.notify.gateways.base import Accepted, Outgoing
from bangban.foundation.notify.models import Delivery
from bangban.foundation.notify.rules import DELAYS, MOST_ATTEMPTS
from tests.foundation.access.together import at_once
from tests.foundation.notify.conftest import MORNING, NIGHT, PHONE, Provider, sms, state_of


def run_to_the_end() -> datetime:
    """Deliver again and again until nothing waits; returns the last moment."""
    at = MORNING
    while waiting := Delivery.objects.filter(state="queued").order_by("next_try_at").first():
        at = max(at, waiting.next_try_at)
        deliver_due(at)
    return at


def test_without_a_gateway_messages_stay_in_the_outbox(db: None) -> None:
    delivery = sms()
    assert deliver_due(now()) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.provider, delivery.attempts, delivery.sent_at is not None) == (
        "sent",
        "local",
        1,
        True,
    )
    assert deliver_due(now()) == 0


def test_the_provider_gets_the_message_and_the_key(db: None, provider: Provider) -> None:
    delivery = sms("case:OC1:progress:3")
    deliver_due(now())
    body = provider.calls[0]["body"]
    assert (body["address"], body["text"], body["attempt"]) == (PHONE, "您的事项有新进展。", 1)
    assert provider.keys() == ["case:OC1:progress:3"] == [body["key"]]
    delivery.refresh_from_db()
    assert (delivery.state, delivery.provider, delivery.provider_ref) == ("sent", "webhook:sms", "ref-1")


def test_a_gateway_that_is_down_is_tried_again_later_and_later(db: None, provider: Provider) -> None:
    provider.answer = lambda call: (503, {}, "busy")
    delivery = sms()
    end = run_to_the_end()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("failed", MOST_ATTEMPTS)
    assert "503" in delivery.last_error
    assert [call["body"]["attempt"] for call in provider.calls] == list(range(1, MOST_ATTEMPTS + 1))
    assert set(provider.keys()) == {"k1"}, "every repetition carries the same key"
    assert timedelta(hours=4) < end - MORNING < timedelta(hours=4.5)
    assert end - MORNING >= timedelta(seconds=sum(DELAYS))


def test_an_hour_without_the_gateway_loses_nothing(db: None, provider: Provider) -> None:
    deliveries, at = [sms(f"k{number}") for number in range(20)], MORNING
    provider.answer = lambda call: (503, {}, "") if at < MORNING + timedelta(hours=1) else (200, {}, "{}")
    while Delivery.objects.filter(state="queued").exists():
        deliver_due(at)
        at += timedelta(minutes=1)
    assert {state_of(delivery) for delivery in deliveries} == {"sent"}


def test_a_refused_number_fails_at_once(db: None, provider: Provider) -> None:
    provider.answer = lambda call: (422, {}, "empty number")
    delivery = sms()
    deliver_due(now())
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("failed", 1)
    assert "empty number" in delivery.last_error


@pytest.mark.parametrize("status", [301, 401, 403, 404, 408, 425, 429, 500, 502])
def test_what_may_get_better_is_tried_again(db: None, provider: Provider, status: int) -> None:
    provider.answer = lambda call: (status, {"Location": provider.url} if status == 301 else {}, "")
    delivery = sms()
    deliver_due(now())
    assert state_of(delivery) == "queued"
    assert len(provider.calls) == 1, "a redirect is not followed"


def test_a_provider_that_knows_the_key_has_taken_it(db: None, provider: Provider) -> None:
    provider.answer = lambda call: (409, {}, '{"id": "ref-9"}')
    delivery = sms()
    deliver_due(now())
    delivery.refresh_from_db()
    assert (delivery.state, delivery.provider_ref) == ("sent", "ref-9")


def test_the_provider_s_wish_to_wait_is_heeded_up_to_an_hour(db: None, provider: Provider) -> None:
    first, second = sms("k1"), sms("k2")
    provider.answer = lambda call: (429, {"Retry-After": "600" if call["key"] == "k1" else "999999"}, "")
    deliver_due(MORNING)
    first.refresh_from_db()
    second.refresh_from_db()
    assert timedelta(minutes=10) <= first.next_try_at - MORNING < timedelta(minutes=11)
    assert timedelta(hours=1) <= second.next_try_at - MORNING < timedelta(minutes=61)


def test_after_the_last_failure_the_next_channel_follows(db: None, provider: Provider) -> None:
    provider.answer = lambda call: (422, {}, "no such number")
    first = sms("k1", "reminder", Address("email", "zhang@example.org"), Address("phone_task", PHONE))
    run_to_the_end()
    second = Delivery.objects.get(follows=first)
    assert (second.channel, second.address, second.dedupe_key, second.why) == (
        "email", "zhang@example.org", "k1>email", "fallback",
    )  # fmt: skip
    assert (second.text, second.state) == (first.text, "sent")
    assert not Delivery.objects.filter(follows=second).exists()


def test_the_chain_goes_on_to_its_end(db: None, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGBAN_EMAIL_URL", provider.url)
    provider.answer = lambda call: (410, {}, "gone")
    sms("k1", "reminder", Address("email", "zhang@example.org"), Address("phone_task", PHONE))
    run_to_the_end()
    assert list(Delivery.objects.order_by("id").values_list("channel", "state")) == [
        ("sms", "failed"), ("email", "failed"), ("phone_task", "sent"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("purpose", "goes"), [("case_progress", 0), ("reminder", 0), ("sign_in_code", 1), ("emergency", 1)]
)
def test_at_night_only_codes_and_emergencies_go(db: None, purpose: str, goes: int) -> None:
    sms("k1", purpose)
    Delivery.objects.update(useful_until=None)
    assert deliver_due(NIGHT) == goes


def test_the_night_is_from_nine_to_eight_at_the_place(db: None) -> None:
    delivery = sms()
    for hour, minute in ((21, 0), (23, 59), (0, 0), (7, 59)):
        at = NIGHT.replace(hour=(hour - 8) % 24, minute=minute)
        assert deliver_due(at) == 0
    assert deliver_due(NIGHT.replace(hour=0, minute=0) + timedelta(days=1)) == 1
    assert state_of(delivery) == "sent"


def test_an_installation_has_hours_of_its_own(db: None) -> None:
    Hours.objects.create(
        kind="sending", weekly={str(day): [["09:00", "12:00"]] for day in range(7)}, workdays_only=False
    )
    forget()
    sms()
    assert deliver_due(MORNING + timedelta(hours=4)) == 0
    assert deliver_due(MORNING) == 1


def test_a_retry_does_not_break_the_night(db: None, provider: Provider) -> None:
    provider.answer = lambda call: (503, {}, "")
    sms()
    deliver_due(NIGHT - timedelta(hours=1, seconds=2))
    assert deliver_due(NIGHT) == 0


def test_what_comes_too_late_is_not_sent(db: None, provider: Provider) -> None:
    code = sms("k1", "sign_in_code", Address("email", "zhang@example.org"))
    deliver_due(MORNING + timedelta(minutes=10))
    code.refresh_from_db()
    assert (code.state, code.last_error) == ("failed", delivering.TOO_LATE)
    assert provider.calls == []
    assert Delivery.objects.count() == 1, "a stale code does not follow by mail either"


def test_codes_overtake_a_queue(db: None, provider: Provider) -> None:
    for number in range(50):
        sms(f"k{number}")
    sms("code", "sign_in_code")
    deliver_due(now())
    assert "code" in provider.keys()[:40]


def test_a_gateway_that_breaks_is_no_end(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        name, reports = "broken", False

        def send(self, message: Outgoing) -> Accepted:
            raise ZeroDivisionError

    monkeypatch.setattr(delivering, "gateway_for", lambda channel: Broken())
    delivery = sms()
    deliver_due(now())
    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_error) == ("queued", "网关程序出错：ZeroDivisionError")


def test_a_wrong_set_up_holds_messages_back_and_is_reported(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from bangban.foundation.notify.checks import gateways_are_usable

    assert gateways_are_usable() == []
    monkeypatch.setenv("BANGBAN_SMS_URL", "http://127.0.0.1:9/")
    monkeypatch.delenv("BANGBAN_NOTIFY_SECRET", raising=False)
    assert [problem.id for problem in gateways_are_usable()] == ["notify.sms"]
    delivery = sms()
    deliver_due(now())
    assert state_of(delivery) == "queued"


@pytest.mark.django_db(transaction=True)
def test_the_connection_is_given_back_during_a_slow_call(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, during = connections["default"], []

    class Slow:
        name, reports = "slow", False

        def send(self, message: Outgoing) -> Accepted:
            during.append(ours.connection)
            return Accepted()

    monkeypatch.setattr(delivering, "gateway_for", lambda channel: Slow())
    delivery = sms()
    assert ours.connection is not None
    deliver_due(MORNING)
    assert (during, state_of(delivery)) == ([None], "sent")


def test_a_provider_that_drips_does_not_hold_the_others(
    db: None, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()

    def answer(call: dict[str, Any]) -> tuple[int, dict[str, str], str]:
        if call["key"] == "slow":
            release.wait(60)
        return 200, {}, "{}"

    wait = delivering.wait

    def until_one_is_done(calls: Any, timeout: float) -> Any:
        """Let the batch end when its time is over, but not before the busy machine has sent the quick one."""
        while not (found := wait(calls, timeout=timeout)).done:
            pass
        return found

    provider.answer = answer
    monkeypatch.setattr(delivering, "LONGEST_BATCH", 0.3)
    monkeypatch.setattr(delivering, "wait", until_one_is_done)
    slow, quick = sms("slow"), sms("quick")
    deliver_due(MORNING)
    release.set()
    slow.refresh_from_db()
    assert (slow.state, slow.last_error) == ("queued", delivering.NO_ANSWER)
    assert state_of(quick) == "sent"


@pytest.mark.django_db(transaction=True)
def test_two_deliverers_never_send_one_message_twice(provider: Provider) -> None:
    for number in range(120):
        sms(f"k{number}")
    attempts = at_once(*[lambda: deliver_due(MORNING) for _ in range(4)])
    assert sum(int(count) for count in attempts) == 120  # type: ignore[call-overload]
    assert sorted(provider.keys()) == sorted(f"k{number}" for number in range(120))


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_deliverers_do_send_twice(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """The race is real: with rows read but not locked, some messages leave the house twice."""
    meeting = threading.Barrier(2)

    def unlocked(at: Any, claim: Any, limit: int) -> list[Delivery]:
        rows = list(Delivery.objects.filter(state="queued")[:limit])
        if rows:
            meeting.wait(timeout=60)
        Delivery.objects.filter(id__in=[row.id for row in rows]).update(
            state="sending", claim=claim, claim_until=at + delivering.LEASE
        )
        return rows

    monkeypatch.setattr(delivering, "_claim", unlocked)
    for number in range(8):
        sms(f"k{number}")
    at_once(lambda: deliver_due(MORNING), lambda: deliver_due(MORNING))
    assert len(provider.calls) > len(set(provider.keys()))


def test_the_default_gateways_need_nothing() -> None:
    assert [choice.gateway_for(channel).name for channel in choice.VARIABLES] == [
        "local",
        "local",
        "local",
        "hand",
        "hand",
    ]
