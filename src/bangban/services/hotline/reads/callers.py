"""Caller files and what a caller did on every channel, shown before anybody answers (GB33358-4.2.4-c)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.flows.flow import NotYours
from bangban.foundation.flows.keyset import mark_of, position_of
from bangban.foundation.privacy.crypto import blind_index
from bangban.foundation.privacy.masking import mask_address, mask_name, mask_phone
from bangban.services.cases.flow import FLOW as CASES
from bangban.services.cases.models import Case
from bangban.services.hotline.actions.callers import UNKNOWN
from bangban.services.hotline.flow import FINAL
from bangban.services.hotline.flow import STATES as ORDERS
from bangban.services.hotline.flow_callers import FLOW, STATES
from bangban.services.hotline.models import Caller, CallerChange, CallerMerge, CallerPhone, NuisanceMark, WorkOrder
from bangban.services.hotline.reads.caller_views import CallerFile, Change, Contact, History, Mark, Merged
from bangban.services.hotline.rules_intake import caller_number
from bangban.services.hotline.terms import Kind, Source, SubjectKind
from bangban.services.queues.models import Ticket
from bangban.services.queues.models.tickets import TicketState
from bangban.services.telephony.reads import calls_of_phone

NUISANCE = {"": "", "proposed": "已提请标记骚扰，待复核", "marked": "已标记骚扰来电"}
FIELDS = {"name": "称呼", "address": "地址", "language": "语言", "note": "备注", "kind": "类型", "phone": "电话"}
CALLS = {
    "waiting": "等候中", "ringing": "振铃中", "talking": "通话中", "answered": "已接听", "abandoned": "对方挂断",
    "missed": "未接听",
}  # fmt: skip
MOST = 100


def file(actor: Actor, number: str) -> CallerFile:
    """Return a caller file; a merged one shows the file it went into. NotYours for everybody outside the hotline."""
    found = Caller.objects.filter(number=number.strip().upper()).first()
    if found is None or not FLOW.parties(found, actor):
        raise NotYours(UNKNOWN)
    root = _root(found)
    return _view(root, found.number, actor)


def by_phone(actor: Actor, phone: str) -> CallerFile | None:
    """Return the file of a number, as the ringing telephone asks for it; None when nobody has that number."""
    _check(actor)
    row = _phone_row(phone)
    return _view(_root(row.caller), row.caller.number, actor) if row else None


def _phone_row(phone: str) -> CallerPhone | None:
    number = caller_number(phone)
    if not number:
        return None
    return CallerPhone.objects.filter(phone_index=blind_index(number, "phone")).select_related("caller").first()


def _check(actor: Actor) -> None:
    if not may(actor, "callers.view") or actor.unsigned:
        raise NotYours(UNKNOWN)


def _root(caller: Caller) -> Caller:
    while caller.merged_into is not None:
        caller = caller.merged_into
    return caller


_GROUP = """
WITH RECURSIVE one AS (SELECT id FROM hotline_caller WHERE id = %s
    UNION SELECT c.id FROM hotline_caller c JOIN one ON c.merged_into_id = one.id)
SELECT id FROM one
"""


def _group(root: Caller) -> list[UUID]:
    """Return the ids of a file and of all that were merged into it."""
    with connection.cursor() as cursor:
        cursor.execute(_GROUP, [root.id])
        return [row[0] for row in cursor.fetchall()]


def _view(root: Caller, asked_for: str, actor: Actor) -> CallerFile:
    group = _group(root)
    phones = CallerPhone.objects.filter(caller_id__in=group).order_by("since", "id")[:20]
    mark = NuisanceMark.objects.filter(caller=root, lifted_at=None).exclude(agreed=False)
    return CallerFile(
        number=root.number,
        asked_for=asked_for,
        version=root.version,
        state_label=STATES[root.state],
        kind=root.kind,
        kind_label=str(SubjectKind(root.kind).label),
        name=mask_name(root.name),
        phones=tuple(mask_phone(one.phone) for one in phones),
        address=mask_address(root.address) if root.address else "",
        language=root.language,
        note=root.note,
        verified=root.person_id is not None,
        nuisance=root.nuisance,
        nuisance_label=NUISANCE[root.nuisance],
        mark=_mark(mark.select_related("proposed_by", "decided_by").first()),
        merged=tuple(_merged(group, root)),
        changes=tuple(_changes(group)),
        open_orders=_orders(actor, group).exclude(state__in=(*FINAL, "visited", "refused", "merged")).count(),
        allowed=tuple(FLOW.allowed(root, FLOW.parties(root, actor))),
    )


def _mark(row: NuisanceMark | None) -> Mark | None:
    if row is None:
        return None
    decided = row.decided_by.name if row.decided_by else ""
    return Mark(row.reason, row.proposed_by.name, row.proposed_at, decided, row.decided_at)


def _merged(group: Sequence[UUID], root: Caller) -> Iterable[Merged]:
    rows = CallerMerge.objects.filter(caller_id__in=group, undone_at=None).exclude(caller=root)
    for row in rows.select_related("caller", "by").order_by("at"):
        yield Merged(row.caller.number, row.by.name, row.at, row.reason)


def _changes(group: Sequence[UUID]) -> Iterable[Change]:
    rows = CallerChange.objects.filter(caller_id__in=group).select_related("by").order_by("-at", "-id")[:50]
    for row in rows:
        before, after = _shown(row.field, row.before), _shown(row.field, row.after)
        yield Change(FIELDS.get(row.field, row.field), before, after, row.by.name, row.at, row.reason)


def _shown(field: str, value: str) -> str:
    if not value:
        return ""
    if field == "kind":
        return str(SubjectKind(value).label)
    hide = {"name": mask_name, "phone": mask_phone, "address": mask_address}.get(field)
    return hide(value) if hide else value


def history(actor: Actor, number: str, after: str = "", limit: int = 30) -> History:
    """Return what the caller of a file did on all channels, the newest first, by keyset."""
    found = Caller.objects.filter(number=number.strip().upper()).first()
    if found is None or not FLOW.parties(found, actor):
        raise NotYours(UNKNOWN)
    group = _group(_root(found))
    phones = [row.phone for row in CallerPhone.objects.filter(caller_id__in=group)[:20]]
    persons = [one for one in Caller.objects.filter(id__in=group).values_list("person_id", flat=True) if one]
    return _history(actor, group, phones, persons, after, limit)


def history_of_phone(actor: Actor, phone: str, after: str = "", limit: int = 30) -> History:
    """Return the same for a ringing number, also when it has no file yet (cases and tickets may be known)."""
    _check(actor)
    if row := _phone_row(phone):
        return history(actor, row.caller.number, after, limit)
    number = caller_number(phone)
    return _history(actor, [], [number] if number else [], [], after, limit)


def _history(
    actor: Actor, group: Sequence[UUID], phones: Sequence[str], persons: Sequence[int], after: str, limit: int
) -> History:
    limit = max(1, min(limit, MOST))
    mark = position_of(after) if after else None
    indexes = [blind_index(phone, "phone") for phone in phones]
    found = [
        *_calls(phones, mark, limit + 1),
        *_order_rows(actor, group, mark, limit + 1),
        *_case_rows(indexes, persons, mark, limit + 1),
        *_ticket_rows(indexes, mark, limit + 1),
    ]
    found.sort(key=lambda one: (one.at, one.id), reverse=True)
    shown = found[:limit]
    return History(tuple(shown), mark_of(shown[-1].at, shown[-1].id) if len(found) > limit else "")


Position = tuple[datetime, UUID]


def _before(field: str, mark: Position | None) -> Q:
    if mark is None:
        return Q()
    return Q(**{f"{field}__lt": mark[0]}) | Q(**{field: mark[0], "id__lt": mark[1]})


def _calls(phones: Sequence[str], mark: Position | None, limit: int) -> Iterable[Contact]:
    until = mark[0] + timedelta(microseconds=1) if mark else None
    for phone in phones:
        for call in calls_of_phone(phone, before=until, limit=limit):
            if mark and (call.offered_at, call.id) >= mark:
                continue
            way = "呼入" if call.direction == "in" else "呼出"
            title = f"{way}，{call.agent_name}接听" if call.agent_name else way
            label = CALLS.get(call.outcome, call.outcome)
            going_on = call.ended_at is None
            yield Contact("call", call.id, call.offered_at, call.record_number, title, label, "电话", going_on)


def _orders(actor: Actor, group: Sequence[UUID]):  # type: ignore[no-untyped-def]
    """Orders of the files at the actor's own hotline; whoever is complained about does not find the complaint (F3.30)."""
    rows = WorkOrder.objects.filter(caller_id__in=group, center_id=actor.unit_id)
    return rows.filter(Q(about_staff=None) | ~Q(about_staff=actor.staff_id))


def _order_rows(actor: Actor, group: Sequence[UUID], mark: Position | None, limit: int) -> Iterable[Contact]:
    if not group:
        return
    for row in _orders(actor, group).filter(_before("received_at", mark)).order_by("-received_at", "-id")[:limit]:
        kind = str(Kind(row.kind).label) if row.kind else "待定"
        title = f"{kind}：{(row.title or row.request)[:60]}"
        channel = str(Source(row.source).label)
        going_on = row.state not in (*FINAL, "visited", "refused", "merged")
        yield Contact("order", row.id, row.received_at, row.number, title, ORDERS[row.state], channel, going_on)


def _case_rows(
    indexes: Sequence[bytes], persons: Sequence[int], mark: Position | None, limit: int
) -> Iterable[Contact]:
    if not indexes and not persons:
        return
    of_caller = Q(phone_index__in=indexes) | Q(person_id__in=persons)
    for row in (
        Case.objects.filter(of_caller).filter(_before("created_at", mark)).order_by("-created_at", "-id")[:limit]
    ):
        title = "已要求保密" if row.confidential else row.question[:60]
        going_on = row.state not in ("loop_closed", "withdrawn")
        yield Contact("case", row.id, row.created_at, row.number, title, CASES.states[row.state], "在线导办", going_on)


def _ticket_rows(indexes: Sequence[bytes], mark: Position | None, limit: int) -> Iterable[Contact]:
    if not indexes:
        return
    rows = Ticket.objects.filter(phone_index__in=indexes).filter(_before("issued_at", mark)).select_related("klass")
    for row in rows.order_by("-issued_at", "-id")[:limit]:
        state = TicketState(row.state)
        going_on = state in (TicketState.WAITING, TicketState.CALLED, TicketState.SERVING)
        title = f"取号{row.label}，{row.klass.name}"
        yield Contact("ticket", row.id, row.issued_at, row.number, title, str(state.label), "大厅", going_on)
