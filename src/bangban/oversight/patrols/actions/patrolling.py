"""What an inspector does: begin, tick member by member or the premises, finish (DB23-4.1, DB23-5.2.1, GB33358-4.2.1)."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.deed import deed, opening
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.oversight.patrols.flow import FLOW
from bangban.oversight.patrols.models import ChecklistLine, Patrol, Result
from bangban.oversight.patrols.numbers import next_number
from bangban.oversight.patrols.parties import below, has_premises
from bangban.oversight.patrols.reads.checklists import in_force
from bangban.oversight.patrols.rules import Tick, check_ticks
from bangban.oversight.patrols.terms import Kind, Verdict
from bangban.registry.org.models import Staff

SUMMARY_LIMIT = 1000


def start_patrol(actor: Actor, *, body_id: int | None = None, kind: str = Kind.STAFF) -> Patrol:
    """Begin a patrol of a body (the actor's own when none is named) with the checklist in force for people or premises.

    Raises NotYours outside the actor's reach, NotAllowed for premises of another body than a hotline and while no
    checklist is in force.
    """
    where = body_id or actor.unit_id
    if where is None or actor.staff_id is None or not may(actor, "patrols.record") or not below(actor, where):
        raise NotYours("您不能巡查这个机构。")
    if kind == Kind.SITE and not has_premises(where):
        raise NotAllowed("场所巡查表只用于政府热线，这个机构请巡查人员。", state="")
    checklist = in_force(business_date(now()), kind)
    if checklist is None:
        raise NotAllowed("还没有生效的巡查表，请先由管理人员发布。", state="")
    patrol = Patrol(
        number=next_number(), state="open", body_id=where, checklist_id=checklist.id, inspector_id=actor.staff_id,
        inspector_name=actor.public_name,
    )  # fmt: skip
    with transaction.atomic(), opening(FLOW, patrol, actor) as work:
        work.tell(checklist=checklist.version, about=checklist.kind)
    return patrol


def check_staff(
    number: str, actor: Actor, staff_id: int, ticks: Mapping[str, Tick], *, window: str = ""
) -> dict[str, str]:
    """Keep what was seen of one member of staff; ticking again replaces the earlier ticks. Returns line code → verdict.

    Raises Incomplete for a fail without a note and other gaps by line, NotYours for staff of another body. Inspectors
    do not inspect themselves.
    """
    given = {"staff": staff_id, "verdicts": dict(ticks) or None}
    with deed(FLOW, lambda: _locked(number), "check", actor, given) as work:
        staff = Staff.objects.filter(id=staff_id, body_id=work.record.body_id, active=True).first()
        if staff is None:
            raise NotYours("没有找到这名人员，请核对人员名单。")
        if staff.id == actor.staff_id:
            raise NotAllowed("不能巡查自己，请由另一位巡查人员记录。", state=work.record.state)
        lines = {line.code: line for line in ChecklistLine.objects.filter(checklist_id=work.record.checklist_id)}
        if problems := check_ticks(ticks, lines, window):
            raise Incomplete("还不能保存，请检查标出的项目。", fields=problems)
        Result.objects.filter(patrol=work.record, staff=staff).delete()
        for code, tick in ticks.items():
            work.insert(
                Result(
                    patrol_id=work.record.id, staff_id=staff.id, window=window.strip(), line_id=lines[code].id,
                    verdict=tick.verdict, note=tick.note.strip(), at=work.at,
                )
            )  # fmt: skip
        failed = sorted(code for code, tick in ticks.items() if tick.verdict == Verdict.FAIL)
        work.tell(staff=staff.id, checked=len(ticks), failed=failed)
    return {code: tick.verdict for code, tick in ticks.items()}


def check_site(number: str, actor: Actor, ticks: Mapping[str, Tick], *, place: str = "") -> dict[str, str]:
    """Keep what was seen of the premises, with readings as notes; ticking again replaces it. Returns line code → verdict.

    `place`: which part of the premises, when not the whole. Raises Incomplete for a fail without a note (GB33358-4.2.1).
    """
    with deed(FLOW, lambda: _locked(number), "check_site", actor, {"verdicts": dict(ticks) or None}) as work:
        lines = {line.code: line for line in ChecklistLine.objects.filter(checklist_id=work.record.checklist_id)}
        if problems := check_ticks(ticks, lines, place):
            raise Incomplete("还不能保存，请检查标出的项目。", fields=problems)
        Result.objects.filter(patrol=work.record, staff=None).delete()
        for code, tick in ticks.items():
            work.insert(
                Result(
                    patrol_id=work.record.id, window=place.strip(), line_id=lines[code].id, verdict=tick.verdict,
                    note=tick.note.strip(), at=work.at,
                )
            )  # fmt: skip
        failed = sorted(code for code, tick in ticks.items() if tick.verdict == Verdict.FAIL)
        work.tell(checked=len(ticks), failed=failed)
    return {code: tick.verdict for code, tick in ticks.items()}


def finish_patrol(number: str, actor: Actor, summary: str = "") -> Patrol:
    """End a patrol; NotAllowed before anybody was looked at."""
    with deed(FLOW, lambda: _locked(number), "finish", actor, {"summary": summary}) as work:
        if not Result.objects.filter(patrol=work.record).exists():
            raise NotAllowed("还没有记录任何内容；不需要这次巡查的，请作废。", state=work.record.state)
        if len(summary) > SUMMARY_LIMIT:
            sentence = f"小结共{len(summary)}字，最多{SUMMARY_LIMIT}字。"
            raise Incomplete(sentence, fields={"summary": sentence})
        work.change(done_at=work.at, summary=summary.strip())
        work.tell(staff=Result.objects.filter(patrol=work.record).values("staff").distinct().count())
    return work.record


def cancel_patrol(number: str, actor: Actor, reason: str) -> Patrol:
    """Void a patrol that was begun by mistake; its results no longer count."""
    with deed(FLOW, lambda: _locked(number), "cancel", actor, {"reason": reason.strip()}) as work:
        work.change(summary=reason.strip()[:SUMMARY_LIMIT])
        work.tell(reason=reason.strip()[:SUMMARY_LIMIT])
    return work.record


def _locked(number: str) -> Patrol | None:
    return Patrol.objects.select_for_update().filter(number=number.strip().upper()).first()
