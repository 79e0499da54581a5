"""Weights, targets and intervals: what an installation set, else what the house begins with."""

from __future__ import annotations

from typing import Any

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.foundation.ledger.writes import Writes
from bangban.oversight.appraisal import rules
from bangban.oversight.appraisal.models import EvaluationSheet, Scheme
from bangban.oversight.appraisal.parties import manages
from bangban.oversight.appraisal.terms import AGENT_BY_CODE, DEFAULTS, PERCENT, SCORED, Subject
from bangban.oversight.holdings.reads import in_force as documents


def in_force(center_id: int, subject: str) -> Any:
    """Return the content that counts now."""
    found = Scheme.objects.filter(center_id=center_id, subject=subject).order_by("-id").first()
    return found.content if found else DEFAULTS[Subject(subject)]


def basis_of(center_id: int, subject: str) -> str:
    """Return the number of the internal-control document that what counts now rests on; empty when none is named."""
    found = Scheme.objects.filter(center_id=center_id, subject=subject).order_by("-id").first()
    return found.regulation if found else ""


def set_scheme(actor: Actor, subject: str, content: Any, reason: str, regulation: str = "") -> Scheme:
    """Set weights, targets or intervals from now on; what was drafted before keeps its own.

    `regulation` is the number of an internal-control document of the same hotline that is in force (GB33358-6.1).

    Raises NotYours for anybody but a manager of the hotline, Incomplete with the sentence for what does not fit.
    """
    from bangban.oversight.appraisal.evaluating import known_indicators

    if actor.unit_id is None or not manages(actor, actor.unit_id):
        raise NotYours("只有热线管理人员可以设置考核办法。")
    known: dict[str, Any] = {
        Subject.UNIT: dict.fromkeys(SCORED),
        Subject.AGENT: {code for code, one in AGENT_BY_CODE.items() if one.shown == PERCENT},
        Subject.SELF: known_indicators(),
        Subject.ROUTINE: {},
    }
    problem = rules.problems_of(subject, content, known[Subject(subject)])
    problems = {"content": problem} if problem else {}
    problems |= {} if reason.strip() else {"reason": "请写明依据，例如哪份文件或哪次会议。"}
    at, basis = now(), regulation.strip().upper()
    if basis and basis not in {one.number for one in documents(actor.unit_id, business_date(at))}:
        problems["regulation"] = "请选择一份现行的内控制度；没有的，先在“内控制度”里登记。"
    if problems:
        raise Incomplete(next(iter(problems.values())), fields=problems)
    assert actor.staff_id is not None
    row = Scheme(
        center_id=actor.unit_id, subject=subject, content=content, reason=reason.strip()[:300], regulation=basis,
        set_by_id=actor.staff_id, set_at=at,
    )  # fmt: skip
    writes = Writes()
    writes.insert(row)
    writes.run()
    if subject == Subject.SELF:  # every sheet is counted anew by the tree that holds from now on
        EvaluationSheet.objects.filter(center_id=actor.unit_id).update(asked_at=now())
    return row
