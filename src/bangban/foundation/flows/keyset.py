"""Where a page of a keyset list ended, as an opaque word in an address: a moment and an id."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from uuid import UUID

from bangban.foundation.flows.flow import Incomplete


def mark_of(at: datetime, last: UUID) -> str:
    """Write the position after a row."""
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), str(last)]).encode()).decode()


def position_of(mark: str) -> tuple[datetime, UUID]:
    """Read a position; a broken or invented one is refused with a sentence (Incomplete), never with an error."""
    try:
        at, last = json.loads(base64.urlsafe_b64decode(mark.encode()))
        return datetime.fromisoformat(at).astimezone(UTC), UUID(str(last))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Incomplete("翻页标记无效，请从第一页重新查看。", fields={"after": "翻页标记无效。"}) from error
