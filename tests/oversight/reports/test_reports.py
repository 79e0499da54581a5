"""A report from draft to receipt: named people, agreement with the orders, deadlines (GB33358-5.6.1)."""

from __future__ import annotations

import io
from datetime import date, timedelta

import docx
import pytest
from django.db import IntegrityError, transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.jobs.following import catch_up
from bangban.foundation.notify.models import Delivery
from bangban.oversight.reports import actions, reads
from bangban.oversight.reports.chores import draft, late
from bangban.oversight.reports.models import Report, ReportSending
from tests.foundation.documents.conftest import needs_fonts
from tests.foundation.documents.reading import pdf_text
from tests.hotline import Hotline, hotline_staff
from tests.oversight.reports.conftest import MONDAY
from tests.oversight.reports.past import past_order
from tests.oversight.reports.ways import drafted, recounted
from tests.services.hotline.ways import as_if_committed

DAY = date(2026, 11, 9)


def checked(line: Hotline) -> str:
    number = drafted(line)
    actions.check(number, line.statistician)
    return number


def released(line: Hotline) -> str:
    number = checked(line)
    actions.release(number, line.manager)
    return number


def state(number: str) -> str:
    return Report.objects.get(number=number).state


@pytest.mark.clause("GB33358-5.6.1.1")
def test_a_report_names_its_responsible_officer_who_checked_and_who_released(busy: Hotline) -> None:
    second = hotline_staff("hl_figures2", "甘统计", "hl", "statistics_officer", work_number="841")
    assert second.staff_id is not None
    number = drafted(busy)
    assert reads.report_view(busy.manager, number).responsible == "倪统计"
    actions.assign(number, busy.manager, second.staff_id)
    actions.check(number, second)
    view = reads.report_view(busy.manager, number)
    assert view.responsible == "甘统计" and view.checked is not None and view.checked[0] == "甘统计"
    with pytest.raises(Incomplete):
        actions.assign(number, busy.manager, busy.agent.staff_id or 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(number=number).update(responsible=None)


@pytest.mark.clause("GB33358-5.6.1.1")
def test_without_a_responsible_officer_nothing_is_checked(busy: Hotline) -> None:
    number = drafted(busy)
    Report.objects.filter(number=number).update(responsible=None)
    with pytest.raises(NotAllowed, match="责任人"):
        actions.check(number, busy.statistician)


@needs_fonts
def test_the_checker_never_releases_the_same_report(busy: Hotline) -> None:
    both = hotline_staff("hl_both", "庞统计", "hl", "statistics_officer", "hotline_manager", work_number="842")
    number = drafted(busy)
    actions.check(number, both)
    with pytest.raises(NotAllowed, match="另一位"):
        actions.release(number, both)
    actions.release(number, busy.manager)
    assert state(number) == "released"


@needs_fonts
@pytest.mark.clause("GB33358-5.6.1.4")
def test_a_report_that_differs_from_the_orders_is_not_released_until_counted_anew(busy: Hotline) -> None:
    number = checked(busy)
    assert Report.objects.get(number=number).agrees is True
    past_order(busy, MONDAY)
    with pytest.raises(NotAllowed, match="不一致"):
        actions.release(number, busy.manager)
    view = reads.report_view(busy.manager, number)
    assert view.agrees is False
    assert ("受理总量", 7, 8) in [(one.label, one.report, one.orders) for one in view.differences]
    actions.send_back(number, busy.manager, "受理总量与工单不符")
    assert reads.report_view(busy.statistician, number).reason == "受理总量与工单不符"
    recounted(number, busy.statistician)
    actions.check(number, busy.statistician)
    actions.release(number, busy.manager)
    report = Report.objects.get(number=number)
    assert report.agrees and report.reconciled_at and report.checked_at and report.reconciled_at > report.checked_at
    assert all(one["report"] == one["orders"] for one in report.reconciled) and len(report.reconciled) > 5


@needs_fonts
@pytest.mark.clause("GB33358-5.6.1.4")
def test_documents_state_cut_off_generation_and_the_people(busy: Hotline) -> None:
    number = drafted(busy)
    actions.write(number, busy.statistician, comment="本周降温。", suggestions="1. 请关注供暖。\n2. 请加派人手。")
    draft_pdf = reads.document(busy.manager, number, "pdf")
    assert "草稿" in draft_pdf.name and "草稿" in pdf_text(draft_pdf.content)
    actions.check(number, busy.statistician)
    actions.release(number, busy.manager)
    pdf, word = reads.document(busy.manager, number, "pdf"), reads.document(busy.manager, number, "docx")
    text = pdf_text(pdf.content)
    made = docx.Document(io.BytesIO(word.content))
    written = "\n".join(
        [*(one.text for one in made.paragraphs), *(c.text for t in made.tables for r in t.rows for c in r.cells)]
    )
    for words in (
        "2026年11月16日 00:00", "2026年11月18日 10:00", "责任人：倪统计", "签发人：崔值班", "本周降温。", "1. 请关注供暖。",
        "去年同期", "一、总体情况", "六、数据核对与口径", "与工单一致", "越秀区", "广州市住房和城乡建设局",
    ):  # fmt: skip
        assert words.replace(" ", "") in text.replace("\n", "").replace(" ", ""), words
        assert words in written, words
    assert len(made.inline_shapes) == 4
    assert "草稿" not in pdf.name + text
    past_order(busy, MONDAY)
    assert reads.document(busy.manager, number, "pdf").content == pdf.content


@needs_fonts
@pytest.mark.clause("GB33358-5.6.1.3")
def test_a_released_report_goes_to_its_recipients_and_every_receipt_is_registered(busy: Hotline, reader: Actor) -> None:
    office = actions.save_recipient(
        busy.manager, busy.center.id, "市政府办公室", ["week"], "letter", address="府前路1号"
    )
    roads = actions.save_recipient(
        busy.manager, busy.center.id, "市交通运输局", ["week"], "in_app", unit_id=busy.roads_unit.id
    )
    number = checked(busy)
    with pytest.raises(NotAllowed):
        actions.send(number, busy.statistician, [office.id])
    with pytest.raises(NotYours):
        reads.report_view(reader, number)
    actions.release(number, busy.manager)
    actions.send(number, busy.statistician, [office.id, roads.id])
    assert Delivery.objects.filter(number=number, channel="letter").count() == 1
    assert Delivery.objects.filter(number=number, account_id=reader.account_id).count() == 1
    view = reads.report_view(reader, number)
    assert (
        view.allowed_actions == ["acknowledge"]
        and not view.own
        and [one.name for one in view.sendings] == ["市交通运输局"]
    )
    actions.acknowledge(number, reader)
    assert state(number) == "sent"
    with pytest.raises(NotAllowed, match="已经签收"):
        actions.acknowledge(number, reader)
    letter = ReportSending.objects.get(report__number=number, recipient=office)
    actions.register_receipt(number, busy.statistician, letter.id, "办公室 鲁明", "回执编号12")
    assert state(number) == "acknowledged"
    lines = reads.report_view(busy.manager, number).sendings
    assert sorted((one.name, one.acknowledged_by, one.registered_by) for one in lines) == [
        ("市交通运输局", "广州市交通运输局 沙主任", ""),
        ("市政府办公室", "办公室 鲁明", "倪统计"),
    ]
    with pytest.raises(Incomplete):
        actions.send(number, busy.statistician, [office.id])
    more = actions.save_recipient(busy.manager, busy.center.id, "市信访局", ["week"], "email", address="xf@gz.gov.cn")
    actions.send(number, busy.statistician, [more.id])
    assert state(number) == "sent"


@pytest.mark.clause("GB33358-5.6.1.3")
def test_reports_are_drafted_on_schedule_once_and_the_officer_is_told(busy: Hotline) -> None:
    past_order(busy, MONDAY - timedelta(days=400))
    stand_at(now().replace(hour=22, minute=30))  # 06:30 of the next morning in the city
    assert draft(now()) == 5
    assert draft(now()) == 0
    found = {one.period: (one.first, one.last) for one in Report.objects.all()}
    assert found == {
        "day": (date(2026, 11, 18), date(2026, 11, 18)), "week": (date(2026, 11, 9), date(2026, 11, 15)),
        "month": (date(2026, 10, 1), date(2026, 10, 31)), "quarter": (date(2026, 7, 1), date(2026, 9, 30)),
        "year": (date(2025, 1, 1), date(2025, 12, 31)),
    }  # fmt: skip
    assert set(Report.objects.values_list("responsible_name", "made_by")) == {("倪统计", "系统")}
    told = Delivery.objects.filter(account_id=busy.statistician.account_id, purpose="staff_notice")
    assert (set(Report.objects.values_list("state", flat=True)), told.count()) == ({"counting"}, 0)
    as_if_committed()
    catch_up()
    assert (set(Report.objects.values_list("state", flat=True)), told.count()) == ({"drafted"}, 5)
    number = Report.objects.get(period="week").number
    recounted(number, busy.statistician)
    assert told.count() == 5


def test_a_hotline_without_orders_gets_no_reports_on_schedule(line: Hotline) -> None:
    assert draft(now()) == 0


@pytest.mark.clause("GB33358-5.6.1.4")
def test_a_report_that_is_not_sent_in_time_is_warned_about_once(busy: Hotline) -> None:
    number = drafted(busy)
    due = Report.objects.get(number=number).due_at
    assert due.isoformat() == "2026-11-19T09:30:00+00:00"
    assert late(now()) == 0
    stand_at(due)
    assert (late(now()), late(now())) == (1, 0)
    assert reads.report_view(busy.manager, number).late
    assert reads.report_page(busy.manager).rows[0].late
    told = Delivery.objects.filter(number=number).exclude(purpose="").values_list("account_id", flat=True)
    assert {busy.manager.account_id, busy.statistician.account_id} <= set(told)


def test_a_period_is_reported_once_and_only_when_it_is_over(busy: Hotline) -> None:
    number = drafted(busy)
    with pytest.raises(NotAllowed, match=number):
        drafted(busy)
    with pytest.raises(Incomplete):
        actions.draft_routine(busy.statistician, busy.center.id, "month", DAY)
    actions.cancel(number, busy.statistician, "重复")
    assert drafted(busy) != number


def test_only_the_officer_writes_and_a_check_ends_it(busy: Hotline) -> None:
    number = drafted(busy)
    actions.write(number, busy.statistician, suggestions="先写一半")
    version = Report.objects.get(number=number).version
    actions.write(number, busy.statistician, suggestions="先写一半")
    assert Report.objects.get(number=number).version == version
    with pytest.raises(NotAllowed):
        actions.write(number, busy.manager, suggestions="改")
    with pytest.raises(Incomplete):
        actions.write(number, busy.statistician, suggestions="长" * 5001)
    actions.check(number, busy.statistician)
    with pytest.raises(NotAllowed):
        actions.write(number, busy.statistician, suggestions="核对以后")
    recounted(number, busy.statistician)
    report = Report.objects.get(number=number)
    assert (report.state, report.checked_by_id, report.suggestions) == ("drafted", None, "先写一半")


def test_suggestions_are_proposed_from_the_figures(busy: Hotline) -> None:
    text = Report.objects.get(number=drafted(busy)).suggestions
    assert (
        "超期未办结工单1件，在各单位中最多" in text
        and "按时办结率为50.00%" in text
        and "办理结果满意率为50.00%" in text
    )


def test_strangers_learn_nothing_of_reports(busy: Hotline) -> None:
    number = drafted(busy)
    for actor in (busy.builder, busy.outsider):
        with pytest.raises(NotYours):
            reads.report_view(actor, number)
        assert reads.report_page(actor).rows == ()
        with pytest.raises(NotYours):
            actions.draft_routine(actor, busy.center.id, "day", DAY)
        with pytest.raises(NotYours):
            actions.save_recipient(actor, busy.center.id, "甲", ["week"], "letter", address="乙")
    assert [row.number for row in reads.report_page(busy.agent).rows] == [number]


def test_recipients_need_a_way_to_be_reached(line: Hotline) -> None:
    with pytest.raises(Incomplete) as refusal:
        actions.save_recipient(line.manager, line.center.id, " ", [], "in_app")
    assert set(refusal.value.details["fields"]) == {"name", "kinds", "unit"}
    row = actions.save_recipient(
        line.manager, line.center.id, "市政府办公室", ["week"], "email", address="bgs@gz.gov.cn"
    )
    with pytest.raises(Incomplete, match="同名") as known:
        actions.save_recipient(line.manager, line.center.id, "市政府办公室", ["month"], "email", address="b@gz.gov.cn")
    assert known.value.details["replaces"] == row.id
    again = actions.save_recipient(
        line.manager, line.center.id, "市政府办公室", ["month"], "email", address="bgs@gz.gov.cn", replaces=row.id
    )
    (shown,) = reads.recipients_of(line.manager, line.center.id)
    assert (shown.id, shown.kinds, shown.address) == (again.id, ("月报",), "b***@gz.gov.cn") and row.id != again.id
    actions.end_recipient(line.manager, again.id)
    assert reads.recipients_of(line.manager, line.center.id) == []


@pytest.mark.clause("GB33358-5.6.1.3")
@pytest.mark.parametrize(
    ("channel", "address"),
    [("email", "not-an-email"), ("email", "a@b"), ("sms", "1234"), ("sms", "020-12345678"), ("phone_task", "转告"), ("letter", " ")],
)  # fmt: skip
def test_an_address_that_nothing_can_reach_is_refused_with_what_to_write(
    line: Hotline, channel: str, address: str
) -> None:
    with pytest.raises(Incomplete) as refusal:
        actions.save_recipient(line.manager, line.center.id, "办公室", ["week"], channel, address=address)
    assert "填写" in refusal.value.details["fields"]["address"]
    for good in (
        ("email", "a@gz.gov.cn"),
        ("sms", "13800000000"),
        ("phone_task", "020-12345678"),
        ("letter", "府前路1号"),
    ):
        assert actions.save_recipient(line.manager, line.center.id, good[0], ["week"], good[0], address=good[1]).active


@needs_fonts
@pytest.mark.clause("GB33358-5.6.1.3")
def test_nothing_is_sent_to_a_wrong_address_that_is_known_from_before(busy: Hotline) -> None:
    office = actions.save_recipient(busy.manager, busy.center.id, "办公室", ["week"], "email", address="a@gz.gov.cn")
    office.address = "not-an-email"
    office.save()
    number = released(busy)
    with pytest.raises(Incomplete, match="办公室的地址不对"):
        actions.send(number, busy.statistician, [office.id])
    assert state(number) == "released"
    (shown,) = reads.recipients_of(busy.manager, busy.center.id)
    assert shown.address == "not-an-email" and shown.wrong
