"""One platform: a case passes into an order and a consultation into a case, and nobody repeats anything."""

from __future__ import annotations

import pytest

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import NotAllowed, NotYours
from bangban.foundation.ledger.models import Link
from bangban.services.cases.actions import NewCase, claim, close, open_case, sort
from bangban.services.cases.models import Case
from bangban.services.cases.reads import case_view
from bangban.services.conversation.reads import messages
from bangban.services.hotline.actions.linking import case_from_order, offers_order, order_from_case
from bangban.services.hotline.models import Caller, WorkOrder
from bangban.services.hotline.reads import found_order, order_view
from bangban.services.hotline.reads.messages import linked, originals
from tests.cast import Cast, guest, make_city
from tests.hotline import PHONE, Hotline, make_hotline, opened_order, registered_order

VISITOR = Actor("guest", "guest:web")
COMPLAINT = "窗口工作人员态度恶劣，我要投诉"


@pytest.fixture
def city(db: None) -> Cast:
    return make_city()


@pytest.fixture
def line(city: Cast) -> Hotline:
    return make_hotline()


def directed(city: Cast, klass: str = "complaint", **more: object) -> tuple[Case, str]:
    """Return a case that the guide closed with the direction to 12345, and its code."""
    opened = open_case(VISITOR, NewCase(COMPLAINT, phone=PHONE, name="李四", **more))  # type: ignore[arg-type]
    number = opened.case.number
    claim(city.guide, number)
    sort(city.guide, number, {"need_summary": "投诉窗口态度", "scope": "out_of_scope", "question_type": "other"})
    close(
        city.guide, number,
        {"out_of_scope_class": klass, "path": {"department": "12345政务服务便民热线", "phone": "12345"}},
    )  # fmt: skip
    return Case.objects.get(number=number), opened.token


@pytest.mark.clause("BJ-4.2")
@pytest.mark.parametrize("klass", ["complaint", "policy_of_the_day", "other"])
def test_a_case_directed_to_12345_becomes_an_order_with_everything_that_was_told(
    city: Cast, line: Hotline, klass: str
) -> None:
    case, code = directed(city, klass)
    assert offers_order(case)
    made = order_from_case(guest(code), case.number)
    order = found_order(line.agent, made.number)
    assert (order.request, order.contact_phone, order.contact_name) == (COMPLAINT, PHONE, "李四")
    assert order.caller == Caller.objects.get(phones__phone_index=case.phone_index)
    assert originals(line.agent, order.number)[0].text == COMPLAINT
    assert order.kind == ("consultation" if klass == "policy_of_the_day" else "")


@pytest.mark.clause("T637-6.1.5-f")
def test_order_and_case_show_each_other_and_the_one_code_opens_both(city: Cast, line: Hotline) -> None:
    case, code = directed(city)
    made = order_from_case(guest(code), case.number)
    assert [one.number for one in linked(case.id)] == [made.number]
    order = found_order(guest(code), made.number)
    assert [(one.number, one.state_label) for one in linked(order.id)] == [(case.number, "已结案")]
    assert any(made.number in message.text for message in messages(case.id))
    assert any(line_.kind == "order.link" for line_ in order_view(line.agent, made.number).timeline)
    with pytest.raises(NotYours):
        order_from_case(VISITOR, case.number)


def test_the_same_case_passes_once_and_again_after_a_withdrawal(city: Cast, line: Hotline) -> None:
    case, code = directed(city)
    first, second = order_from_case(guest(code), case.number), order_from_case(guest(code), case.number)
    assert (first.number, first.new, second.new) == (second.number, True, False)
    WorkOrder.objects.update(state="withdrawn")
    assert order_from_case(guest(code), case.number).new
    assert Link.objects.count() == 2


def test_a_case_that_was_answered_is_no_order(city: Cast, line: Hotline) -> None:
    opened = open_case(VISITOR, NewCase("失业金怎么领？", phone=PHONE))
    with pytest.raises(NotAllowed, match="没有引导到12345热线"):
        order_from_case(guest(opened.token), opened.case.number)


def test_a_wish_for_secrecy_is_carried_over(city: Cast, line: Hotline) -> None:
    case, code = directed(city, confidential=True)
    order = found_order(line.agent, order_from_case(guest(code), case.number).number)
    assert order.confidential is True and order.confidential_asked_at is not None


@pytest.mark.clause("T637-6.1.5-f")
def test_a_consultation_taken_by_12345_passes_into_guidance_without_being_repeated(city: Cast, line: Hotline) -> None:
    order = registered_order(line, "consultation", "020101")
    made = case_from_order(line.agent, order.number, "想办退休")
    view = case_view(city.guide, made.number)
    assert view.question.startswith("想办退休\n") and order.request in view.question
    case = Case.objects.get(number=made.number)
    assert (case.contact_phone, case.state, case.channel) == (PHONE, "queued", "hotline")
    assert [one.number for one in linked(case.id)] == [order.number]
    assert [one.number for one in linked(order.id)] == [case.number]
    assert bytes(case.token_digest) == bytes(order.token_digest)
    assert case_from_order(line.second_agent, order.number).new is False


def test_complaints_and_strangers_do_not_pass_into_guidance(city: Cast, line: Hotline) -> None:
    complaint = registered_order(line, "complaint")
    with pytest.raises(NotAllowed, match="投诉举报由热线转办"):
        case_from_order(line.agent, complaint.number)
    with pytest.raises(NotYours):
        case_from_order(line.builder, opened_order(line))
    with pytest.raises(NotYours):
        case_from_order(line.officer, opened_order(line))
