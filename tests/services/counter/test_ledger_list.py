"""The ledger as lists and rows: boxes, days, pages, search, constant queries (DB23-6.4.1-b)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.registry.catalog.models.items import Item
from bangban.services.counter import actions, reads
from bangban.services.counter.actions import NewInquiry
from tests.cast import WORKING_MORNING
from tests.services.counter.conftest import Counter
from tests.services.counter.test_ledger_entry import promised


def instant(counter: Counter, topic: str = "where") -> str:
    return actions.log_inquiry(counter.guide, NewInquiry(answered=True, topic=topic)).number


def test_pages_follow_each_other_without_gap_or_repeat(counter: Counter) -> None:
    numbers = [instant(counter) for _ in range(7)]
    seen: list[str] = []
    after = ""
    while True:
        page = reads.ledger(counter.guide, after=after, limit=3)
        seen += [row.number for row in page.rows]
        after = page.after
        if not after:
            break
    assert seen == numbers[::-1]


@pytest.mark.parametrize("cursor", ["x", "e30", "////", "WyIyMDI2LTExLTE4VDAyOjAwOjAwIiwgMV0"])
def test_a_damaged_cursor_is_refused(counter: Counter, cursor: str) -> None:
    with pytest.raises(Incomplete):
        reads.ledger(counter.guide, after=cursor)


def test_boxes_days_and_search_choose(counter: Counter) -> None:
    first, second = instant(counter), promised(counter).number
    stand_at(WORKING_MORNING + timedelta(days=1))
    third = instant(counter)
    numbers = lambda *args, **more: [row.number for row in reads.ledger(counter.guide, *args, **more).rows]  # noqa: E731
    assert numbers("instant") == [third, first]
    assert numbers("promised") == numbers("mine") == [second]
    assert numbers(days=(date(2026, 11, 18), date(2026, 11, 18))) == [second, first]
    assert numbers(search="138 0000 1234") == numbers(search=second.lower()) == [second]
    assert reads.waiting_counts(counter.clerk) == {"promised": 1, "mine": 0, "missed": 1}
    with pytest.raises(Incomplete):
        reads.ledger(counter.guide, "gold")
    assert [row.number for row in reads.ledger(counter.elsewhere).rows] == []
    with pytest.raises(NotYours):
        reads.ledger(counter.city.specialist)


def test_a_long_list_takes_as_many_queries_as_a_short_one(counter: Counter, item: Item) -> None:
    promised(counter, item=item.code)
    reads.ledger(counter.guide)
    with CaptureQueriesContext(connection) as few:
        reads.ledger(counter.guide)
    for _ in range(8):
        promised(counter, item=item.code)
    with CaptureQueriesContext(connection) as many:
        assert len(reads.ledger(counter.guide).rows) == 9
    assert len(many) == len(few) <= 5


@pytest.mark.clause("DB23-6.4.1-b")
def test_the_rows_have_all_fields_of_the_clause_with_contact_masked(counter: Counter, item: Item) -> None:
    made = promised(counter, item=item.code)
    actions.give_material(counter.guide, made.number, "guide")
    actions.reply(counter.guide, made.number, "可以申领。", "条例第十四条")
    (row,) = reads.ledger_rows(counter.guide)
    told = dict(zip(reads.COLUMNS, row, strict=True))
    assert told["咨询内容要点"] == "外地户籍能否申领"
    assert (told["称呼"], told["联系方式"], told["服务对象"]) == ("张**", "138****1234", "个人")
    assert told["约定答复时间"] == "2026-11-18 16:00"
    assert (told["答复内容"], told["依据"], told["登记人"]) == ("可以申领。", "条例第十四条", "王慧敏")
    assert told["提供的材料"] == "办事指南（打印）《失业保险金申领》办事指南"


def test_contact_data_leaves_in_full_only_by_duty_with_a_reason_that_is_kept(counter: Counter) -> None:
    from bangban.foundation.access.models import SecurityEvent

    promised(counter)
    with pytest.raises(NotAllowed):
        actions.export_in_full(counter.guide, "年终归档")
    with pytest.raises(Incomplete):
        actions.export_in_full(counter.city.manager, "")
    (row,) = actions.export_in_full(counter.city.manager, "年终归档")
    assert "13800001234" in row
    assert SecurityEvent.objects.get(kind="reveal").reason == "年终归档"


@pytest.mark.clause("DB23-6.4.3-a")
def test_counter_questions_are_in_the_days_statistics_beside_the_online_cases(counter: Counter) -> None:
    from bangban.oversight.analysis.reads import report
    from tests.services.cases.steps import opened

    opened()
    instant(counter)
    instant(counter)
    promised(counter)
    stand_at(now() + timedelta(days=1))
    told = report(counter.city.manager, "consultations", "2026-11-17", "2026-11-18")
    day = {key: told["rows"][1][key] for key in ("day", "counter", "instant", "promised", "missed", "online", "all")}
    assert day == {
        "day": "2026-11-18", "counter": 3, "instant": 2, "promised": 1, "missed": 1, "online": 1, "all": 4,
    }  # fmt: skip
    assert told["rows"][0]["all"] == 0
    assert told["instant_share"] == pytest.approx(2 / 3)


@pytest.mark.clause("DB23-6.4.1-a")
def test_the_share_of_instant_answers_is_reported(counter: Counter) -> None:
    assert reads.day_figures(counter.guide).instant_share is None
    instant(counter, "fee")
    promised(counter)
    figures = reads.day_figures(counter.guide)
    assert (figures.asked, figures.instant, figures.waiting, figures.instant_share) == (2, 1, 1, 0.5)
    assert figures.topics == (("收费标准", 1), ("政策规定", 1))
