"""Calling back those whom nobody answered 漏接回拨 (F3.03)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.registry.org.models import Staff
from bangban.services.telephony.belonging import of, scope
from bangban.services.telephony.exchange import exchange
from bangban.services.telephony.models import Call, Callback, CallbackTry, TryResult
from bangban.services.telephony.parties import staff_who_may

CLAIM = timedelta(minutes=15)
"""So long a claimed call-back is left to the one who claimed it."""


@transaction.atomic
def claim_missed(actor: Actor, call_id: UUID) -> Call:
    """Take a lost call to call back; claiming it again changes nothing.

    Raises NotYours without the duty or for no lost call, NotAllowed when somebody else is at it or it is done.
    """
    call, at = _lost(actor, call_id), now()
    theirs = call.callback == Callback.CLAIMED and call.callback_by_id != actor.staff_id
    if theirs and call.callback_since and call.callback_since > at - CLAIM:
        name = call.callback_by.name if call.callback_by else "同事"
        raise NotAllowed(f"{name}正在回拨这个来电，请选下一个。", state=call.callback)
    if call.callback == Callback.DONE:
        raise NotAllowed("这个来电已经回拨过了，请选下一个。", state=call.callback)
    call.callback, call.callback_by_id, call.callback_since = Callback.CLAIMED, actor.staff_id, at
    call.save(update_fields=["callback", "callback_by", "callback_since"])
    return call


def call_back(actor: Actor, call_id: UUID) -> str:
    """Ring the agent and then the caller; returns the exchange's name of the outgoing call.

    Raises as `claim_missed` does, and Unreachable when the exchange does not answer.
    """
    staff_id = staff_who_may(actor, "calls.take")
    call = claim_missed(actor, call_id)
    number = Staff.objects.values_list("work_number", flat=True).get(id=staff_id)
    return exchange().call(call.phone, number, call.record_number)


@transaction.atomic
def finish_missed(actor: Actor, call_id: UUID, result: str, note: str = "") -> Call:
    """Write down what came of a call-back: reached or wrong number ends it, not reached puts it back on the list.

    Raises Incomplete for no such result, NotYours or NotAllowed when it is not this agent's to finish.
    """
    if result not in TryResult.values:
        raise Incomplete("请选择回拨结果。", fields={"result": "可选：已接通、未接通、号码有误。"})
    call = _lost(actor, call_id)
    if call.callback != Callback.CLAIMED or call.callback_by is None or call.callback_by_id != actor.staff_id:
        raise NotAllowed("请先领取这个来电再登记回拨结果。", state=call.callback, allowed_actions=["claim_missed"])
    CallbackTry.objects.create(call=call, staff=call.callback_by, at=now(), result=result, note=note.strip()[:500])
    call.callback_tries += 1
    call.callback = Callback.OPEN if result == TryResult.NOT_REACHED else Callback.DONE
    call.save(update_fields=["callback", "callback_tries"])
    return call


def _lost(actor: Actor, call_id: UUID) -> Call:
    rows = Call.objects.select_for_update(no_key=True, of=("self",)).select_related("callback_by")
    staff_who_may(actor, "calls.take")
    call = rows.filter(of(scope(actor.unit_id)), id=call_id).exclude(callback=Callback.NONE).first()
    if call is None:
        raise NotYours("没有找到这个未接来电。")
    return call
