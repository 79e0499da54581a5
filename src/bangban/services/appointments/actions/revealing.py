"""Showing the telephone number of a booking to whoever must call, with a reason that is kept (T637-5-g)."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.security_log import note
from bangban.foundation.flows.flow import Incomplete
from bangban.services.appointments.actions.door import appointment_deed

SHORTEST_REASON = 4
LONGEST = 500


def reveal_contact(actor: Actor, number: str, reason: str, address: str = "") -> dict[str, str]:
    """Return name and number in full; who looked and why is kept.

    Raises NotYours for strangers, NotAllowed for the person's own page, Incomplete without a reason.
    """
    why = reason.strip()
    if len(why) < SHORTEST_REASON:
        raise Incomplete("请填写查看理由。", fields={"reason": "请写明查看理由，服务对象可以看到。"})
    with appointment_deed(actor, number, "_reveal") as work:
        note(
            "reveal", account_id=actor.account_id, subject=f"appointment:{work.record.number}", address=address,
            detail="phone", reason=why[:LONGEST],
        )  # fmt: skip
    return {"name": work.record.contact_name, "phone": work.record.contact_phone}
