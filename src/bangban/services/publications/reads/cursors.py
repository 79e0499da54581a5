"""Where the next page of a list begins, as text in an address."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from uuid import UUID

from bangban.foundation.flows.flow import Incomplete


def cursor(at: datetime, row_id: UUID) -> str:
    """Return the mark after a row."""
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), str(row_id)]).encode()).decode()


def position(mark: str) -> tuple[datetime, UUID]:
    """Read a mark; a broken one is refused with a sentence, never with an error."""
    try:
        at, last = json.loads(base64.urlsafe_b64decode(mark.encode()))
        return datetime.fromisoformat(at).astimezone(UTC), UUID(str(last))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Incomplete("翻页标记无效，请从第一页重新查看。", fields={"after": "翻页标记无效。"}) from error
