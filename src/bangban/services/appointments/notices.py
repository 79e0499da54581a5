"""Words to the person about an appointment, by text message and on its page; sent by `notify` after the commit.

Who left no mobile number is called by a person. A text message that fails is followed by a telephone task, so that a
reminder reaches everybody (DB23-6.5.3).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from bangban.foundation.access.phones import clean_phone
from bangban.foundation.flows.deed import Deed
from bangban.foundation.notify.actions import Address, Message, enqueue
from bangban.foundation.notify.models import Channel
from bangban.foundation.notify.purposes import Purpose, register
from bangban.registry.halls.reads import hall
from bangban.registry.org.reads import place
from bangban.registry.people.models import Person
from bangban.services.appointments.models import Appointment, Slot
from bangban.services.appointments.words import period_words

# Urgent because it answers what the person has just done, with a code that is needed.
BOOKED = register(Purpose("appointment_booked", "预约办理通知", urgent=True))
REMINDER = register(Purpose("appointment_reminder", "预约提醒", alarm_after=timedelta(hours=1)))
REMINDER_NOW = register(Purpose("appointment_reminder_now", "预约提醒（即时）", urgent=True))
CHANGED = register(Purpose("appointment_changed", "预约变更通知"))
CHANGED_NOW = register(Purpose("appointment_changed_now", "预约变更通知（即时）", urgent=True))
GIVEN_UP = register(Purpose("appointment_given_up", "预约放弃通知"))

LONGEST_SMS = 500
SOON = timedelta(hours=12)


def link_of(appointment: Appointment) -> str:
    """Return the address that opens the appointment for whoever holds the message."""
    return f"{settings.SITE_URL}/appointments/{appointment.number}?code={appointment.token}"


def bad_news(appointment: Appointment, at: datetime) -> Purpose:
    """Return the purpose of telling that a period cannot be kept: at once, day and night, when it is near."""
    return CHANGED_NOW if appointment.starts_at - at < SOON else CHANGED


def when_words(appointment: Appointment | Slot) -> str:
    """Return the period in words, in the zone of the hall."""
    plan = hall(appointment.body_id)
    assert plan is not None
    return period_words(appointment.starts_at, appointment.ends_at, plan.zone)


def where_words(appointment: Appointment) -> str:
    """Return hall and address."""
    found = place(appointment.body_id)
    return f"{found.name}（{found.address}）" if found and found.address else found.name if found else ""


def addresses(appointment: Appointment) -> tuple[Address, ...]:
    """Return how the person is reached: text message, then a call by a person; a landline is called at once."""
    mobile = clean_phone(appointment.contact_phone)
    called = Address(Channel.PHONE_TASK.value, mobile or appointment.contact_phone)
    return (Address(Channel.SMS.value, mobile), called) if mobile else (called,)


def tell(work: Deed[Appointment], purpose: Purpose, words: str, about: str, not_before: datetime | None = None) -> None:
    """Say something to the person: by message, and inside the portal for who has an account there."""
    appointment = work.record
    key = f"appointment:{appointment.number}:{about}"
    words = words[:LONGEST_SMS]
    if appointment.contact_phone:
        enqueue(work, Message(purpose.code, addresses(appointment), words, key, not_before=not_before))
    if account := _account(appointment):
        inside = Address(Channel.IN_APP.value, account_id=account)
        enqueue(work, Message(purpose.code, (inside,), words, f"{key}:in_app"))


def _account(appointment: Appointment) -> int | None:
    if appointment.person_id is None:
        return None
    return Person.objects.filter(id=appointment.person_id).values_list("account_id", flat=True).first()


def booked_words(appointment: Appointment, materials: list[dict[str, str]]) -> str:
    """Return the confirmation: number, code, period, place and what to bring (DB23-6.5.1.2)."""
    bring = "、".join(line["name"] + (f"（{line['copies']}）" if line["copies"] else "") for line in materials)
    said = [
        f"预约成功，编号{appointment.number}，签到码{appointment.code}。",
        f"请于{when_words(appointment)}到{where_words(appointment)}取号办理，超时视为放弃。",
        f"请带：{bring}。" if bring else "",
        f"查看、改约或取消：{link_of(appointment)}",
    ]
    return "".join(said)


def proposed_words(appointment: Appointment, who: str) -> str:
    """Return what a specialist's proposal says, until the person confirms it (BJ-3.1.3-b)."""
    papers = "、".join(row["material"] for row in appointment.paper_materials)
    bring = f"请带纸质材料：{papers}。" if papers else ""
    return (
        f"{who}为您约定{when_words(appointment)}到{where_words(appointment)}办理，编号{appointment.number}，"
        f"签到码{appointment.code}。{bring}请确认或改约：{link_of(appointment)}"
    )


def reminder_words(appointment: Appointment) -> str:
    """Return the reminder (DB23-6.5.3)."""
    return (
        f"提醒：您预约了{when_words(appointment)}到{where_words(appointment)}办理，签到码{appointment.code}，"
        f"超时视为放弃。来不了请提前改约或取消：{link_of(appointment)}"
    )
