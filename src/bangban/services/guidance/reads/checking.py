"""The two result lists and the correction notices as the panels show them."""

from __future__ import annotations

from collections.abc import Sequence

from bangban.services.guidance.models import CheckList, Correction, Finding
from bangban.services.guidance.reads.forms import shown
from bangban.services.guidance.rules.schema import Schema
from bangban.services.guidance.terms import PASSING, CheckKind, CheckOutcome, Verdict
from bangban.services.guidance.views import CheckView, CorrectionView, FindingView

GAPS = (Verdict.MISSING, Verdict.EMPTY)


def check_view(row: CheckList, lines: Sequence[Finding], schema: Schema, *, masked: bool) -> CheckView:
    """Return one list with its lines."""
    return CheckView(
        id=row.id,
        kind=row.kind,
        label=CheckKind(row.kind).label,
        round=row.round,
        reviewer=row.reviewer_name,
        began_at=row.began_at,
        finished_at=row.finished_at,
        outcome=row.outcome,
        outcome_label=CheckOutcome(row.outcome).label,
        findings=tuple(_finding(line, schema, masked=masked) for line in lines),
    )


def _finding(row: Finding, schema: Schema, *, masked: bool) -> FindingView:
    field = next((one for one in schema if one.code == row.code), None)
    verdict = Verdict(row.verdict) if row.verdict else None
    return FindingView(
        id=row.id,
        code=row.code,
        label=row.label,
        automatic=row.automatic,
        automatic_label=Verdict(row.automatic).label,
        sentence=row.sentence,
        found=shown(field, row.found, masked=masked) if field else row.found,
        expected=shown(field, row.expected, masked=masked) if field else row.expected,
        verdict=row.verdict,
        verdict_label=verdict.label if verdict else "",
        note=row.note,
        late=row.late,
        reviewed_by=row.reviewed_by_name,
        reviewed_at=row.reviewed_at,
        state=state_of(verdict),
    )


def state_of(verdict: Verdict | None) -> str:
    """Return a verdict as the checklist component names it: open until the specialist has spoken."""
    if verdict is None:
        return "open"
    if verdict in PASSING:
        return "exempt" if verdict is Verdict.EXEMPT else "ok"
    return "missing" if verdict in GAPS else "wrong"


def correction_view(row: Correction) -> CorrectionView:
    """Return one correction notice."""
    return CorrectionView(row.round, row.defects, row.late, row.sent_by_name, row.sent_at, row.answered_at)
