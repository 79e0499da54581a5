"""Files of a unit's steps, and ways of answering that lead to the caller."""

from __future__ import annotations

from io import BytesIO

import pytest

from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.oversight.archives.reads import contents
from bangban.services.conversation.files import store_upload
from bangban.services.conversation.models import Attachment
from bangban.services.hotline.actions import filing, handling, visiting
from bangban.services.hotline.models import Reply, WorkOrder
from bangban.services.hotline.reads import order_view
from bangban.services.hotline.reads.messages import file_of_order, files
from bangban.services.hotline.ways import ways_to
from tests.hotline import ASKED, Hotline
from tests.services.hotline.ways import completed, dispatched, handled, later, load, replied, requester, rung

pytestmark = pytest.mark.django_db
JPEG = b"\xff\xd8\xff\xe0 after the work"


def photo(line: Hotline, number: str, name: str) -> Attachment:
    """A picture that the building unit uploads for an order."""
    return store_upload(BytesIO(JPEG + name.encode()), name, line.builder, load(number).id)


@pytest.mark.clause("GB33358-5.3.2", "GB33358-5.5.2")
def test_a_units_files_are_seen_by_lead_manager_and_visitor_and_only_proof_of_a_reply_by_the_caller(
    line: Hotline,
) -> None:
    number = handled(line)
    handling.reply(line.builder, number, "sms", "已停工", files=[photo(line, number, "receipt.jpg")])
    handling.complete(
        line.builder,
        number,
        "已停工",
        "solved",
        files=[photo(line, number, "before.jpg"), photo(line, number, "after.jpg")],
    )
    for actor in (line.builder, line.manager, line.visitor):
        assert [(one.name, one.step, one.unit) for one in files(actor, number)] == [
            ("receipt.jpg", "reply", "广州市住房和城乡建设局"), ("before.jpg", "complete", "广州市住房和城乡建设局"),
            ("after.jpg", "complete", "广州市住房和城乡建设局"),
        ]  # fmt: skip
    inner = files(line.builder, number)[1].id
    assert [one.name for one in files(requester(number), number)] == ["receipt.jpg"]
    with pytest.raises(NotYours):
        file_of_order(requester(number), inner)
    with pytest.raises(NotYours):
        file_of_order(line.roads, inner)
    later(days=1)
    visiting.visit(line.visitor, number, True, True, **ASKED)
    filing.archive(line.archivist, number, "测试环境没有录音文件")
    titles = [piece.title for piece in contents(line.archivist, number)[1] if piece.part == "附件"]
    assert titles == ["答复诉求人：receipt.jpg", "办结：before.jpg", "办结：after.jpg"]


def test_a_file_of_another_order_or_of_an_earlier_step_is_refused_and_too_many_are(line: Hotline) -> None:
    number, other = handled(line), handled(line)
    used = photo(line, number, "a.jpg")
    handling.reply(line.builder, number, "sms", "已停工", files=[used])
    for wrong in ([used], [photo(line, other, "b.jpg")], [photo(line, number, f"{n}.jpg") for n in range(10)]):
        with pytest.raises(Incomplete) as refusal:
            handling.complete(line.builder, number, "已停工", "solved", files=wrong)
        assert "files" in refusal.value.details["fields"]
    assert load(number).state == "handling"


def test_a_unit_that_returns_an_order_may_name_the_right_unit_and_the_rule(line: Hotline) -> None:
    number = dispatched(line)
    handling.return_order(line.builder, number, "不是本局职责", line.roads_unit.id, "三定方案第三条")
    assert order_view(line.manager, number).units[0].reason == (
        "不是本局职责\n建议承办单位：广州市交通运输局\n依据：三定方案第三条"
    )
    with pytest.raises(Incomplete, match="建议的承办单位"):
        handling.return_order(line.builder, dispatched(line), "不是本局职责", 999_999)


@pytest.mark.clause("GB33358-5.3.2")
def test_a_reply_goes_only_by_a_way_that_leads_to_the_caller(line: Hotline) -> None:
    number = handled(line)
    for way, sentence in (("mail", "没有邮箱，请改用电话或短信"), ("website", "没有在网上提交或登录")):
        with pytest.raises(Incomplete, match=sentence):
            handling.reply(line.builder, number, way, "已停工")
    with pytest.raises(Incomplete, match="留有联系方式"):
        handling.reply(line.builder, number, "none", "已停工", proof="没有联系方式")
    assert not Reply.objects.filter(order__number=number).exists() and load(number).replied_at is None
    fixed = handled(line, contact_phone="02088888888")
    with pytest.raises(Incomplete, match="没有手机号码，请改用电话"):
        handling.reply(line.builder, fixed, "sms", "已停工")
    handling.reply(line.builder, number, "telephone", "已停工", call_id=rung(line, number, line.builder))


def test_whoever_left_nothing_is_answered_on_paper_or_not_at_all(line: Hotline) -> None:
    nobody = WorkOrder(source="telephone", contact_phone="")
    assert [way.value for way in ways_to(nobody)] == ["letter", "visit", "none"]
    assert [way.value for way in ways_to(WorkOrder(source="website", contact_phone=""))] == [
        "website",
        "letter",
        "visit",
    ]


@pytest.mark.clause("GB33358-4.2.4-d", "GB33358-5.4.4")
def test_a_call_back_names_its_call_or_another_way_and_comes_not_before_its_time_without_a_reason(
    line: Hotline,
) -> None:
    number = completed(line)
    with pytest.raises(Incomplete, match="起才可回访"):
        visiting.visit(line.visitor, number, True, True, call_id=rung(line, number, line.visitor))
    later(days=1)
    for wrong, field in (
        ({}, "how"), ({"how": "用手机13900000012打的"}, "how"),
        ({"how": "话机故障，用值班电话", "spoken_at": later(days=0).replace(year=2027)}, "spoken_at"),
    ):  # fmt: skip
        with pytest.raises(Incomplete) as refusal:
            visiting.visit(line.visitor, number, True, True, **wrong)  # type: ignore[arg-type]
        assert field in refusal.value.details["fields"]
    call = rung(line, number, line.visitor)
    visiting.visit(line.visitor, number, True, True, call_id=call)
    ((_, _, channel, reached, said),) = order_view(line.manager, number).visits[0].attempts
    assert (channel, reached, said) == ("telephone", True, "平台通话")
    early = replied(line)
    handling.complete(line.builder, early, "已停工", "solved")
    visiting.visit(line.visitor, early, True, True, **ASKED)
    assert ASKED["early"] in order_view(line.manager, early).visits[0].attempts[0][4]
