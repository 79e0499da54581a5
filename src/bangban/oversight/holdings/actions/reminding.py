"""Reminding of checks and reviews that come due: once a week ahead, once when the day has passed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.deed import Deed
from bangban.foundation.notify.actions import Address, Message, enqueue
from bangban.foundation.notify.models import Channel
from bangban.foundation.notify.purposes import STAFF_NOTICE
from bangban.oversight.holdings.actions.door import on
from bangban.oversight.holdings.flow import EQUIPMENT, REGULATION
from bangban.oversight.holdings.models import Equipment, Regulation
from bangban.oversight.holdings.rules import AHEAD, stage
from bangban.registry.org.models import Staff

AT_ONCE = 200


def remind(at: datetime) -> int:
    """Tell keepers and managers of what is due within a week, and again once it is late; returns how many."""
    today = business_date(at)
    soon = today + AHEAD
    equipment = Equipment.objects.filter(due_on__lte=soon, reminded__lt=2).exclude(state="retired")
    documents = Regulation.objects.filter(state="current", review_due_on__lte=soon, reminded__lt=2)
    done = 0
    for number, due, told in equipment.order_by("due_on").values_list("number", "due_on", "reminded")[:AT_ONCE]:
        if stage(due, today) > told:
            with on(EQUIPMENT, Equipment, SYSTEM, number, "_remind") as work:
                one = work.record
                late = "已过期，请尽快检查并登记结果" if stage(one.due_on, today) == 2 else "请按时检查并登记结果"
                text = f"设备“{one.name}”（{one.number}）应在{one.due_on:%Y-%m-%d}前检查，{late}。"
                _tell(work, text, one.due_on, [one.keeper.account_id], stage(one.due_on, today))
            done += 1
    for number, due, told in documents.order_by("review_due_on").values_list("number", "review_due_on", "reminded")[
        :AT_ONCE
    ]:
        if stage(due, today) > told:
            with on(REGULATION, Regulation, SYSTEM, number, "_remind") as held:
                rule = held.record
                late = "已过期，请尽快复审或修订" if stage(rule.review_due_on, today) == 2 else "请按时复审或修订"
                text = f"内控制度“{rule.title}”应在{rule.review_due_on:%Y-%m-%d}前复审，{late}。"
                _tell(held, text, rule.review_due_on, [], stage(rule.review_due_on, today))
            done += 1
    return done


def _tell(work: Deed[Any], text: str, due: object, accounts: Iterable[int], now_at: int) -> None:
    work.change(reminded=now_at)
    work.tell(due=str(due), late=now_at == 2)
    managers = Staff.objects.filter(body_id=work.record.body_id, active=True, duties__contains=["hotline_manager"])
    for account in sorted({*accounts, *managers.values_list("account_id", flat=True)}):
        key = f"holdings:{work.record.number}:{due}:{now_at}:{account}"
        enqueue(work, Message(STAFF_NOTICE.code, (Address(Channel.IN_APP.value, account_id=account),), text, key))
