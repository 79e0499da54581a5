"""Lists of cases: the boxes of the desk and a person's own cases; keyset pages, constant queries."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import ClockView, clocks_of
from bangban.foundation.flows.flow import Incomplete
from bangban.foundation.handover.models import Answer, Handover
from bangban.foundation.handover.models import Kind as Move
from bangban.foundation.privacy.crypto import blind_index
from bangban.foundation.privacy.masking import mask_name
from bangban.registry.catalog import reads as catalog
from bangban.registry.org.reads import place
from bangban.services.cases.flow import AFTER, FLOW, IN_SERVICE
from bangban.services.cases.models import Case, Stage
from bangban.services.conversation.reads import threads

BOXES = {
    "inbox": "待我接收",
    "waiting": "本单位待受理",
    "mine": "我正在办",
    "followed": "我首问的",
    "advice": "请我答复",
    "after": "待闭环",
    "unit": "本单位全部",
}


COUNTED = ("inbox", "waiting", "mine", "advice", "after")
MOST_OFFERS = 10_000


@dataclass(frozen=True)
class Row:
    """One case in a list."""

    number: str
    state: str
    state_label: str
    stage: str
    stage_label: str
    round: int
    channel: str
    created_at: datetime
    updated_at: datetime
    gist: str
    item_name: str
    contact_name: str
    unit_name: str
    owner: str
    unread: int
    last_at: datetime | None
    clock: ClockView | None
    urgency: str


@dataclass(frozen=True)
class Page:
    """One page of a list and where the next one begins; `after` is empty on the last page."""

    rows: tuple[Row, ...]
    after: str


def _offered(actor: Actor, *kinds: str) -> Q:
    mine = Q(to_staff_id=actor.staff_id) | Q(
        to_staff_id=None, to_unit_id=actor.unit_id, to_duty__in=sorted(actor.duties)
    )
    offers = Handover.objects.filter(mine, answer=Answer.OFFERED, kind__in=kinds, record_type=Case.record_type)
    # The bound keeps the planner from walking through all cases, newest first, in search of the few that are offered.
    return Q(id__in=offers.values("record_id")[:MOST_OFFERS])


def _orphaned(actor: Actor) -> Q:
    """Open cases of the own units whose specialist's account was disabled: a manager gives them on (T637-6.1.6-c)."""
    return Q(unit_id__in=sorted(actor.subtree), state__in=IN_SERVICE, owner__account__is_active=False)


_BOX: dict[str, Callable[[Actor], Q]] = {
    "inbox": lambda actor: _offered(actor, Move.ASSIGN, Move.TRANSFER, Move.QUEUE),
    "waiting": lambda actor: Q(unit_id=actor.unit_id, state__in=["queued", "bot"]),
    "mine": lambda actor: Q(owner_id=actor.staff_id, state__in=IN_SERVICE),
    "followed": lambda actor: Q(first_contact_id=actor.staff_id) & ~Q(state__in=["loop_closed", "withdrawn"]),
    "advice": lambda actor: _offered(actor, Move.ADVICE, Move.TASK),
    "after": lambda actor: Q(owner_id=actor.staff_id, state__in=AFTER),
    "unit": lambda actor: Q(unit_id__in=sorted(actor.subtree)) if actor.subtree else Q(unit_id=actor.unit_id),
    "reassign": _orphaned,
}


def list_cases(
    actor: Actor,
    box: str = "inbox",
    *,
    after: str = "",
    limit: int = 50,
    state: str = "",
    channel: str = "",
    stage: str = "",
    search: str = "",
) -> Page:
    """Return one page of a box, newest first. `search` is a case number or a phone number."""
    if box not in _BOX:
        raise Incomplete("没有这个列表。", fields={"box": "可用：" + "、".join(BOXES)})
    rows = Case.objects.filter(_BOX[box](actor))
    for name, value in (("state", state), ("channel", channel), ("stage", stage)):
        if value:
            rows = rows.filter(**{name: value})
    if search := search.strip():
        rows = rows.filter(Q(number=search.upper()) | Q(phone_index=blind_index(search, "phone")))
    return _page(rows, after, limit)


def box_counts(actor: Actor, at_most: int = 99) -> dict[str, int]:
    """Return how many cases wait in the boxes that need the actor, counted up to a bound, in one query."""
    queries = [Case.objects.filter(_BOX[box](actor)).order_by().values("id")[: at_most + 1].query for box in COUNTED]
    compiled = [query.sql_with_params() for query in queries]
    counts = ", ".join(f"(SELECT count(*) FROM ({sql}) AS box)" for sql, _ in compiled)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", [value for _, values in compiled for value in values])
        return dict(zip(COUNTED, cursor.fetchone(), strict=True))


def my_cases(actor: Actor, *, after: str = "", limit: int = 20) -> Page:
    """Return the cases of a service user: of the account, and those whose code this browser has shown."""
    mine = Q(token_digest__in=list(actor.tokens)) if actor.tokens else Q(pk__in=[])
    if actor.person_id:
        mine |= Q(person_id=actor.person_id)
    return _page(Case.objects.filter(mine), after, limit, staff=False)


def other_cases_of_user(case_id: UUID, limit: int = 10) -> tuple[Row, ...]:
    """Return the other cases of the same person, by account or phone number."""
    case = Case.objects.only("id", "person_id", "phone_index").get(id=case_id)
    same = Q(person_id=case.person_id) if case.person_id else Q(pk__in=[])
    if case.phone_index:
        same |= Q(phone_index=case.phone_index)
    return _page(Case.objects.filter(same).exclude(id=case_id), "", limit).rows


def _page(rows: QuerySet[Case], after: str, limit: int, *, staff: bool = True) -> Page:
    limit = max(1, min(limit, 100))
    if after:
        at, last = _position(after)
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, id__lt=last))
    found = list(rows.select_related("owner").order_by("-created_at", "-id")[: limit + 1])
    shown = found[:limit]
    following = _cursor(shown[-1]) if len(found) > limit else ""
    ids = [case.id for case in shown]
    talk, clocks = threads(ids), clocks_of(ids, now())
    names = {card.id: card.name for card in catalog.cards([case.item_id for case in shown if case.item_id])}
    return Page(
        tuple(_row(case, talk.get(case.id), clocks.get(case.id, []), names, staff) for case in shown), following
    )


def _row(case: Case, thread: Any, clocks: list[ClockView], names: dict[Any, str], staff: bool) -> Row:
    unit = place(case.unit_id)
    read = (thread.staff_read if staff else thread.user_read) if thread else 0
    running = [clock for clock in clocks if clock.state == "running"]
    return Row(
        number=case.number,
        state=case.state,
        state_label=FLOW.states[case.state],
        stage=case.stage,
        stage_label=Stage(case.stage).label,
        round=case.round,
        channel=case.channel,
        created_at=case.created_at,
        updated_at=case.updated_at,
        gist=(case.need_summary if staff and case.need_summary else case.question)[:80],
        item_name=names.get(case.item_id, ""),
        contact_name=mask_name(case.contact_name),
        unit_name=unit.name if unit else "",
        owner=case.owner.name if case.owner else "",
        unread=max(0, thread.length - read) if thread else 0,
        last_at=thread.last_at if thread else None,
        clock=running[0] if running else None,
        urgency=case.urgency,
    )


def _cursor(case: Case) -> str:
    return base64.urlsafe_b64encode(json.dumps([case.created_at.isoformat(), str(case.id)]).encode()).decode()


def _position(cursor: str) -> tuple[datetime, UUID]:
    """Read a cursor; a broken one is refused with a sentence, never with an error."""
    try:
        at, last = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return datetime.fromisoformat(at).astimezone(UTC), UUID(str(last))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Incomplete("翻页标记无效，请从第一页重新查看。", fields={"after": "翻页标记无效。"}) from error
