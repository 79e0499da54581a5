"""Clocks as rows: warned and breached once, paused and continued, recounted when a year is announced, per body."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.cast import WORKING_MORNING, Cast
from tests.services.cases.steps import claimed, closed, opened

from bangban.foundation.clocks import actions as clocks
from bangban.foundation.clocks.models import CalendarDay, Clock, ClockPause, ClockRule
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.clocks.reads import clocks_of, forget, label_of_rule, rule_for
from bangban.foundation.clocks.sweep import sweep
from bangban.foundation.ledger.models import Event
from bangban.foundation.ledger.writes import Writes
from bangban.registry.catalog.models.items import Item
from bangban.registry.org import actions as org
from bangban.services.cases import actions
from bangban.services.cases.models import Case


def record(number: str) -> Case:
    """Return the case."""
    return Case.objects.get(number=number)


def clock(number: str, code: str) -> Clock:
    """Return the latest clock of a rule on a case."""
    found = Clock.objects.filter(record_id=record(number).id, code=code).select_related("rule").last()
    assert found is not None
    return found


def told(number: str) -> list[tuple[str, str]]:
    """Return what the ledger says about the clocks of a case."""
    rows = Event.objects.filter(number=number, kind__startswith="clock.").order_by("position")
    return [(event.kind, event.data["rule"]) for event in rows]


@pytest.mark.clause("T637-7.2-a")
def test_a_clock_is_warned_about_once_and_breached_once(city: Cast) -> None:
    number, _ = opened()
    due = clock(number, "first_response").due_at
    for moment in (due - timedelta(minutes=3), due - timedelta(minutes=2), due - timedelta(minutes=1)):
        sweep(moment)
    assert told(number) == [("clock.warned", "first_response")]
    for moment in (due, due + timedelta(seconds=1), due + timedelta(hours=5)):
        sweep(moment)
    assert told(number) == [("clock.warned", "first_response"), ("clock.breached", "first_response")]
    assert clock(number, "first_response").breached_at == due
    assert clocks_of([record(number).id], due)[record(number).id][0].light == "red"


def test_a_clock_that_nobody_looked_at_is_breached_without_a_late_warning(city: Cast) -> None:
    number, _ = opened()
    sweep(now() + timedelta(days=1))
    assert told(number) == [("clock.breached", "first_response")]


def test_two_clocks_of_one_record_are_told_in_one_deed(city: Cast, item: Item) -> None:
    number, _ = claimed(city, item)
    actions.ask_adviser(city.guide, number, {"question": "能否合并？"})
    before = Event.objects.filter(number=number).count()
    assert sweep(now() + timedelta(days=9)) == 4
    assert sorted(code for _, code in told(number)) == ["adviser_reply", "disposal", "first_response", "idle"]
    assert Event.objects.filter(number=number, kind="case.clock").count() == 1
    assert Event.objects.filter(number=number).count() == before + 5


def test_a_clock_stopped_in_time_is_green_and_one_stopped_late_is_red(city: Cast) -> None:
    punctual, late = opened()[0], opened()[0]
    actions.claim(city.guide, punctual)
    actions.post_message(city.guide, punctual, "您好")
    stand_at(WORKING_MORNING + timedelta(minutes=20))
    actions.claim(city.guide, late)
    actions.post_message(city.guide, late, "您好")
    assert (clock(punctual, "first_response").breached_at, clock(late, "first_response").breached_at) == (
        None,
        clock(late, "first_response").due_at,
    )


def test_the_sweep_says_nothing_more_about_a_finished_case(city: Cast, item: Item) -> None:
    number, citizen = closed(city, item)
    actions.follow_up(citizen, number, {"outcome": "obtained"})
    Clock.objects.filter(record_id=record(number).id).update(state="running", stopped_at=None, breached_at=None)
    before = Event.objects.count()
    assert sweep(now() + timedelta(days=30)) == 0
    assert Event.objects.count() == before
    assert not Clock.objects.filter(record_id=record(number).id).exclude(state="stopped").exists()


@pytest.fixture
def paused(city: Cast, item: Item) -> tuple[str, Clock]:
    """A disposal clock that was paused for a supplement after an hour."""
    ClockRule.objects.filter(code="disposal").update(pause_kinds=["supplement"])
    forget()
    number, _ = claimed(city, item)
    running, writes = clock(number, "disposal"), Writes()
    clocks.pause(
        writes, record(number), "disposal", "supplement", "等待补充材料", running.started_at + timedelta(hours=1)
    )
    writes.run()
    return number, running


def test_a_paused_clock_is_neither_warned_nor_breached_and_moves_its_due_time(paused: tuple[str, Clock]) -> None:
    number, before = paused
    sweep(before.due_at + timedelta(days=1))
    assert ("clock.breached", "disposal") not in told(number)
    writes = Writes()
    clocks.resume(writes, record(number), "disposal", before.started_at + timedelta(days=2, hours=1))
    writes.run()
    after = clock(number, "disposal")
    assert after.state == "running"
    assert after.due_at > before.due_at
    (pause,) = ClockPause.objects.filter(clock=after)
    assert (pause.ended_at or pause.began_at) - pause.began_at == timedelta(days=2)


def test_the_database_refuses_two_open_pauses_and_two_running_clocks(paused: tuple[str, Clock]) -> None:
    number, running = paused
    with pytest.raises(IntegrityError, match="one_open_pause"), transaction.atomic():
        ClockPause.objects.create(clock=running, kind="supplement", reason="", began_at=now())
    with pytest.raises(IntegrityError, match="one_running_clock"), transaction.atomic():
        writes = Writes()
        clocks.start(writes, record(number), "disposal", None, now())
        writes.run()


def test_a_rule_knows_for_what_it_may_be_paused(city: Cast, item: Item) -> None:
    number, _ = claimed(city, item)
    with pytest.raises(ValueError, match="cannot be paused"):
        clocks.pause(Writes(), record(number), "disposal", "holiday", "", now())


def test_a_due_time_in_a_year_nobody_announced_is_provisional_until_the_year_is_imported(
    city: Cast, item: Item
) -> None:
    stand_at(datetime(2026, 12, 31, 2, tzinfo=UTC))
    number, _ = claimed(city, item)
    guessed = clock(number, "disposal")
    assert guessed.calendar_version == clocks.PROVISIONAL
    assert clocks.recompute_provisional(now()) == 0
    for day in range(1, 4):
        CalendarDay.objects.create(
            day=date(2027, 1, day), is_workday=False, name="元旦", source="国办发明电〔2026〕1号"
        )
    CalendarDay.objects.create(day=date(2027, 1, 4), is_workday=False, name="元旦", source="国办发明电〔2026〕1号")
    forget()
    assert clocks.recompute_provisional(now()) == 2, "the disposal and the idle clock"
    counted = clock(number, "disposal")
    assert counted.calendar_version != clocks.PROVISIONAL
    assert counted.due_at - guessed.due_at >= timedelta(days=1)


def test_a_pause_that_pushes_a_clock_into_an_unannounced_year_makes_it_provisional(city: Cast, item: Item) -> None:
    stand_at(datetime(2026, 12, 28, 2, tzinfo=UTC))
    ClockRule.objects.filter(code="disposal").update(pause_kinds=["supplement"])
    forget()
    number, _ = claimed(city, item)
    assert clock(number, "disposal").calendar_version != clocks.PROVISIONAL
    for deed, moment in ((clocks.pause, 29), (clocks.resume, 31)):
        writes, at = Writes(), datetime(2026, 12, moment, 2, tzinfo=UTC)
        if deed is clocks.pause:
            clocks.pause(writes, record(number), "disposal", "supplement", "", at)
        else:
            clocks.resume(writes, record(number), "disposal", at)
        writes.run()
    assert clock(number, "disposal").calendar_version == clocks.PROVISIONAL


def test_an_agreed_time_is_not_counted_again_when_a_year_is_announced(city: Cast, item: Item) -> None:
    stand_at(datetime(2026, 12, 31, 2, tzinfo=UTC))
    number, _ = opened()
    agreed, writes = datetime(2027, 1, 20, 2, tzinfo=UTC), Writes()
    clocks.start_until(writes, record(number), "disposal", None, now(), agreed)
    writes.run()
    CalendarDay.objects.create(day=date(2027, 1, 4), is_workday=False, name="元旦", source="国办发明电〔2026〕1号")
    forget()
    clocks.recompute_provisional(now())
    assert clock(number, "disposal").due_at == agreed
    sweep(agreed)
    assert ("clock.breached", "disposal") in told(number)


@pytest.mark.clause("BJ-8")
def test_hours_and_limits_of_one_body_move_only_that_bodys_clocks(city: Cast) -> None:
    default = rule_for("first_response", None, now().date())
    default.pk, default.unit_id, default.amount = None, city.district.id, 30
    default.save()
    org.set_hours("online_human", "yx", {str(day): [["14:00", "15:00"]] for day in range(5)})
    forget()
    here, there = opened()[0], opened(unit_id=city.district.id)[0]
    assert clock(here, "first_response").due_at - record(here).created_at == timedelta(minutes=5)
    assert clock(there, "first_response").due_at == datetime(2026, 11, 18, 6, 30, tzinfo=UTC)


def test_a_rule_is_taken_by_the_day_it_is_valid_on(city: Cast) -> None:
    rule = rule_for("disposal", None, date(2026, 11, 18))
    assert (rule.amount, rule.clause, label_of_rule("disposal")) == (2, "T637-8.2-d", "复杂问题处置")
    with pytest.raises(LookupError):
        rule_for("disposal", None, date(2020, 1, 1))
    with pytest.raises(LookupError):
        rule_for("no such rule", None, date(2026, 11, 18))
    assert label_of_rule("no such rule") == "no such rule"
