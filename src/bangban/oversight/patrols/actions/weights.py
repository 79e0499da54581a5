"""Management says how much inspections count (DB23-5.3)."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.foundation.ledger.writes import Writes
from bangban.oversight.patrols.models import PatrolWeight
from bangban.oversight.patrols.parties import below


def set_weight(actor: Actor, body_id: int, percent: int, reason: str) -> PatrolWeight:
    """Set the share of inspections for a body from today on; earlier shares stay in the list.

    Raises NotYours without the duty or outside the reach, Incomplete for no share or no reason.
    """
    if not may(actor, "hall.manage") or not below(actor, body_id):
        raise NotYours("您不能设置这个机构的考核权重。")
    problems = {} if 0 <= percent <= 100 else {"percent": "请填写0到100的整数。"}
    problems |= {} if reason.strip() else {"reason": "请写明依据，例如哪次会议或哪份文件。"}
    if problems:
        raise Incomplete("还不能保存，请检查标出的内容。", fields=problems)
    at, writes = now(), Writes()
    row = PatrolWeight(
        body_id=body_id, percent=percent, valid_from=business_date(at), reason=reason.strip()[:200],
        set_by=actor.public_name, set_at=at,
    )  # fmt: skip
    writes.insert(row)
    writes.run()
    return row
