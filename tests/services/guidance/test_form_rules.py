"""The form that follows from a guide, and what is wrong with its values: pure rules (T637-8.3.3-b)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangban.registry.catalog.guide import Guide
from bangban.services.guidance.rules import schema as schemas
from bangban.services.guidance.rules.acceptability import acceptability
from bangban.services.guidance.rules.checks import (
    Brought,
    Judged,
    Known,
    check_documents,
    check_elements,
    late_defects,
)
from bangban.services.guidance.rules.materials import NeedLine
from bangban.services.guidance.rules.schema import FormField, Kind, default_schema, merged, points_of
from bangban.services.guidance.rules.values import check_value, clean, problems_of
from bangban.services.guidance.terms import CheckKind, Delivery, Verdict
from tests.services.guidance.steps import CREDIT_CODE, ID_NUMBER

LICENCE = NeedLine("m1", "营业执照", True, "", Delivery.BRING)
TODAY = date(2026, 11, 18)


def form(conditions: str = "", **answers: str) -> schemas.Schema:
    return default_schema(Guide(name="事项", department_name="部门", conditions=conditions), answers, [LICENCE])


def labels(schema: schemas.Schema) -> list[str]:
    return [field.label for field in schema]


def test_an_organisation_is_asked_for_its_credit_code_and_an_agent_for_his_name() -> None:
    assert "统一社会信用代码" in labels(form(who="organisation", by="self"))
    assert "代理人（经办人）姓名" in labels(form(who="person", by="agent"))
    assert "代理人（经办人）姓名" not in labels(form(who="person", by="self"))


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("符合以下条件：（一）年满18周岁；（二）有住所。", ("年满18周岁", "有住所")),
        ("1、资料真实；2、资质齐全", ("资料真实", "资质齐全")),
        ("申请人需满足条件。 1）资料符合要求； 2）具备资质", ("资料符合要求", "具备资质")),
        ("比例不低于2.5%的企业", ()),
        ("以本年度通知文件为准。", ()),
        ("", ()),
    ],
)
def test_numbered_conditions_become_points(text: str, points: tuple[str, ...]) -> None:
    assert points_of(text)[1] == points


def test_one_of_several_conditions_is_one_choice() -> None:
    (field,) = [one for one in form("符合以下条件之一：（1）变更单位。（2）变更姓名。") if one.section == "受理条件"]
    assert [words for _, words in field.options] == ["变更单位", "变更姓名", "以上都不符合"]


def test_an_item_may_replace_add_and_leave_out_fields() -> None:
    own = (
        FormField(code="name", label="中文姓名", section="申请人"),
        FormField(code="bank", label="银行卡号", section="申请事项"),
    )
    found = labels(merged(form(), own, ["address"]))
    assert "中文姓名" in found and "银行卡号" in found
    assert "姓名" not in found and "联系地址" not in found


def test_a_schema_survives_the_database() -> None:
    assert schemas.read(schemas.stored(form("1、甲；2、乙"))) == form("1、甲；2、乙")


@pytest.mark.clause("T637-8.3.3-b")
@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Kind.ID_NUMBER, ID_NUMBER, "110105194912310021"),
        (Kind.CREDIT_CODE, CREDIT_CODE, "91110000600037341X"),
        (Kind.PHONE, "13900000001", "139"),
        (Kind.DATE, "2026-02-28", "2026-02-30"),
        (Kind.NAME, "张三", "<script>"),
    ],
)
def test_numbers_are_checked_by_their_rule(kind: Kind, good: str, bad: str) -> None:
    field = FormField(code="x", label="栏目", section="申请人", kind=kind)
    assert check_value(field, good) == ""
    assert check_value(field, bad)


@given(st.text(max_size=300), st.sampled_from(list(Kind)))
def test_cleaning_twice_changes_nothing_and_keeps_no_control_characters(text: str, kind: Kind) -> None:
    field = FormField(code="x", label="栏目", section="申请人", kind=kind)
    once = clean(field, text)
    assert clean(field, once) == once
    assert "\0" not in once
    assert isinstance(check_value(field, once), str)


@pytest.mark.clause("T637-8.3.3-b")
def test_a_name_that_differs_from_the_licence_is_reported_with_both() -> None:
    values = {"name": "张三", "m1_holder": "李四"}
    lines = {line.code: line for line in check_elements(form(), values, {}, Known())}
    assert (lines["m1_holder"].verdict, lines["m1_holder"].found, lines["m1_holder"].expected) == (
        Verdict.MISMATCH,
        "李四",
        "张三",
    )


def test_every_kind_of_fault_of_an_element_has_its_verdict() -> None:
    values = {"name": "张三", "id_number": "1", "phone": "", "condition_1": "no"}
    lines = {line.code: line.verdict for line in check_elements(form("有住所"), values, {}, Known(contact_name="李四"))}
    assert lines["name"] == Verdict.MISMATCH
    assert lines["id_number"] == Verdict.WRONG
    assert lines["phone"] == Verdict.EMPTY
    assert lines["condition_1"] == Verdict.UNMET


@pytest.mark.clause("T637-8.3.3-a")
@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, Verdict.MISSING),
        ({"ready": True}, Verdict.OK),
        ({"delivery": Delivery.EXEMPT}, Verdict.EXEMPT),
        ({"required": False}, Verdict.OK),
        ({"size": 90_000, "media_type": "image/jpeg"}, Verdict.OK),
        ({"size": 900, "media_type": "image/jpeg"}, Verdict.UNREADABLE),
        ({"size": 90_000, "media_type": "text/plain"}, Verdict.WRONG_TYPE),
        ({"size": 90_000, "media_type": "image/jpeg", "until": "2026-11-17"}, Verdict.EXPIRED),
        ({"size": 90_000, "media_type": "image/jpeg", "until": "2026-11-18"}, Verdict.OK),
    ],
)
def test_each_document_is_present_missing_wrong_expired_or_unreadable(
    changes: dict[str, object], verdict: Verdict
) -> None:
    one = Brought(
        **{"key": "m1", "name": "营业执照", "required": True, "delivery": Delivery.BRING, "ready": False, **changes}
    )  # type: ignore[arg-type]
    assert check_documents([one], TODAY)[0].verdict == verdict


@pytest.mark.clause("T637-8.3.3-d")
def test_a_defect_that_was_there_before_and_not_named_is_late() -> None:
    before = [
        Judged("a", "1", True, Verdict.OK),
        Judged("b", "1", True, Verdict.OK),
        Judged("c", "1", False, Verdict.WRONG),
    ]
    after = [
        Judged("a", "1", False, Verdict.WRONG),
        Judged("b", "2", False, Verdict.WRONG),
        Judged("c", "1", False, Verdict.WRONG),
    ]
    assert late_defects(before, after) == {"a"}


@pytest.mark.clause("BJ-3.1.2-b")
def test_acceptable_only_when_conditions_materials_and_form_are_complete() -> None:
    schema = tuple(field for field in form("有住所") if field.required)
    values = {
        "name": "张三", "id_number": ID_NUMBER, "phone": "13900000001", "address": "某路", "request": "申请", "condition_1": "yes",
    }  # fmt: skip
    ready = [Brought("m1", "营业执照", True, Delivery.BRING, True)]
    assert not problems_of(schema, values)
    assert acceptability(schema, values, ready).acceptable
    assert acceptability(schema, {**values, "condition_1": "no"}, ready).open_points == ("不符合：有住所",)
    assert not acceptability(schema, values, [Brought("m1", "营业执照", True, Delivery.BRING, False)]).materials_ready
    assert not acceptability(schema, {**values, "name": ""}, ready).form_complete
    assert not acceptability(None, {}, None).acceptable
    wrong = {
        CheckKind.DOCUMENTS: {"m1": "营业执照：看不清"},
        CheckKind.ELEMENTS: {"condition_1": "有住所：不实", "name": "姓名：不符"},
    }
    depth = acceptability(schema, values, ready, wrong)
    assert (depth.conditions, depth.materials, depth.form) == (
        ("有住所：不实",),
        ("营业执照：看不清",),
        ("姓名：不符",),
    )
