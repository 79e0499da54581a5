"""Publications at the desk: lists, one with what each output did, and the receipts of its messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import NotYours, Transition
from bangban.foundation.flows.keyset import mark_of, position_of
from bangban.foundation.ledger.models import Event
from bangban.foundation.notify.models import Delivery, Receipt, State
from bangban.foundation.notify.reads import DeliveryView, view_of
from bangban.registry.org.reads import place
from bangban.services.publications.flow import FLOW, STATES
from bangban.services.publications.models import Output, Publication, Sending
from bangban.services.publications.parties import parties, reach_of
from bangban.services.publications.rules import schedule_text, spans_text
from bangban.services.publications.terms import SCREENS, Kind, Target

QUIET_AFTER = timedelta(minutes=10)
MOST_OUTPUTS = 200
CONTINUOUS = (Target.TOUCH_SCREEN, Target.LED)


@dataclass(frozen=True)
class Row:
    """One publication in the list."""

    number: str
    title: str
    kind_label: str
    body_name: str
    state: str
    state_label: str
    targets: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    author: str
    updated_at: datetime


@dataclass(frozen=True)
class Rows:
    """One page of the list; `after` is empty on the last one."""

    rows: tuple[Row, ...]
    after: str


@dataclass(frozen=True)
class OutputView:
    """When a target was fetched last at one place; `quiet` when a screen that asks all the time has stopped asking."""

    label: str
    place: str
    at: datetime | None
    by: str
    quiet: bool


@dataclass(frozen=True)
class Step:
    """One thing that happened to a publication."""

    at: datetime
    what: str
    who: str
    note: str


@dataclass(frozen=True)
class DeskPublication:
    """One publication for those who write and review."""

    id: UUID
    number: str
    version: int
    state: str
    state_label: str
    kind: str
    kind_label: str
    title: str
    text: str
    body_id: int
    body_name: str
    includes_below: bool
    valid_from: date
    valid_to: date | None
    targets: tuple[str, ...]
    target_labels: tuple[str, ...]
    led_text: str
    led_weekdays: tuple[int, ...]
    led_spans: str
    led_seconds: int
    led_schedule: str
    author: str
    reviewer: str
    published_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    outputs: tuple[OutputView, ...]
    sending: Sending | None
    sent: dict[str, int]
    history: tuple[Step, ...]
    allowed: tuple[Transition, ...]
    parties: frozenset[str]


@dataclass(frozen=True)
class Delivered:
    """One message to one subscriber with what the gateway reported."""

    delivery: DeliveryView
    receipts: tuple[Receipt, ...]


def desk_page(actor: Actor, *, state: str = "", after: str = "", limit: int = 30) -> Rows:
    """Return publications in the actor's reach, the newest first."""
    rows = Publication.objects.filter(reach_of(actor))
    rows = rows.filter(state=state) if state in STATES else rows
    if after:
        at, last = position_of(after)
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, id__lt=last))
    found = list(rows.order_by("-created_at", "-id")[: limit + 1])
    shown = found[:limit]
    following = mark_of(shown[-1].created_at, shown[-1].id) if len(found) > limit else ""
    return Rows(tuple(_row(row) for row in shown), following)


def state_counts(actor: Actor) -> dict[str, int]:
    """Return how many publications in the actor's reach stand in each state."""
    rows = Publication.objects.filter(reach_of(actor)).order_by().values_list("state").annotate(Count("id"))
    return dict.fromkeys(STATES, 0) | dict(rows)


def _row(row: Publication) -> Row:
    body = place(row.body_id)
    return Row(
        number=row.number,
        title=row.title,
        kind_label=str(Kind(row.kind).label),
        body_name=body.name if body else "",
        state=row.state,
        state_label=STATES[row.state],
        targets=tuple(str(Target(target).label) for target in row.targets),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        author=row.author_name,
        updated_at=row.updated_at,
    )


def desk_one(actor: Actor, number: str, at: datetime) -> DeskPublication:
    """Return one publication in full; NotYours for whoever has nothing to do with it."""
    row = Publication.objects.filter(number=number.strip().upper()).first()
    found = parties(row, actor) if row else frozenset()
    if row is None or not found:
        raise NotYours("没有找到这条信息，请核对编号。")
    body = place(row.body_id)
    return DeskPublication(
        id=row.id,
        number=row.number,
        version=row.version,
        state=row.state,
        state_label=STATES[row.state],
        kind=row.kind,
        kind_label=str(Kind(row.kind).label),
        title=row.title,
        text=row.text,
        body_id=row.body_id,
        body_name=body.name if body else "",
        includes_below=row.includes_below,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        targets=tuple(row.targets),
        target_labels=tuple(str(Target(target).label) for target in row.targets),
        led_text=row.led_text,
        led_weekdays=tuple(row.led_weekdays),
        led_spans=spans_text(row.led_spans),
        led_seconds=row.led_seconds,
        led_schedule=schedule_text(row.led_weekdays, row.led_spans, row.led_seconds) if row.led_text else "",
        author=row.author_name,
        reviewer=row.reviewer_name,
        published_at=row.published_at,
        ended_at=row.ended_at,
        end_reason=row.end_reason,
        outputs=tuple(_outputs(row, at)),
        sending=Sending.objects.filter(publication=row).first(),
        sent=_sent(row) if Target.SMS in row.targets else {},
        history=tuple(_history(row)),
        allowed=tuple(FLOW.allowed(row, found)),
        parties=found,
    )


def _outputs(row: Publication, at: datetime) -> list[OutputView]:
    """Each screen target with the places that fetched it, and those that nobody has fetched yet."""
    known = Output.objects.filter(publication=row).order_by("target", "-last_refreshed_at")[:MOST_OUTPUTS]
    found = []
    for target in [target for target in SCREENS if target in row.targets]:
        rows = [output for output in known if output.target == target]
        found += [_output(target, output, row.state == "published", at) for output in rows]
        if not rows:
            found.append(OutputView(str(target.label), "", None, "", False))
    return found


def _output(target: Target, output: Output, live: bool, at: datetime) -> OutputView:
    where = place(output.place_id)
    silent = live and target in CONTINUOUS and at - output.last_refreshed_at > QUIET_AFTER
    return OutputView(
        str(target.label), where.name if where else "", output.last_refreshed_at, output.last_refreshed_by, silent
    )


def _sent(row: Publication) -> dict[str, int]:
    rows = Delivery.objects.filter(record_id=row.id).order_by().values_list("state").annotate(Count("id"))
    counted: dict[str, int] = dict(rows)
    return {str(state.label): counted[state] for state in State if counted.get(state)}


def _history(row: Publication) -> list[Step]:
    labels = {line.action.lstrip("_"): line.label for line in FLOW.transitions} | {"opened": "起草"}
    events = Event.objects.filter(record_type=row.record_type, record_id=row.id, at__gte=row.created_at)
    return [_step(event, labels) for event in events.order_by("-position")[:50]]


def _step(event: Event, labels: dict[str, str]) -> Step:
    action, data = event.kind.partition(".")[2], dict[str, Any](event.data)
    return Step(event.at, labels.get(action, action), event.actor_name, str(data.get("reason", "")))


def deliveries(publication_id: UUID, *, state: str = "", after: UUID | None = None, limit: int = 50) -> list[Delivered]:
    """Return the messages of a publication, the newest first, each with the receipts of the gateway (DB23-6.2.1.2)."""
    rows = Delivery.objects.filter(record_id=publication_id).order_by("-id").prefetch_related("receipts")
    rows = rows.filter(state=state) if state in State.values else rows
    rows = rows.filter(id__lt=after) if after else rows
    return [Delivered(view_of(row), tuple(row.receipts.all())) for row in rows[:limit]]
