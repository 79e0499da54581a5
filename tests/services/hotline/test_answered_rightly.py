"""A direct close: the class is known, the way of answering leads to the person, and a changed kind has its reason."""

from __future__ import annotations

import pytest

from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.foundation.ledger.models import Event
from bangban.services.hotline.actions import NewOrder, answer, open_order, register, save, take
from bangban.services.hotline.models import Reply
from tests.hotline import MATTER, PENSION, Hotline, opened_order, registered_order
from tests.services.hotline.ways import load

pytestmark = pytest.mark.django_db
KINDS = {"kind": "consultation", "consultation_kind": "policy", "request": "怎样领养老金"}


@pytest.mark.clause("GB33358-5.3.1")
def test_an_order_without_a_class_is_not_closed(line: Hotline) -> None:
    number = opened_order(line)
    assert not save(line.agent, number, KINDS).problems
    register(line.agent, number)
    with pytest.raises(NotAllowed, match="事项分类"):
        answer(line.agent, number, "已解释", "explained", "agent")
    save(line.agent, number, {"category": PENSION})
    assert answer(line.agent, number, "已解释", "explained", "agent").state == "completed"


@pytest.mark.clause("GB33358-5.2.1.3")
def test_a_kind_that_needs_a_unit_is_changed_for_a_direct_close_only_with_a_reason_in_the_ledger(line: Hotline) -> None:
    number = registered_order(line).number
    with pytest.raises(NotAllowed, match="责任单位"):
        answer(line.agent, number, "已解释", "explained", "agent")
    assert not save(line.agent, number, {"kind": "consultation", "consultation_kind": "policy"}).problems
    with pytest.raises(Incomplete, match="请写明改变类型的理由"):
        answer(line.agent, number, "已解释", "explained", "agent")
    answer(line.agent, number, "已解释", "explained", "agent", kind_reason="诉求人只问施工许可怎样查询")
    told = Event.objects.get(number=number, kind="order.answer").data
    assert (told["lowered_from"], told["kind_reason"]) == ("help_request", "诉求人只问施工许可怎样查询")


@pytest.mark.clause("GB33358-5.3.1")
def test_a_letter_is_answered_only_by_a_way_that_leads_to_its_writer(line: Hotline) -> None:
    new = NewOrder("mailbox", kind="consultation", text="请书面答复养老金怎样领", wished_reply="letter")
    number = open_order(line.agent, new).order.number
    take_over = load(number).agent_id
    assert take_over == line.agent.staff_id or take(line.agent, number)
    save(line.agent, number, {"category": PENSION, "consultation_kind": "policy", **MATTER})
    register(line.agent, number)
    with pytest.raises(Incomplete) as refusal:
        answer(line.agent, number, "已电话说明", "explained", "agent")
    assert "proof" in refusal.value.details["fields"]
    for way in ("telephone", "mail", "sms"):
        with pytest.raises(Incomplete, match="诉求人没有"):
            answer(line.agent, number, "已电话说明", "explained", "agent", channel=way, proof="已电话说明")
    assert not Reply.objects.exists()
    answer(
        line.agent, number, "已寄出答复", "answered", "agent", channel="letter", proof="11月18日挂号信寄出，李四签收"
    )
    kept = Reply.objects.get(order__number=number)
    assert (kept.channel, kept.proof) == ("letter", "11月18日挂号信寄出，李四签收")
