"""Answer when sure, ask back when two readings are close, hand over when asked, unsure or missing twice."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangban.services.assistant.context import Conversation, Shown
from bangban.services.assistant.rules import Settings, decide
from tests.services.assistant.shelf_of_entries import hit

CALM = Conversation()


def test_a_sure_hit_is_answered_with_its_entry() -> None:
    decision = decide("失业金怎么领", [hit("a", 0.9, title="失业金申领"), hit("b", 0.1)], CALM, Settings())
    assert (decision.decision, decision.reason) == ("answer", "sure")
    assert [shown.passage.id for shown in decision.hits] == ["a"]


def test_two_close_readings_are_asked_back() -> None:
    decision = decide(
        "变更",
        [hit("a", 0.4, title="变更住所"), hit("b", 0.38, title="变更名称"), hit("c", 0.05, title="变更税率")],
        CALM,
        Settings(),
    )
    assert (decision.decision, decision.reason) == ("clarify", "close")
    assert [shown.passage.id for shown in decision.hits] == ["a", "b"]


def test_at_most_three_candidates_are_offered() -> None:
    decision = decide("变更", [hit(name, 0.3, title=f"变更{name}") for name in "abcde"], CALM, Settings())
    assert len(decision.hits) == 3


def test_the_same_item_of_several_places_asks_for_the_place() -> None:
    hits = [
        hit("a", 0.5, title="律师事务所设立许可", region="省"),
        hit("b", 0.48, title="律师事务所设立许可", region="市"),
    ]
    decision = decide("开律所", hits, CALM, Settings())
    assert (decision.decision, decision.reason) == ("clarify", "same_name")
    assert len(decision.hits) == 2


@pytest.mark.parametrize("hits", [[], [hit("a", 0.1)], [hit("a", 0.15), hit("b", 0.1)]])
def test_what_is_not_known_is_handed_over_and_not_invented(hits: list) -> None:  # type: ignore[type-arg]
    decision = decide("量子许可证怎么考", hits, CALM, Settings())
    assert (decision.decision, decision.reason, decision.hits) == ("human", "unsure", ())


def test_a_sure_path_of_the_knowledge_is_shown_as_a_path() -> None:
    assert decide("路灯报修", [hit("p", 0.9, kind="path", title="路灯报修")], CALM, Settings()).decision == "redirect"


@pytest.mark.parametrize(
    "message",
    [
        "转人工",
        "人工",
        "我要找客服",
        "找真人",
        "给我转人工客服",
        "有没有人工啊",
        "不想跟机器人说话",
        "我要和人说",
        "叫你们领导来",
        "人工服务",
    ],
)
def test_who_asks_for_a_person_gets_one_even_before_a_sure_answer(message: str) -> None:
    decision = decide(message, [hit("a", 0.99)], CALM, Settings())
    assert (decision.decision, decision.reason) == ("human", "asked_for_person")


@pytest.mark.parametrize(
    "question",
    [
        "农民工人工资被拖欠找谁",
        "人工智能企业有什么补贴",
        "人工繁育许可证",
        "残疾人工作证",
        "客服电话是多少",
        "不要转人工",
        "找工作怎么登记",
    ],
)
def test_words_that_only_look_like_it_ask_for_no_person(question: str) -> None:
    assert decide(question, [hit("a", 0.9, title=question)], CALM, Settings()).decision == "answer"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("你好", "您好"),
        ("在吗？", "您好"),
        ("谢谢您啦！", "不客气"),
        ("好的", "好的"),
        ("你是机器人吗", "智能客服"),
        ("再见", "感谢"),
    ],
)
def test_small_talk_gets_a_decent_answer(message: str, code: str) -> None:
    decision = decide(message, [], CALM, Settings())
    assert (decision.decision, decision.reason) == ("answer", "small_talk")
    assert code in decision.text


@pytest.mark.parametrize("question", ["你好，身份证丢了怎么办", "谢谢，那护照呢", "好的，网上能办吗"])
def test_a_matter_beside_a_greeting_is_no_small_talk(question: str) -> None:
    assert decide(question, [hit("a", 0.9)], CALM, Settings()).reason != "small_talk"


def test_the_first_miss_offers_other_readings_the_second_a_person() -> None:
    told = Conversation(spoken_of=Shown("a", "item", "事项a"))
    hits = [hit("a", 0.5), hit("b", 0.3)]
    first = decide("没解决", hits, told, Settings())
    assert (first.decision, first.reason) == ("clarify", "not_solved")
    assert [shown.passage.id for shown in first.hits] == ["b"]
    second = decide("还是不对", hits, told.offered(first.hits, miss=True), Settings())
    assert (second.decision, second.reason) == ("human", "second_miss")


def test_an_answer_forgives_earlier_misses() -> None:
    assert Conversation(misses=1).answered(hit("a", 0.9)).misses == 0


def test_a_body_may_allow_more_misses() -> None:
    assert decide("没解决", [], Conversation(misses=1), Settings(misses=2)).decision == "clarify"


def test_a_long_message_with_the_word_unsolved_is_a_question() -> None:
    question = "我去年申请的公租房补贴一直没解决，请问现在应该向哪个部门申请"
    assert decide(question, [hit("a", 0.9, title=question)], CALM, Settings()).reason == "sure"


@pytest.mark.parametrize("message", ["", "   ", "？？？", "😀😀"])
def test_an_empty_message_is_asked_for_its_matter(message: str) -> None:
    assert decide(message, [], CALM, Settings()).reason == "empty"


@given(
    st.text(max_size=60),
    st.lists(st.floats(0, 1), max_size=6).map(lambda scores: sorted(scores, reverse=True)),
    st.integers(0, 3),
)
def test_whatever_is_said_one_of_four_decisions_is_made_with_something_to_show_or_say(
    question: str, scores: list[float], misses: int
) -> None:
    hits = [hit(str(number), score) for number, score in enumerate(scores)]
    decision = decide(question, hits, Conversation(misses=misses), Settings())
    assert decision.decision in ("answer", "clarify", "redirect", "human")
    assert decision.hits or decision.text
    if decision.reason == "sure":
        assert decision.hits[0].score >= Settings().answer_at


@pytest.mark.parametrize("message", ["asdfgh", "lkjh 8823", "123456", "囧", "哈哈哈哈哈"])
def test_nonsense_is_not_asked_back_with_candidates_that_have_nothing_to_do_with_it(message: str) -> None:
    decision = decide(message, [hit("a", 0.3), hit("b", 0.3)], CALM, Settings())
    assert (decision.decision, decision.hits) == ("clarify", ())
    assert decision.reason in ("unclear", "empty")
    again = decide(message, [], msgspec.structs.replace(CALM, misses=1), Settings())
    assert (again.decision, again.reason) == ("human", "second_miss")


def test_candidates_that_share_no_word_with_the_question_are_not_offered() -> None:
    decision = decide("羁绊龙虾键盘", [hit("a", 0.3), hit("b", 0.3)], CALM, Settings())
    assert (decision.decision, decision.hits) == ("human", ())


def test_what_another_entry_says_and_the_best_one_lacks_is_asked_back() -> None:
    hits = [hit("all", 0.7, title="居住证怎么办"), hit("macao", 0.2, title="澳门居民居住证")]
    assert decide("澳门人的居住证在哪办", hits, CALM, Settings()).decision == "clarify"
    assert decide("居住证在哪办", hits, CALM, Settings()).decision == "answer"


@pytest.mark.parametrize("question", ["我就想问那个证怎么办", "怎么办理"])
def test_a_question_without_a_matter_is_asked_what_it_is_about(question: str) -> None:
    assert decide(question, [hit("a", 0.9)], CALM, Settings()).reason == "empty"


def test_a_kind_of_paper_alone_is_asked_back_about() -> None:
    hits = [hit("a", 0.9, title="食品经营许可证"), hit("b", 0.5, title="办学许可证")]
    assert decide("我要办许可证", hits, CALM, Settings()).decision == "clarify"


@pytest.mark.parametrize("message", ["你们上次说能办，今天又说不能，耍我呢", "什么破系统", "你们三个人三种说法"])
def test_anger_with_the_service_gets_a_person(message: str) -> None:
    assert decide(message, [hit("a", 0.9)], CALM, Settings()).decision == "human"


def test_hours_and_numbers_of_an_office_that_no_entry_knows_are_not_answered_with_those_of_another() -> None:
    ours = hit("a", 0.9, title="人工服务几点到几点？")
    for question in ("派出所上班时间", "社保局上班时间", "图书馆几点开门"):
        assert decide(question, [ours, hit("b", 0.03)], CALM, Settings()).decision != "answer", question
    known = hit("a", 0.9, title="派出所上班时间")
    assert decide("派出所上班时间", [known, hit("b", 0.03)], CALM, Settings()).decision == "answer"


def test_one_word_that_two_entries_could_mean_is_asked_back() -> None:
    general, special = "外地人怎么办居住证", "香港澳门台湾居民怎么办港澳台居民居住证"
    hits = [hit("a", 0.85, title=general), hit("b", 0.46, title=special)]
    decision = decide("办居住证", hits, CALM, Settings())
    assert (decision.decision, decision.reason, len(decision.hits)) == ("clarify", "close", 2)
    alone = [hit("a", 0.94, title=general), hit("b", 0.15, title=special)]
    assert decide("居住证怎么办", alone, CALM, Settings()).decision == "answer"
    assert decide("外地人的居住证怎么办", hits, CALM, Settings()).decision == "answer"


@pytest.mark.parametrize("nonsense", ["asdfgh qwerty", "qwerty", "asdf asdf", "wifi password", "lorem ipsum dolor"])
def test_letters_that_no_entry_holds_are_never_answered_however_alike_they_look(nonsense: str) -> None:
    hits = [hit("a", 0.99, title="在国外有收入，怎么开中国税收居民身份证明"), hit("b", 0.1)]
    first = decide(nonsense, hits, CALM, Settings())
    assert (first.decision, first.reason, first.hits) == ("clarify", "unclear", ())
