"""The figures of the telephone, as telephony counts them: one definition for the wall and for reports."""

from __future__ import annotations

from bangban.oversight.reports.content import Value
from bangban.oversight.reports.periods import Span
from bangban.services.telephony.belonging import NOBODY, scope, several
from bangban.services.telephony.rate_views import Rate
from bangban.services.telephony.reads import total

NAMED = (
    ("calls", "来电量", "次"),
    ("connection", "接通率", "%"),
    ("in_15", "15秒接听率", "%"),
    ("mean_wait", "平均等待", "秒"),
)
MEANINGS = {
    "calls": "本期进入热线的来电，以振铃或排队为准。",
    "connection": "接听的来电占接听与未接来电之和的比例，由每分钟话务统计累计。",
    "in_15": "15秒内接听的来电，占接听与等待超过15秒而未接来电之和的比例。",
    "mean_wait": "从来电到接听的平均秒数。",
}


def amounts(center_id: int, span: Span) -> dict[str, Value]:
    """Return the figures of a hotline over a span of days; shares and means of nothing have no amount.

    In a house with one hotline all calls are its own; with several, what belongs to none is left out (`unassigned`).
    """
    found = total(span.first, span.last, center=scope(center_id))
    return {
        "calls": Value(found.offered, found.offered),
        "connection": _share(found.connection),
        "in_15": _share(found.in_time),
        "mean_wait": Value(
            None if found.mean_wait is None else round(found.mean_wait, 1), found.wait_seconds, found.answered
        ),
    }


def unassigned(span: Span) -> int:
    """Return how many calls of a span of days could be given to none of several hotlines; a report names them."""
    return total(span.first, span.last, center=NOBODY).offered if several() else 0


def _share(rate: Rate) -> Value:
    return Value(None if rate.percent is None else round(rate.percent, 2), rate.part, rate.whole)
