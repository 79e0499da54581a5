"""Where a list goes on."""

from __future__ import annotations

from uuid import UUID

from bangban.foundation.flows.flow import Incomplete


def mark_of(after: str) -> UUID | None:
    """Return the id that a list goes on after; ids grow with time. Incomplete for one that was not given by us."""
    if not after:
        return None
    try:
        return UUID(after)
    except ValueError:
        raise Incomplete("翻页标记无效，请从第一页重新查看。", fields={"after": "翻页标记无效。"}) from None
