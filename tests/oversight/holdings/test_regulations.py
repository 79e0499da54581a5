"""Internal-control documents keep their editions, are reviewed, and an appraisal rests on one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.notify.models import Delivery
from bangban.oversight.appraisal.actions import set_scheme
from bangban.oversight.appraisal.models import Scheme
from bangban.oversight.appraisal.schemes import basis_of, in_force
from bangban.oversight.holdings import actions, reads
from bangban.oversight.holdings.actions import NewRegulation
from bangban.oversight.holdings.models import Regulation
from tests.hotline import Hotline

TODAY = date(2026, 11, 18)
RULE = NewRegulation(
    kind="appraisal", title="承办单位考核评价办法", text="第一条　按三率考核。", valid_from=date(2026, 1, 1), review_months=12,
    document_number="热线〔2026〕3号",
)  # fmt: skip


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
