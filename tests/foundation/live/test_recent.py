"""What is kept in memory answers like the whole history, or says that it cannot."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bangban.foundation.live.frames import Frame
from bangban.foundation.live.recent import Recent

TOPICS = ["a:1", "b:2", "c:3"]
some_topics = st.lists(st.sampled_from(TOPICS), unique=True, min_size=1)


def frame(seq: int, topics: list[str]) -> Frame:
    return Frame(seq, "kind", "case", "B1", "user", "2026-11-22T00:00:00.000000Z", tuple(topics))


@given(
    size=st.integers(1, 6),
    steps=st.lists(st.tuples(st.integers(1, 3), some_topics), max_size=15),
    after=st.integers(0, 40),
    wanted=some_topics,
)
def test_memory_gives_all_after_a_number_or_does_not_cover_it(
    size: int, steps: list[tuple[int, list[str]]], after: int, wanted: list[str]
) -> None:
    recent, seq, history = Recent(size), 0, []
    for distance, topics in steps:
        seq += distance
        history.append(frame(seq, topics))
        recent.add(history[-1])
    expected = [f.seq for f in history if f.seq > after and set(f.topics) & set(wanted)]
    if recent.covers(after):
        assert [f.seq for f in recent.since(after, wanted)] == expected
    else:
        assert [f for f in history if f.seq > after] != history[-size:], "what is still kept must be covered"


def test_a_restart_forgets_and_opens_a_new_era() -> None:
    recent = Recent(3)
    recent.add(frame(1, ["a:1"]))
    recent.restart(7)
    assert (recent.base, recent.era, recent.since(0, ["a:1"]), recent.covers(6)) == (7, 1, [], False)
