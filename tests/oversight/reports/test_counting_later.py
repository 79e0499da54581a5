"""What a person asks for at a page is counted by a job: the page answers at once, the figures are the same."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.foundation.flows.flow import NotAllowed
from bangban.foundation.jobs.following import catch_up
from bangban.oversight.reports import actions, suggesting
from bangban.oversight.reports.content import read
from bangban.oversight.reports.figures import count
from bangban.oversight.reports.models import Report
from bangban.oversight.reports.periods import Span
from bangban.oversight.reports.reads import report_view
from tests.hotline import Hotline
from tests.oversight.reports.conftest import MONDAY
from tests.oversight.reports.past import past_order
from tests.oversight.reports.ways import drafted
from tests.services.hotline.ways import as_if_committed

DAY = date(2026, 11, 10)


def heavy(queries: CaptureQueriesContext) -> list[str]:
    return [one["sql"] for one in queries if "hotline_workorder" in one["sql"] or "hotline_visit" in one["sql"]]


@pytest.mark.clause("GB33358-5.6.1.2")
def test_a_report_that_is_asked_for_counts_nothing_and_has_the_same_figures_a_moment_later(busy: Hotline) -> None:
    with CaptureQueriesContext(connection) as queries:
        asked = actions.draft_routine(busy.statistician, busy.center.id, "week", DAY)
    assert heavy(queries) == []
    assert asked.state == "counting"
    assert "数字正在统计" in repr(report_view(busy.statistician, asked.number).paper)
    with pytest.raises(NotAllowed):
        actions.check(asked.number, busy.statistician)
    as_if_committed()
    catch_up()
    done = Report.objects.get(number=asked.number)
    assert done.state == "drafted"
    at_once = count(busy.center.id, "week", Span(done.first, done.last), done.cut_off_at)
    assert read(done.content) == at_once
    assert (done.suggestions, done.responsible_name) == (suggesting.routine(at_once), "倪统计")


@pytest.mark.clause("GB33358-5.6.1.4")
def test_counting_anew_drops_the_check_at_once_and_keeps_the_words(busy: Hotline) -> None:
    number = drafted(busy)
    actions.write(number, busy.statistician, comment="本周降温。", suggestions="请关注供暖。")
    actions.check(number, busy.statistician)
    past_order(busy, MONDAY)
    before = Report.objects.get(number=number).content
    with CaptureQueriesContext(connection) as queries:
        asked = actions.recount(number, busy.statistician)
    assert heavy(queries) == []
    assert (asked.state, asked.checked_by_id, asked.agrees) == ("counting", None, None)
    as_if_committed()
    catch_up()
    after = Report.objects.get(number=number)
    assert (after.state, after.comment, after.suggestions) == ("drafted", "本周降温。", "请关注供暖。")
    assert after.content != before
    assert read(after.content) == count(busy.center.id, "week", Span(after.first, after.last), after.cut_off_at)
    assert not actions.count_asked(number)


def test_a_report_that_is_being_counted_can_be_given_up(busy: Hotline) -> None:
    number = actions.draft_routine(busy.statistician, busy.center.id, "week", DAY).number
    actions.cancel(number, busy.statistician, "选错了周期")
    as_if_committed()
    catch_up()
    assert Report.objects.get(number=number).state == "cancelled"
