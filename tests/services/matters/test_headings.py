"""The heading of a matter: a sentence that several said, with the place, and nobody to be told from it."""

from __future__ import annotations

import pytest

from bangban.services.matters.rules import LONGEST, heading, shared_words
from tests.services.matters.corpus import BUS, DUST, PARKING


def named(texts: tuple[str, ...], titles: tuple[str, ...] = ()) -> str:
    told = list(zip(titles or [""] * len(texts), texts, strict=True))
    return heading(told, shared_words([(title, text) for title, text in told]))


@pytest.mark.parametrize(("texts", "place"), [(DUST, "锦绣新城"), (PARKING, "海棠公馆"), (BUS, "学府路")])
def test_the_heading_is_a_sentence_with_the_shared_place(texts: tuple[str, ...], place: str) -> None:
    found = named(texts)
    assert place in found
    assert len(found) <= LONGEST + len(place) + 1
    assert not found.startswith(("投诉", "反映", "建议"))


def test_the_most_central_title_is_taken() -> None:
    titles = ("海棠公馆捆绑销售车位", "买房被迫先交十五万元", "海棠公馆强制捆绑车位销售", "选房资格被取消")
    assert named(PARKING, titles) in titles[::2]


def test_nobody_can_be_told_from_a_heading() -> None:
    texts = (
        "海棠公馆3栋2单元501捆绑销售车位", "海棠公馆王女士反映捆绑销售车位", "海棠公馆捆绑销售车位请打13900000012",
    )  # fmt: skip
    assert named(texts) == ""
    assert named((*texts, "海棠公馆捆绑销售车位")) == "海棠公馆捆绑销售车位"


def test_what_only_one_said_is_never_quoted() -> None:
    assert named(("锦绣新城路灯不亮影响老人出行安全", "供暖温度太低", "地铁换乘排队太久")) == ""


def test_messages_that_say_nothing_make_no_heading() -> None:
    assert heading([], shared_words([])) == ""
    assert named(("", "。。。", "！")) == ""
