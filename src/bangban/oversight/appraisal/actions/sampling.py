"""Drawing calls for quality checks and scoring them (GB33358-4.3.2-c, 4.3.2-e)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.deed import opening
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.oversight.appraisal.actions.door import LONGEST, accounts_of, identifier, on, one_at_a_time, tell
from bangban.oversight.appraisal.drawing import drawn
from bangban.oversight.appraisal.flow import SAMPLING
from bangban.oversight.appraisal.models import Check, Sampling
from bangban.oversight.appraisal.numbers import SAMPLINGS
from bangban.oversight.appraisal.parties import inspects, manages
from bangban.oversight.appraisal.rules import MOST_CALLS
from bangban.oversight.appraisal.terms import CRITERIA, FULL_MARK


def draw(actor: Actor, center_id: int, first: date, last: date, per_agent: int) -> Sampling:
    """Draw answered calls of each agent over days that are past; the same days again give the draw that is there.

    Raises NotYours for agents and strangers: nobody chooses his own calls, and nobody chooses at all.
    """
    if actor.kind != "system" and not (manages(actor, center_id) or inspects(actor, center_id)):
        raise NotYours("只有质检人员和热线管理人员可以抽取质检样本。")
    at = now()
    if not first <= last < business_date(at):
        raise Incomplete("请选择已经过去的起止日期。", fields={"last": "请选择今天以前的日期。"})
    if not 1 <= per_agent <= MOST_CALLS:
        raise Incomplete(f"每名话务员抽取1至{MOST_CALLS}件。", fields={"per_agent": f"请填写1至{MOST_CALLS}。"})
    with transaction.atomic():
        one_at_a_time(center_id)
        known = Sampling.objects.filter(center_id=center_id, first=first, last=last).first()
        if known is not None:
            return known
        seed = secrets.token_hex(8)
        chosen = drawn(center_id, first, last, per_agent, seed)
        if not chosen:
            raise Incomplete("这段时间没有电话工单可抽。", fields={"first": "请选择有来电工单的日期。"})
        record = Sampling(
            number=SAMPLINGS.next(at), state="open", center_id=center_id, first=first, last=last, per_agent=per_agent,
            seed=seed, size=len(chosen), left=len(chosen),
        )  # fmt: skip
        with opening(SAMPLING, record, actor) as work:
            work.among_staff()
            rows = [Check(sampling=record, order_id=order, agent_id=agent) for order, agent in chosen]
            Check.objects.bulk_create(rows, batch_size=1000)
            work.tell(size=len(chosen), seed=seed, per_agent=per_agent)
            tell(
                work,
                accounts_of(center_id, "quality_inspector"),
                f"新一期质检样本已抽取，共{len(chosen)}件。",
                "drawn",
            )
    return record


def score(actor: Actor, number: str, check_id: str, scores: Mapping[str, int], note: str = "") -> Check:
    """Score one call on the four criteria, 1 to 5 each; a score may be given once and never by the agent."""
    with on(SAMPLING, Sampling, actor, number, "score") as work:
        row = _open_check(work.record, identifier(check_id), actor)
        problems = {
            name: f"请为“{label}”打1至{FULL_MARK}分。"
            for name, label in CRITERIA.items()
            if scores.get(name) not in range(1, FULL_MARK + 1)
        }
        if problems:
            raise Incomplete("还有评分没有填写。", fields=problems)
        for name in CRITERIA:
            setattr(row, name, scores[name])
        row.note, row.inspector_id, row.done_at = note.strip()[:LONGEST], actor.staff_id, work.at
        work.changed(row, *CRITERIA, "note", "inspector_id", "done_at")
        work.tell(check=str(row.id), agent=row.agent_id, **{f"score_{name}": scores[name] for name in CRITERIA})
        work.change(left=work.record.left - 1)
        work.target = "done" if work.record.left == 0 else None
    return row


def set_aside(actor: Actor, number: str, check_id: str, reason: str) -> Check:
    """Leave one call unscored with a reason, such as a lost recording; it counts in no average."""
    with on(SAMPLING, Sampling, actor, number, "set_aside", {"reason": reason.strip()}) as work:
        row = _open_check(work.record, identifier(check_id), actor)
        row.set_aside, row.inspector_id, row.done_at = reason.strip()[:300], actor.staff_id, work.at
        work.changed(row, "set_aside", "inspector_id", "done_at")
        work.tell(check=str(row.id), agent=row.agent_id)
        work.change(left=work.record.left - 1)
        work.target = "done" if work.record.left == 0 else None
    return row


def _open_check(record: Sampling, check_id: UUID, actor: Actor) -> Check:
    row = Check.objects.select_for_update(of=("self",)).filter(sampling=record, id=check_id).first()
    if row is None:
        raise NotYours("没有找到这件样本，请刷新页面后再试。")
    if row.agent_id == actor.staff_id:
        raise NotAllowed("不能给自己受理的来电评分，请由其他质检人员评。", state=record.state, allowed_actions=[])
    if row.done_at is not None:
        raise NotAllowed("这件样本已经评过了。", state=record.state, allowed_actions=[])
    return row
