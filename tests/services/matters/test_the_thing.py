"""One matter is one thing: a place alone, or a way of asking alone, makes no two orders alike (GB33358-5.2.3.1-b)."""

from __future__ import annotations

import itertools

import pytest

from bangban.services.matters.likeness import AKIN, SAME, Sketch, likeness, plain_mark, sketch
from bangban.services.matters.packing import pack, unpack
from bangban.services.matters.rarity import Rarity
from bangban.services.matters.reads import like
from tests.services.matters.corpus import START, Hotline

NOTHING_COUNTED = Rarity(plain_mark)
"""What a house knows that has a few hundred orders: every word is rare."""

ROAD = "越秀区东山街道寺右新马路"
NOISE = (
    ("请制止夜间施工。工地夜里十一点还在浇筑混凝土，泵车声音很大。", f"{ROAD}旁工地"),
    ("夜间浇筑混凝土，泵车轰鸣，老人心脏不好。请制止夜间施工。", f"{ROAD}旁工地"),
    ("寺右新马路旁的工地夜里一直浇筑混凝土，泵车太吵。孩子睡不着。", f"{ROAD}旁工地"),
)
OTHER_THINGS = (
    ("路灯坏了三天，晚上很黑，请尽快修好。", f"{ROAD}12号"),
    ("寺右新马路12号门口的路灯坏了，请派人修。", f"{ROAD}12号"),
    ("寺右新马路旁垃圾堆放没人清，味道很大。", f"{ROAD}旁"),
    ("井盖松动，电动车经过差点摔倒，请赶快更换。", f"{ROAD}与东山大街交叉口"),
    ("人行道上停满共享单车，推婴儿车过不去。", f"{ROAD}地铁站门口"),
    ("一楼餐馆油烟直排，衣服都不敢晾。", f"{ROAD}36号"),
)
ASKED_ALIKE = (
    ("家里有很浓的煤气味，阀门关不上，请马上派人处理。", "天寿路20号"),
    ("路边围挡倒了，里面有裸露的电线，请马上派人处理。", ""),
    ("楼上掉下来一块玻璃，请马上派人处理。", ""),
    ("自来水管爆了，水流到街上，请马上派人处理。", ""),
    ("一只流浪狗追着学生咬，请马上派人处理。", ""),
)
OTHER_NAMES_OF_THE_PLACE = (
    ("半夜还在打混凝土，泵车吵得一家人睡不着，请制止夜间施工。", "寺右新马路与东山大街路口"),
    ("工地夜里浇筑混凝土，泵车轰鸣。", "寺右新马路军区医院对面"),
    ("夜间施工，混凝土泵车太吵。", "东山口地铁站后面的工地"),
)


def _told(*said: tuple[str, str]) -> list[Sketch]:
    return [sketch(text, "", place, START) for text, place in said]


@pytest.mark.clause("GB33358-5.2.3.1-b")
@pytest.mark.parametrize("other", OTHER_THINGS)
def test_another_thing_at_the_same_place_is_another_matter(other: tuple[str, str]) -> None:
    (mine,) = _told(other)
    assert max(likeness(mine, noise, NOTHING_COUNTED)[1] for noise in _told(*NOISE)) < AKIN


def test_every_two_things_of_one_street_are_two_matters() -> None:
    pairs = [pair for pair in itertools.combinations(OTHER_THINGS, 2) if "路灯" not in pair[0][0] + pair[1][0]]
    for one, other in (_told(*pair) for pair in pairs):
        assert likeness(one, other, NOTHING_COUNTED)[1] < AKIN


@pytest.mark.parametrize("pair", list(itertools.combinations(ASKED_ALIKE, 2)))
def test_asking_in_the_same_words_makes_no_two_troubles_one(pair: tuple[tuple[str, str], tuple[str, str]]) -> None:
    one, other = _told(*pair)
    same, akin = likeness(one, other, NOTHING_COUNTED)
    assert akin < AKIN and same < SAME


@pytest.mark.parametrize("other", OTHER_NAMES_OF_THE_PLACE)
def test_the_same_thing_stays_one_matter_when_the_place_is_told_in_other_words(other: tuple[str, str]) -> None:
    (mine,) = _told(other)
    found = [likeness(mine, noise, NOTHING_COUNTED)[1] for noise in _told(*NOISE)]
    assert sum(found) / len(found) >= AKIN


def test_a_stored_sketch_knows_what_is_aside_and_an_older_one_takes_everything_for_the_thing() -> None:
    (lamp,) = _told(OTHER_THINGS[1])
    packed = pack(lamp, NOTHING_COUNTED)
    assert unpack(packed).aside.tolist() == lamp.aside.tolist() and lamp.aside.any() and not lamp.aside.all()
    older = unpack(packed[: -((len(lamp.terms) + 7) // 8)])
    assert older.terms.tolist() == lamp.terms.tolist() and not older.aside.any()


@pytest.mark.django_db
def test_another_thing_at_the_place_of_a_matter_neither_joins_it_nor_is_offered(hotline: Hotline) -> None:
    joined = [hotline.tell(text, day=day, place=place)[1] for day, (text, place) in enumerate(NOISE)]
    assert joined[-1]
    for text, place in OTHER_THINGS[:3]:
        assert like(text, place, START) == []
    assert [hotline.tell(text, day=3, place=place)[1] for text, place in OTHER_THINGS[2:]] == ["", "", "", ""]
    text, place = OTHER_NAMES_OF_THE_PLACE[0]
    assert hotline.tell(text, day=3, place=place)[1] == joined[-1]
