"""The readers of forms and addresses take any text: a value or none, never an exception."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example
from hypothesis import given as any_of
from hypothesis import strategies as st

from bangban.foundation.clocks.zones import DEFAULT_ZONE, in_utc, start_of_day
from bangban.surfaces.web.given import YEARS, clock_of, day_of, entered, moment_of, whole

ODD = ("", " ", "　", "²", "９９９９", "٣", "9" * 40, "9" * 5000, "-1", "+1", "1_0", "1e3", "\x00", "0001-01-01", "9999-12-31",
       "2026-13-01", "２０２６-１１-１８", "24:00", "09:00+08:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00")  # fmt: skip


@any_of(st.one_of(st.text(), st.sampled_from(ODD), st.integers().map(str), st.datetimes().map(str)))
def test_every_reader_takes_any_text(text: str) -> None:
    number, day, moment, clock = whole(text), day_of(text), moment_of(text), clock_of(text)
    assert number is None or 0 <= number < 10**15
    assert entered(text) == (number if number is not None and number < 10**9 and len(text.strip()) <= 9 else -1)
    assert day is None or start_of_day(day).year in YEARS
    assert moment is None or in_utc(moment).tzinfo is not None
    assert clock is None or clock.tzinfo is None


for odd in ODD:
    test_every_reader_takes_any_text = example(odd)(test_every_reader_takes_any_text)


@pytest.mark.parametrize("text", ODD)
def test_what_no_field_of_ours_sends_is_none(text: str) -> None:
    assert (whole(text), entered(text), day_of(text), moment_of(text), clock_of(text)) == (None, -1, None, None, None)


def test_what_fields_send_is_read_with_or_without_blanks() -> None:
    assert (whole(" 12 "), whole("012"), whole("1234", 3), entered("7")) == (12, 12, None, 7)
    assert day_of(" 2026-11-18 ") == date(2026, 11, 18)
    assert moment_of("2026-11-18T09:30") == datetime(2026, 11, 18, 9, 30, tzinfo=DEFAULT_ZONE)
    assert moment_of("2026-11-18T01:30+00:00") == moment_of("2026-11-18T09:30")
    assert moment_of("2026-11-18T07:30", ZoneInfo("Asia/Urumqi")) == moment_of("2026-11-18T09:30")
    assert clock_of("09:30") == time(9, 30)
