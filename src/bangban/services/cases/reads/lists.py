"""Lists of cases: the boxes of the desk and a person's own cases; keyset pages, one query each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.phones import clean_number
from bangban.foundation.flows.flow import Incomplete
from bangban.foundation.flows.keyset import mark_of, position_of
from bangban.foundation.handover.models import Kind as Move
from bangban.foundation.privacy.crypto import blind_index
from bangban.services.cases.flow import AFTER, IN_SERVICE
from bangban.services.cases.reads.rows import Row, Where, count, lines

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
class Page:
    """One page of a list and where the next one begins; `after` is empty on the last page."""

    rows: tuple[Row, ...]
    after: str


# An array, so that the offered cases are looked up one by one: as a join, all cases were walked through for them.
_OFFERED = f"""c.id = ANY(ARRAY(SELECT h.record_id FROM handover_handover h WHERE h.answer = 'offered' AND h.record_type = 'case'
    AND h.kind = ANY(%s::text[]) AND (h.to_staff_id = %s::bigint OR h.to_staff_id IS NULL
        AND h.to_unit_id = %s::bigint AND h.to_duty = ANY(%s::text[])) LIMIT {MOST_OFFERS}))"""

# An open case whose specialist's account was disabled: a manager gives it on (T637-6.1.6-c).
_ORPHANED = """c.unit_id = ANY(%s::bigint[]) AND c.state = ANY(%s::text[]) AND EXISTS (SELECT FROM org_staff s
    JOIN access_account a ON a.id = s.account_id WHERE s.id = c.owner_id AND NOT a.is_active)"""

# Written out rather than given as values, so that the partial indexes of open cases are used.
_IN_SERVICE = ", ".join(f"'{state}'" for state in IN_SERVICE)
_AFTER = ", ".join(f"'{state}'" for state in AFTER)


def _offered(actor: Actor, *kinds: str) -> Where:
    return Where(_OFFERED, ([str(kind) for kind in kinds], actor.staff_id, actor.unit_id, sorted(actor.duties)))


def _of_units(actor: Actor) -> Where:
    if len(actor.subtree) > 1:
        return Where("c.unit_id = ANY(%s::bigint[])", (sorted(actor.subtree),))
    return Where("c.unit_id = %s::bigint", (next(iter(actor.subtree), actor.unit_id),))


_BOX: dict[str, Callable[[Actor], Where]] = {
    "inbox": lambda actor: _offered(actor, Move.ASSIGN, Move.TRANSFER, Move.QUEUE),
    "waiting": lambda actor: Where("c.unit_id = %s::bigint AND c.state IN ('queued', 'bot')", (actor.unit_id,)),
    "mine": lambda actor: Where(f"c.owner_id = %s::bigint AND c.state IN ({_IN_SERVICE})", (actor.staff_id,)),
    "followed": lambda actor: Where(
        "c.first_contact_id = %s::bigint AND c.state NOT IN ('loop_closed', 'withdrawn')", (actor.staff_id,)
    ),
    "advice": lambda actor: _offered(actor, Move.ADVICE, Move.TASK),
    "after": lambda actor: Where(f"c.owner_id = %s::bigint AND c.state IN ({_AFTER})", (actor.staff_id,)),
    "unit": _of_units,
    "reassign": lambda actor: Where(_ORPHANED, (sorted(actor.subtree), list(IN_SERVICE))),
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
    where = _BOX[box](actor)
    for column, value in (("state", state), ("channel", channel), ("stage", stage)):
        if value:
            where &= Where(f"c.{column} = %s::text", (value,))
    if search := search.strip():
        where &= Where(
            "(c.number = %s::text OR c.phone_index = %s::bytea)",
            (search.upper(), blind_index(clean_number(search) or search, "phone")),
        )
    return _page(where, after, limit)


def box_counts(actor: Actor, at_most: int = 99) -> dict[str, int]:
    """Return how many cases wait in the boxes that need the actor, counted up to a bound, in one query."""
    return dict(zip(COUNTED, count([_BOX[box](actor) for box in COUNTED], at_most + 1), strict=True))


def my_cases(actor: Actor, *, after: str = "", limit: int = 20) -> Page:
    """Return the cases of a service user: of the account, and those whose code this browser has shown."""
    mine = Where(
        "(c.token_digest = ANY(%s::bytea[]) OR c.person_id = %s::bigint)", (sorted(actor.tokens), actor.person_id)
    )
    return _page(mine, after, limit, staff=False)


def other_cases_of_user(case_id: UUID, limit: int = 10) -> tuple[Row, ...]:
    """Return the other cases of the same person, by account or phone number."""
    same = """c.id <> %s AND c.id IN (
        SELECT o.id FROM cases_case k JOIN cases_case o ON o.person_id = k.person_id WHERE k.id = %s
        UNION SELECT o.id FROM cases_case k JOIN cases_case o ON o.phone_index = k.phone_index WHERE k.id = %s)"""
    return tuple(lines(Where(same, (case_id, case_id, case_id)), limit, staff=True))


def _page(where: Where, after: str, limit: int, *, staff: bool = True) -> Page:
    limit = max(1, min(limit, 100))
    if after:
        where &= Where("(c.created_at, c.id) < (%s::timestamptz, %s::uuid)", position_of(after))
    found = lines(where, limit + 1, staff=staff)
    shown = found[:limit]
    return Page(tuple(shown), mark_of(shown[-1].created_at, shown[-1].id) if len(found) > limit else "")
