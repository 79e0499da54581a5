"""“那要带什么材料？” after an item is about that item; a question with a matter of its own is not."""

from __future__ import annotations

import pytest

from bangban.services.assistant.context import Conversation, Shown, aspect_of, follow_up, picked, search_text
from bangban.services.assistant.rules import Settings, decide
from tests.services.assistant.shelf_of_entries import hit

ITEM = Shown("id-card", "item", "居民身份证补领")
AFTER = Conversation(spoken_of=ITEM, shown=(ITEM,))
OFFERED = Conversation(
    shown=(Shown("a", "item", "护照首次申领"), Shown("b", "item", "护照换发"), Shown("c", "item", "护照补发"))
)


@pytest.mark.parametrize(
    ("question", "aspect"),
    [
        ("那要带什么材料？", "materials"),
        ("需要哪些证件", "materials"),
        ("材料呢", "materials"),
        ("多少钱", "fee"),
        ("收费吗？", "fee"),
        ("多久能办好", "time"),
        ("几天能拿到", "time"),
        ("在哪里办", "place"),
        ("地址在哪", "place"),
        ("去哪个窗口", "place"),
        ("网上能办吗", "online"),
        ("可以在手机上办吗", "online"),
        ("有什么条件", "condition"),
        ("怎么办理", "process"),
        ("流程是什么", "process"),
        ("要跑几趟", "visits"),
        ("要预约吗", "booking"),
        ("电话多少", "phone"),
        ("可以邮寄吗", "result"),
        ("要带照片吗", "materials"),
        ("我符合条件吗", "condition"),
        ("什么时候能下来", "time"),
    ],
)
def test_a_bare_question_asks_for_one_side_of_the_last_item(question: str, aspect: str) -> None:
    found = follow_up(question, AFTER)
    assert found is not None
    assert (found.about, found.aspect) == (ITEM, aspect)
    decision = decide(question, [hit("other", 0.9)], AFTER, Settings())
    assert (decision.decision, decision.reason, decision.follow) == ("answer", "follow_up", found)


@pytest.mark.parametrize(
    "question",
    [
        "护照要带什么材料",
        "失业金多久能领到",
        "公积金在哪里办",
        "驾驶证换证多少钱",
        "结婚登记要预约吗",
        "社保卡网上能办吗",
    ],
)
def test_a_question_with_its_own_matter_is_a_new_question(question: str) -> None:
    assert follow_up(question, AFTER) is None
    assert decide(question, [hit("other", 0.9, title=question)], AFTER, Settings()).reason == "sure"


def test_the_item_may_be_named_again() -> None:
    found = follow_up("身份证补领要什么材料", AFTER)
    assert found is not None
    assert found.aspect == "materials"


def test_without_an_item_a_bare_question_is_no_follow_up() -> None:
    assert follow_up("那要带什么材料？", Conversation()) is None


def test_no_side_is_named_in_a_plain_matter() -> None:
    assert aspect_of("居民身份证补领") is None


@pytest.mark.parametrize(
    ("message", "expected"),
    [("1", "a"), ("第二个", "b"), ("第三项", "c"), ("最后一个", "c"), ("护照换发", "b"), ("③", "c")],
)
def test_a_candidate_is_picked_by_number_place_or_name(message: str, expected: str) -> None:
    found = picked(message, OFFERED)
    assert found is not None
    assert found.id == expected
    decision = decide(message, [], OFFERED, Settings())
    assert (decision.reason, decision.pick) == ("picked", found)


def test_a_place_that_was_not_offered_picks_nothing() -> None:
    two = Conversation(shown=OFFERED.shown[:2])
    assert picked("第三个", two) is None
    assert picked("一年要交多少社保", OFFERED) is None


def test_what_is_left_unsaid_is_taken_from_the_last_item_when_searching() -> None:
    assert search_text("那外地人呢", AFTER) == "居民身份证补领 那外地人呢"
    assert search_text("如果是小孩呢", AFTER) == "居民身份证补领 如果是小孩呢"
    assert search_text("护照怎么办", AFTER) == "护照怎么办"
    assert search_text("那护照呢", AFTER) == "那护照呢"
    assert search_text("那外地人呢", Conversation()) == "那外地人呢"


def test_an_answer_becomes_what_is_spoken_of_and_candidates_what_may_be_picked() -> None:
    after = Conversation().answered(hit("a", 0.9, title="护照换发"))
    assert after.spoken_of == Shown("a", "item", "护照换发")
    offered = after.offered((hit("b", 0.4), hit("c", 0.4)))
    assert [shown.id for shown in offered.shown] == ["b", "c"]
    assert offered.spoken_of == after.spoken_of
