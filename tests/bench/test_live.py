"""The live measurement runs, and finds nothing lost, doubled or out of order."""

from __future__ import annotations

from typing import Any

import pytest

from bangban.bench import live


@pytest.mark.slow
def test_nothing_is_lost_over_a_cut_with_late_commits(monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any) -> None:
    monkeypatch.setattr(live, "CUT_SECONDS", 1.0)
    monkeypatch.setattr(live, "SETTLE_SECONDS", 0.5)
    with django_db_blocker.unblock():
        lines = {str(line["name"]): line for line in live.run(connections=40, rate=100, seconds=1)}
    for name in ("live.lost", "live.doubled", "live.out_of_order", "live.resets"):
        assert lines[name]["value"] == 0, name
    assert isinstance(lines["live.lost"]["n"], int)
    assert lines["live.lost"]["n"] > 100
    assert all(set(line) == {"name", "value", "unit", "base", "ratio", "n"} for line in lines.values())
