"""Things that two people can grab: one wins, the other is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection

from bangban.foundation.flows.flow import FlowError, NotAllowed
from bangban.foundation.ledger.verify import verify
from bangban.services.cases import actions
from bangban.services.cases.models import Case
from bangban.services.conversation.models import Message
from tests.cast import Cast, make_city
from tests.goods import published_item
from tests.services.cases.steps import claimed, consulting, opened


@pytest.fixture
def city(transactional_db: None) -> Iterator[Cast]:
    """A city that threads with their own connections can see."""
    yield make_city()


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Run deeds at the same moment, each on its own connection; a refusal is returned as a result."""
    barrier = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> object:
        try:
            barrier.wait()
            return deed()
        except FlowError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def test_of_two_who_claim_at_once_one_wins_and_the_other_is_told(city: Cast) -> None:
    for _ in range(8):
        number, _ = opened()
        results = at_once(partial(actions.claim, city.guide, number), partial(actions.claim, city.second_guide, number))
        refusals = [result for result in results if isinstance(result, NotAllowed)]
        assert len(refusals) == 1
        winner = Case.objects.select_related("owner").get(number=number)
        assert winner.owner_id == winner.first_contact_id
        assert winner.owner is not None
        assert winner.owner.name in refusals[0].sentence
    assert verify().broken == ()


def test_without_the_row_lock_both_would_win(city: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The race is real: with a read that does not lock, two owners are written one over the other."""
    from bangban.services.cases.actions import door

    def unlocked(number: str) -> Callable[[], Case | None]:
        def read() -> Case | None:
            found = Case.objects.filter(number=number).first()
            with suppress(BrokenBarrierError):
                both_have_read.wait(timeout=30)
            return found

        return read

    monkeypatch.setattr(door, "locked", unlocked)
    doubled = 0
    for _ in range(3):
        both_have_read = Barrier(2)
        number, _ = opened()
        try:
            results = at_once(
                partial(actions.claim, city.guide, number), partial(actions.claim, city.second_guide, number)
            )
        except Exception:
            doubled += 1
            continue
        doubled += all(isinstance(result, Case) for result in results)
    assert doubled > 0


def test_one_message_sent_twice_at_once_is_stored_once(city: Cast) -> None:
    number, citizen = opened()
    results = at_once(*[lambda: actions.post_message(citizen, number, "在吗", client_id="same")] * 4)
    assert sorted(new for _, new in results) == [False, False, False, True]  # type: ignore[misc]
    assert Message.objects.filter(client_id="same").count() == 1


def test_two_specialists_cannot_both_accept_an_offer_to_all(city: Cast) -> None:
    item = published_item(city.department.id, "失业保险金申领")
    number, _ = claimed(city, item)
    actions.assign(city.guide, number, {"to": "specialist"})
    actions.return_offer(city.specialist, number, "不熟悉")
    from bangban.foundation.handover import actions as handover
    from bangban.foundation.handover.models import Kind
    from bangban.services.cases.actions.door import case_deed

    with case_deed(city.guide, number, "assign") as deed:
        handover.offer(deed, Kind.ASSIGN, to_unit=city.center.id, to_duty="dedicated_consultant")
    results = at_once(
        lambda: actions.accept(city.specialist, number), lambda: actions.accept(city.second_specialist, number)
    )
    assert sum(isinstance(result, Case) for result in results) == 1


def test_closing_and_a_new_message_at_once_keep_both(city: Cast) -> None:
    item = published_item(city.department.id, "失业保险金申领")
    number, citizen = consulting(city, item)
    at_once(
        lambda: actions.close(city.specialist, number, {"opinion": "可以申领。"}),
        lambda: actions.post_message(citizen, number, "还有个问题", client_id="late"),
    )
    case = Case.objects.get(number=number)
    assert case.state == "closed"
    assert Message.objects.filter(record_id=case.id, client_id="late").count() == 1
    assert verify().broken == [] or all(number not in b.reference for b in verify().broken)
