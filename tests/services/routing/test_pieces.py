"""A message is the same pieces however it is written, and its end counts once more, as its beginning does."""

from __future__ import annotations

from importlib.resources import files

from bangban.services.routing.pieces import KINDS, THEME, normalise, pieces

LETTER = "小区门口的路面塌了一块，骑车差点摔倒，已经三个月了也没有人来修，打过电话也没有用。请问什么时候能够修好？"


def _count(text: str, kind: str) -> int:
    return int((pieces(text).kinds == KINDS.index(kind)).sum())


def test_widths_cases_numbers_and_signs_make_no_difference() -> None:
    one, other = pieces("ＡＢ路１２号，井盖没了。"), pieces("ab路7号 井盖没了")
    assert one.hashes.tolist() == other.hashes.tolist()


def test_the_end_of_a_letter_counts_once_more() -> None:
    for kind in ("one", "two", "word"):
        assert _count(LETTER, f"tail {kind}") > 0
    asked, told = pieces(LETTER), pieces(f"请问什么时候能够修好？{LETTER[:-11]}")
    tails = [set(each.hashes[each.kinds == KINDS.index("tail two")].tolist()) for each in (asked, told)]
    assert tails[0] - tails[1]


def test_a_message_that_is_all_beginning_has_no_end() -> None:
    for text in ("路灯不亮", "路灯" * 19):
        assert [_count(text, f"tail {kind}") for kind in ("one", "two", "word")] == [0, 0, 0]
        assert _count(text, "head two") > 0


def test_the_end_is_no_longer_than_forty_characters_and_never_the_beginning() -> None:
    differing = "".join(chr(0x4E00 + at) for at in range(200))
    assert _count(differing, "head one") == 39
    assert _count(differing, "tail one") == 39
    assert _count(differing[:50], "tail one") == 11


def _themes(text: str) -> set[int]:
    found = pieces(text)
    return set(found.hashes[found.kinds == THEME].tolist())


def test_different_words_of_one_theme_share_a_piece() -> None:
    assert _themes("单位不交公积金") & _themes("缴存比例怎么定")
    assert not _themes("单位不交公积金") & _themes("河道发臭")


def test_a_message_without_a_word_of_a_theme_has_none() -> None:
    assert _themes("甲乙丙丁") == set()


def test_a_theme_counts_the_different_words_that_are_said() -> None:
    found = pieces("河道里的河水发臭，河道")
    counts = found.counts[found.kinds == THEME]
    assert counts.max() == 3
    assert found.hashes.tolist() == sorted(found.hashes.tolist())


def test_every_theme_has_words_of_two_to_four_characters() -> None:
    lines = files("bangban.services.routing").joinpath("themes.txt").read_text("utf-8").splitlines()
    themes = [line.split() for line in lines if not line.startswith("#")]
    assert len({theme for theme, *_ in themes}) == len(themes)
    for theme, *words in themes:
        assert len(words) == len(set(words)) >= 3, theme
        assert all(2 <= len(word) <= 4 and normalise(word).strip() == word for word in words), theme
