"""What supervision sends: a message to the unit, a word to the officer."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed
from bangban.foundation.notify.actions import Address, Message, enqueue
from bangban.foundation.notify.models import Channel
from bangban.foundation.notify.purposes import STAFF_NOTICE, Purpose, register
from bangban.oversight.supervision.models import Task
from bangban.registry.org.models import Staff
from bangban.services.hotline.terms import COMPLAINTS

SUPERVISION = register(Purpose("supervision", "督办通知", urgent=False))


def tell_unit(work: Deed[Task], key: str, text: str, actor: Actor) -> int:
    """Tell the undertakers of the supervised unit what was done; each message opens the task (GB33358-5.2.3.4).

    Whoever did it is not told, nor the person whom the order complains about (F3.30). Returns how many are told; none
    while no unit has the matter.
    """
    task = work.record
    if task.unit_id is None:
        return 0
    order = task.order
    accused = order.about_staff_id if order is not None and order.kind in COMPLAINTS else None
    rows = Staff.objects.filter(body_id=task.unit_id, active=True, duties__contains=["undertaker"])
    rows = rows.exclude(id__in=[one for one in (actor.staff_id, accused) if one])
    about = f"工单{order.number}" if order is not None else "集中反映事项"
    told = list(rows.order_by("id").values_list("id", "account_id"))
    for staff_id, account in told:
        address = Address(Channel.IN_APP.value, account_id=account)
        words = f"【督办{task.number}】{text}。（{about}）"
        enqueue(work, Message(STAFF_NOTICE.code, (address,), words, f"supervision:{task.number}:{key}:{staff_id}"))
    return len(told)
