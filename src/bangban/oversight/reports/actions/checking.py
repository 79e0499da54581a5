"""Checking by the statistics officer, releasing by a second person, and the agreement with the orders between both."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.documents import keep, paper_docx, paper_pdf
from bangban.foundation.flows.deed import Deed, deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.oversight.reports.actions.door import accounts_of, locked, officers, tell
from bangban.oversight.reports.flow import FLOW
from bangban.oversight.reports.models import Report
from bangban.oversight.reports.papers import paper_of
from bangban.oversight.reports.reconciling import Compared, compare, stored

REASON_LIMIT = 500


def assign(number: str, actor: Actor, staff_id: int) -> Report:
    """Name who is responsible for a report: a statistics officer of the hotline (GB33358-5.6.1.1)."""
    with deed(FLOW, lambda: locked(number), "assign", actor, {"staff": staff_id}) as work:
        chosen = next((one for one in officers(work.record.body_id) if one.id == staff_id), None)
        if chosen is None:
            raise Incomplete("请从本热线的统计人员中选择责任人。", fields={"staff": "请选择统计人员。"})
        work.change(responsible=chosen, responsible_name=chosen.name)
        work.tell(staff=staff_id)
        if chosen.id != actor.staff_id:
            tell(
                work,
                [chosen.account_id],
                f"您是《{work.record.title}》的责任人，请核对。",
                f"assigned:{work.record.version}",
            )
    return work.record


def check(number: str, actor: Actor) -> Report:
    """Vouch for a report; it is compared with the orders at once, and what differs is kept and shown."""
    with deed(FLOW, lambda: locked(number), "check", actor) as work:
        found = _reconcile(work)
        work.change(checked_by_id=actor.staff_id, checked_name=actor.public_name, checked_at=work.at, reason="")
        work.tell(agrees=work.record.agrees, differences=[one.label for one in found if not one.agrees])
        managers = accounts_of(work.record.body_id, "hotline_manager", "service_manager")
        tell(work, managers, f"《{work.record.title}》已核对，请签发。", f"checked:{work.record.version}")
    return work.record


def _reconcile(work: Deed[Report]) -> list[Compared]:
    found = compare(work.record)
    agrees = all(one.agrees for one in found)
    work.change(reconciled=stored(found), reconciled_at=work.at, agrees=agrees)
    return found


def send_back(number: str, actor: Actor, reason: str) -> Report:
    """Return a report to its officer with the reason."""
    with deed(FLOW, lambda: locked(number), "return", actor, {"reason": reason.strip()}) as work:
        work.change(reason=reason.strip()[:REASON_LIMIT], checked_by=None, checked_name="", checked_at=None)
        work.tell(reason=reason.strip()[:REASON_LIMIT])
        if work.record.responsible:
            text = f"《{work.record.title}》被退回：{reason.strip()[:REASON_LIMIT]}"
            tell(work, [work.record.responsible.account_id], text, f"returned:{work.record.version}")
    return work.record


def release(number: str, actor: Actor) -> Report:
    """Release a report: it is compared with the orders once more, then its PDF and Word are made and kept by digest.

    Raises NotAllowed for whoever checked it, and where figures and orders differ (the comparison is kept all the same);
    FontsMissing where documents cannot be made.
    """
    with deed(FLOW, lambda: locked(number), "_reconcile", actor) as again:
        found = _reconcile(again)
        again.tell(agrees=again.record.agrees, differences=[one.label for one in found if not one.agrees])
    with deed(FLOW, lambda: locked(number), "release", actor) as work:
        report = work.record
        if actor.staff_id == report.checked_by_id:
            raise NotAllowed("核对人不能签发同一份报告，请由另一位管理人员签发。", state=report.state)
        work.change(released_by_id=actor.staff_id, released_name=actor.public_name, released_at=work.at)
        paper = paper_of(report)
        work.change(pdf_digest=keep(paper_pdf(paper)), word_digest=keep(paper_docx(paper)))
        work.tell(pdf=report.pdf_digest, word=report.word_digest)
    return work.record


def cancel(number: str, actor: Actor, reason: str) -> Report:
    """Void a report that is not needed, with the reason."""
    with deed(FLOW, lambda: locked(number), "cancel", actor, {"reason": reason.strip()}) as work:
        work.change(reason=reason.strip()[:REASON_LIMIT])
        work.tell(reason=reason.strip()[:REASON_LIMIT])
    return work.record
