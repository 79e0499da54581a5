"""What an order still lacks before it can be filed (GB33358-5.5.2, 5.1.2.5): asked of many orders in as many queries as of one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from uuid import UUID

from django.db.models import prefetch_related_objects

from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.terms import NEEDS_MATTER, ReplyChannel, SubjectKind
from bangban.services.telephony.reads import calls_with_recording

Hold = Callable[[Sequence[WorkOrder]], Mapping[UUID, str]]
_holds: list[Hold] = []


def holds(check: Hold) -> Hold:
    """Let a room above say why orders may not be archived yet, a sentence each: open supervision, for example."""
    _holds.append(check)
    return check


def missing(order: WorkOrder) -> list[str]:
    """Return what is not complete in the five parts of an order, as sentences."""
    return missing_of([order])[order.id]


def missing_of(orders: Sequence[WorkOrder]) -> dict[UUID, list[str]]:
    """Return the same of each of some orders."""
    prefetch_related_objects(orders, "replies", "visits", "merged__visits")
    calls = {order.call_id for order in orders} | {reply.call_id for order in orders for reply in order.replies.all()}
    recorded = calls_with_recording([call for call in calls if call])
    held = [check(orders) for check in _holds]
    return {
        order.id: [
            *_subject(order), *_matter(order, recorded), *_handling(order, recorded),
            *(one[order.id] for one in held if order.id in one), *_visits(order),
        ]
        for order in orders
    }  # fmt: skip


def call_backs_open(order: WorkOrder) -> list[str]:
    """Return the call-backs that are still to be made, of the order and of those merged into it."""
    own = sorted(one.round for one in order.visits.all() if one.done_at is None)
    others = [other.number for other in order.merged.all() for one in other.visits.all() if one.done_at is None]
    return [*(f"第{turn}轮回访还没有结束" for turn in own), *(f"并入的{number}还没有结束回访" for number in others)]


def _subject(order: WorkOrder) -> list[str]:
    anonymous = order.subject_kind == SubjectKind.ANONYMOUS
    return [] if anonymous or order.contact_phone or order.contact_name or order.person_id else ["服务对象信息不全"]


def _matter(order: WorkOrder, recorded: Collection[UUID]) -> list[str]:
    found = [] if order.request or order.course else ["缺少诉求内容"]
    if order.kind in NEEDS_MATTER and not (order.happened and order.place) and not order.refusal:
        found.append("缺少发生时间或地点")
    if order.call_id and order.call_id not in recorded:
        found.append("缺少来电录音")
    return found


def _handling(order: WorkOrder, recorded: Collection[UUID]) -> list[str]:
    if order.refusal or order.merged_into_id:
        return [] if order.path_told or order.merged_into_id else ["缺少告知的办理途径"]
    found = [] if (order.result_text if order.direct else order.handling_text) else ["缺少办理情况"]
    for reply in order.replies.all():
        if reply.channel == ReplyChannel.TELEPHONE and reply.call_id and reply.call_id not in recorded:
            found.append("缺少答复通话的录音")
        if reply.channel in (ReplyChannel.LETTER, ReplyChannel.VISIT) and not (reply.attachment or reply.proof):
            found.append("缺少答复凭据")
    return found


def _visits(order: WorkOrder) -> list[str]:
    if order.refusal:
        return []
    planned = order.merged_into_id or order.visits.all()
    return [*([] if planned else ["缺少回访安排"]), *call_backs_open(order)]
