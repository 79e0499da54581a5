"""Where a page of a list ended, as an opaque word in an address."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from uuid import UUID

from bangban.foundation.flows.flow import Incomplete


def mark(at: datetime, last: UUID) -> str:
    """Write a position."""
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), str(last)]).encode()).decode()


def position(word: str) -> tuple[datetime, UUID]:
    """Read a position; Incomplete for one that was made up."""
    try:
        at, last = json.loads(base64.urlsafe_b64decode(word.encode()))
        return datetime.fromisoformat(at).astimezone(UTC), UUID(str(last))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Incomplete("翻页标记无效，请从第一页重新查看。", fields={"after": "翻页标记无效。"}) from error
