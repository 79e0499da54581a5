"""Cursors of the desk's lists: newest first, by time and id."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec
from django.db.models import Q, QuerySet

from bangban.foundation.flows.flow import Incomplete
from bangban.foundation.ledger.models import Record

R = TypeVar("R", bound=Record)
MOST = 100


def page_of(rows: QuerySet[R], after: str, limit: int) -> tuple[list[R], str]:
    """Return one page of records and where the next one begins (empty at the end); Incomplete for a damaged cursor."""
    limit = max(1, min(limit, MOST))
    if after:
        at, last = _opened(after)
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, id__lt=last), created_at__lte=at)
    found = list(rows.order_by("-created_at", "-id")[: limit + 1])
    shown = found[:limit]
    return shown, _closed(shown[-1]) if len(found) > limit else ""


def _closed(row: Record) -> str:
    key = msgspec.json.encode((row.created_at, row.id))
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def _opened(cursor: str) -> tuple[datetime, UUID]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        at, last = msgspec.json.decode(text, type=tuple[datetime, UUID])
        if at.tzinfo is None:
            raise ValueError("naive")
    except (ValueError, OverflowError) as error:
        raise Incomplete("翻页标记无效，请从第一页重新查看。", fields={"after": "翻页标记无效。"}) from error
    return at, last
