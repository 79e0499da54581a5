"""Audio with its review, and days on which callers passed a menu."""

from __future__ import annotations

from datetime import date

from bangban.services.telephony.models import Audio, MenuReason
from bangban.services.telephony.reads.counts import figures
from bangban.services.telephony.views import AudioView, MenuDay

LARGEST = 200


def audio() -> list[AudioView]:
    """Return what callers may hear or might, what waits for review first (GB33358-5.1.2.2-b)."""
    order = {"proposed": 0, "approved": 1}
    rows = Audio.objects.select_related("proposed_by", "reviewed_by").order_by("-id")[:LARGEST]
    return [_view(row) for row in sorted(rows, key=lambda row: order.get(row.state, 2))]


def _view(row: Audio) -> AudioView:
    return AudioView(
        row.id, row.key, row.title, row.text, row.file, row.state, row.proposed_by.name, row.proposed_at,
        row.reviewed_by.name if row.reviewed_by else "", row.reviewed_at, row.reason,
    )  # fmt: skip


def deviations(first: date, last: date, center: int | None = None) -> list[MenuDay]:
    """Return the days on which callers passed a voice menu, with the recorded reason or none (GB33358-5.1.2.2-a)."""
    reasons = list(MenuReason.objects.filter(first__lte=last).order_by("-id"))
    return [
        MenuDay(day, row.figures.menu, next((one.reason for one in reasons if _covers(one, day)), ""))
        for row in figures(first, last, "day", center)
        if row.figures.menu
        for day in (row.start.date(),)
    ]


def _covers(reason: MenuReason, day: date) -> bool:
    return reason.first <= day and (reason.last is None or day <= reason.last)
