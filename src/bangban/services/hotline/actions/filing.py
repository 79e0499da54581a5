"""The archive of orders: complete, numbered, read-only; opened again only by a second person (GB33358-5.5.1, 5.5.2)."""

from __future__ import annotations

from django.db import connection

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.services.hotline.actions.dispatching import staff_of
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.models import Reopening, WorkOrder
from bangban.services.hotline.reads.complete import call_backs_open, missing
from bangban.services.hotline.rules_handling import LONGEST_TEXT

UNCLASSED = "000000"
NEXT = """
INSERT INTO hotline_archiveseries (year, category, last) VALUES (%s, %s, 1)
ON CONFLICT (year, category) DO UPDATE SET last = hotline_archiveseries.last + 1 RETURNING last
"""


def archive(actor: Actor, number: str, despite: str = "") -> WorkOrder:
    """Archive an ended order under its number year-class-running; afterwards it is read-only.

    What is missing is refused with a list. An archivist may file it all the same, with the reason in `despite`, when
    the missing thing cannot be had any more; an open call-back cannot be passed over.
    """
    with order_deed(actor, number, "archive") as work:
        order = work.record
        gaps = missing(order)
        if gaps and not (actor.is_staff and despite.strip() and not call_backs_open(order)):
            raise NotAllowed("档案还不完整：" + "；".join(gaps) + "。", state=order.state, missing=gaps)
        work.change(archived_at=work.at, archive_number=order.archive_number or _number(work))
        opened = order.reopenings.filter(ended_at=None).first()
        if opened is not None:
            opened.ended_at = work.at
            work.changed(opened, "ended_at")
        work.tell(archive_number=order.archive_number, **({"missing": gaps, "despite": despite[:500]} if gaps else {}))
    return order


def _number(work: Deed[WorkOrder]) -> str:
    code = work.record.category.code if work.record.category else UNCLASSED
    year = business_date(work.at).year
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [year, code])
        return f"{year}-{code}-{cursor.fetchone()[0]:06d}"


def ask_reopen(actor: Actor, number: str, reason: str) -> Reopening:
    """Ask that an archived order be opened again; somebody else decides."""
    with order_deed(actor, number, "ask_reopen", {"reason": reason.strip()}) as work:
        if work.record.reopenings.filter(ended_at=None).exists():
            raise NotAllowed("已有一项恢复申请在等待审批。", state=work.record.state)
        wish = Reopening(
            order=work.record, asked_by_id=staff_of(actor)[0], asked_at=work.at, reason=reason.strip()[:LONGEST_TEXT]
        )
        work.insert(wish)
        work.tell(reopening=str(wish.id))
    return wish


def reopen(actor: Actor, number: str, reason: str) -> WorkOrder:
    """Approve the wish of another person to open an archived order again; it keeps its archive number."""
    with order_deed(actor, number, "reopen", {"reason": reason.strip()}) as work:
        _decide(work, "approved", reason)
        order = work.record
        work.target = "refused" if order.refusal else "merged" if order.merged_into_id else "visited"
        work.change(archived_at=None)
    return order


def refuse_reopen(actor: Actor, number: str, reason: str) -> Reopening:
    """Refuse the wish; the order stays as it is."""
    with order_deed(actor, number, "refuse_reopen", {"reason": reason.strip()}) as work:
        wish = _decide(work, "refused", reason)
        wish.ended_at = work.at
        work.changed(wish, "ended_at")
    return wish


def _decide(work: Deed[WorkOrder], decision: str, reason: str) -> Reopening:
    wish = work.record.reopenings.filter(decision="", ended_at=None).first()
    if wish is None:
        raise NotAllowed("没有待审批的恢复申请，请先由档案人员或话务员提出。", state=work.record.state)
    if wish.asked_by_id == work.actor.staff_id:
        raise NotAllowed("恢复归档工单要由另一人审批。", state=work.record.state)
    if len(reason.strip()) > LONGEST_TEXT:
        raise Incomplete("理由过长。", fields={"reason": f"最多{LONGEST_TEXT}字。"})
    wish.decision, wish.decided_by_id, wish.decided_at, wish.note = (
        decision,
        work.actor.staff_id,
        work.at,
        reason.strip(),
    )
    work.changed(wish, "decision", "decided_by_id", "decided_at", "note")
    work.tell(reopening=str(wish.id), decision=decision)
    return wish
