"""How sure a suggestion is, is told no louder than was measured."""

from __future__ import annotations

import pytest

from bangban.services.routing.reads import sureness


@pytest.mark.parametrize(
    ("share", "learnt", "word"),
    [(1.0, False, "供参考"), (0.95, True, "很可能"), (0.5, True, "可能"), (0.2, True, "供参考")],
)
def test_a_share_that_nothing_was_measured_by_promises_nothing(share: float, learnt: bool, word: str) -> None:
    assert sureness(share, learnt) == word
