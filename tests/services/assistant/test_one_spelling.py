"""Questions and entries are compared in one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangban.services.assistant.retrieval.grams import ORDERS, encode, hashes
from bangban.services.assistant.retrieval.normal import normalise
from bangban.services.assistant.retrieval.question import LONGEST, analyse
from bangban.services.assistant.retrieval.synonyms import stand_ins


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("ＡＰＰ　上能办嗎？", "app 上能办吗"),
        ("辦理結婚登記", "办理结婚登记"),
        ("身份证，丢了！！", "身份证 丢了"),
        ("12345\n热线", "12345 热线"),
        ("_x000D_", "x000d"),
        ("😀办证😀", "办证"),
        ("", ""),
        ("？！…", ""),
    ],
)
def test_width_case_traditional_characters_and_punctuation_do_not_matter(written: str, expected: str) -> None:
    assert normalise(written) == expected


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(st.text())
def test_a_normalised_text_has_one_number_per_character_and_no_double_blank(text: str) -> None:
    plain = normalise(text)
    assert len(encode(plain)) == len(plain)
    assert "  " not in plain
    assert plain == plain.strip()


@given(st.text(), st.sampled_from(ORDERS))
def test_no_n_gram_crosses_a_blank(text: str, order: int) -> None:
    plain = normalise(text)
    begins = hashes(encode(plain), order) > 0
    for at, starts in enumerate(begins):
        gram = plain[at : at + order]
        assert starts == (len(gram) == order and " " not in gram)


@given(st.text(max_size=200))
def test_any_text_can_be_taken_apart_as_a_question(text: str) -> None:
    question = analyse(text)
    assert len(question.text) <= LONGEST
    assert len(question.codes) == len(question.weights) == len(question.text) + 1
    assert all(0 <= found.start < found.end <= len(question.text) for found in question.stand_ins)


def test_asking_words_count_for_less_than_the_matter() -> None:
    question = analyse("请问护照怎么办理")
    matter = question.weights[question.text.index("护照")]
    assert matter > question.weights[0]
    assert matter > question.weights[question.text.index("办理")]


def test_everyday_words_stand_for_the_words_of_the_guides() -> None:
    words = {word for found in stand_ins(normalise("驾照丢了")) for word in found.words}
    assert {"驾驶证", "补办", "补领"} <= words


def test_words_that_stand_in_the_question_already_are_not_offered_again() -> None:
    for found in stand_ins(normalise("身份证就是居民身份证吗")):
        assert "居民身份证" not in found.words
