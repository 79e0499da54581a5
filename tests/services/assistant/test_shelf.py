"""The index follows what is published, and never answers with what may no longer be used (T637-5-e)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.jobs.following import catch_up
from bangban.registry.knowledge import actions as knowledge
from bangban.registry.org.models import Body, Mode
from bangban.registry.org.reads import forget as forget_places
from bangban.services.assistant import shelf as shelves
from bangban.services.assistant.actions import ask
from bangban.services.assistant.reads import search_items, search_knowledge
from bangban.services.assistant.shelf import NotReady, Shelf, shelf
from bangban.services.cases.models import Case
from bangban.services.conversation.models import Message
from tests.cast import Cast
from tests.services.assistant.conftest import GUEST, answered, furnish
from tests.services.cases.steps import opened


@pytest.mark.clause("T637-5-e")
def test_a_withdrawn_entry_is_not_answered_though_the_index_still_holds_it(town: Cast) -> None:
    entry = answered(town, "企业年金怎么取", "退休时可取。")
    assert ask(GUEST, "企业年金怎么取").answers[0].id == str(entry.id)
    knowledge.withdraw_entry(entry.id, town.reviewer, "依据废止")
    assert str(entry.id) in [hit.passage.id for hit in shelf.search("企业年金怎么取")]
    assert "退休时可取" not in ask(GUEST, "企业年金怎么取").text


@pytest.mark.clause("T637-5-e")
def test_an_entry_whose_basis_ran_out_overnight_is_not_answered(town: Cast) -> None:
    answered(town, "企业年金怎么取", "退休时可取。", valid_to=date(2026, 11, 18))
    assert "退休时可取" in ask(GUEST, "企业年金怎么取").text
    stand_at(now() + timedelta(days=1))
    assert "退休时可取" not in ask(GUEST, "企业年金怎么取").text


def test_a_newly_published_entry_is_found_at_the_next_look(town: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(GUEST, "企业年金怎么取").decision != "answer"
    monkeypatch.setattr(shelves, "LOOK_AGAIN_SECONDS", 0)
    shelf._look_again = 0
    entry = answered(town, "企业年金怎么取", "退休时可取。")
    assert ask(GUEST, "企业年金怎么取").answers[0].id == str(entry.id)


def test_while_the_index_is_built_the_talk_says_so_and_offers_a_person(
    town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unready(*_: object, **__: object) -> None:
        raise NotReady

    monkeypatch.setattr(shelf, "search", unready)
    turn = ask(GUEST, "失业金怎么领")
    assert (turn.decision, turn.reason) == ("human", "not_ready")
    assert ask(GUEST, "我家停电了").decision == "redirect"


def test_the_build_in_the_background_serves_all_searches(transactional_db: None) -> None:
    furnish()
    own = Shelf()
    own.begin()
    own.begin()
    assert own.search("失业金怎么领", patience=60)[0].passage.title == "失业金怎么领"
    own.end()
    assert not own.is_kept


def test_items_and_answers_are_found_for_staff_by_words_of_the_talk(town: Cast) -> None:
    assert search_items("我要开律所")[0].name == "律师事务所设立许可"
    (first, *_) = search_knowledge("失业金怎么领")
    assert (first.question, first.revision) == ("失业金怎么领", 1)
    assert first.basis
    assert not search_items("  ")
    assert not search_knowledge("")


@pytest.mark.clause("T637-8.2-a", "BJ-2-c")
def test_where_people_come_first_the_first_turn_is_a_draft_for_staff(transactional_db: None) -> None:
    city = furnish()
    Body.objects.filter(id=city.center.id).update(mode=Mode.HUMAN_FIRST)
    forget_places()
    number, _ = opened(question="失业金怎么领")
    catch_up()
    message = Message.objects.get(record_id=Case.objects.get(number=number).id, party="assistant")
    assert message.internal
    assert message.data["answers"][0]["title"] == "失业金怎么领"


@pytest.mark.clause("BJ-2-c")
def test_the_assistant_closes_no_case(transactional_db: None) -> None:
    furnish()
    number, _ = opened(question="失业金怎么领")
    catch_up()
    assert Case.objects.get(number=number).state not in ("closed", "loop_closed")
