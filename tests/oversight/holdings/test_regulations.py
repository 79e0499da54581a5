"""Internal-control documents keep their editions, are reviewed, and an appraisal rests on one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.clocks.zones import start_of_day
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.notify.models import Delivery
from bangban.oversight.appraisal.actions import set_scheme
from bangban.oversight.appraisal.models import Scheme
from bangban.oversight.appraisal.schemes import basis_of, in_force
from bangban.oversight.holdings import actions, reads
from bangban.oversight.holdings.actions import NewRegulation
from bangban.oversight.holdings.models import Regulation
from bangban.oversight.holdings.rules import editions_on
from tests.hotline import Hotline

TODAY = date(2026, 11, 18)
RULE = NewRegulation(
    kind="appraisal", title="承办单位考核评价办法", text="第一条　按三率考核。", valid_from=date(2026, 1, 1), review_months=12,
    document_number="热线〔2026〕3号",
)  # fmt: skip


@dataclass(eq=False)
class Kept:
    """An edition as the rule sees it."""

    edition: int
    valid_from: date


@pytest.mark.clause("GB33358-6.1")
def test_a_document_is_registered_revised_and_reviewed_with_its_history(line: Hotline) -> None:
    number = actions.register_regulation(line.manager, RULE).number
    actions.revise_regulation(
        line.second_manager, number, replace(RULE, text="第一条　按三率考核，异议期五日。"), "写明异议期"
    )
    actions.review_regulation(line.manager, number, "继续适用")
    view = reads.regulation_view(line.agent, number)
    assert (view.line.edition, view.line.standing, view.text) == (2, "现行", "第一条　按三率考核，异议期五日。")
    assert (view.line.unit, view.line.review_due_on) == ("广州市12345政务服务热线", date(2027, 11, 18))
    assert [(row.step, row.edition, row.change, row.text) for row in view.history] == [
        ("复审", 2, "继续适用", ""),
        ("修订", 2, "写明异议期", "第一条　按三率考核，异议期五日。"),
        ("制定", 1, "首次登记", "第一条　按三率考核。"),
    ]


def test_gaps_are_said_by_field_and_only_managers_write(line: Hotline) -> None:
    wrong = NewRegulation("song", "", " ", None, 0)
    with pytest.raises(Incomplete) as refused:
        actions.register_regulation(line.manager, wrong)
    assert set(refused.value.details["fields"]) == {"kind", "title", "text", "valid_from", "review_months"}
    with pytest.raises(Incomplete) as refused:
        actions.register_regulation(line.manager, replace(RULE, valid_to=date(2025, 1, 1)))
    assert "valid_to" in refused.value.details["fields"]
    with pytest.raises(NotYours):
        actions.register_regulation(line.inspector, RULE)
    number = actions.register_regulation(line.manager, RULE).number
    with pytest.raises(NotAllowed):
        actions.review_regulation(line.agent, number, "好")
    with pytest.raises(NotYours):
        reads.regulation_view(line.builder, number)


def test_a_document_stands_as_its_days_say(line: Hotline) -> None:
    later = actions.register_regulation(line.manager, replace(RULE, valid_from=TODAY + timedelta(days=1)))
    over = actions.register_regulation(line.manager, replace(RULE, valid_to=TODAY - timedelta(days=1)))
    gone = actions.register_regulation(line.manager, RULE)
    actions.abolish_regulation(line.manager, gone.number, "由新办法代替")
    kept = actions.register_regulation(line.manager, replace(RULE, valid_to=TODAY))
    standing = {row.number: row.standing for row in reads.regulation_page(line.manager).rows}
    assert [standing[one.number] for one in (later, over, gone, kept)] == ["待施行", "已失效", "已废止", "现行"]
    assert [one.number for one in reads.in_force(line.center.id, TODAY)] == [kept.number]


@pytest.mark.clause("GB33358-6.1")
def test_an_edition_holds_until_the_day_the_next_one_begins(line: Hotline) -> None:
    begins = TODAY + timedelta(days=12)
    number = actions.register_regulation(line.manager, RULE).number
    changed = replace(RULE, title="承办单位考核办法", kind="service", text="第一条　新。", valid_from=begins)
    actions.revise_regulation(line.manager, number, changed, "明年起按新办法")
    for days, edition, title, kind, coming in (
        (0, 1, "承办单位考核评价办法", "appraisal", [(2, begins)]),
        (11, 1, "承办单位考核评价办法", "appraisal", [(2, begins)]),
        (12, 2, "承办单位考核办法", "service", []),
    ):
        today = TODAY + timedelta(days=days)
        stand_at(start_of_day(today))
        (row,) = reads.regulation_page(line.manager).rows
        assert (row.edition, row.title, row.standing) == (edition, title, "现行")
        assert [(one.edition, one.valid_from) for one in row.coming] == coming
        view = reads.regulation_view(line.manager, number)
        assert (view.line.edition, view.text) == (edition, "第一条　按三率考核。" if edition == 1 else "第一条　新。")
        assert (view.newest.edition, view.newest_text) == (2, "第一条　新。")
        assert [one.text for one in view.line.coming] == ["第一条　新。"] * len(coming)
        for asked in ("appraisal", "service"):
            assert [one.title for one in reads.in_force(line.center.id, today, kind=asked)] == [title] * (asked == kind)


def test_an_edition_that_ended_leaves_a_gap_until_the_next(line: Hotline) -> None:
    number = actions.register_regulation(line.manager, replace(RULE, valid_to=TODAY)).number
    actions.revise_regulation(line.manager, number, replace(RULE, valid_from=TODAY + timedelta(days=2)), "重新制定")
    standing = []
    for days in range(3):
        stand_at(start_of_day(TODAY + timedelta(days=days)))
        standing.append(reads.regulation_view(line.manager, number).line.standing)
    assert standing == ["现行", "已失效", "现行"]
    actions.abolish_regulation(line.manager, number, "不再需要")
    assert reads.regulation_view(line.manager, number).line.standing == "已废止"


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.integers(0, 9))
def test_the_editions_of_a_day_are_those_that_time_will_show(begins: list[int], today: int) -> None:
    editions = [Kept(place, TODAY + timedelta(days=days)) for place, days in enumerate(begins, 1)]
    holds = lambda day: editions_on(editions, TODAY + timedelta(days=day))[0]  # noqa: E731
    now_there, coming = editions_on(editions, TODAY + timedelta(days=today))
    turns = [one for one in (holds(day) for day in range(today, 11)) if one not in (None, now_there)]
    assert coming == list(dict.fromkeys(turns))


@pytest.mark.clause("GB33358-6.1")
def test_the_scheme_of_appraisal_names_the_document_it_rests_on(line: Hotline) -> None:
    weights = in_force(line.center.id, "unit")
    set_scheme(line.manager, "unit", weights, "例会")
    assert basis_of(line.center.id, "unit") == ""
    number = actions.register_regulation(line.manager, RULE).number
    set_scheme(line.manager, "unit", weights, "例会", number.lower())
    assert basis_of(line.center.id, "unit") == number
    actions.abolish_regulation(line.manager, number, "由新办法代替")
    stand_at(now() + timedelta(days=1))
    with pytest.raises(Incomplete) as refused:
        set_scheme(line.manager, "unit", weights, "例会", number)
    assert "现行的内控制度" in refused.value.details["fields"]["regulation"]
    assert Scheme.objects.count() == 2


@pytest.mark.clause("GB33358-6.1")
def test_managers_are_reminded_of_a_review(line: Hotline) -> None:
    actions.register_regulation(line.manager, replace(RULE, review_months=1))
    stand_at(now() + timedelta(days=25))
    assert actions.remind(now()) == 1
    assert actions.remind(now()) == 0
    words = "内控制度“承办单位考核评价办法”应在2026-12-18前复审"
    told = [one for one in Delivery.objects.all() if words in one.text]
    assert {one.account_id for one in told} == {line.manager.account_id, line.second_manager.account_id}
    Regulation.objects.get()
