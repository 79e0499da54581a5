"""Taking the ledger out of the house with names and numbers in full: by duty, with a reason that is kept (F8.16)."""

from __future__ import annotations

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.access.security_log import note
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.services.counter.actions.inquiries import SHORTEST_REASON
from bangban.services.counter.reads.exporting import ledger_rows
from bangban.services.counter.reads.inquiries import Days
from bangban.services.counter.rules import clean


def export_in_full(
    actor: Actor, reason: str, box: str = "all", *, days: Days = None, search: str = "", address: str = ""
) -> list[tuple[str, ...]]:
    """Return the rows of the ledger with contact data in full, after writing down who took them and why.

    Raises NotAllowed without the duty, Incomplete without a reason.
    """
    if not may(actor, "personal_data.reveal"):
        raise NotAllowed("您的岗位只能导出隐去联系方式的台账。", state="", allowed_actions=[])
    if len(clean(reason)) < SHORTEST_REASON:
        raise Incomplete("请填写导出理由。", fields={"reason": "请写明导出联系方式的理由。"})
    with transaction.atomic():
        rows = list(ledger_rows(actor, box, days=days, search=search, in_full=True))
        note(
            "reveal", account_id=actor.account_id, subject=f"inquiries:{actor.unit_id}", address=address,
            detail=f"phone x{len(rows)}", reason=clean(reason, 500),
        )  # fmt: skip
    return rows
