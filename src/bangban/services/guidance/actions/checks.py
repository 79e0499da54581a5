"""The two checks of assistance and what follows: one correction notice, or referral to review (T637-8.3.3-a to -d)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID
from zoneinfo import ZoneInfo

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.registry.people.models import Person
from bangban.services.cases.models import Case
from bangban.services.conversation import actions as talk
from bangban.services.conversation.models import Kind, Party
from bangban.services.guidance.actions.door import ASSISTED, step
from bangban.services.guidance.models import CheckList, Correction, Draft, Finding
from bangban.services.guidance.reads.loading import Papers, brought, checks_of, papers
from bangban.services.guidance.rules.checks import Judged, Known, Line, check_documents, check_elements, late_defects
from bangban.services.guidance.terms import PASSING, CheckKind, CheckOutcome, DraftState, Verdict

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONGEST_NOTE = 500
GAPS = (Verdict.MISSING, Verdict.EMPTY)


def start_checks(actor: Actor, number: str) -> list[CheckList]:
    """Begin required-document check and element check of a submitted draft: two lists with the automatic findings.

    Raises NotAllowed unless the service user has submitted (again): a correction is re-checked only after that.
    """
    with step(actor, number, "checks_begun", ASSISTED) as deed:
        found, staff = papers(deed.record), _staff_id(actor)
        draft = _submitted(deed, found)
        if CheckList.objects.filter(draft=draft, round=draft.submissions).exists():
            raise NotAllowed("这次提交的核对已经开始。", state=deed.record.state)
        versions = {code: row.version for code, row in found.fields.items()}
        today = deed.at.astimezone(SHANGHAI).date()
        lines = {
            CheckKind.DOCUMENTS: check_documents(brought(found.needs, found.values), today),
            CheckKind.ELEMENTS: check_elements(found.schema, found.values, versions, _known(deed.record)),
        }
        made = [_list(deed, draft, kind, lines[kind], staff) for kind in CheckKind]
        deed.tell(round=draft.submissions, **{kind.value: _defects(lines[kind]) for kind in CheckKind})
    return made


def _staff_id(actor: Actor) -> int:
    if actor.staff_id is None:
        raise NotYours("没有找到这条记录，请核对编号。")
    return actor.staff_id


def _submitted(deed: Deed[Case], found: Papers) -> Draft:
    if found.draft is None or found.draft.state != DraftState.SUBMITTED:
        raise NotAllowed("服务对象提交草稿之后才能核对。", state=deed.record.state, needs="submission")
    return found.draft


def _known(case: Case) -> Known:
    person = Person.objects.filter(id=case.person_id).first() if case.person_id else None
    return Known(
        contact_name=case.contact_name,
        registered_name=person.name if person else "",
        registered_id=person.id_number if person and person.id_type == "111" else "",
    )


def _list(deed: Deed[Case], draft: Draft, kind: CheckKind, lines: Iterable[Line], staff: int) -> CheckList:
    made = CheckList(
        draft=draft,
        round=draft.submissions,
        kind=kind,
        reviewer_id=staff,
        reviewer_name=deed.actor.public_name,
        began_at=deed.at,
    )
    deed.insert(made)
    for place, line in enumerate(lines, 1):
        deed.insert(
            Finding(
                list=made,
                position=place,
                code=line.code,
                label=line.label,
                seen=line.seen,
                automatic=line.verdict,
                sentence=line.sentence,
                found=line.found,
                expected=line.expected,
            )
        )
    return made


def _defects(lines: Iterable[Line]) -> int:
    return sum(line.verdict not in PASSING for line in lines)


def review_finding(actor: Actor, number: str, finding_id: UUID, verdict: str, note: str = "") -> Finding:
    """Confirm a line of a check, or override what the rule says with a reason.

    Raises Incomplete for an unknown verdict and for an override without a note.
    """
    note = note.replace("\0", "").strip()[:LONGEST_NOTE]
    with step(actor, number, "finding_reviewed", ASSISTED) as deed:
        _staff_id(actor)
        finding = _open_finding(deed, finding_id)
        if verdict not in Verdict.values:
            raise Incomplete("请选择核对结果。", fields={"verdict": "请选择核对结果。"})
        if verdict != finding.automatic and len(note) < 2:
            raise Incomplete("改动自动结果时，请写明理由。", fields={"note": "请写明理由，服务对象可以看到。"})
        _judge(deed, finding, Verdict(verdict), note)
        deed.tell(finding=finding.code, verdict=verdict, automatic=finding.automatic)
    return finding


def _open_finding(deed: Deed[Case], finding_id: UUID) -> Finding:
    finding = Finding.objects.filter(id=finding_id, list__draft__case=deed.record).select_related("list").first()
    if finding is None:
        raise NotYours("没有找到这一项，请刷新页面。")
    if finding.list.finished_at:
        raise NotAllowed("这一轮核对已经结束。", state=deed.record.state)
    return finding


def _judge(deed: Deed[Case], finding: Finding, verdict: Verdict, note: str) -> None:
    finding.verdict, finding.note = verdict, note
    finding.reviewed_by_name, finding.reviewed_at = deed.actor.public_name, deed.at
    deed.changed(finding, "verdict", "note", "reviewed_by_name", "reviewed_at")


def confirm_findings(actor: Actor, number: str, kind: str) -> int:
    """Confirm the automatic result of every line of one list that has none yet; returns how many."""
    with step(actor, number, "findings_confirmed", ASSISTED) as deed:
        _staff_id(actor)
        if kind not in CheckKind.values:
            raise NotYours("没有找到这份清单。")
        waiting = list(
            Finding.objects.filter(list__draft__case=deed.record, list__kind=kind, list__finished_at=None, verdict="")
        )
        if not waiting:
            raise NotAllowed("没有待确认的项目。", state=deed.record.state)
        for finding in waiting:
            _judge(deed, finding, Verdict(finding.automatic), "")
        deed.tell(kind=kind, kind_label=CheckKind(kind).label, confirmed=len(waiting))
    return len(waiting)


def conclude_checks(actor: Actor, number: str) -> CheckOutcome:
    """End both checks: every defect goes out in one correction notice, or the matter is ready for review.

    Raises NotAllowed while any line of either list is not confirmed (T637-8.3.3-a).
    """
    with step(actor, number, "checks_passed", ASSISTED) as deed:
        _staff_id(actor)
        found = papers(deed.record)
        draft = _submitted(deed, found)
        rounds = checks_of(draft)
        lists = [(one, lines) for one, lines in rounds if one.round == draft.submissions]
        _must_be_complete(deed, lists)
        defects = [line for _, lines in lists for line in lines if line.verdict not in PASSING]
        outcome = CheckOutcome.CORRECTION if defects else CheckOutcome.REFERRED
        draft.state = DraftState.CORRECTION if defects else DraftState.PASSED
        deed.changed(draft, "state")
        for one, _ in lists:
            one.outcome, one.finished_at = outcome, deed.at
            deed.changed(one, "outcome", "finished_at")
        if defects:
            _send_correction(deed, draft, defects, rounds)
        else:
            text = "要件核对和要素校勘均已通过，您的申请达到可受理深度，可转入审查。"
            talk.say(deed, text, kind=Kind.SYSTEM, party=Party.STAFF)
            deed.change(acceptable=True, open_points=[])
        deed.tell(round=draft.submissions, outcome=outcome.value)
    return outcome


def _must_be_complete(deed: Deed[Case], lists: list[tuple[CheckList, list[Finding]]]) -> None:
    if len(lists) < len(CheckKind):
        raise NotAllowed("请先进行要件核对和要素校勘。", state=deed.record.state, needs="checks")
    waiting = sum(not line.verdict for _, lines in lists for line in lines)
    if waiting:
        raise NotAllowed(
            f"还有{waiting}项没有确认，请逐项确认后再结束核对。", state=deed.record.state, needs="findings"
        )


def _send_correction(
    deed: Deed[Case], draft: Draft, defects: list[Finding], rounds: list[tuple[CheckList, list[Finding]]]
) -> None:
    """Send all defects at once; those that an earlier round should have named are marked (T637-8.3.3-d)."""
    before = _judged(line for one, lines in rounds if one.round == _round_before(rounds, draft) for line in lines)
    late = late_defects(before, _judged(defects))
    for line in defects:
        if line.code in late:
            line.late = True
            deed.changed(line, "late")
    words = [f"{place}. {line.label}：{line.note or line.sentence}" for place, line in enumerate(defects, 1)]
    text = f"您的申请有{len(defects)}处需要补正，已一次列全，请改好后再次提交：\n" + "\n".join(words)
    entries = [
        {
            "label": line.label,
            "state": "missing" if line.verdict in GAPS else "wrong",
            "note": _reason(line),
        }
        for line in defects
    ]
    legend = f"一次性补正告知（第{draft.submissions}次核对）"
    message = talk.say(deed, text[: talk.LONGEST], kind=Kind.CHECKLIST, data={"legend": legend, "entries": entries})
    deed.insert(
        Correction(
            draft=draft,
            round=draft.submissions,
            message=message.id,
            defects=len(defects),
            late=len(late),
            sent_by_name=deed.actor.public_name,
            sent_at=deed.at,
        )
    )
    deed.change(acceptable=False, open_points=[f"{line.label}：{Verdict(line.verdict).label}" for line in defects][:20])
    deed.tell(step="correction_sent", defects=len(defects), late=sorted(late), codes=[line.code for line in defects])


def _reason(line: Finding) -> str:
    """Return why, for a list that is not sealed: never what was written; the mark itself says that something is missing."""
    return "" if line.verdict in GAPS else Verdict(line.verdict).label


def _round_before(rounds: list[tuple[CheckList, list[Finding]]], draft: Draft) -> int:
    return max((one.round for one, _ in rounds if one.round < draft.submissions), default=0)


def _judged(lines: Iterable[Finding]) -> list[Judged]:
    return [
        Judged(line.code, line.seen, line.verdict in PASSING, Verdict(line.verdict)) for line in lines if line.verdict
    ]
