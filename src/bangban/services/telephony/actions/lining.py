"""Under which numbers a hotline is called."""

from __future__ import annotations

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.registry.org.reads import forget
from bangban.services.telephony import belonging
from bangban.services.telephony.models import Line
from bangban.services.telephony.parties import staff_who_may

SHORTEST, LONGEST, MOST = 3, 20, 50


@transaction.atomic
def set_lines(actor: Actor, numbers: list[str]) -> None:
    """Say under which numbers the actor's hotline is called, as the exchange tells them; those before are replaced.

    NotYours for all but a hotline's managers; Incomplete for what is no number or is another hotline's. Calls that came
    before stay where they are.
    """
    staff_who_may(actor, "orders.manage")
    if actor.unit_id is None or all(place.id != actor.unit_id for place in belonging.hotlines()):
        raise NotYours("接入号码由各热线自己的管理人员设置。")
    wanted = sorted({belonging.digits_of(number) or number.strip() for number in numbers if number.strip()})
    wrong = [one for one in wanted if not one.isdigit() or not SHORTEST <= len(one) <= LONGEST]
    taken = Line.objects.select_for_update().filter(number__in=wanted).exclude(center_id=actor.unit_id)
    theirs = [(line.number, line.center.name) for line in taken.select_related("center")]
    sentence = ""
    if wrong:
        sentence = f"“{wrong[0][:20]}”不是电话号码，请只填数字，3到20位。"
    elif theirs:
        sentence = f"{theirs[0][0]}已是{theirs[0][1]}的接入号码，请核对。"
    elif len(wanted) > MOST:
        sentence = f"最多填{MOST}个号码。"
    if sentence:
        raise Incomplete("接入号码还没有保存。", fields={"lines": sentence})
    Line.objects.filter(center_id=actor.unit_id).exclude(number__in=wanted).delete()
    Line.objects.bulk_create([Line(number=one, center_id=actor.unit_id) for one in wanted], ignore_conflicts=True)
    transaction.on_commit(forget)
