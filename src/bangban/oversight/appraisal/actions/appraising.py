"""Appraising a period: drafted from indicators, open to objections, approved, published (GB33358-6.1)."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.calendar import add_workdays
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import work_calendar
from bangban.foundation.clocks.zones import DEFAULT_ZONE, business_date
from bangban.foundation.flows.deed import Deed, opening
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.oversight.appraisal import figures, rules
from bangban.oversight.appraisal.actions.door import (
    LONGEST,
    accounts_of,
    identifier,
    manager_of,
    on,
    one_at_a_time,
    tell,
)
from bangban.oversight.appraisal.actions.showing import show
from bangban.oversight.appraisal.flow import APPRAISAL
from bangban.oversight.appraisal.models import Appraisal, Objection, ScoreRow
from bangban.oversight.appraisal.numbers import APPRAISALS
from bangban.oversight.appraisal.schemes import in_force
from bangban.oversight.appraisal.terms import AGENT_BY_CODE, GRADE, PERCENT, UNIT_BY_CODE, Circle, Period, Subject
from bangban.oversight.reports.periods import containing

EVENING = time(23, 59, 59)
LARGEST = 10_000_000
NOTHING = "这个周期没有承办和受理的数据，不需要考核。"


def draft(actor: Actor, center_id: int, period: str, day: date) -> Appraisal:
    """Begin the appraisal of the period that a day lies in; the same period again gives the one that is there.

    It stands as `counting` until the job has counted it. Raises NotYours for others than a manager, Incomplete for a
    period that is not over or in which nobody did anything.
    """
    manager_of(actor, center_id)
    if period not in Period.values:
        raise Incomplete("请选择考核周期。", fields={"period": "可选月度、季度、年度。"})
    span = containing(period, day)
    at = now()
    if span.last >= business_date(at):
        raise Incomplete("这个周期还没有结束，结束后才能考核。", fields={"day": "请选择已经结束的周期。"})
    with transaction.atomic():
        one_at_a_time(center_id)
        known = Appraisal.objects.filter(center_id=center_id, period=period, first=span.first).first()
        if known is not None:
            return known
        record = Appraisal(
            number=APPRAISALS.next(at), state="counting", center_id=center_id, period=period, first=span.first,
            last=span.last, counted_at=at, weights=in_force(center_id, Subject.UNIT),
            agent_weights=in_force(center_id, Subject.AGENT),
        )  # fmt: skip
        if not figures.anything(center_id, span.first, span.last):
            raise Incomplete(NOTHING, fields={"day": "请选择有工单的周期。"})
        with opening(APPRAISAL, record, actor) as work:
            work.among_staff()
            work.tell(period=period)
    return record


def correct(actor: Actor, number: str, row_id: str, code: str, part: float, whole: float, reason: str) -> ScoreRow:
    """Correct one figure of one row with a reason; what was counted stays beneath it, ranks follow."""
    with on(APPRAISAL, Appraisal, actor, number, "correct", {"reason": reason.strip()}) as work:
        return _correct(work, _row(work.record, row_id), code, part, whole, reason)


def _correct(work: Deed[Appraisal], row: ScoreRow, code: str, part: float, whole: float, reason: str) -> ScoreRow:
    known = (UNIT_BY_CODE if row.unit_id else AGENT_BY_CODE).get(code)
    if known is None:
        raise Incomplete("请选择要更正的指标。", fields={"code": "请选择要更正的指标。"})
    most = whole * 5 if known.shown == GRADE else whole if known.shown == PERCENT else LARGEST
    if not (0 <= whole <= LARGEST and 0 <= part <= most):
        raise Incomplete("分子和分母填写不对。", fields={"part": "分子不能大于分母；平均分的分子是各人评分之和。"})
    before = row.corrected.get(code, row.figures.get(code))
    row.corrected = {**row.corrected, code: [part, whole]}
    row.correction = "；".join(one for one in (row.correction, f"{known.label}：{reason.strip()}") if one)[:LONGEST]
    work.tell(row=str(row.id), figure=code, before=before, after=[part, whole], reason=reason.strip()[:300])
    record = work.record
    row.score = rules.score({**row.figures, **row.corrected}, record.weights if row.unit_id else record.agent_weights)
    work.changed(row, "corrected", "correction", "score", "rank")
    if row.unit_id:
        others = {one.id: one for one in record.rows.filter(staff=None)} | {row.id: row}
        placed = {key: rules.placed({**one.figures, **one.corrected}, record.weights) for key, one in others.items()}
        for key, place in rules.ranks(placed).items():
            if others[key].rank != place:
                others[key].rank = place
                work.changed(others[key], "rank")
    return row


def consult(actor: Actor, number: str) -> Appraisal:
    """Open the objection period: every unit of the appraisal is told and may object until it ends."""
    with on(APPRAISAL, Appraisal, actor, number, "consult") as work:
        record = work.record
        days = in_force(record.center_id, Subject.ROUTINE)["objection_days"]
        last = add_workdays(business_date(work.at), days, work_calendar())
        work.change(objections_until=datetime.combine(last, EVENING, tzinfo=DEFAULT_ZONE))
        units = list(record.rows.filter(staff=None).values_list("unit_id", flat=True))
        work.topics.update(f"unit:{unit}" for unit in units)
        for unit in units:
            text = f"本单位的热线承办考核结果已出，如有异议请在{last.month}月{last.day}日前提出。"
            tell(work, accounts_of(unit, "undertaker"), text, "consult")
    return record


def object_to(actor: Actor, number: str, reason: str) -> Objection:
    """Object to the row of one's own unit, with a reason; one open objection at a time."""
    with on(APPRAISAL, Appraisal, actor, number, "object", {"reason": reason.strip()}) as work:
        record = work.record
        row = record.rows.get(unit_id=actor.unit_id)
        if row.objections.filter(answered_at=None).exists():
            raise NotAllowed("本单位已有一条异议等待答复。", state=record.state, allowed_actions=[])
        assert actor.staff_id is not None
        made = Objection(row=row, reason=reason.strip()[:LONGEST], by_id=actor.staff_id, at=work.at)
        work.insert(made)
        work.change(open_objections=record.open_objections + 1)
        work.tell(unit=actor.unit_id, objection=str(made.id))
        tell(
            work,
            accounts_of(record.center_id, "hotline_manager"),
            f"{actor.unit_name}对考核提出异议，请答复。",
            f"o{made.id}",
        )
    return made


def answer(
    actor: Actor,
    number: str,
    objection_id: str,
    accepted: bool,
    text: str,
    change: tuple[str, float, float] | None = None,
) -> Objection:
    """Answer an objection; an accepted one corrects a figure `(code, part, whole)` of the row in the same deed."""
    with on(APPRAISAL, Appraisal, actor, number, "answer", {"answer": text.strip()}) as work:
        record = work.record
        found = (
            Objection.objects.select_for_update(of=("self",))
            .select_related("row")
            .filter(id=identifier(objection_id), row__appraisal=record, answered_at=None)
            .first()
        )
        if found is None:
            raise NotAllowed("这条异议已经答复过了。", state=record.state, allowed_actions=[])
        if accepted and change is None:
            raise Incomplete("采纳异议要写明更正后的数值。", fields={"code": "请选择更正哪项指标。"})
        if accepted and change is not None:
            _correct(work, found.row, *change, text)
        found.accepted, found.answer = accepted, text.strip()[:LONGEST]
        found.answered_by_id, found.answered_at = actor.staff_id, work.at
        work.changed(found, "accepted", "answer", "answered_by_id", "answered_at")
        work.change(open_objections=record.open_objections - 1)
        work.tell(objection=str(found.id), accepted=accepted)
        work.topics.add(f"unit:{found.row.unit_id}")
    return found


def approve(actor: Actor, number: str) -> Appraisal:
    """Approve what stands after the objections."""
    with on(APPRAISAL, Appraisal, actor, number, "approve") as work:
        work.change(approved_by_id=actor.staff_id, approved_at=work.at)
    return work.record


def publish(actor: Actor, number: str, circle: str = Circle.INTERNAL) -> Appraisal:
    """Publish: every undertaker may read it from now on, everybody if the circle says so; no figure changes any more."""
    with on(APPRAISAL, Appraisal, actor, number, "publish", {"circle": circle}) as work:
        record = work.record
        work.change(published_at=work.at, circle=_circle(circle))
        work.tell(circle=circle)
        show(work)
        units = list(record.rows.filter(staff=None).values_list("unit_id", flat=True))
        work.topics.update(f"unit:{unit}" for unit in units)
        for unit in units:
            tell(work, accounts_of(unit, "undertaker"), "热线承办考核结果已公布，请查看。", "published")
    return record


def set_circle(actor: Actor, number: str, circle: str, reason: str) -> Appraisal:
    """Show a published appraisal to everybody, or take it back from them, with a reason; undertakers keep it."""
    with on(APPRAISAL, Appraisal, actor, number, "set_circle", {"circle": circle, "reason": reason.strip()}) as work:
        if work.record.circle == _circle(circle):
            sentence = f"公布范围已经是“{Circle(circle).label}”。"
            raise Incomplete(sentence, fields={"circle": sentence})
        work.change(circle=circle)
        work.tell(circle=circle, reason=reason.strip()[:300])
        show(work)
    return work.record


def _circle(circle: str) -> str:
    if circle not in Circle.values:
        raise Incomplete("请选择公布范围。", fields={"circle": "可选内部通报、向社会公布。"})
    return circle


def _row(record: Appraisal, row_id: str) -> ScoreRow:
    found = ScoreRow.objects.select_for_update(of=("self",)).filter(id=identifier(row_id), appraisal=record).first()
    if found is None:
        raise NotYours("没有找到这一行，请刷新页面后再试。")
    return found
