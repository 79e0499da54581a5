"""Calls for help: what waits on top of the desk, the log of what was done, and what the person in the hall may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Case, IntegerField, Q, Value, When

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.foundation.flows.flow import Incomplete, NotYours, Transition
from bangban.foundation.privacy.masking import mask_name, mask_phone
from bangban.services.counter.flow import HELP
from bangban.services.counter.models import CALLS_FOR_CONTACT, HelpKind, HelpRequest
from bangban.services.counter.parties import of_help
from bangban.services.counter.reads.pages import page_of

URGENCY = {kind: rank for rank, kind in enumerate(HelpKind.values)}
MOST_OPEN = 100


@dataclass(frozen=True)
class HelpView:
    """One call for help. `waited` is the time until somebody took it, or until now (DB23-6.3.2-d)."""

    number: str
    kind: str
    kind_label: str
    pressing: bool
    state: str
    state_label: str
    location: str
    terminal: str
    ticket: str
    note: str
    name: str
    phone: str
    created_at: datetime
    waited: timedelta
    taken_by: str
    taken_at: datetime | None
    contacted: str
    contacted_at: datetime | None
    measures: str
    closed_by: str
    closed_at: datetime | None
    allowed: tuple[Transition, ...]


@dataclass(frozen=True)
class Page:
    """One page of the log and where the next one begins; `after` is empty on the last page."""

    rows: tuple[HelpView, ...]
    after: str


def open_help(actor: Actor) -> tuple[HelpView, ...]:
    """Return the calls of the actor's hall that are not closed: the most pressing kind first, then the oldest."""
    rank = Case(
        *(When(kind=kind, then=Value(place)) for kind, place in URGENCY.items()),
        default=Value(99),
        output_field=IntegerField(),
    )
    rows = HelpRequest.objects.filter(_scope(actor)).exclude(state="closed").select_related("taken_by", "closed_by")
    at = now()
    return tuple(_view(row, actor, at) for row in rows.order_by(rank, "created_at", "id")[:MOST_OPEN])


def help_log(actor: Actor, *, kind: str = "", day: date | None = None, after: str = "", limit: int = 50) -> Page:
    """Return one page of the log of calls, open ones included, newest first (DB23-6.4.3-c, DB23-6.7.4)."""
    if kind and kind not in HelpKind.values:
        raise Incomplete("没有这种求助。", fields={"kind": "请从列表中选择。"})
    rows = HelpRequest.objects.filter(_scope(actor), *[Q(kind=kind)] * bool(kind))
    if day:
        begin = datetime.combine(day, time(0), DEFAULT_ZONE)
        rows = rows.filter(created_at__gte=begin, created_at__lt=begin + timedelta(days=1))
    found, following = page_of(rows.select_related("taken_by", "closed_by"), after, limit)
    at = now()
    return Page(tuple(_view(row, actor, at) for row in found), following)


def help_view(actor: Actor, number: str) -> HelpView:
    """Return one call; NotYours for strangers."""
    row = HelpRequest.objects.filter(number=number).select_related("taken_by", "closed_by").first()
    if row is None or not of_help(row, actor):
        raise NotYours("没有找到这次求助，请核对编号。")
    return _view(row, actor, now())


@dataclass(frozen=True)
class HelpStatus:
    """What the person who called may know: whether somebody is coming."""

    number: str
    state: str
    label: str


def help_status(body_id: int, number: str) -> HelpStatus:
    """Return how a call stands, for the machine or page in the hall from which it came; NotYours for none."""
    state = HelpRequest.objects.filter(number=number, body_id=body_id).values_list("state", flat=True).first()
    if state is None:
        raise NotYours("没有找到这次求助，请联系现场工作人员。")
    return HelpStatus(number, state, HELP.states[state])


def _scope(actor: Actor) -> Q:
    if not may(actor, "counter.log") or actor.unsigned or actor.unit_id is None:
        raise NotYours("没有找到这个咨询台。")
    return Q(body_id__in=sorted({actor.unit_id, *actor.subtree}))


def _view(row: HelpRequest, actor: Actor, at: datetime) -> HelpView:
    return HelpView(
        number=row.number,
        kind=row.kind,
        kind_label=str(HelpKind(row.kind).label),
        pressing=row.kind in CALLS_FOR_CONTACT,
        state=row.state,
        state_label=HELP.states[row.state],
        location=row.location,
        terminal=row.terminal,
        ticket=row.ticket,
        note=row.note,
        name=mask_name(row.contact_name),
        phone=mask_phone(row.contact_phone),
        created_at=row.created_at,
        waited=(row.taken_at or at) - row.created_at,
        taken_by=row.taken_by.name if row.taken_by else "",
        taken_at=row.taken_at,
        contacted=row.contacted,
        contacted_at=row.contacted_at,
        measures=row.measures,
        closed_by=row.closed_by.name if row.closed_by else "",
        closed_at=row.closed_at,
        allowed=tuple(HELP.allowed(row, of_help(row, actor))),
    )
