"""The demo's published appraisal lies in the newest month that can be published by then."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bangban.demo.appraisal import ZONE, Month
from tests.hotline import make_hotline

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("here", "first"),
    [("2026-11-20", date(2026, 10, 1)), ("2026-11-03", date(2026, 9, 1)), ("2026-12-01", date(2026, 10, 1))],
)
def test_the_month_is_the_newest_whose_objections_are_over(here: str, first: date) -> None:
    now_there = datetime.fromisoformat(f"{here}T10:00").replace(tzinfo=ZONE)
    month = Month(now_there, make_hotline().center.id)
    assert month.first == first
    assert month.first < month.workday(6) < month.opened < month.published.date()
    assert month.published < now_there
    assert month.workday(1) - first < timedelta(days=9)
