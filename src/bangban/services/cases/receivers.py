"""Who can take a case: staff by name, the best specialist, the adviser of a department, and the item behind a word."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count

from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.foundation.handover.models import Answer, Handover
from bangban.registry.catalog import reads as catalog
from bangban.registry.catalog.views import ItemDetail
from bangban.registry.org.reads import Colleague, colleagues
from bangban.services.cases.models import Case, Round
from bangban.services.cases.rules import Candidate, choose_specialist

BUSY = ("claimed", "consult", "guide", "assist")


def find_staff(reference: Any, now: datetime, *, unit_id: int | None = None, duty: str = "") -> Colleague:
    """Find an on-duty member of staff by id or user name; refuses with a sentence when there is none or he is away."""
    text = str(reference).removeprefix("staff:")
    found = (
        colleagues(now, body_id=unit_id, duty=duty, staff_id=int(text))
        if text.isdecimal()
        else colleagues(now, body_id=unit_id, duty=duty, username=text)
    )
    if not found:
        raise Incomplete("没有找到这位接收人。", fields={"to": "请从本机构可接收的人员中选择。"})
    if not found[0].on_duty:
        raise NotAllowed(f"{found[0].name}现在不在岗，请选择其他人，或留空由系统分派。", needs="on_duty")
    return found[0]


def candidates(case: Case, now: datetime) -> list[Candidate]:
    """Return the on-duty specialists of the case's unit with their load, whether they cover the item and know the user."""
    people = [c for c in colleagues(now, body_id=case.unit_id, duty="dedicated_consultant") if c.on_duty]
    load = dict(
        Case.objects.filter(owner_id__in=[c.id for c in people], state__in=BUSY)
        .values_list("owner_id")
        .annotate(Count("id"))
    )
    item = catalog.item(case.item_id) if case.item_id else None
    themes = set(item.guide.themes) if item else set()
    known = _knows_user(case)
    return [
        Candidate(
            person.id,
            load.get(person.id, 0),
            covers=bool(themes & set(person.skills)) or bool(item and item.guide.department_name in person.departments),
            knows_user=person.id == known,
        )
        for person in people
    ]


def _knows_user(case: Case) -> int | None:
    """Return the specialist who served this user on this matter before (BJ-3.1.2-a)."""
    if case.specialist_id:
        return case.specialist_id
    if case.phone_index is None or case.item_id is None:
        return None
    earlier = Case.objects.filter(phone_index=case.phone_index, item_id=case.item_id, specialist__isnull=False)
    return earlier.exclude(id=case.id).order_by("-created_at").values_list("specialist_id", flat=True).first()


def pick_specialist(case: Case, now: datetime, *, lapsed: int | None = None, last_resort: bool = False) -> int | None:
    """Return the specialist to offer the case to, leaving out those who let it lapse or returned it in this round.

    `lapsed` is who lets it lapse in the running deed. With `last_resort` those left out are asked again when nobody
    else is there (BJ-3.1.1-c).
    """
    tried = Handover.objects.filter(
        record_id=case.id,
        answer__in=[Answer.EXPIRED, Answer.RETURNED],
        to_staff_id__isnull=False,
        offered_at__gte=Round.objects.filter(case_id=case.id, number=case.round).values("opened_at")[:1],
    )
    people = candidates(case, now)
    left_out = frozenset(staff for staff in (*tried.values_list("to_staff_id", flat=True), lapsed) if staff)
    chosen = choose_specialist(people, left_out)
    return choose_specialist(people) if chosen is None and last_resort else chosen


def resolve_item(reference: Any) -> ItemDetail:
    """Find the published item behind an id or code; refuses unknown ones."""
    known = catalog.item_id_of(reference)
    found = catalog.item(known) if known else None
    if found is None:
        raise Incomplete("没有找到这个事项。", fields={"item": "请从事项列表中选择。"})
    return found
