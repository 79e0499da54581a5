"""Two who act on one order at the same moment: one wins, the other is told, and nobody waits for ever."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from threading import Barrier

import pytest
from django.db import OperationalError

from bangban.foundation.flows.flow import FlowError, NotAllowed
from bangban.foundation.ledger.verify import verify
from bangban.services.hotline.actions import dispatching, filing, handling, merging, visiting
from bangban.services.hotline.models import Assignment, Visit, WorkOrder
from tests.hotline import ASKED, Hotline, hotline_staff, make_hotline, registered_order
from tests.services.hotline.ways import OPINION, completed, dispatched, later, load, requester, visited
from tests.services.queues.together import at_once

ROUNDS = 6


@pytest.fixture
def line(transactional_db: None) -> Iterator[Hotline]:
    """A hotline that threads with their own connections can see."""
    yield make_hotline()


def _refused(results: list[object]) -> list[FlowError]:
    return [result for result in results if isinstance(result, FlowError)]


def test_of_two_undertakers_who_sign_at_once_one_has_it(line: Hotline) -> None:
    for _ in range(ROUNDS):
        number = dispatched(line)
        refused = _refused(
            at_once(partial(handling.sign, line.builder, number), partial(handling.sign, line.second_builder, number))
        )
        assert len(refused) == 1
        order = WorkOrder.objects.select_related("handler").get(number=number)
        assert order.handler is not None
        assert order.handler.name in refused[0].sentence
        assert Assignment.objects.get(order=order).signed_by_id == order.handler_id
    assert verify().broken == ()


def test_an_order_dispatched_twice_at_once_goes_to_one_lead(line: Hotline) -> None:
    for _ in range(ROUNDS):
        number = registered_order(line).number
        give = [
            partial(dispatching.dispatch, actor, number, OPINION, [unit.id], unit.id)
            for actor, unit in ((line.agent, line.building_unit), (line.second_agent, line.roads_unit))
        ]
        assert len(_refused(at_once(*give))) == 1
        assert Assignment.objects.filter(order__number=number, role="lead").count() == 1
    assert verify().broken == ()


def test_visitors_who_claim_at_once_never_get_the_same_call_back(line: Hotline) -> None:
    colleagues = [
        hotline_staff(f"hl_v{n}", f"回访{n}", "hl", "callback_visitor", work_number=f"87{n}") for n in range(3)
    ]
    numbers = {completed(line) for _ in range(6)}
    later(days=1)
    taken: list[object] = []
    for _ in range(2):
        taken += at_once(*[partial(visiting.claim_visit, one) for one in [line.visitor, *colleagues][:3]])
    # A claim of one's own is given again, so that two claims of one visitor may be the same; never of two.
    by_staff = {row.order.number: row.staff_id for row in Visit.objects.exclude(staff=None).select_related("order")}
    assert set(taken) <= numbers
    assert len(set(taken[:3])) == 3
    assert len(by_staff) >= 3
    assert verify().broken == ()


def test_two_orders_merged_into_each_other_at_once_end_as_one_without_deadlock(line: Hotline) -> None:
    for _ in range(ROUNDS):
        one, other = registered_order(line).number, registered_order(line).number
        results = at_once(
            partial(merging.merge, line.agent, one, other), partial(merging.merge, line.second_agent, other, one)
        )
        (refused,) = _refused(results)
        assert isinstance(refused, NotAllowed)
        assert sorted((load(one).state, load(other).state)) == ["merged", "registered"]
    assert verify().broken == ()


def test_without_the_order_of_locks_the_two_would_block_each_other(
    line: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race is real: locked as they come, each waits for the other's order until the database ends one."""

    each_has_one = Barrier(2)

    def as_they_come(*numbers: str) -> dict[str, WorkOrder]:
        found = {}
        for number in numbers:
            found[number] = WorkOrder.objects.select_for_update(of=("self",)).get(number=number)
            if len(found) == 1:
                each_has_one.wait(timeout=30)
        return found

    monkeypatch.setattr(merging, "_both", as_they_come)
    one, other = registered_order(line).number, registered_order(line).number
    with pytest.raises(OperationalError, match="deadlock"):
        at_once(partial(merging.merge, line.agent, one, other), partial(merging.merge, line.second_agent, other, one))


def test_completing_and_merging_into_the_same_order_at_once_leave_no_caller_behind(line: Hotline) -> None:
    for _ in range(ROUNDS):
        main, number = dispatched(line), registered_order(line).number
        handling.sign(line.builder, main)
        handling.reply(line.builder, main, "sms", "已停工")
        at_once(
            partial(handling.complete, line.builder, main, "已停工", "solved"),
            partial(merging.merge, line.agent, number, main),
        )
        order, part = load(main), load(number)
        if part.state == "merged":
            assert order.state == "handling", "it was completed although a merged caller had no answer"
        else:
            assert (order.state, part.state) == ("completed", "registered")


def test_orders_archived_at_once_get_numbers_of_their_own(line: Hotline) -> None:
    numbers = [visited(line) for _ in range(4)]
    done = at_once(*[partial(filing.archive, line.archivist, number, "没有录音") for number in numbers])
    assert _refused(done) == []
    assert sorted(load(number).archive_number for number in numbers) == [f"2026-040101-{n:06d}" for n in range(1, 5)]


def test_the_callers_web_answer_and_the_visitors_call_at_once_are_one_call_back(line: Hotline) -> None:
    for _ in range(ROUNDS):
        number = completed(line)
        later(days=1)
        results = at_once(
            partial(visiting.visit, line.visitor, number, True, True, **ASKED),
            partial(visiting.visit, requester(number), number, False, False),
        )
        assert len(_refused(results)) == 1
        row = Visit.objects.get(order__number=number)
        assert load(number).process_satisfied == row.process_satisfied
        later(days=-1)
