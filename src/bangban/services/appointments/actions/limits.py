"""How many bookings one person may hold, and when online booking pauses (DB23-6.5.1.3-a, DB23-6.5.4)."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import NotAllowed
from bangban.services.appointments.actions.drafts import Draft
from bangban.services.appointments.models import OPEN, Appointment
from bangban.services.appointments.rules import paused_until
from bangban.services.appointments.words import moment_words


def one_at_a_time(phone_index: bytes) -> None:
    """Let a person book one thing after the other, so that the limit of open bookings holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(phone_index[:8], signed=True)])


def check_limits(actor: Actor, draft: Draft, at: datetime) -> None:
    """Refuse more open bookings than the hall allows, and online booking after repeated no-shows (DB23-6.5.4)."""
    rules, plan = draft.plan.rules, draft.plan
    person = Q(person_id=actor.person_id) if actor.person_id is not None else Q()
    own = Appointment.objects.filter(Q(phone_index=draft.phone_index) | person, body_id=plan.body_id)
    still_open = own.filter(state__in=OPEN, ends_at__gt=at).count()
    if still_open >= rules.open_appointments:
        raise NotAllowed(
            f"这个手机号已有{still_open}个未办的预约，最多{rules.open_appointments}个，请先取消或办完再约。",
            state="limited",
            open=still_open,
        )
    if not draft.network:
        return
    missed = own.filter(state="given_up", checked_in_at=None).order_by("-ended_at").values_list("ended_at", flat=True)
    until = paused_until(
        [moment for moment in missed[:100] if moment],
        at,
        rules.no_show_limit,
        rules.no_show_days,
        rules.no_show_pause_days,
    )
    if until is not None:
        raise NotAllowed(
            f"您{rules.no_show_days}天内{rules.no_show_limit}次预约未到场，{moment_words(until, plan.zone)}前暂停网上预约；"
            "急需办理的，可以电话或到现场预约。",
            state="paused",
            until=until,
        )
