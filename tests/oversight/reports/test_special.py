"""A special report on what many told: its orders, its four sections, its traceable figures (GB33358-5.6.2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.foundation.clocks.moment import now
from bangban.foundation.documents.paper import Chapter, Drawing
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.foundation.flows.reacting import followers
from bangban.foundation.ledger.models import Event
from bangban.oversight.reports import actions, reads
from bangban.oversight.reports.actions.special import title_of
from bangban.oversight.reports.content import Row
from bangban.oversight.reports.models import Report
from bangban.oversight.reports.reactions import open_special
from bangban.oversight.reports.writing import _concentration
from bangban.registry.org import actions as org
from bangban.services.hotline.models import WorkOrder
from bangban.services.matters.models import Matter, MatterOrder
from tests.foundation.documents.conftest import needs_fonts
from tests.foundation.documents.reading import pdf_text
from tests.hotline import Hotline
from tests.oversight.reports.conftest import MONDAY
from tests.oversight.reports.past import handled, past_order, waiting
from tests.oversight.reports.ways import recounted


def crowd(line: Hotline, weeks: int = 6) -> list[str]:
    """Ever more orders about one building site, week by week."""
    orders = []
    for week in range(weeks):
        at = MONDAY - timedelta(weeks=weeks - week - 1)
        orders += [handled(line, at + timedelta(hours=hour), good=week != 1) for hour in range(week + 1)]
    orders.append(waiting(line, MONDAY + timedelta(days=7)))
    return [order.number for order in orders]


def matter_of(numbers: list[str], kind: str = "concentrated") -> Matter:
    at = now()
    matter = Matter.objects.create(
        center_id=WorkOrder.objects.get(number=numbers[0]).center_id, number="JZ000000018", state="open", kind=kind, title="幸福路：施工、噪声",
        first_at=at, last_at=at, created_at=at, updated_at=at,
    )  # fmt: skip
    MatterOrder.objects.bulk_create(
        MatterOrder(matter=matter, order_number=number, at=at, added_at=at) for number in numbers
    )
    return matter


@pytest.mark.clause("GB33358-5.6.2.1")
def test_a_concentrated_matter_opens_the_task_of_a_special_report_with_its_orders_once(line: Hotline) -> None:
    numbers = crowd(line)
    matter = matter_of(numbers)
    event = Event(number=matter.number, kind="matter.concentrated")
    open_special(event)
    open_special(event)
    report = Report.objects.get()
    assert report.title == "关于幸福路“施工、噪声”诉求的专题报告"
    assert (report.kind, report.state, report.matter_number) == ("special", "drafted", matter.number)
    assert set(report.orders.values_list("order_number", flat=True)) == set(numbers)
    assert report.responsible_name == "倪统计"
    more = past_order(line, now() - timedelta(hours=1)).number
    MatterOrder.objects.create(matter=matter, order_number=more, at=now(), added_at=now())
    MatterOrder.objects.filter(order_number=numbers[0]).update(removed_at=now())
    recounted(report.number, line.statistician)
    assert set(report.orders.values_list("order_number", flat=True)) == {more, *numbers[1:]}


def test_what_one_person_told_again_and_again_is_no_special_report(line: Hotline) -> None:
    matter = matter_of(crowd(line), kind="repeated")
    open_special(Event(number=matter.number, kind="matter.concentrated"))
    assert not Report.objects.exists()


@pytest.mark.clause("GB33358-5.6.2.1")
def test_the_special_report_of_a_matter_is_its_hotlines_and_holds_nothing_of_another(line: Hotline) -> None:
    numbers = crowd(line)
    matter = matter_of(numbers)
    other = org.save_body(org.NewBody("hl2", "便民热线", "hotline", "city", "440100", phone="020-8555 0000"))
    WorkOrder.objects.filter(number__in=numbers[2:]).update(center_id=other.id)
    open_special(Event(number=matter.number, kind="matter.concentrated"))
    report = Report.objects.get()
    assert report.body_id == line.center.id
    assert set(report.orders.values_list("order_number", flat=True)) == set(numbers[:2])


def test_the_worker_follows_matters() -> None:
    assert followers()["reports.special"][0] == {"matter.concentrated"}


@needs_fonts
@pytest.mark.clause("GB33358-5.6.2.2")
def test_a_special_report_has_its_four_sections_filled_from_data(line: Hotline) -> None:
    numbers = crowd(line)
    number = actions.draft_special(line.statistician, line.center.id, "幸福路工地夜间施工", numbers).number
    view = reads.report_view(line.manager, number)
    chapters = [block.text for block in view.paper.blocks if isinstance(block, Chapter)]
    assert chapters[:4] == ["基本情况", "规律分析", "趋势研判", "意见建议"]
    text = pdf_text(reads.document(line.manager, number, "pdf").content).replace("\n", "")
    for words in (
        "反映“幸福路工地夜间施工”的诉求22件", "尚有1件在办", "地点上，均为越秀区，22件",
        "日期上，均为星期一，22件", "时段上", "人群上，均为自然人，22件", "近期受理量上升", "n=6", "80%的预测区间", "牵头",
    ):  # fmt: skip
        assert words in text, words
    for row_number in numbers:
        assert row_number in text
    received = next(block for block in view.paper.blocks if getattr(block, "caption", "") == "表1　受理与办理").rows[0]  # type: ignore[union-attr]
    page = reads.trace(line.manager, number, received[1].source, limit=50)
    assert {row.number for row in page.rows} == set(numbers) and len(page.rows) == int(received[1].text)
    place = reads.trace(line.manager, number, "received:region:440104", limit=50)
    assert len(place.rows) == 22


@pytest.mark.clause("GB33358-5.6.2.2")
def test_a_special_report_without_suggestions_is_not_checked(line: Hotline) -> None:
    number = actions.draft_special(
        line.statistician, line.center.id, "路面破损", [past_order(line, MONDAY).number]
    ).number
    actions.write(number, line.statistician, suggestions="  ")
    with pytest.raises(NotAllowed, match="意见建议"):
        actions.check(number, line.statistician)


@needs_fonts
@pytest.mark.clause("GB33358-5.6.2.1")
def test_a_special_report_is_checked_released_and_sent_like_any_other(line: Hotline) -> None:
    office = actions.save_recipient(
        line.manager, line.center.id, "市政府办公室", ["special"], "letter", address="府前路1号"
    )
    number = actions.draft_special(line.statistician, line.center.id, "夜间施工", crowd(line, 3)).number
    actions.check(number, line.statistician)
    actions.release(number, line.manager)
    actions.send(number, line.statistician, [office.id])
    report = Report.objects.get(number=number)
    assert (report.state, report.agrees) == ("sent", True)


def test_orders_that_do_not_exist_are_named(line: Hotline) -> None:
    with pytest.raises(Incomplete) as refusal:
        actions.draft_special(line.statistician, line.center.id, "", ["GD123", " "])
    assert set(refusal.value.details["fields"]) == {"topic", "orders"}
    assert "GD123" in refusal.value.details["fields"]["orders"]


@pytest.mark.parametrize(
    ("topic", "of_matter", "title"),
    [
        ("幸福路工地夜间施工", False, "关于幸福路工地夜间施工的专题报告"),
        ("寺右新马路：制止工地夜间施工", True, "关于寺右新马路“制止工地夜间施工”诉求的专题报告"),
        ("寺右新马路：制止工地夜间施工", False, "关于寺右新马路“制止工地夜间施工”诉求的专题报告"),
        ("要求退还押金", True, "关于“要求退还押金”诉求的专题报告"),
        ("称“双倍赔偿”，不兑现", False, "关于“称‘双倍赔偿’，不兑现”诉求的专题报告"),
    ],
)
def test_the_title_of_a_special_report_is_office_style_for_any_topic(topic: str, of_matter: bool, title: str) -> None:
    assert title_of(topic, of_matter=of_matter) == title


@pytest.mark.clause("GB33358-5.6.2.2")
def test_of_a_few_orders_no_regularity_and_no_course_is_told(line: Hotline) -> None:
    numbers = [past_order(line, MONDAY + timedelta(days=day)).number for day in (0, 1, 7)]
    number = actions.draft_special(line.statistician, line.center.id, "路面破损", numbers).number
    paper = reads.report_view(line.manager, number).paper
    said = [getattr(block, "text", "") for block in paper.blocks]
    assert "关联工单只有3件，不足10件，看不出规律，只列分布如下。" in said
    assert any("不作图" in text for text in said)
    assert not any(isinstance(block, Drawing) for block in paper.blocks)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([12], "均为甲，12件"),
        ([4, 4, 4], "3类各4件，没有集中"),
        ([8, 2, 1], "集中在甲8件（72.7%）、乙2件（18.2%）"),
        ([5, 2, 2, 2], "较多的是甲5件（45.5%）"),
        ([4, 4, 1, 1], "较多的是甲4件（40.0%）、乙4件（40.0%）"),
    ],
)
def test_a_place_in_a_row_is_told_only_where_there_is_one(counts: list[int], said: str) -> None:
    rows = [Row(str(place), "甲乙丙丁"[place], number) for place, number in enumerate(counts)]
    assert _concentration(rows) == said
