"""Case numbers, such as ZX26112200000173."""

from __future__ import annotations

from bangban.foundation.ledger.numbers import NumberSeries, forget_all

_series = NumberSeries("ZX", "case_number")
next_number = _series.next


def forget_block() -> None:
    """Drop the numbers that this process took in advance, of cases and of every other record kind."""
    forget_all()
