"""Telling those who work on an order that its caller has added something (GB33358-3.2, 5.1.2.6)."""

from __future__ import annotations

from bangban.foundation.flows.deed import Deed
from bangban.services.hotline.actions.alarming import managers_on_duty
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.notices import tell_staff
from bangban.services.hotline.parties import BUSY, assignments_of

OPEN_TO_UNIT = "工单{}的诉求人补充了说明，请打开工单查看。"
HIDDEN_TO_UNIT = "工单{}的诉求人补充了说明，个人信息保密，内容请向热线了解。"


def tell_of_addition(deed: Deed[WorkOrder], merged: str = "") -> None:
    """Tell the agent and who signed for the units, once an hour however much is added; `merged` is whose caller it was.

    Without an agent the managers on duty hear of it, except while the order still waits to be taken: it is read then. Who
    is complained about hears nothing.
    """
    order = deed.record
    secret = bool(order.confidential)
    if merged:
        secret = bool(WorkOrder.objects.values_list("confidential", flat=True).get(number=merged))
    at_hotline = (
        {order.agent_id} if order.agent_id else set() if order.state == "registering" else {*managers_on_duty(deed)}
    )
    at_units = {one.signed_by_id for one in assignments_of(order) if one.round == order.round and one.state in BUSY}
    for staff in at_hotline | at_units:
        if staff is None or staff == order.about_staff_id:
            continue
        words = HIDDEN_TO_UNIT if secret and staff in at_units else OPEN_TO_UNIT
        tell_staff(deed, staff, words.format(order.number), f"added:{order.number}:{staff}:{deed.at:%Y%m%d%H}")
