"""Notices of a crowd to the people of the hall, inside the house."""

from __future__ import annotations

from bangban.foundation.flows.deed import Deed
from bangban.foundation.notify.actions import Address, Message, enqueue
from bangban.foundation.notify.models import Channel
from bangban.foundation.notify.purposes import STAFF_NOTICE
from bangban.registry.halls.reads import WindowView, hall
from bangban.registry.org.models import Staff
from bangban.registry.org.reads import colleagues
from bangban.services.queues.models import AlertReason, CrowdAlert
from bangban.services.queues.reads.alerts import Crowding


def tell_managers(work: Deed[CrowdAlert], found: Crowding) -> None:
    """Tell the hall managers on duty; when none is, all of the hall (DB23-6.3.2-f)."""
    managers = colleagues(work.at, body_id=work.record.body_id, duty="hall_manager")
    chosen = [one.id for one in managers if one.on_duty] or [one.id for one in managers]
    wait = f"，现在来的人预计等候{round(found.expected_seconds / 60)}分钟" if found.expected_seconds is not None else ""
    text = f"{found.klass.name}：{AlertReason(found.reason).label}。{found.waiting}人等候{wait}。请选择疏导措施。"
    for person in Staff.objects.filter(id__in=chosen):
        _send(work, person, text, "raised")


def ask_to_open(work: Deed[CrowdAlert], person: Staff, window: WindowView) -> None:
    """Ask a member of staff to open a window."""
    plan = hall(work.record.body_id)
    klass = plan.classes.get(work.record.klass_id) if plan else None
    text = f"请到{window.label}开窗，办理{klass.name if klass else '排队业务'}，等候的群众较多。"
    _send(work, person, text, f"open:{window.id}:{work.record.version}")


def _send(work: Deed[CrowdAlert], person: Staff, text: str, about: str) -> None:
    key = f"crowd_alert:{work.record.number}:{about}:{person.id}"
    address = Address(Channel.IN_APP.value, account_id=person.account_id)
    enqueue(work, Message(STAFF_NOTICE.code, (address,), text, key))
