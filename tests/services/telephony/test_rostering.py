"""The manager sets the roster of a week; what cannot be is refused, and the people are told."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta

import pytest

from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.notify.models import Delivery
from bangban.registry.org.actions import set_shifts
from bangban.registry.org.models import Shift
from bangban.registry.org.reads import colleagues
from bangban.services.telephony import actions, reads, weeks
from bangban.services.telephony.models import RosterChange
from tests.services.telephony.cast import Hotline, talk

MONDAY = date(2026, 11, 23)
FREE = [""] * 7


def cleared(hotline: Hotline) -> tuple[int, int]:
    """Both agents without any shift."""
    for one in (hotline.agent, hotline.second_agent):
        set_shifts(one.staff_id or 0, [])
    return hotline.agent.staff_id or 0, hotline.second_agent.staff_id or 0


def save(hotline: Hotline, cells: dict[int, list[str]], monday: date = MONDAY) -> int:
    return actions.save_roster(hotline.manager, monday, cells, reads.weeks.mark_of(hotline.body.id, monday))


def shown(hotline: Hotline, staff_id: int, monday: date = MONDAY) -> list[str]:
    found = reads.roster_week(hotline.body.id, monday)
    return [weeks.show(spans) for one in found.people if one.id == staff_id for spans in one.known.week]


@pytest.mark.clause("GB33358-5.1.2.1")
def test_a_week_that_was_saved_is_read_back_and_closes_the_gaps(hotline: Hotline) -> None:
    first, second = cleared(hotline)
    begin = datetime.combine(MONDAY, time(), DEFAULT_ZONE)
    assert len(reads.roster_gaps(begin, begin + timedelta(days=7))) == 1
    day, night = ["8-19"] * 7, ["19-24"] * 7
    assert save(hotline, {first: day, second: night}) == 2
    gaps = reads.roster_gaps(begin, begin + timedelta(days=7))
    assert len(gaps) == 7 and {
        (gap.start.astimezone(DEFAULT_ZONE).hour, gap.end.astimezone(DEFAULT_ZONE).hour) for gap in gaps
    } == {(0, 8)}
    save(hotline, {second: ["21-8"] * 7, first: ["10-21"] * 7})
    assert shown(hotline, second) == ["21-8"] * 7
    gaps = reads.roster_gaps(begin, begin + timedelta(days=7))
    assert {(gap.start.astimezone(DEFAULT_ZONE).hour, gap.end.astimezone(DEFAULT_ZONE).hour) for gap in gaps} == {
        (0, 10),
        (8, 10),
    }


def test_other_weeks_keep_their_roster_and_a_night_reaches_into_the_next(hotline: Hotline) -> None:
    first, _ = cleared(hotline)
    set_shifts(first, [(day, time(8), time(16)) for day in range(5)], workdays_only=False)
    save(hotline, {first: ["", "", "", "", "", "", "20-6"]})
    assert shown(hotline, first) == ["", "", "", "", "", "", "20-6"]
    assert shown(hotline, first, MONDAY - timedelta(days=7)) == ["", "", "早", "早", "早", "", ""]
    after = MONDAY + timedelta(days=7)
    assert shown(hotline, first, after) == ["早"] * 5 + ["", ""], "the end of Sunday's night is not a shift of Monday's"
    found = reads.roster_week(hotline.body.id, after).people[0].known
    assert found.carried == (weeks.Span(0, 360),)
    save(hotline, {first: ["中", "中", "中", "中", "中", "", ""]}, after)
    assert reads.roster_week(hotline.body.id, after).people[0].known.carried == (weeks.Span(0, 360),)
    save(hotline, {first: FREE})
    assert reads.roster_week(hotline.body.id, after).people[0].known.carried == ()
    assert shown(hotline, first, after) == ["中"] * 5 + ["", ""]


def test_who_is_rostered_now_counts_as_on_duty(hotline: Hotline) -> None:
    first, _ = cleared(hotline)
    stand_at(datetime(2026, 11, 24, 3, tzinfo=DEFAULT_ZONE))
    assert not colleagues(now(), staff_id=first)[0].on_duty
    save(hotline, {first: ["20-6", *[""] * 6]})
    assert colleagues(now(), staff_id=first)[0].on_duty


def test_twice_at_once_too_long_or_unreadable_is_refused_by_cell_and_nothing_is_kept(hotline: Hotline) -> None:
    first, second = cleared(hotline)
    with pytest.raises(Incomplete) as refused:
        save(hotline, {first: ["20-7", "6-12", "8-20", "", "", "", ""], second: ["早", "随便", "", "", "", "", ""]})
    fields = refused.value.details["fields"]
    assert set(fields) == {f"{first}.1", f"{first}.2", f"{second}.1"}
    assert "同一人不能同时上两个班" in fields[f"{first}.1"] and "最多11小时" in fields[f"{first}.2"]
    assert "何话务" in refused.value.sentence or "吕话务" in refused.value.sentence
    assert not Shift.objects.filter(staff_id__in=(first, second)).exists()
    assert not RosterChange.objects.exists()


def test_an_approved_working_system_lets_longer_shifts_pass(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = cleared(hotline)
    monkeypatch.setenv("BANGBAN_ROSTER_DAY_HOURS", "12")
    assert save(hotline, {first: ["8-20", *[""] * 6]}) == 1


def test_two_managers_do_not_overwrite_each_other(hotline: Hotline) -> None:
    first, _ = cleared(hotline)
    mark = reads.roster_week(hotline.body.id, MONDAY).mark
    actions.save_roster(hotline.second_manager, MONDAY, {first: ["早", *[""] * 6]}, mark)
    with pytest.raises(NotAllowed, match="刚被别人改过"):
        actions.save_roster(hotline.manager, MONDAY, {first: ["中", *[""] * 6]}, mark)
    assert shown(hotline, first)[0] == "早"
    change = reads.changes_of(hotline.body.id, MONDAY)[0]
    assert (change.name, change.by, change.before[0], change.after[0]) == ("何话务", "曹经理", "", "早")


def test_only_managers_change_the_own_hotline_and_no_week_gone_by(hotline: Hotline) -> None:
    first, _ = cleared(hotline)
    for actor in (hotline.agent, hotline.inspector):
        with pytest.raises(NotYours):
            actions.save_roster(actor, MONDAY, {first: FREE}, "0")
    with pytest.raises(NotAllowed, match="已经过去"):
        save(hotline, {first: FREE}, date(2026, 11, 9))
    with pytest.raises(NotYours):
        save(hotline, {first: FREE}, MONDAY + timedelta(days=1))
    assert save(hotline, {hotline.officer.staff_id or 0: ["早", *[""] * 6]}) == 0, "no agent"


def test_whose_shifts_moved_is_told_and_saving_the_same_again_tells_nobody(hotline: Hotline) -> None:
    first, second = cleared(hotline)
    cells = {first: ["早", *[""] * 6], second: FREE}
    assert save(hotline, cells) == 1
    assert save(hotline, cells) == 0
    told = [one for one in Delivery.objects.all() if "排班有调整" in one.text]
    assert [one.account_id for one in told] == [hotline.agent.account_id]
    assert "周一 08:00–16:00" in told[0].text


def test_a_roster_of_before_that_is_too_long_does_not_stop_a_change_for_somebody_else(hotline: Hotline) -> None:
    first, second = hotline.agent.staff_id or 0, hotline.second_agent.staff_id or 0
    assert shown(hotline, first) == ["0-24"] * 7
    assert save(hotline, {first: ["0-24"] * 7, second: ["早"] * 5 + ["", ""]}) == 1
    with pytest.raises(Incomplete):
        save(hotline, {first: ["0-24"] * 6 + [""]})


@pytest.mark.clause("GB33358-5.1.2.1")
def test_missing_hours_and_too_few_people_are_found_before_anything_is_saved(hotline: Hotline) -> None:
    first, second = cleared(hotline)
    ten = datetime(2026, 11, 11, 10, tzinfo=DEFAULT_ZONE)
    actions.receive(
        [
            event
            for n in range(30)
            for event in talk(f"c{n}", start=ten + timedelta(minutes=n), seconds=240, agent="7001")
        ]
    )
    found = reads.roster_week(hotline.body.id, MONDAY)
    demand = reads.demand_of(MONDAY)
    assert (demand.weeks, demand.counted) == (1, 30)
    assert demand.agents[2][10] > 1 and demand.agents[2][12] == 1
    plan = {first: tuple(weeks.read("早") for _ in range(7)), second: weeks.EMPTY}
    check = reads.check_of(found, plan, demand)
    assert [(one.day, one.first, one.there) for one in check.short] == [(2, 10, 1)]
    assert len(check.gaps) == 8
    assert not reads.check_of(found, plan, demand, "cantonese").there[0][20]
    assert check.there[0][8] == 1
    assert reads.demand_of(MONDAY, "english").counted == 0


def test_what_a_week_needs_is_counted_once_while_somebody_types(
    hotline: Hotline, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    at = datetime(2026, 11, 15, 23, 30, tzinfo=DEFAULT_ZONE)
    actions.receive([event for n in range(3) for event in talk(f"s{n}", start=at - timedelta(weeks=n), seconds=60)])
    first = reads.demand_of(MONDAY)
    assert [(day, hour, calls) for day, row in enumerate(first.calls) for hour, calls in enumerate(row) if calls] == [
        (6, 23, 1.0)
    ]
    assert (first.weeks, first.counted) == (3, 3)
    with django_assert_num_queries(0):
        assert reads.demand_of(MONDAY) is first
    assert reads.demand_of(MONDAY, "english").counted == 0


@pytest.mark.clause("GB33358-5.1.2.1")
def test_the_days_of_this_week_that_are_over_count_for_the_next(hotline: Hotline) -> None:
    monday, tuesday = (datetime(2026, 11, day, 10, tzinfo=DEFAULT_ZONE) for day in (16, 17))
    starts = [monday, monday - timedelta(weeks=1), tuesday, tuesday - timedelta(weeks=2)]
    actions.receive([event for n, at in enumerate(starts) for event in talk(f"w{n}", start=at, seconds=60)])
    this, following = reads.demand_of(MONDAY - timedelta(weeks=1)), reads.demand_of(MONDAY)
    assert (this.counted, following.counted) == (2, 4)
    assert [following.calls[day][10] > 0 for day in range(7)] == [True, True] + [False] * 5
    assert "截至11月15日" in this.basis and "截至11月17日" in following.basis


def test_too_few_people_ahead_are_counted_as_the_roster_counts_them(hotline: Hotline) -> None:
    first, _ = cleared(hotline)
    save(hotline, {first: ["早"] * 5 + ["", ""]})
    ten = datetime(2026, 11, 11, 10, tzinfo=DEFAULT_ZONE)
    calls = [talk(f"s{n}", start=ten + timedelta(minutes=n), seconds=240, agent="7001") for n in range(30)]
    actions.receive([event for call in calls for event in call])
    at = now()
    assert reads.short_ahead(hotline.body.id, None, at + timedelta(days=1)) == 0
    assert reads.short_ahead(hotline.body.id, None, at + timedelta(days=8)) == 1


def test_an_agent_reads_the_own_week(hotline: Hotline) -> None:
    first, _ = cleared(hotline)
    save(hotline, {first: ["", "20-6", *[""] * 5]})
    assert [weeks.tell(one) for one in reads.own_week(hotline.agent, MONDAY).week[1]] == ["20:00–次日06:00"]
    assert reads.own_week(hotline.second_agent, MONDAY).week == weeks.EMPTY


def test_a_week_of_many_agents_is_read_with_few_questions(
    hotline: Hotline, django_assert_max_num_queries: object
) -> None:
    reads.roster_week(hotline.body.id, MONDAY)
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        reads.roster_week(hotline.body.id, MONDAY)
