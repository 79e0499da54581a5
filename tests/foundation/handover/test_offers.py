"""Offers of work: one at a time, to somebody named, with an end that holds."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.foundation.handover import actions as handover
from bangban.foundation.handover.models import Answer, Handover, Kind
from bangban.registry.catalog.models.items import Item
from bangban.services.cases import actions
from bangban.services.cases.actions.door import case_deed
from tests.cast import Cast
from tests.services.cases.steps import claimed, opened
from tests.services.cases.waiting import lapse, offers


@pytest.mark.clause("DB23-6.1.1-b")
def test_an_offer_without_a_named_receiver_is_refused(city: Cast, item: Item) -> None:
    number, _ = claimed(city, item)
    with pytest.raises(Incomplete), case_deed(city.guide, number, "assign") as deed:
        handover.offer(deed, Kind.ASSIGN, to_unit=city.center.id)
    assert [offer.kind for offer in offers(number)] == ["queue"]


def test_an_answer_holds(city: Cast, item: Item) -> None:
    number, _ = claimed(city, item)
    actions.assign(city.guide, number, {"to": "specialist"})
    actions.accept(city.specialist, number)
    accepted = offers(number)[-1]
    with (
        pytest.raises(NotAllowed, match="已经处理过"),
        case_deed(city.specialist, number, "sort", {"need_summary": "x"}) as deed,
    ):
        handover.answer(deed, accepted, Answer.RETURNED, "反悔")
    assert offers(number)[-1].answer == "accepted"


def test_an_offer_answered_while_the_sweep_was_on_its_way_is_left_alone(city: Cast, item: Item) -> None:
    from bangban.services.cases.actions import offer_expired

    number, _ = claimed(city, item)
    actions.assign(city.guide, number, {"to": "specialist"})
    seen_by_the_sweep = offers(number)[-1]
    actions.accept(city.specialist, number)
    offer_expired(seen_by_the_sweep)
    assert [offer.answer for offer in offers(number)] == ["accepted", "accepted"]


def test_a_lapsed_offer_is_handled_once(city: Cast, item: Item) -> None:
    number, _ = claimed(city, item)
    actions.transfer_down(city.guide, number, {"to": "yx"})
    assert lapse(number) == 1
    assert handover.expire_due(now()) == 0


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"answer": "accepted", "answered_at": None}, "handover_answer_has_a_time"),
        ({"answer": "returned", "answered_at": "now", "reason": ""}, "return_needs_a_reason"),
    ],
)
def test_the_database_refuses_answers_without_time_or_reason(city: Cast, change: dict[str, str], rule: str) -> None:
    opened()
    values = {name: now() if value == "now" else value for name, value in change.items()}
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Handover.objects.update(**values)


def test_the_database_refuses_two_open_offers_of_one_work(city: Cast) -> None:
    number, _ = opened()
    offer = offers(number)[0]
    offer.pk = None
    with pytest.raises(IntegrityError, match="work_is_offered_once"), transaction.atomic():
        Handover.objects.create(
            record_type=offer.record_type, record_id=offer.record_id, kind="assign", to_unit_id=1, offered_at=now()
        )
