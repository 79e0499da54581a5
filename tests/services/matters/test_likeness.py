"""How alike two messages are: laws that hold for every pair, and examples of each notion."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bangban.services.matters.keyed import mark
from bangban.services.matters.likeness import AKIN, SAME, likeness, plain_mark, sketch
from bangban.services.matters.packing import pack, unpack
from bangban.services.matters.rarity import Rarity
from bangban.services.matters.words import take_apart
from tests.services.matters.corpus import ALONE, BUS, DUST, PARKING, START

PLAIN = Rarity(plain_mark)
CORPUS = (*DUST, *PARKING, *BUS, *ALONE)
texts = some.text(some.sampled_from("锦绣新城小区搅拌站噪音粉尘A3区路 ，。12ab\0"), max_size=80) | some.sampled_from(
    CORPUS
)
days = some.integers(0, 800)


@given(texts, texts, days)
@settings(max_examples=150, deadline=None)
def test_likeness_is_symmetric_and_between_0_and_1(one: str, other: str, gap: int) -> None:
    left, right = sketch(one, at=START), sketch(other, at=START + timedelta(days=gap))
    there, back = likeness(left, right, PLAIN), likeness(right, left, PLAIN)
    assert there == pytest.approx(back)
    assert all(0 <= value <= 1 for value in there)


@given(texts)
@settings(max_examples=100, deadline=None)
def test_a_message_is_wholly_like_itself_unless_it_says_nothing(text: str) -> None:
    told = sketch(text, at=START)
    expected = 1.0 if len(told.terms) else 0.0
    assert likeness(told, told, PLAIN) == (expected, expected)


@given(texts)
@settings(max_examples=100, deadline=None)
def test_a_packed_sketch_comes_back_as_it_was(text: str) -> None:
    told = sketch(text, "标题", "锦绣新城", START)
    back = unpack(pack(told, PLAIN))
    assert likeness(told, back, PLAIN)[0] > 0.98 and back.day == told.day


@pytest.mark.parametrize("matter", [DUST, PARKING, BUS])
def test_tellings_of_one_matter_are_akin_and_others_are_not(matter: tuple[str, ...]) -> None:
    told = [sketch(text, at=START) for text in matter]
    inside = [likeness(a, b, PLAIN)[1] for n, a in enumerate(told) for b in told[n + 1 :]]
    assert np.mean(inside) >= AKIN
    strangers = [sketch(text, at=START) for text in CORPUS if text not in matter]
    assert max(likeness(a, b, PLAIN)[1] for a in told for b in strangers) < AKIN


def test_the_same_told_again_in_other_words_is_the_same_matter() -> None:
    first = sketch("海棠公馆开发商强制捆绑销售车位，不买车位不给选房", at=START)
    again = sketch("再次投诉海棠公馆开发商捆绑销售车位，不买车位就不给选房", at=START + timedelta(days=3))
    assert likeness(first, again, PLAIN)[0] >= SAME


def test_the_same_words_about_another_place_or_district_or_after_a_year_are_less_alike() -> None:
    said = "楼下烧烤店油烟扰民，晚上吵闹"
    here = sketch(said, "天河区翠湖小区油烟扰民", at=START)
    there = sketch(said, "番禺区松风家园油烟扰民", at=START)
    later = sketch(said, "天河区翠湖小区油烟扰民", at=START + timedelta(days=400))
    close = likeness(here, here, PLAIN)[1]
    assert likeness(here, there, PLAIN)[1] < 0.6 * close
    assert likeness(here, later, PLAIN)[1] < 0.6 * close


def test_places_and_coded_districts_are_read_by_rule() -> None:
    parts = take_apart("我家住在A3区丽景新城小区旁边的永宁路", "关于锦绣花园的投诉")
    assert {"丽景", "永宁"} <= parts.places and "锦绣" in parts.named and "a3" in parts.districts
    assert not take_apart("小区停车的社区问题").districts


def test_a_stored_sketch_holds_marks_that_only_this_installation_can_make() -> None:
    assert mark("搅拌") != plain_mark("搅拌")
    packed = pack(sketch(DUST[0], at=START, mark=mark), Rarity(mark))
    assert "锦绣".encode() not in packed and plain_mark("搅拌").to_bytes(4, "little") not in packed
    assert len(packed) < 1000


def test_the_same_trouble_at_two_places_is_less_alike_also_when_no_title_names_them() -> None:
    title = "噪音扰民"
    here, again, there = (
        sketch(text, title)
        for text in (
            "台江区新港苑后面瀛洲河工地，晚上12点后还在施工，影响休息，希望尽快处理。",
            "瀛洲河工地晚上还在施工，影响周边居民休息，特此投诉，望尽快处理。",
            "仓山法院宿舍对面的龙津河，最近晚上12点还有人施工，影响休息，希望尽快处理。",
        )
    )
    assert likeness(here, again, PLAIN)[1] > 1.5 * likeness(here, there, PLAIN)[1]


def test_a_place_of_the_title_goes_before_those_of_the_first_words() -> None:
    assert take_apart("龙津河又黑又臭", "锦绣新城停水").named == take_apart("", "锦绣新城停水").named
    assert take_apart("龙津河又黑又臭", "黑臭水体").named == {"龙津"}
