"""Days and pages of lists."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q

from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.foundation.flows.flow import Incomplete

LARGEST_PAGE = 200


def start_of(day: date) -> datetime:
    """Return the begin of a day in the city."""
    return datetime.combine(day, time(), DEFAULT_ZONE)


def stretch(first: date, last: date) -> tuple[datetime, datetime]:
    """Return begin and end of some days, the last included."""
    return start_of(first), start_of(last + timedelta(days=1))


def mark(at: datetime, call_id: UUID) -> str:
    """Return the place of a call in a list by time, for the next page."""
    return f"{at.isoformat()}_{call_id}"


def beyond(after: str) -> Q:
    """Return the condition for what comes after a place; Incomplete for one that was not given by us."""
    if not after:
        return Q()
    moment, _, name = after.partition("_")
    try:
        at, call_id = datetime.fromisoformat(moment), UUID(name)
    except ValueError:
        raise Incomplete("翻页位置不对，请从第一页看起。", fields={"after": "请从第一页看起。"}) from None
    if at.tzinfo is None:
        raise Incomplete("翻页位置不对，请从第一页看起。", fields={"after": "请从第一页看起。"})
    return Q(offered_at__gt=at) | Q(offered_at=at, id__gt=call_id)
