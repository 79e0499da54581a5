"""Appraisals that were published to everybody (GB33358-6.1)."""

from __future__ import annotations

from bangban.oversight.appraisal import reads
from bangban.oversight.appraisal.reads.public import PublicLine, PublicUnit
from bangban.surfaces.api import bodies_appraisals as bodies
from bangban.surfaces.api.endpoint import Call, Reply

MOST = 100


def list_appraisals(call: Call) -> Reply:
    """Return what was published, the newest first."""
    limit = call.number("limit", 20, MOST) or 20
    found = reads.public_page(hotline=call.query("hotline")[:64], after=call.query("after")[:200], limit=limit)
    return Reply(bodies.AppraisalPage([_row(one) for one in found.rows], found.after))


def read_appraisal(call: Call, number: str) -> Reply:
    """Return one published appraisal with its units."""
    found = reads.public_appraisal(number[:40])
    return Reply(bodies.AppraisalOut(_row(found.line), [_unit(one) for one in found.units]))


def _row(line: PublicLine) -> bodies.AppraisalRow:
    return bodies.AppraisalRow(
        line.number, line.title, line.first.isoformat(), line.last.isoformat(), line.center_code, line.center,
        line.published_at.isoformat(),
    )  # fmt: skip


def _unit(unit: PublicUnit) -> bodies.AppraisedUnit:
    figures = [
        bodies.AppraisalFigure(one.figure.code, one.figure.label, one.figure.shown, one.amount, one.text)
        for one in unit.figures
    ]
    return bodies.AppraisedUnit(unit.code, unit.name, unit.score, figures)
