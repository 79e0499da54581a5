"""What is published is found, what is withdrawn is not, whatever is asked."""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangban.services.assistant.retrieval import Index, Passage, Retriever
from bangban.services.assistant.retrieval.features import MEASURES
from tests.services.assistant.shelf_of_entries import ENTRIES

HOSTILE = [
    "",
    " \n\t",
    "？？？！！！",
    "😀" * 50,
    "身" * 10_000,
    "身份证丢了怎么办" * 1_250,
    "'; DROP TABLE items; --",
    "title:身份证 AND (text:*) OR row:[0 TO 9]",
    r".*(?P<x>身份证)+[^",
    "<script>alert(1)</script>",
    "\x00\x01\ud800身份证",
    "\U00020000\U0002a6d6 护照",
    "a" * 5_000,
    "%s %d {0} ${jndi:ldap}",
    "的",
]


@pytest.fixture(scope="module")
def index() -> Retriever:
    return Index.build(ENTRIES)


@pytest.mark.clause("GB33358-4.2.5")
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("身份证丢了咋补", "id-card"),
        ("身分證遺失", "id-card"),
        ("下岗了怎么领失业金", "unemployment"),
        ("买房取公积金", "fund"),
        ("驾照到期了要换", "licence"),
        ("我想开个饭店，手续有哪些", "shop"),
        ("领结婚证用预约不", "marriage"),
    ],
)
def test_everyday_words_find_the_official_entry(index: Retriever, question: str, expected: str) -> None:
    assert index.search(question)[0].passage.id == expected


TYPED = (
    ("身份正丢了怎么补办", "id-card"), ("居民身份证补零", "id-card"), ("失业保显金申领", "unemployment"), ("失业经怎么领", "unemployment"),
    ("住房公基金提取", "fund"), ("公积金提曲", "fund"), ("驾驶正期满换证", "licence"), ("驾照换政", "licence"),
    ("开反店需要什么手续", "shop"), ("开一家餐管要办哪些证", "shop"), ("结昏登记要预约吗", "marriage"), ("结婚登几", "marriage"),
)  # fmt: skip
"""The test set of typing errors: one wrong character in each."""


@pytest.mark.clause("GB33358-4.2.5")
def test_typing_errors_are_tolerated_over_the_test_set(index: Retriever) -> None:
    missed = [asked for asked, expected in TYPED if not any(h.passage.id == expected for h in index.search(asked, 3))]
    first = sum(index.search(asked)[0].passage.id == expected for asked, expected in TYPED)
    assert missed == []
    assert first >= len(TYPED) - 1


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_a_published_entry_is_found_first_by_its_own_title_and_wordings(index: Retriever, entry: Passage) -> None:
    for wording in (entry.title, *entry.similar):
        best = index.search(wording)[0]
        assert best.passage == entry
        assert best.matched == wording


def test_a_removed_entry_is_never_returned_again() -> None:
    index = Index.build(ENTRIES)
    index.remove(["id-card", "unknown"])
    assert len(index) == len(ENTRIES) - 1
    for question in ("居民身份证补领", "身份证丢了怎么补办", "公安局"):
        assert all(hit.passage.id != "id-card" for hit in index.search(question))


def test_a_new_version_replaces_the_old_one_at_once() -> None:
    index = Index.build(ENTRIES)
    index.add([Passage(id="marriage", kind="knowledge", title="犬只登记在哪里办？", text="到犬只登记点办理。")])
    assert len(index) == len(ENTRIES)
    assert index.search("养狗登记")[0].passage.title == "犬只登记在哪里办？"
    assert all(hit.passage.title != "结婚登记要预约吗？" for hit in index.search("结婚登记要预约吗"))


def test_of_two_entries_with_one_id_the_later_one_counts() -> None:
    first, second = (Passage(id="1", kind="item", title=title) for title in ("护照首次申领", "护照换发"))
    assert [hit.passage for hit in Index.build([first, second]).search("护照")] == [second]


def test_an_index_that_was_filled_step_by_step_ranks_like_one_built_at_once() -> None:
    at_once, by_steps = Index.build(ENTRIES), Index()
    for entry in ENTRIES:
        by_steps.add([msgspec.structs.replace(entry, text="旧的内容")])
        by_steps.add([entry])
    for question in ("身份证丢了", "失业金", "开店办证"):
        expected = [(hit.passage.id, pytest.approx(hit.score)) for hit in at_once.search(question)]
        assert [(hit.passage.id, hit.score) for hit in by_steps.search(question)][:2] == expected[:2]


def test_an_empty_index_finds_nothing() -> None:
    assert Index().search("身份证") == []


def test_only_accepted_passages_are_returned(index: Retriever) -> None:
    hits = index.search("证", accept=lambda passage: passage.kind == "knowledge")
    assert hits
    assert {hit.passage.kind for hit in hits} == {"knowledge"}


@pytest.mark.parametrize("question", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_questions_are_only_questions(index: Retriever, question: str) -> None:
    for hit in index.search(question):
        assert 0.0 <= hit.score <= 1.0


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(question=st.text(max_size=80), limit=st.integers(1, 5))
def test_hits_come_best_first_without_repetition_and_never_more_than_asked(
    index: Retriever, question: str, limit: int
) -> None:
    hits = index.search(question, limit)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert len({hit.passage.id for hit in hits}) == len(hits) <= limit
    assert all(0.0 <= score <= 1.0 for score in scores)


@settings(max_examples=25, deadline=None)
@given(title=st.text(st.characters(categories=["Lo", "Nd", "Ll"], max_codepoint=0x9FFF), min_size=4, max_size=30))
def test_any_entry_is_found_by_its_own_title(title: str) -> None:
    index = Index.build(ENTRIES)
    index.add([Passage(id="new", kind="item", title=title)])
    assert "new" in [hit.passage.id for hit in index.search(title)]


def test_every_hit_says_what_made_its_rank(index: Retriever) -> None:
    best = index.search("身份证丢了")[0]
    assert set(best.parts) == set(MEASURES)
    assert sum(best.parts.values()) > 0


def test_a_question_of_another_world_scores_lower_than_a_clear_one(index: Retriever) -> None:
    clear = index.search("失业保险金申领")[0].score
    foreign = max((hit.score for hit in index.search("火星上的重力加速度")), default=0.0)
    assert clear > 0.6
    assert foreign < clear / 2


def test_a_very_long_text_does_not_stop_the_search() -> None:
    index = Index.build(
        [*ENTRIES, Passage(id="long", kind="knowledge", title="办法全文", text="第一条，总则。" * 60_000)]
    )
    assert index.search("身份证丢了")[0].passage.id == "id-card"
    assert index.search("办法全文")[0].passage.id == "long"


def test_the_inverted_index_may_live_in_a_directory(tmp_path: Path) -> None:
    index = Index.build(ENTRIES, tmp_path)
    assert index.search("身份证丢了")[0].passage.id == "id-card"
    assert any(tmp_path.iterdir())


def test_searches_run_while_entries_are_published() -> None:
    index = Index.build(ENTRIES)
    wrong: list[object] = []

    def ask() -> None:
        for _ in range(40):
            try:
                hits = index.search("身份证丢了怎么办")
            except Exception as error:
                wrong.append(error)
                return
            if not hits or hits[0].passage.id != "id-card":
                wrong.append(hits)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(25):
        index.add([Passage(id=f"new-{number}", kind="item", title=f"测试事项{number}")])
        index.remove([f"new-{number - 3}"])
    for thread in threads:
        thread.join()
    assert wrong == []
