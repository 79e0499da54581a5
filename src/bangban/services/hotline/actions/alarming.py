"""Who hears of an emergency, by which channels, and who next when nobody answers (GB33358-5.1.2.4-b, 5.2.2.3).

Everybody gets a message in the house; the duty desk also gets a text message and a telephone call, each of its own, so that
none waits for another to fail. No message holds data of a person: whoever is told opens the order.
"""

from __future__ import annotations

from collections.abc import Iterable

from bangban.foundation.access.phones import clean_phone
from bangban.foundation.flows.deed import Deed
from bangban.foundation.notify.actions import Address, Message, enqueue
from bangban.foundation.notify.purposes import EMERGENCY
from bangban.registry.org.models import Staff
from bangban.registry.org.reads import colleagues, place
from bangban.services.hotline.models import EmergencyReport, WorkOrder
from bangban.services.hotline.reads.catalogue import UndertakerView, undertaker
from bangban.services.hotline.terms import EmergencyClass

Work = Deed[WorkOrder]
ABOVE = ("service_manager", "hotline_manager")


def tell_managers(deed: Work, report: EmergencyReport) -> None:
    """Alarm the managers on duty, all of them when the roster names nobody, and the duty desk of the hotline."""
    text = _words(deed, report, "请立即确认收到并跟进")
    _in_app(deed, managers_on_duty(deed), text, "report")
    _by_phone(deed, _phones(deed.record.center_id), text, "report")


def warn_managers(deed: Work, dial: str) -> None:
    """Warn the managers on duty of a message, not yet read by anybody, whose words tell of an emergency."""
    text = f"【12345热线】新到工单{deed.record.number}疑似突发应急{f'（{dial}）' if dial else ''}，请立即受理核实，并确认收到。"
    _in_app(deed, managers_on_duty(deed), text, "words")


def managers_on_duty(deed: Work) -> list[int]:
    """Return the managers on duty by their staff id; all of them when the roster names nobody."""
    managers = colleagues(deed.at, body_id=deed.record.center_id, duty="hotline_manager")
    return [one.id for one in managers if one.on_duty] or [one.id for one in managers]


def tell_next_level(deed: Work, report: EmergencyReport) -> None:
    """Alarm every manager of the hotline and those of the bodies above it, and the phones of the next level."""
    order, text = deed.record, _words(deed, report, "无人确认，现上报，请立即指定专人跟进")
    home = place(order.center_id)
    bodies = list(home.path) if home else [order.center_id]
    rows = Staff.objects.filter(body_id__in=bodies, active=True, account__is_active=True, duties__overlap=list(ABOVE))
    _in_app(deed, rows.values_list("id", flat=True), text, "escalate")
    above = [phone for body in bodies if body != order.center_id for phone in _phones(body)]
    own = [home.supervision_phone or home.phone] if home else []
    _by_phone(deed, [phone for phone in (*above, *own, *_phones(order.center_id)) if phone], text, "escalate")


def tell_body(deed: Work, report: EmergencyReport, body: UndertakerView) -> None:
    """Alarm the body that takes this class: its undertakers in the house, its contact by text, its duty desk by telephone."""
    text = _words(deed, report, "请立即签收并处置")
    rows = Staff.objects.filter(
        body_id=body.unit_id, active=True, account__is_active=True, duties__contains=["undertaker"]
    )
    _in_app(deed, rows.values_list("id", flat=True), text, "body")
    _by_phone(deed, (body.contact_phone, body.duty_phone), text, "body")
    deed.topics.add(f"unit:{body.unit_id}")


def _words(deed: Work, report: EmergencyReport, wanted: str) -> str:
    label = EmergencyClass(report.emergency_class).label
    return f"【12345热线】突发应急事件（{label}），工单{deed.record.number}，{wanted}。"


def _phones(body_id: int) -> list[str]:
    known = undertaker(body_id)
    if known is not None:
        return [phone for phone in (known.contact_phone, known.duty_phone) if phone]
    home = place(body_id)
    return [home.phone] if home and home.phone else []


def _in_app(deed: Work, staff: Iterable[int], text: str, why: str) -> None:
    for staff_id, account_id in Staff.objects.filter(id__in=list(staff)).values_list("id", "account_id"):
        key = f"order.emergency:{deed.record.number}:{why}:{staff_id}"
        enqueue(deed, Message(EMERGENCY.code, (Address("in_app", account_id=account_id),), text, key))
        deed.topics.add(f"desk:{staff_id}")


def _by_phone(deed: Work, phones: Iterable[str], text: str, why: str) -> None:
    for phone in dict.fromkeys(phone for phone in phones if phone):
        key = f"order.emergency:{deed.record.number}:{why}:{phone}"
        if clean_phone(phone):
            enqueue(deed, Message(EMERGENCY.code, (Address("sms", phone),), text, f"{key}:sms"))
        enqueue(deed, Message(EMERGENCY.code, (Address("phone_task", phone),), text, f"{key}:call"))
