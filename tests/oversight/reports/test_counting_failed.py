"""A count that does not end well is seen: the report says why, what to do, and is counted anew from there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import OperationalError

from bangban.foundation.clocks.moment import now
from bangban.foundation.jobs.following import catch_up
from bangban.foundation.jobs.schedule import chores
from bangban.foundation.notify.models import Delivery
from bangban.oversight.reports import actions
from bangban.oversight.reports.actions import counting
from bangban.oversight.reports.models import Report
from bangban.oversight.reports.reads import report_page, report_view
from tests.hotline import Hotline
from tests.oversight.reports.ways import drafted, recounted
from tests.services.hotline.ways import as_if_committed

DAY = date(2026, 11, 10)


def breaks(error: BaseException) -> Any:
    def counted(*given: Any) -> Any:
        raise error

    return counted


@pytest.mark.clause("GB33358-5.6.1.4")
def test_a_count_that_fails_says_why_and_what_to_do_and_is_begun_again(
    busy: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = actions.draft_routine(busy.statistician, busy.center.id, "week", DAY).number
    monkeypatch.setattr(counting, "count", breaks(ZeroDivisionError("x")))
    as_if_committed()
    catch_up()
    view = report_view(busy.statistician, number)
    assert (view.state, view.state_label) == ("failed", "没有统计成")
    assert "ZeroDivisionError" in view.trouble and "请点“重新统计”" in view.trouble
    assert view.allowed_actions == ["recount", "cancel"] and "没有统计出来" in repr(view.paper)
    assert "recount" not in report_view(busy.manager, number).allowed_actions
    told = [one.text for one in Delivery.objects.filter(number=number)]
    assert [one for one in told if "没有统计成" in one] == [f"《{view.title}》没有统计成。{view.trouble}"]
    monkeypatch.undo()
    recounted(number, busy.statistician)
    assert (Report.objects.get().state, Report.objects.get().trouble) == ("drafted", "")


def test_a_count_whose_worker_is_killed_over_and_over_does_not_stand_as_counting_for_good(
    busy: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = actions.draft_routine(busy.statistician, busy.center.id, "week", DAY).number
    monkeypatch.setattr(counting, "count", breaks(SystemExit()))
    as_if_committed()
    with pytest.raises(SystemExit):
        catch_up()
    asked = Report.objects.get(number=number)
    assert asked.state == "counting"
    assert actions.fail_unfinished(asked.updated_at + timedelta(minutes=14)) == 0
    assert "reports.unfinished" in {one.name for one in chores()}
    assert actions.fail_unfinished(asked.updated_at + timedelta(minutes=15)) == 1
    assert "可能是统计程序中途停止了。请点“重新统计”" in report_view(busy.statistician, number).trouble
    catch_up()
    assert Report.objects.get(number=number).state == "failed"


def test_a_database_that_is_away_fails_no_report_and_the_job_comes_again(
    busy: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = actions.draft_routine(busy.statistician, busy.center.id, "week", DAY).number
    monkeypatch.setattr(counting, "count", breaks(OperationalError("gone")))
    with pytest.raises(OperationalError):
        actions.count_asked(number)
    monkeypatch.undo()
    assert actions.count_asked(number) and Report.objects.get().state == "drafted"


def test_a_slow_count_that_was_given_up_still_comes_in(busy: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    number = actions.draft_routine(busy.statistician, busy.center.id, "week", DAY).number
    real = counting.count

    def slow(*given: Any) -> Any:
        assert actions.fail_unfinished(now() + timedelta(hours=1)) == 1
        return real(*given)

    monkeypatch.setattr(counting, "count", slow)
    assert actions.count_asked(number)
    assert (Report.objects.get().state, Report.objects.get().trouble) == ("drafted", "")


def test_a_report_that_was_not_counted_in_time_is_late(busy: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    number = drafted(busy)
    monkeypatch.setattr(counting, "count", breaks(ValueError("x")))
    recounted(number, busy.statistician)
    due = Report.objects.get().due_at
    assert actions.warn_late(due) == 1
    assert report_page(busy.statistician).rows[0].state_label == "没有统计成"
