"""The roster covers seven days and 24 hours, or somebody is warned."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.foundation.notify.models import Delivery
from bangban.registry.org.actions import set_shifts
from bangban.registry.org.models import Staff
from bangban.services.telephony import actions, reads
from bangban.services.telephony.rostering import Duty, gaps
from tests.cast import Cast
from tests.services.telephony.cast import Hotline

MONDAY = datetime(2026, 11, 16, tzinfo=DEFAULT_ZONE)
ALWAYS = (False, date(2026, 1, 1), None)


def duty(weekday: int, starts: time, ends: time) -> Duty:
    return Duty(weekday, starts, ends, *ALWAYS)


def hours(found: list[object]) -> list[tuple[str, str]]:
    return [(f"{gap.start:%a %H:%M}", f"{gap.end:%a %H:%M}") for gap in found]  # type: ignore[attr-defined]


@pytest.mark.clause("GB33358-5.1.2.1")
@pytest.mark.parametrize("end", [time(23, 59), time(23, 59, 59), time.max])
def test_a_shift_over_midnight_written_as_two_leaves_no_gap(end: time) -> None:
    duties = [
        duty(day, *span) for day in range(7) for span in ((time(0), time(8)), (time(8), time(20)), (time(20), end))
    ]
    assert gaps(duties, MONDAY, MONDAY + timedelta(days=14), lambda day: True) == []


@pytest.mark.clause("GB33358-5.1.2.1")
def test_each_uncovered_stretch_is_found_to_the_minute() -> None:
    duties = [duty(0, time(0), time(12)), duty(0, time(11), time(18, 30)), duty(1, time(6), time(23, 59))]
    found = gaps(duties, MONDAY + timedelta(hours=1), MONDAY + timedelta(days=2), lambda day: True)
    assert hours(list(found)) == [("Mon 18:30", "Tue 06:00")]
    assert gaps([], MONDAY, MONDAY + timedelta(hours=2), lambda day: True)[0].end == MONDAY + timedelta(hours=2)


def test_a_shift_of_working_days_leaves_the_holiday_open() -> None:
    duties = [Duty(0, time(0), time(23, 59), True, date(2026, 1, 1), None)]
    assert len(gaps(duties, MONDAY, MONDAY + timedelta(days=1), lambda day: False)) == 1
    ended = [Duty(0, time(0), time(23, 59), False, date(2026, 1, 1), date(2026, 11, 15))]
    assert len(gaps(ended, MONDAY, MONDAY + timedelta(days=1), lambda day: True)) == 1


@pytest.mark.clause("GB33358-5.1.2.1")
def test_hours_of_the_coming_week_without_an_agent_are_told_to_the_managers_in_advance(hotline: Hotline) -> None:
    assert reads.roster_gaps(now(), now() + timedelta(days=7)) == []
    assert actions.warn_of_gaps(now()) == 0
    spans = [(day, time(0), time(23, 59)) for day in range(7) if day != 6]
    for person in (hotline.agent, hotline.second_agent):
        set_shifts(person.staff_id or 0, spans, workdays_only=False)
    assert actions.warn_of_gaps(now()) == 1
    actions.warn_of_gaps(now())
    told = Delivery.objects.filter(purpose="hotline_alarm")
    assert {one.account_id for one in told} == {hotline.manager.account_id, hotline.second_manager.account_id}
    assert "11月22日00:00至11月23日00:00" in told[0].text


def test_a_house_without_agents_is_not_warned(city: Cast) -> None:
    assert not Staff.objects.filter(duties__contains=["hotline_agent"]).exists()
    assert actions.warn_of_gaps(now()) == 0
