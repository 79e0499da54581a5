"""The two checks of assistance, the one correction notice, and acceptability."""

from __future__ import annotations

import pytest

from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.registry.catalog.models.items import Item
from bangban.services.cases import actions as cases
from bangban.services.cases.models import Case
from bangban.services.conversation.models import Message
from bangban.services.guidance import actions
from bangban.services.guidance.models import CheckList, Correction, Finding
from bangban.services.guidance.reads import acceptability, guidance_view
from tests.cast import Cast
from tests.services.guidance.steps import answered, assisted, checked, filled, guided, submitted


def finding(number: str, code: str) -> Finding:
    return Finding.objects.filter(list__draft__case__number=number, code=code).latest("list__round")


@pytest.mark.clause("T637-4-f")
def test_two_lists_are_kept_each_with_reviewer_and_time(city: Cast, rich: Item) -> None:
    number, _ = submitted(city, rich)
    actions.start_checks(city.specialist, number)
    lists = CheckList.objects.order_by("kind")
    assert [one.kind for one in lists] == ["documents", "elements"]
    assert {one.reviewer_name for one in lists} == {"陈专员"}
    assert all(one.began_at and one.findings.exists() for one in lists)


@pytest.mark.clause("T637-8.3.3-c", "BJ-3.1.2-b")
def test_when_everything_is_right_the_matter_goes_to_review(city: Cast, rich: Item) -> None:
    number, _ = submitted(city, rich)
    checked(city, number)
    assert actions.conclude_checks(city.specialist, number) == "referred_to_review"
    case = Case.objects.get(number=number)
    assert (case.acceptable, case.open_points) == (True, [])
    assert acceptability(case).acceptable
    depth = acceptability(case)
    done = cases.close(
        city.specialist, number,
        {"opinion": "可以受理。", "acceptable": depth.acceptable, "open_points": list(depth.open_points)},
    )  # fmt: skip
    assert (done.close_reason, done.acceptable) == ("referred_to_review", True)


@pytest.mark.clause("T637-8.3.3-a")
def test_checks_cannot_end_while_a_line_is_unconfirmed(city: Cast, rich: Item) -> None:
    number, _ = submitted(city, rich)
    with pytest.raises(NotAllowed):
        actions.conclude_checks(city.specialist, number)
    actions.start_checks(city.specialist, number)
    actions.confirm_findings(city.specialist, number, "documents")
    with pytest.raises(NotAllowed, match="没有确认"):
        actions.conclude_checks(city.specialist, number)
    with pytest.raises(NotAllowed):
        actions.start_checks(city.specialist, number)


@pytest.mark.clause("T637-8.3.3-d")
def test_all_defects_go_out_in_one_notice_and_a_recheck_waits_for_the_person(city: Cast, rich: Item) -> None:
    number, citizen = submitted(city, rich, name="李四", id_number="", condition_2="no")
    checked(city, number)
    assert actions.conclude_checks(city.specialist, number) == "correction"
    notice = Correction.objects.get()
    message = Message.objects.get(id=notice.message)
    assert notice.defects == 3
    assert [entry["label"] for entry in message.data["entries"]] == ["姓名", "身份证号码", "已办理失业登记"]
    assert "李四" not in str(message.data)
    with pytest.raises(NotAllowed):
        actions.start_checks(city.specialist, number)
    filled(number, citizen)
    actions.submit_draft(citizen, number)
    assert Correction.objects.get().answered_at is not None
    checked(city, number)
    assert actions.conclude_checks(city.specialist, number) == "referred_to_review"
    assert guidance_view(city.specialist, number).checking[0].round == 2


@pytest.mark.clause("T637-8.3.3-d")
def test_a_second_notice_that_names_an_old_defect_is_flagged(city: Cast, rich: Item) -> None:
    number, citizen = submitted(city, rich, id_number="")
    checked(city, number)
    actions.conclude_checks(city.specialist, number)
    filled(number, citizen)
    actions.submit_draft(citizen, number)
    actions.start_checks(city.specialist, number)
    actions.review_finding(city.specialist, number, finding(number, "address").id, "wrong", "地址要写到门牌号")
    for kind in ("documents", "elements"):
        actions.confirm_findings(city.specialist, number, kind)
    actions.conclude_checks(city.specialist, number)
    second = Correction.objects.get(round=2)
    assert (second.defects, second.late) == (1, 1)
    assert finding(number, "address").late


@pytest.mark.clause("T637-8.3.3-b")
def test_the_specialist_overrides_a_finding_only_with_a_reason(city: Cast, rich: Item) -> None:
    number, _ = submitted(city, rich, name="李四")
    actions.start_checks(city.specialist, number)
    line = finding(number, "name")
    assert (line.automatic, line.found, line.expected) == ("mismatch", "李四", "张三")
    with pytest.raises(Incomplete):
        actions.review_finding(city.specialist, number, line.id, "ok")
    with pytest.raises(Incomplete):
        actions.review_finding(city.specialist, number, line.id, "perhaps", "理由充分")
    done = actions.review_finding(city.specialist, number, line.id, "ok", "咨询人是家属")
    assert (done.verdict, done.reviewed_by_name, done.reviewed_at is not None) == ("ok", "陈专员", True)


@pytest.mark.clause("T637-8.3.3-a")
def test_a_material_that_nobody_ticked_is_missing(city: Cast, rich: Item) -> None:
    number, citizen = guided(city, rich)
    answered(number, citizen)
    actions.start_form(citizen, number)
    filled(number, citizen)
    assisted(city, number, citizen)
    actions.submit_draft(citizen, number)
    actions.start_checks(city.specialist, number)
    verdicts = dict(Finding.objects.filter(list__kind="documents").values_list("label", "automatic"))
    assert verdicts == {"申请表": "missing", "居民身份证": "exempt", "失业登记证明": "missing", "职业资格证书": "ok"}


def test_checks_belong_to_assistance_and_to_the_owner(city: Cast, rich: Item) -> None:
    number, citizen = guided(city, rich)
    with pytest.raises(NotAllowed):
        actions.start_checks(city.specialist, number)
    assisted(city, number, citizen)
    with pytest.raises(NotAllowed, match="提交草稿"):
        actions.start_checks(city.specialist, number)
    for other in (city.second_specialist, city.stranger, citizen):
        with pytest.raises((NotAllowed, NotYours)):
            actions.start_checks(other, number)


@pytest.mark.clause("BJ-3.1.2-b")
def test_open_points_are_named_for_the_closing(city: Cast, rich: Item) -> None:
    number, _ = guided(city, rich)
    depth = acceptability(Case.objects.get(number=number))
    assert not depth.acceptable
    assert depth.open_points == ("还没有逐条确认受理条件。", "还没有形成个人材料清单。", "还没有填写申请草稿。")


def test_the_panel_takes_the_same_number_of_queries_however_much_there_is(
    city: Cast, rich: Item, django_assert_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    number, citizen = submitted(city, rich, name="李四", id_number="")
    checked(city, number)
    actions.conclude_checks(city.specialist, number)
    with CaptureQueriesContext(connection) as little:
        guidance_view(city.specialist, number)
    filled(number, citizen)
    actions.submit_draft(citizen, number)
    checked(city, number)
    actions.send_entry(city.specialist, number)
    with CaptureQueriesContext(connection) as much:
        guidance_view(city.specialist, number)
    assert len(little) == len(much) <= 20


@pytest.mark.clause("BJ-3.1.2-b")
def test_what_a_specialist_passed_with_a_reason_is_deep_enough(city: Cast, rich: Item) -> None:
    number, _ = submitted(city, rich, name="李四")
    actions.start_checks(city.specialist, number)
    assert acceptability(Case.objects.get(number=number)).form == ("姓名：与咨询时留下的姓名不一致。",)
    actions.review_finding(city.specialist, number, finding(number, "name").id, "ok", "咨询人是家属")
    for kind in ("documents", "elements"):
        actions.confirm_findings(city.specialist, number, kind)
    assert actions.conclude_checks(city.specialist, number) == "referred_to_review"
    assert acceptability(Case.objects.get(number=number)).acceptable
