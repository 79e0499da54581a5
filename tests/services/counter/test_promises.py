"""A promise is a clock: the owner is reminded, a missed one is a breach that stays in a list (DB23-6.4.1-c)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.foundation.clocks.models import Clock
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.clocks.sweep import sweep
from bangban.foundation.ledger.models import Event
from bangban.foundation.notify.models import Delivery
from bangban.services.counter import actions, reads
from bangban.services.counter.rules import warn_at
from tests.services.counter.conftest import Counter
from tests.services.counter.test_ledger_entry import promised

pytestmark = pytest.mark.usefixtures("own_pace")


def words_to(counter: Counter) -> list[str]:
    return [row.text for row in Delivery.objects.filter(account_id=counter.guide.account_id).order_by("created_at")]


@pytest.mark.clause("DB23-6.4.1-c")
def test_the_owner_is_reminded_before_the_time_and_once(counter: Counter) -> None:
    made = promised(counter)
    assert made.agreed_at is not None
    stand_at(made.agreed_at - timedelta(minutes=30))
    assert sweep(now()) == 1
    assert sweep(now()) == 0
    assert words_to(counter) == [f"窗口咨询{made.number}快到约定的答复时间，请尽快答复。"]
    assert reads.missed_promises(counter.guide) == ()


@pytest.mark.clause("DB23-6.4.1-c")
def test_a_missed_promise_is_a_breach_and_stays_in_the_list_after_the_late_reply(counter: Counter) -> None:
    made = promised(counter)
    assert made.agreed_at is not None
    stand_at(made.agreed_at + timedelta(hours=1))
    assert [row.number for row in reads.missed_promises(counter.guide)] == [made.number]
    sweep(now())
    assert Clock.objects.get(record_id=made.id).breached_at == made.agreed_at
    assert Event.objects.filter(record_id=made.id, kind="clock.breached").count() == 1
    assert "已过约定的答复时间" in words_to(counter)[-1]
    actions.reply(counter.guide, made.number, "可以申领。")
    (row,) = reads.ledger(counter.guide, "missed").rows
    assert (row.number, row.missed, row.state) == (made.number, True, "answered")
    event = Event.objects.get(record_id=made.id, kind="inquiry.reply")
    assert event.data["late"] is True


def test_a_reply_in_time_is_never_in_the_list(counter: Counter) -> None:
    made = promised(counter)
    actions.reply(counter.guide, made.number, "可以申领。")
    stand_at(now() + timedelta(days=2))
    sweep(now())
    assert reads.missed_promises(counter.guide) == ()
    assert reads.ledger(counter.guide, "missed").rows == ()


def test_whoever_takes_over_is_reminded_instead(counter: Counter) -> None:
    made = promised(counter)
    actions.hand_on(counter.guide, made.number, counter.clerk.staff_id, "更熟悉")
    assert made.agreed_at is not None
    stand_at(made.agreed_at)
    sweep(now())
    assert words_to(counter) == []
    assert Delivery.objects.filter(account_id=counter.clerk.account_id).count() == 2


def test_a_short_promise_is_not_called_late_in_its_first_half() -> None:
    begun = now()
    due = begun + timedelta(minutes=30)
    assert warn_at(begun - timedelta(hours=1), begun, due) == begun + timedelta(minutes=15)
    assert warn_at(due - timedelta(minutes=5), begun, due) == due - timedelta(minutes=5)
