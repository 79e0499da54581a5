"""Groups of messages: what belongs together, whatever the order of arrival."""

from __future__ import annotations

import hashlib
import random
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bangban.services.matters.grouping import Told, densest, groups
from bangban.services.matters.likeness import plain_mark, sketch
from bangban.services.matters.rarity import BUCKETS, Mark, Rarity, count
from bangban.services.matters.rules import heat, shared_words, trend
from tests.services.matters.corpus import ALONE, BUS, DUST, PARKING, START

PLAIN = Rarity(plain_mark)


def told_under(mark: Mark) -> list[Told]:
    """Return the whole corpus, its terms marked in this way."""
    days = [START + timedelta(days=n % 9) for n in range(30)]
    texts = (*DUST, *PARKING, *BUS, *ALONE)
    return [Told(f"{n:02d}", days[n], sketch(text, at=days[n], mark=mark)) for n, text in enumerate(texts)]


TOLD = told_under(plain_mark)


def test_each_matter_is_one_group_and_what_stands_alone_is_in_none() -> None:
    found = [group.ids for group in groups(TOLD, PLAIN)]
    of = [{f"{n:02d}" for n in range(first, last)} for first, last in ((0, 5), (5, 9), (9, 12))]
    assert [set(ids) for ids in found] == of


@given(some.binary(min_size=16, max_size=16))
@settings(max_examples=25)
def test_groups_do_not_depend_on_the_key_of_the_house(key: bytes) -> None:
    def mark(term: str) -> int:
        return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=4, key=key).digest())

    told = told_under(mark)
    assert [group.ids for group in groups(told, Rarity(mark))] == [group.ids for group in groups(TOLD, PLAIN)]
    three = [told[n] for n in range(3)]
    assert len(groups(three, Rarity(mark))) == 1


def test_a_rare_term_stays_rare_beside_a_common_one_in_the_same_bucket() -> None:
    common = plain_mark("小区") % 2**32
    neighbour = (common + 5 * BUCKETS) % 2**32
    crowd = [np.array([common], np.uint32)] * 5000
    alone = [np.array([neighbour], np.uint32)] * 2
    fresh, counted = Rarity(plain_mark), Rarity(plain_mark, *count([*crowd, *alone]))
    for rarity in (fresh, counted):
        often, seldom = rarity.of(np.array([common, neighbour], np.uint32))
        assert often < 2 and seldom > 5


@given(some.permutations(TOLD))
@settings(max_examples=30, deadline=None)
def test_groups_do_not_depend_on_the_order_of_arrival(told: list[Told]) -> None:
    assert groups(told, PLAIN) == groups(TOLD, PLAIN)


@pytest.mark.parametrize("text", [*ALONE, "想给市图书馆的晚间读书会提个建议", ""])
def test_an_unrelated_message_changes_no_group(text: str) -> None:
    more = Told("99", START, sketch(text, at=START))
    fewer = [one for one in TOLD if one.id < "12"]
    assert groups([*fewer, more], PLAIN) == groups(fewer, PLAIN)


def test_tellers_are_counted_once_and_the_densest_stretch_is_found() -> None:
    told = [Told(one.id, one.at, one.sketch, who="same") for one in TOLD[:5]]
    (group,) = groups(told, PLAIN)
    assert (group.tellers, group.densest) == (1, 5)
    moments = [START + timedelta(days=day) for day in (0, 20, 40, 41, 90)]
    assert densest(moments, timedelta(days=30)) == 3


def test_a_crowd_larger_than_the_reach_stays_one_group() -> None:
    dice = random.Random(3)
    extras = ["请尽快处理", "夜里更严重", "老人小孩受不了", "已经投诉过", "望答复", "拍了视频", "周末也不停"]
    texts = [f"{dice.choice(DUST)}{dice.choice(extras)}{dice.randrange(900)}" for _ in range(700)]
    told = [Told(f"{n:04d}", START, sketch(text, at=START)) for n, text in enumerate(texts)]
    assert len(groups([*told, *TOLD], PLAIN)[0].ids) >= 700


def test_a_title_says_only_what_several_messages_share() -> None:
    shared = shared_words([("", text) for text in DUST])
    assert "锦绣新城" in shared.title and "搅拌站" in shared.title
    assert "环评" not in shared.words and "老人" not in shared.words


def test_heat_falls_by_half_each_week_and_rises_with_tellers() -> None:
    moments = [START] * 4
    fresh, week_old = heat(moments, 4, START), heat(moments, 4, START + timedelta(days=7))
    assert (
        fresh == pytest.approx(2 * week_old) and fresh > heat(moments, 1, START) and heat(moments, 4, START, 9) > fresh
    )
    assert trend(moments, START) == "rising" and trend(moments, START + timedelta(days=10)) == "falling"
    assert trend([], START) == "steady"
