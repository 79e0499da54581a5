"""A case in service that nobody works on is told to its owner, its first contact and the unit (T637-8.3-a)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.foundation.clocks.models import Clock
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.clocks.sweep import sweep
from bangban.foundation.ledger.models import Event
from bangban.registry.catalog.models.items import Item
from bangban.services.cases import actions
from bangban.services.cases.models import Case
from tests.cast import Cast
from tests.services.cases.steps import claimed, consulting

pytestmark = pytest.mark.usefixtures("own_pace")


def idle(number: str) -> Clock:
    """Return the latest idle clock of a case."""
    found = (
        Clock.objects.filter(record_id=Case.objects.get(number=number).id, code="idle").order_by("started_at").last()
    )
    assert found is not None
    return found


@pytest.mark.clause("T637-8.3-a")
def test_silence_over_the_limit_is_told_to_owner_first_contact_and_unit(city: Cast, item: Item) -> None:
    number, citizen = consulting(city, item)
    stand_at(idle(number).due_at - timedelta(hours=1))
    actions.post_message(citizen, number, "还在办吗？")
    sweep(idle(number).due_at)
    (event,) = (e for e in Event.objects.filter(number=number, kind="clock.breached") if e.data["rule"] == "idle")
    assert {f"desk:{city.specialist.staff_id}", f"desk:{city.guide.staff_id}", f"unit:{city.center.id}"} <= set(
        event.topics
    )


def test_whatever_the_owner_does_begins_the_time_anew_in_the_same_row(city: Cast, item: Item) -> None:
    number, _ = claimed(city, item)
    first = idle(number)
    stand_at(now() + timedelta(days=1))
    actions.post_message(city.guide, number, "正在核对。")
    renewed = idle(number)
    assert (renewed.id, renewed.due_at > first.due_at) == (first.id, True)
    stand_at(renewed.due_at + timedelta(days=1))
    actions.sort(city.guide, number, {"need_summary": "补充"})
    assert idle(number).id != first.id
    late = Clock.objects.get(id=first.id)
    assert (late.state, late.breached_at) == ("stopped", late.due_at)


def test_the_time_ends_with_the_service(city: Cast, item: Item) -> None:
    number, citizen = consulting(city, item)
    actions.close(city.specialist, number, {"opinion": "可以。"})
    assert idle(number).state == "stopped"
    actions.follow_up(citizen, number, {"outcome": "needs_improvement"})
    actions.claim(city.guide, number)
    assert idle(number).state == "running"
    actions.withdraw(citizen, number)
    assert idle(number).state == "stopped"
