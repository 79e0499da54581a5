"""Lists of calls with which something was wrong: answered late, lost, answered in another language."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from bangban.services.telephony.belonging import of
from bangban.services.telephony.folding import LIMIT_SECONDS
from bangban.services.telephony.models import Call, Callback, Outcome
from bangban.services.telephony.reads.days import LARGEST_PAGE, beyond, mark, stretch
from bangban.services.telephony.views import Breach, MissedCall, Page, Shortage


def breaches(day: date, after: str = "", limit: int = 50, center: int | None = None) -> Page[Breach]:
    """Return the calls of a day that nobody answered within 15 s, by time (GB33358-5.1.2.3-a)."""
    start, end = stretch(day, day)
    rows = Call.objects.filter(
        of(center), direction="in", wait_seconds__gt=LIMIT_SECONDS, offered_at__gte=start, offered_at__lt=end
    )
    found, following = _page(rows.select_related("agent"), after, limit)
    return Page(
        tuple(
            Breach(
                row.id, row.offered_at, row.wait_seconds or 0, row.outcome, row.agent.name if row.agent else "",
                row.record_number,
            )
            for row in found
        ),
        following,
    )  # fmt: skip


def missed(after: str = "", limit: int = 50, center: int | None = None) -> Page[MissedCall]:
    """Return callers who are to be called back, those who called first first (F3.03)."""
    return _missed(
        Call.objects.filter(of(center), callback__in=[Callback.OPEN.value, Callback.CLAIMED.value]), after, limit
    )


def lost(day: date, after: str = "", limit: int = 50, center: int | None = None) -> Page[MissedCall]:
    """Return every call of a day that was not answered, with how it stands now, by time (F3.03)."""
    start, end = stretch(day, day)
    outcomes = [Outcome.ABANDONED.value, Outcome.MISSED.value]
    rows = Call.objects.filter(
        of(center), direction="in", outcome__in=outcomes, offered_at__gte=start, offered_at__lt=end
    )
    return _missed(rows, after, limit)


def _missed(rows: QuerySet[Call], after: str, limit: int) -> Page[MissedCall]:
    found, following = _page(rows.select_related("callback_by"), after, limit)
    return Page(
        tuple(
            MissedCall(
                row.id, row.offered_at, row.wait_seconds, row.phone, row.language, row.callback, row.callback_by_id,
                row.callback_by.name if row.callback_by else "", row.callback_since, row.callback_tries,
            )
            for row in found
        ),
        following,
    )  # fmt: skip


def shortages(first: date, last: date, after: str = "", limit: int = 50, center: int | None = None) -> Page[Shortage]:
    """Return calls answered by somebody without the language they asked for (GB33358-4.2.3-b)."""
    start, end = stretch(first, last)
    rows = Call.objects.filter(of(center), language_met=False, offered_at__gte=start, offered_at__lt=end)
    found, following = _page(rows.select_related("agent"), after, limit)
    return Page(
        tuple(
            Shortage(
                row.id, row.offered_at, row.language, row.agent.name if row.agent else "",
                tuple(row.agent.languages) if row.agent else (),
            )
            for row in found
        ),
        following,
    )  # fmt: skip


def _page(rows: QuerySet[Call], after: str, limit: int) -> tuple[list[Call], str]:
    size = max(1, min(limit, LARGEST_PAGE))
    found = list(rows.filter(beyond(after)).order_by("offered_at", "id")[: size + 1])
    more = len(found) > size
    found = found[:size]
    return found, mark(found[-1].offered_at, found[-1].id) if more else ""
