"""Some dates of a roster are replaced while its weeks go on."""

from __future__ import annotations

from datetime import date, time, timedelta

from bangban.registry.org.actions import set_dates, set_shifts
from bangban.registry.org.models import Shift
from tests.cast import Cast

DAY = date(2026, 11, 23)
WEEK = timedelta(days=7)
MORNING, NIGHT = (time(8), time(16)), (time(0), time(8))


def _on(staff_id: int, day: date) -> list[tuple[time, time]]:
    rows = Shift.objects.filter(staff_id=staff_id, weekday=day.weekday(), valid_from__lte=day)
    return sorted((row.starts, row.ends) for row in rows if row.valid_to is None or row.valid_to >= day)


def test_one_date_changes_and_the_weeks_around_it_stay(city: Cast) -> None:
    one, other = city.guide.staff_id or 0, city.specialist.staff_id or 0
    for staff_id in (one, other):
        set_shifts(staff_id, [(0, *MORNING), (1, *MORNING)], workdays_only=False)
    set_dates({one: {DAY: [NIGHT], DAY + WEEK: []}})
    assert _on(one, DAY) == [NIGHT]
    assert _on(one, DAY + WEEK) == []
    assert _on(one, DAY + 2 * WEEK) == [MORNING]
    assert _on(one, DAY + timedelta(days=1)) == [MORNING]
    assert _on(other, DAY) == [MORNING]
    set_dates({one: {DAY: [MORNING], DAY + WEEK: [NIGHT, MORNING]}})
    assert _on(one, DAY) == [MORNING]
    assert _on(one, DAY + WEEK) == [NIGHT, MORNING]
    assert _on(one, DAY + 2 * WEEK) == [MORNING]


def test_a_week_gone_by_keeps_what_was_rostered_then(city: Cast) -> None:
    one = city.guide.staff_id or 0
    set_shifts(one, [(0, *MORNING)], workdays_only=False)
    Shift.objects.update(valid_from=DAY - 3 * WEEK)
    set_dates({one: {DAY: []}})
    assert _on(one, DAY - WEEK) == [MORNING]
    assert _on(one, DAY) == []
    assert _on(one, DAY + WEEK) == [MORNING]
    set_dates({})
