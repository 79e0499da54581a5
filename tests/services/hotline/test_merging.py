"""Merging: all callers are answered and called back, confidential ones stay unseen, a wrong merge is undone."""

from __future__ import annotations

import pytest

from bangban.foundation.clocks.models import Clock
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.handover.models import Handover
from bangban.foundation.jobs.following import catch_up
from bangban.foundation.ledger.models import Event, Link
from bangban.foundation.notify.models import Delivery
from bangban.services.hotline.actions import dispatching, filing, handling, merging, visiting
from bangban.services.hotline.actions.answering import answer, refuse, withdraw
from bangban.services.hotline.actions.incoming import Incoming, receive_message
from bangban.services.hotline.actions.registering import save
from bangban.services.hotline.actions.saying import add_message
from bangban.services.hotline.chores import end_undrawn
from bangban.services.hotline.models import Assignment, Reply, Visit, WorkOrder
from bangban.services.hotline.reads import order_view, visits
from bangban.services.hotline.reads.complete import missing
from tests.hotline import ASKED, NOISE, Hotline, hotline_staff, opened_order, registered_order
from tests.services.hotline.ways import (
    OPINION,
    as_if_committed,
    completed,
    dispatched,
    handled,
    later,
    load,
    requester,
    rung,
)

OTHER = "13900000077"


def test_a_merged_order_points_to_its_main_order_and_both_tell_of_it(line: Hotline) -> None:
    main, number = handled(line), dispatched(line)
    merging.merge(line.agent, number, main, "同一工地")
    order = load(number)
    assert order.merged_into is not None
    assert (order.state, order.merged_into.number) == ("merged", main)
    assert Assignment.objects.get(order__number=number).state == "withdrawn"
    assert not Handover.objects.filter(record_id=order.id, answer="offered").exists()
    assert not Clock.objects.filter(record_id=order.id, state="running").exists()
    assert order_view(line.manager, main).merged == (number,)
    assert [one.why for one in order_view(line.manager, number).links] == ["merged"]
    assert [one.why for one in order_view(line.manager, main).links] == ["merged"]
    assert Event.objects.get(number=main, kind="order.absorb").data["merged"] == number


def test_what_must_not_be_merged_is_refused_with_advice(line: Hotline) -> None:
    main, number = handled(line), registered_order(line).number
    with pytest.raises(Incomplete, match="自己"):
        merging.merge(line.agent, number, number)
    with pytest.raises(NotYours):
        merging.merge(line.agent, number, "GD26111899999990")
    with pytest.raises(NotAllowed, match="可以改用关联"):
        merging.merge(line.agent, number, completed(line))
    with pytest.raises(NotYours):
        merging.merge(line.outsider, number, main)
    merging.merge(line.agent, number, main)
    with pytest.raises(NotAllowed, match="反过来"):
        merging.merge(line.agent, main, handled(line))
    with pytest.raises(NotAllowed, match="可以改用关联"):
        merging.merge(line.agent, registered_order(line).number, number)
    complaint = registered_order(line, "complaint").number
    with pytest.raises(NotAllowed, match="被反映的单位"):
        merging.merge(line.agent, complaint, main)


@pytest.mark.clause("GB33358-5.1.1.3")
def test_an_order_that_holds_a_merged_complaint_is_not_given_to_whom_it_is_about(line: Hotline) -> None:
    main, complaint = registered_order(line).number, registered_order(line, "complaint").number
    merging.merge(line.agent, complaint, main)
    with pytest.raises(Incomplete, match="被反映"):
        dispatching.dispatch(line.agent, main, OPINION, [line.building_unit.id], line.building_unit.id)


def test_every_merged_caller_is_answered_before_the_main_order_is_completed(line: Hotline) -> None:
    main = handled(line)
    mobile, landline = registered_order(line).number, opened_order(line, phone="02088886666", name="王五")
    merging.merge(line.agent, mobile, main)
    merging.merge(line.agent, landline, main)
    handling.reply(line.builder, main, "sms", "已停工")
    assert Reply.objects.get(order__number=mobile).notice is not None
    with pytest.raises(NotAllowed, match="还有1位") as refusal:
        handling.complete(line.builder, main, "已停工", "solved")
    assert landline in refusal.value.sentence
    with pytest.raises(NotYours):
        handling.contact(line.builder, main, person=handled(line))
    call = rung(line, main, line.builder, person=landline)
    handling.reply(line.builder, main, "telephone", "已停工", call_id=call, person=landline)
    assert handling.complete(line.builder, main, "已停工", "solved").state == "completed"


def test_every_merged_caller_is_called_back_and_any_may_bring_a_second_round(line: Hotline) -> None:
    main, number = handled(line), registered_order(line).number
    merging.merge(line.agent, number, main)
    handling.reply(line.builder, main, "sms", "已停工")
    handling.complete(line.builder, main, "已停工", "solved")
    assert visits.due(line.visitor) == []
    later(days=1)
    assert {(one.number, one.main) for one in visits.due(line.visitor)} == {(main, ""), (number, main)}
    visiting.visit(line.visitor, main, True, True, **ASKED)
    with pytest.raises(NotAllowed, match=f"{number}还没有结束回访"):
        filing.archive(line.archivist, main)
    visiting.visit(line.visitor, number, False, False, **ASKED)
    assert (load(main).state, load(number).state) == ("visited", "merged")
    with pytest.raises(NotAllowed, match="请决定再次交办"):
        filing.archive(line.archivist, main, "没有录音")
    visiting.redo(line.manager, main, "并入的诉求人不满意", 2)
    handling.sign(line.builder, main)
    handling.reply(line.builder, main, "sms", "再次处理")
    handling.complete(line.builder, main, "再次处理", "solved")
    later(days=6)
    for one in (main, number):
        visiting.visit(line.visitor, one, True, True, **ASKED)
    assert list(Visit.objects.filter(order__number=number).order_by("round").values_list("round", flat=True)) == [1, 2]
    with pytest.raises(NotAllowed, match="主工单还没有结束"):
        filing.archive(line.archivist, registered_and_merged(line, handled(line)), "x")
    filing.archive(line.archivist, main, "没有录音")
    assert filing.archive(line.archivist, number, "没有录音").state == "archived"


def test_an_order_opened_again_and_parted_from_its_main_order_is_no_longer_to_be_filed(line: Hotline) -> None:
    main, number = handled(line), registered_order(line).number
    merging.merge(line.agent, number, main)
    handling.reply(line.builder, main, "sms", "已停工")
    handling.complete(line.builder, main, "已停工", "solved")
    later(days=1)
    visiting.visit(line.visitor, number, True, True, **ASKED)
    visiting.visit(line.visitor, main, False, False, **ASKED)
    filing.archive(line.archivist, number, "没有录音")
    filing.ask_reopen(line.archivist, number, "补材料")
    assert filing.reopen(line.manager, number, "同意").state == "merged"
    assert running(number) == ["order_archive"]
    visiting.redo(line.manager, main, "仍未解决", 2)
    merging.unmerge(line.manager, number, "并错了")
    assert running(number) == ["order_transfer"]


def running(number: str) -> list[str]:
    return list(Clock.objects.filter(record_id=load(number).id, state="running").values_list("code", flat=True))


def registered_and_merged(line: Hotline, main: str) -> str:
    number = registered_order(line).number
    merging.merge(line.agent, number, main)
    return number


def test_a_merged_caller_answers_on_the_web_for_himself(line: Hotline) -> None:
    main = handled(line)
    number = registered_and_merged(line, main)
    handling.reply(line.builder, main, "sms", "已停工")
    handling.complete(line.builder, main, "已停工", "solved")
    visiting.visit(requester(number), number, True, False)
    row = Visit.objects.get(order__number=number)
    assert (row.state, row.channel, row.result_satisfied) == ("done", "website", False)
    assert load(main).result_satisfied is None


@pytest.mark.clause("GB33358-5.1.2.6")
def test_a_confidential_caller_stays_unseen_when_merged_into_an_open_order(line: Hotline) -> None:
    main = handled(line)
    secret = registered_order(line, confidential="yes", contact_name="赵密", contact_phone=OTHER).number
    merging.merge(line.agent, secret, main)
    with pytest.raises(NotAllowed, match="要求保密"):
        handling.reveal(line.builder, main, "上门查看", person=secret)
    with pytest.raises(NotYours):
        order_view(line.builder, secret)
    handling.contact(line.builder, main, "sms", "请问何时方便？", person=secret)
    sent = [one.address for one in Delivery.objects.filter(purpose="order_reply")]
    assert sent == [OTHER]
    assert "赵密" not in repr(order_view(line.builder, main))


def test_a_wrong_merge_is_undone_while_the_main_order_is_open(line: Hotline) -> None:
    main = handled(line)
    number, unregistered = registered_and_merged(line, main), opened_order(line)
    merging.merge(line.agent, unregistered, main)
    with pytest.raises(NotAllowed, match="不由您办理"):
        merging.unmerge(line.agent, number, "并错了")
    merging.unmerge(line.manager, number, "不是同一工地")
    merging.unmerge(line.manager, unregistered, "不是同一工地")
    assert (load(number).state, load(unregistered).state) == ("registered", "registering")
    assert load(number).merged_into_id is None
    assert Clock.objects.get(record_id=load(number).id, code="order_transfer", state="running")
    dispatching.dispatch(line.agent, number, OPINION, [line.roads_unit.id], line.roads_unit.id)
    merging.merge(line.agent, number, main)
    handling.reply(line.builder, main, "sms", "已停工")
    handling.complete(line.builder, main, "已停工", "solved")
    with pytest.raises(NotAllowed, match="已经办结"):
        merging.unmerge(line.manager, number, "晚了")


def test_linked_orders_see_each_other_and_stay_apart(line: Hotline) -> None:
    one, other = handled(line), registered_order(line).number
    with pytest.raises(Incomplete):
        merging.link(line.agent, one, other, " ")
    with pytest.raises(Incomplete):
        merging.link(line.agent, one, one, "同一工地")
    for _ in range(2):
        merging.link(line.agent, one, other, "同一工地")
    assert Link.objects.count() == 1
    assert [link.why for link in order_view(line.manager, other).links] == ["同一工地"]
    assert (load(one).state, load(other).state) == ("handling", "registered")


def test_a_call_back_that_was_put_off_by_sending_back_is_made_after_the_work_is_done(line: Hotline) -> None:
    main = handled(line)
    number = registered_and_merged(line, main)
    handling.reply(line.builder, main, "sms", "已停工")
    handling.complete(line.builder, main, "已停工", "solved")
    handling.send_back(line.manager, main, "没有写怎样办的", days=10)
    assert end_undrawn(later(days=4)) == 0, "the work goes on: nobody has waited for an answer yet"
    handling.reply(line.builder, main, "sms", "已约谈并停工")
    handling.complete(line.builder, main, "已约谈并停工", "solved")
    later(days=3)
    assert {one.number for one in visits.due(line.visitor)} == {main, number}
    assert f"并入的{number}还没有结束回访" in missing(load(main))


@pytest.mark.parametrize("end", ["withdraw", "refuse"])
def test_who_was_merged_into_an_order_that_ends_without_work_is_handled_by_himself(line: Hotline, end: str) -> None:
    main = registered_order(line).number
    number, unregistered = registered_and_merged(line, main), opened_order(line)
    merging.merge(line.agent, unregistered, main)
    if end == "withdraw":
        withdraw(requester(main), main, "邻居已经停工")
    else:
        refuse(line.agent, main, "litigation", "请向受理法院反映。")
    as_if_committed()
    catch_up()
    assert (load(number).state, load(unregistered).state) == ("registered", "registering")
    assert running(number) == ["order_transfer"]
    dispatching.dispatch(line.agent, number, OPINION, [line.building_unit.id], line.building_unit.id)


def test_every_merged_caller_is_told_what_was_answered_at_once(line: Hotline) -> None:
    main = registered_order(line, "consultation").number
    mobile = registered_order(line, "consultation", contact_phone=OTHER).number
    landline = registered_order(line, "consultation", contact_phone="02088886666").number
    nobody = registered_order(line, "consultation", subject_kind="anonymous", contact_phone="").number
    for one in (mobile, landline, nobody):
        merging.merge(line.agent, one, main)
    answer(line.agent, main, "每月十五日发放养老金。", "answered", "agent")
    told = {row.order.number: row for row in Reply.objects.select_related("order")}
    assert set(told) == {main, mobile, landline, nobody}
    channels = {one: Delivery.objects.get(id=told[one].notice).channel for one in (mobile, landline)}
    assert channels == {mobile: "sms", landline: "phone_task"}
    assert (told[nobody].notice, told[nobody].channel) == (None, "website")


def test_an_order_parted_after_its_call_back_is_called_back_again_when_it_is_done(line: Hotline) -> None:
    main = handled(line)
    number = registered_and_merged(line, main)
    handling.reply(line.builder, main, "sms", "已停工")
    handling.complete(line.builder, main, "已停工", "solved")
    later(days=1)
    for one in (number, main):
        visiting.visit(line.visitor, one, False, False, **ASKED)
    visiting.redo(line.manager, main, "仍未解决", 2)
    merging.unmerge(line.manager, number, "不是同一工地")
    dispatching.dispatch(line.agent, number, OPINION, [line.roads_unit.id], line.roads_unit.id)
    handling.sign(line.roads, number)
    handling.reply(line.roads, number, "sms", "已修好")
    handling.complete(line.roads, number, "已修好", "solved")
    later(days=3)
    visiting.visit(line.visitor, number, True, True, **ASKED)
    assert load(number).state == "visited"
    answers = Visit.objects.filter(order__number=number).order_by("round").values_list("result_satisfied", flat=True)
    assert list(answers) == [False, True]


def sent(sender: str, text: str) -> WorkOrder:
    return receive_message(
        Incoming(source="sms", medium="cmcc", provider_id=f"{sender}:{text}", sender=sender, text=text)
    )


def merged_sms(line: Hotline, main: str) -> str:
    """An order that came by text message and was merged into a main one."""
    order = sent(OTHER, "幸福路工地夜里还在打桩")
    save(line.agent, order.number, {"kind": "consultation", "category": NOISE, "consultation_kind": "policy"})
    merging.merge(line.agent, order.number, main, "同一工地")
    return order.number


@pytest.mark.clause("GB33358-3.2")
def test_what_a_merged_caller_adds_by_text_message_reaches_the_main_order_and_opens_none(line: Hotline) -> None:
    main = handled(line)
    number = merged_sms(line, main)
    known, version = WorkOrder.objects.count(), load(main).version
    assert sent(OTHER, "补充：今晚又开工了").number == number
    assert (WorkOrder.objects.count(), load(number).state, load(main).version) == (known, "merged", version)
    for staff in (line.manager, line.builder):
        shown = order_view(staff, main).originals
        assert [(text, of) for _, _, text, of in shown][-1] == ("补充：今晚又开工了", number)
    event = Event.objects.get(number=main, kind="order.say")
    assert (event.data["merged"], event.visibility) == (number, "staff")
    assert f"unit:{line.building_unit.id}" in event.topics
    assert [one[2] for one in order_view(requester(number), number).originals][-1] == "补充：今晚又开工了"


@pytest.mark.clause("GB33358-5.1.2.6")
def test_what_a_merged_caller_adds_is_seen_by_no_other_caller_and_a_secret_one_by_no_unit(line: Hotline) -> None:
    main = handled(line)
    number = merged_sms(line, main)
    WorkOrder.objects.filter(number=number).update(confidential=True)
    sent(OTHER, "补充：今晚又开工了")
    assert order_view(requester(main), main).originals == order_view(line.builder, main).originals == ()
    assert not any("补充" in one.text for one in order_view(requester(main), main).timeline)
    assert [of for *_, of in order_view(line.agent, main).originals] == [number, number]
    member = hotline_staff("blamed", "被诉人", "hl", "hotline_agent")
    WorkOrder.objects.filter(number=number).update(kind="complaint", about_staff_id=member.staff_id)
    assert order_view(member, main).originals == ()


def test_a_merged_caller_adds_on_the_page_too_while_the_main_order_is_open(line: Hotline) -> None:
    main = handled(line)
    number = merged_sms(line, main)
    person = requester(number)
    assert order_view(person, number).can_say
    add_message(person, number, "今晚又开工了", client_id="a")
    assert Event.objects.filter(number=main, kind="order.say").count() == 1
    handling.reply(line.builder, main, "sms", "已停工")
    handling.complete(line.builder, main, "已停工", "solved")
    assert not order_view(person, number).can_say
    with pytest.raises(NotAllowed, match="主工单已经办结"):
        add_message(person, number, "又开工了")
    assert sent(OTHER, "又开工了").number not in (number, main)
