"""What the knowledge base does when others act: entries of a changed item are flagged for review (BJO-2.4-b)."""

from __future__ import annotations

from bangban.foundation.flows.reacting import follows
from bangban.foundation.ledger.models import Event
from bangban.registry.knowledge import chores
from bangban.registry.knowledge.actions.entries import flag_entries

__all__ = ["chores", "flag"]

REASONS = {
    "item.publish": "事项指南已更新，请核对答案。",
    "item.take_effect": "事项指南已更新，请核对答案。",
    "item.import": "事项指南已更新，请核对答案。",
    "item.suspend": "事项已暂停办理，请核对答案。",
    "item.withdraw": "事项已取消，请核对答案。",
}


@follows("knowledge.item_changes", *REASONS)
def flag(event: Event) -> None:
    """Flag the entries that speak of the item as it was before."""
    changes_guide = event.kind in ("item.publish", "item.take_effect", "item.import")
    flag_entries(event.record_id, event.data.get("revision") if changes_guide else None, REASONS[event.kind])
