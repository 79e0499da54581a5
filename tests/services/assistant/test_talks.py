"""Whole talks over real entries: cited answers, follow-ups, misses, a person at any time, honest hours."""

from __future__ import annotations

import threading

import pytest
from django.db import close_old_connections, connection

from bangban.foundation.clocks.moment import stand_at
from bangban.foundation.flows.flow import Incomplete
from bangban.services.assistant.actions import ask, feedback
from bangban.services.assistant.models import Session, Turn
from bangban.services.assistant.reads import case_part_of, turns
from tests.cast import NIGHT, Cast
from tests.services.assistant.conftest import GUEST, furnish

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.clause("T637-8.2-a", "T637-5-e")
def test_an_answer_is_verbatim_from_its_entry_and_names_entry_and_version(town: Cast) -> None:
    turn = ask(GUEST, "失业金怎么领")
    assert (turn.decision, turn.reason) == ("answer", "sure")
    (answer,) = turn.answers
    assert "网上或者窗口申领，满一年缴费即可。" in turn.text
    assert answer.revision == 1
    assert "《失业保险条例》第十四条" in answer.source


@pytest.mark.clause("T637-6.1.4-b")
def test_each_turn_is_stored_with_what_it_stands_on_and_its_score(town: Cast) -> None:
    turn = ask(GUEST, "失业金怎么领")
    (stored,) = turns(turn.session)
    assert (stored.question, stored.decision, stored.text) == ("失业金怎么领", "answer", turn.text)
    (cited,) = stored.answers
    assert cited["id"] == turn.answers[0].id
    assert cited["revision"] == 1
    assert 0.5 <= cited["score"] <= 1
    assert Turn.objects.get().milliseconds > 0


@pytest.mark.clause("T637-6.1.4-b")
def test_an_unknown_question_is_handed_over_and_not_invented(town: Cast) -> None:
    turn = ask(GUEST, "量子纠缠望远镜几时维修")
    assert (turn.decision, turn.answers) == ("human", ())


def test_materials_asked_for_after_an_answer_are_those_of_its_item(town: Cast) -> None:
    first = ask(GUEST, "失业金怎么领")
    turn = ask(GUEST, "那要带什么材料", first.session)
    assert turn.reason == "follow_up"
    assert "居民身份证" in turn.text
    assert turn.answers[0].kind == "item"


def test_a_follow_up_after_an_answer_without_an_item_stays_with_the_matter(town: Cast) -> None:
    first = ask(GUEST, "公积金贷款额度怎么算")
    turn = ask(GUEST, "那要带什么材料", first.session)
    assert not turn.answers or "公积金" in turn.answers[0].title


@pytest.mark.clause("T637-8.2-b")
def test_the_second_not_solved_hands_over_to_a_person(town: Cast) -> None:
    first = ask(GUEST, "失业金怎么领")
    again = ask(GUEST, "没解决", first.session)
    assert again.decision == "clarify"
    last = ask(GUEST, "还是没解决", first.session)
    assert (last.decision, last.reason) == ("human", "second_miss")


@pytest.mark.clause("T637-8.2-b")
def test_two_clicks_on_not_solved_hand_over_and_solved_does_not(town: Cast) -> None:
    first = ask(GUEST, "失业金怎么领")
    assert feedback(first.session, False).decision == "clarify"  # type: ignore[union-attr]
    assert feedback(first.session, False).decision == "human"  # type: ignore[union-attr]
    assert feedback(first.session, True).reason == "solved"  # type: ignore[union-attr]
    assert feedback("unknown", True) is None


@pytest.mark.clause("BJ-2-c", "T637-8.2-b")
@pytest.mark.parametrize("before", [(), ("失业金怎么领",), ("囧", "没解决")])
def test_a_person_is_given_whenever_one_is_asked_for(town: Cast, before: tuple[str, ...]) -> None:
    key = None
    for question in before:
        key = ask(GUEST, question, key).session
    turn = ask(GUEST, "转人工", key)
    assert (turn.decision, turn.reason) == ("human", "asked_for_person")
    assert "马上为您转接" in turn.text


@pytest.mark.clause("BJ-6-b", "T637-8.2-b")
def test_outside_hours_the_next_opening_is_told_and_the_assistant_goes_on_answering(town: Cast) -> None:
    stand_at(NIGHT)
    turn = ask(GUEST, "转人工")
    assert "现在不是人工服务时间" in turn.text
    assert "11月19日09:00" in turn.text
    assert ask(GUEST, "失业金怎么领").decision == "answer"


@pytest.mark.clause("T637-8.2-b")
def test_transcript_item_and_reason_go_into_the_case(town: Cast) -> None:
    first = ask(GUEST, "失业金怎么领")
    ask(GUEST, "转人工", first.session)
    part = case_part_of(first.session)
    assert part is not None
    assert (part.question, part.reason) == ("失业金怎么领", "asked_for_person")
    assert part.item_id is not None
    assert len(part.transcript) == 4
    assert case_part_of("unknown") is None


@pytest.mark.clause("DB23-A.1.2")
def test_a_greeting_is_met_with_the_words_that_open_a_consultation(town: Cast) -> None:
    assert "请问您有什么问题需要咨询吗" in ask(GUEST, "你好").text


def test_the_session_of_another_key_is_unknown(town: Cast) -> None:
    first = ask(GUEST, "失业金怎么领")
    other = ask(GUEST, "那要带什么材料", first.session + "x")
    assert other.reason != "follow_up"
    assert turns("nobody") == []
    assert Session.objects.count() == 2
    assert first.session.encode() not in bytes(Session.objects.first().key_digest)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "question",
    [
        "<script>alert(1)</script>",
        "'; DROP TABLE assistant_turn; --",
        "失业\x00金怎么领",
        "\u202e\u200b\ufeff失业金",
        "𠮷" * 300,
        "(" * 500,
        "{{7*7}} {phone} %s",
        "啊" * 2000,
        "?" * 50,
    ],
)
def test_hostile_input_is_a_question_like_any_other(town: Cast, question: str) -> None:
    turn = ask(GUEST, question)
    assert turn.decision in ("answer", "clarify", "redirect", "human")
    assert turn.text
    assert "<script>" not in turn.text


@pytest.mark.parametrize("question", ["", "   ", "\x00", "长" * 2001])
def test_an_empty_or_overlong_question_is_refused_by_field(town: Cast, question: str) -> None:
    with pytest.raises(Incomplete) as refused:
        ask(GUEST, question)
    assert "question" in refused.value.details["fields"]


def test_a_retried_question_gives_the_stored_turn(town: Cast) -> None:
    first = ask(GUEST, "失业金怎么领", None, "web", "c1")
    again = ask(GUEST, "失业金怎么领", first.session, "web", "c1")
    assert again.text == first.text
    assert Turn.objects.count() == 1


def test_two_turns_at_once_in_one_talk_are_both_kept_in_order(transactional_db: None) -> None:
    furnish()
    key = ask(GUEST, "你好").session
    problems: list[BaseException] = []

    def say(question: str) -> None:
        try:
            ask(GUEST, question, key)
        except BaseException as error:
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=say, args=(text,)) for text in ("失业金怎么领", "公积金贷款额度怎么算")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    close_old_connections()
    assert problems == []
    assert [turn.position for turn in turns(key)] == [1, 2, 3]
