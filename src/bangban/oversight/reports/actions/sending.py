"""Sending a released report to its recipients, and their receipts (GB33358-5.6.1.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.flows.deed import Deed, deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.notify.actions import Address, Message, enqueue
from bangban.oversight.reports.actions.door import accounts_of, locked, tell
from bangban.oversight.reports.addresses import wrong_address
from bangban.oversight.reports.flow import FLOW, UNSENT
from bangban.oversight.reports.models import Report, ReportRecipient, ReportSending
from bangban.oversight.reports.reactions import REPORT_SENT
from bangban.oversight.reports.terms import DUTY, Way

# Who opens a report at a body that it was sent to.
READERS = ("service_manager", "hotline_manager", "undertaker")
NAME_LIMIT, NOTE_LIMIT = 40, 200


def send(number: str, actor: Actor, recipients: Sequence[int]) -> list[ReportSending]:
    """Send a released report, or one that was sent before to further recipients; returns the new lines of the register.

    Raises Incomplete when none of the recipients is new, or one has an address that nothing can reach.
    """
    known = Report.objects.filter(number=number.strip().upper()).values_list("state", flat=True).first()
    action = "send" if known in UNSENT else "send_more"
    with deed(FLOW, lambda: locked(number), action, actor, {"recipients": list(recipients)}) as work:
        report = work.record
        before = set(report.sendings.values_list("recipient_id", flat=True))
        chosen = [
            one
            for one in ReportRecipient.objects.filter(id__in=recipients, body_id=report.body_id, active=True).order_by(
                "id"
            )
            if one.id not in before
        ]
        if not chosen:
            raise Incomplete("请选择还没有报送过的对象。", fields={"recipients": "请选择报送对象。"})
        wrong = [one.name for one in chosen if one.channel != Way.IN_APP and wrong_address(one.channel, one.address)]
        if wrong:
            told = f"{'、'.join(wrong)}的地址不对，报送不到，请先在“报送对象”里改正，或不选。"
            raise Incomplete(told, fields={"recipients": told})
        lines = [_send_to(work, one) for one in chosen]
        work.change(sent_at=report.sent_at or work.at)
        work.tell(recipients=[one.name for one in chosen])
    return lines


def _send_to(work: Deed[Report], recipient: ReportRecipient) -> ReportSending:
    report = work.record
    line = ReportSending(
        report_id=report.id, recipient_id=recipient.id, name=recipient.name, unit_id=recipient.unit_id,
        channel=recipient.channel, sent_at=work.at,
    )  # fmt: skip
    work.insert(line)
    text = f"{report.title}已报送，请登录工作门户查看并签收：{settings.SITE_URL}/desk/reports/{report.number}"
    if recipient.channel == Way.IN_APP:
        tell(work, accounts_of(recipient.unit_id or 0, *READERS), f"收到《{report.title}》，请查看并签收。", "sent")
    else:
        key = f"report:{report.number}:{recipient.id}"
        enqueue(work, Message(REPORT_SENT.code, (Address(recipient.channel, recipient.address),), text, key))
    return line


def acknowledge(number: str, actor: Actor) -> Report:
    """Acknowledge a report for the actor's own body; a second time changes nothing but is refused kindly."""
    with deed(FLOW, lambda: locked(number), "acknowledge", actor) as work:
        line = (
            ReportSending.objects.select_for_update(of=("self",))
            .filter(report=work.record, unit_id=actor.unit_id, acknowledged_at=None)
            .first()
        )
        if line is None:
            raise NotAllowed("本单位已经签收过这份报告。", state=work.record.state)
        _received(work, line, f"{actor.unit_name} {actor.public_name}".strip())
    return work.record


def register_receipt(number: str, actor: Actor, sending: UUID, by: str, note: str = "") -> Report:
    """Register a receipt that came on paper or by telephone: who gave it, and how it is known."""
    given = {"sending": sending, "by": by.strip()}
    with deed(FLOW, lambda: locked(number), "register_receipt", actor, given) as work:
        if len(by.strip()) > NAME_LIMIT or len(note.strip()) > NOTE_LIMIT:
            raise Incomplete("签收人或说明太长。", fields={"by": f"签收人最多{NAME_LIMIT}字，说明最多{NOTE_LIMIT}字。"})
        line = (
            ReportSending.objects.select_for_update(of=("self",))
            .filter(report=work.record, id=sending, acknowledged_at=None)
            .first()
        )
        if line is None:
            raise NotYours("没有找到待签收的报送记录，请刷新页面。")
        line.registered_by, line.note = actor.public_name, note.strip()
        work.changed(line, "registered_by", "note")
        _received(work, line, by.strip())
    return work.record


def _received(work: Deed[Report], line: ReportSending, by: str) -> None:
    """Write one receipt; the report is acknowledged when the last one is in."""
    line.acknowledged_at, line.acknowledged_by = work.at, by
    work.changed(line, "acknowledged_at", "acknowledged_by")
    work.tell(recipient=line.name)
    if ReportSending.objects.filter(report=work.record, acknowledged_at=None).exclude(id=line.id).exists():
        work.target = None


def warn_late(at: datetime) -> int:
    """Warn once about every report that is past its time and not sent (GB33358-5.6.1.4); returns how many."""
    late = Report.objects.filter(state__in=UNSENT, due_at__lte=at, late_warned_at=None).order_by("due_at")
    numbers = list(late.values_list("number", flat=True)[:200])
    for number in numbers:
        with deed(FLOW, lambda number=number: locked(number), "_late", SYSTEM) as work:  # type: ignore[misc]
            report = work.record
            work.change(late_warned_at=work.at)
            told = accounts_of(report.body_id, DUTY, "hotline_manager")
            tell(work, told, f"《{report.title}》已过报送时间，目前{FLOW.states[report.state]}，请尽快办理。", "late")
    return len(numbers)
