"""Weak hits are not offered as answers to what an order tells."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bangban.surfaces.desk import finding


@pytest.mark.parametrize(
    ("chances", "shown"),
    [((0.9, 0.03), (0.9,)), ((0.42, 0.34, 0.1), (0.42, 0.34)), ((0.45, 0.2), ()), ((0.1, 0.1, 0.1), ()), ((), ())],
)
def test_only_entries_that_are_likely_about_the_matter_are_offered_unasked(
    monkeypatch: pytest.MonkeyPatch, chances: tuple[float, ...], shown: tuple[float, ...]
) -> None:
    monkeypatch.setattr(finding, "answers", lambda text, limit: [SimpleNamespace(score=one) for one in chances])
    assert tuple(one.score for one in finding.fitting("路灯坏了")) == shown
