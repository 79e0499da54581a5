"""Telephone figures of a report where a house has two hotlines: each its own, and what belongs to neither is named."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from bangban.foundation.clocks.zones import start_of_day
from bangban.oversight.reports.content import Content
from bangban.oversight.reports.figures import count
from bangban.oversight.reports.periods import containing
from bangban.oversight.reports.reads import report_view, trace
from bangban.registry.org import actions as org
from bangban.registry.org import reads as places
from bangban.services.telephony import actions as telephony
from tests.hotline import Hotline
from tests.oversight.reports.conftest import MONDAY
from tests.oversight.reports.ways import drafted
from tests.services.telephony.cast import lost

WEEK = containing("week", date(2026, 11, 9))
OWN, THEIRS, NOBODYS = "020-00012345", "020-85550000", "999"


def ring(call: str, called: str, *, hours: int) -> None:
    told = lost(call, start=MONDAY + timedelta(hours=hours))
    telephony.receive([msgspec.structs.replace(one, called=called) if one.called else one for one in told])


def counted(line: Hotline) -> Content:
    return count(line.center.id, "week", WEEK, start_of_day(WEEK.last + timedelta(days=1)))


@pytest.fixture
def rung(busy: Hotline) -> Hotline:
    """Two hotlines; of four calls two are the city's, one the district's, one nobody's."""
    org.save_body(org.NewBody("hl2", "从化便民热线", "hotline", "district", "440117", phone=THEIRS))
    places.forget()
    for place, called in enumerate((OWN, OWN, THEIRS, NOBODYS)):
        ring(f"c{place}", called, hours=place)
    return busy


@pytest.mark.clause("GB33358-5.6.1.2")
def test_a_call_of_nobody_takes_no_figure_away_and_is_named_in_the_report(rung: Hotline) -> None:
    content = counted(rung)
    assert (content.line("calls").now.amount, content.line("connection").now.whole, content.unassigned) == (2, 2, 1)
    number = drafted(rung)
    paper = repr(report_view(rung.statistician, number).paper)
    assert "另有1次来电不知属于哪条热线，没有计入来电量" in paper
    opened = trace(rung.statistician, number, "calls")
    assert ("未计入", "另有1次来电不知属于哪条热线") in opened.filters


def test_with_one_hotline_every_call_is_its_own_and_nothing_is_left_out(busy: Hotline) -> None:
    for place, called in enumerate((OWN, NOBODYS)):
        ring(f"c{place}", called, hours=place)
    content = counted(busy)
    assert (content.line("calls").now.amount, content.unassigned) == (2, 0)
    assert "不知属于哪条热线" not in repr(report_view(busy.statistician, drafted(busy)).paper)
