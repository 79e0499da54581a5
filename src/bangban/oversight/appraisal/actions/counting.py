"""Counting an appraisal by the job: what was begun, and what is asked for anew. No page waits for a year of orders."""

from __future__ import annotations

import logging

from django.db import OperationalError, transaction

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks.moment import now
from bangban.oversight.appraisal import figures, rules
from bangban.oversight.appraisal.actions.appraising import NOTHING
from bangban.oversight.appraisal.actions.door import accounts_of, on, tell
from bangban.oversight.appraisal.flow import APPRAISAL
from bangban.oversight.appraisal.models import Appraisal, ScoreRow
from bangban.oversight.appraisal.schemes import in_force
from bangban.oversight.appraisal.terms import Subject
from bangban.oversight.reports.periods import Span, called

log = logging.getLogger(__name__)
BROKEN = "统计没有完成。请重新统计；再次失败的，请告诉系统管理人员。"


def recount(actor: Actor, number: str) -> Appraisal:
    """Have a draft counted again with the weights in force then; corrections are dropped, as the ledger tells."""
    with on(APPRAISAL, Appraisal, actor, number, "recount") as work:
        dropped = work.record.rows.exclude(corrected={}).count()
        work.record.rows.all().delete()
        work.change(trouble="")
        work.tell(dropped_corrections=dropped)
    return work.record


def count_asked(number: str) -> bool:
    """Count an appraisal that waits for it, for the job; False when it does not wait any more.

    Counting holds no lock: the appraisal is locked only to be written. What cannot be counted says so on the page; while
    the database is away, the error is passed on and the job comes again.
    """
    waiting = Appraisal.objects.filter(number=number, state="counting").first()
    if waiting is None:
        return False
    at, trouble, rows = now(), "", list[ScoreRow]()
    try:
        with transaction.atomic():
            rows = _counted(waiting)
        trouble = "" if rows else NOTHING
    except OperationalError:
        raise
    except Exception:
        log.exception("Appraisal %s could not be counted", number)
        trouble = BROKEN
    with on(APPRAISAL, Appraisal, SYSTEM, number, "_failed" if trouble else "_counted") as work:
        work.change(
            trouble=trouble, counted_at=at, weights=waiting.weights, agent_weights=waiting.agent_weights,
        )  # fmt: skip
        work.tell(rows=len(rows))
        ScoreRow.objects.bulk_create(rows, batch_size=500)
        span = called(waiting.period, Span(waiting.first, waiting.last))
        said = trouble or "请核对后征求意见。"
        text = f"{span}承办考核{'没有起草成' if trouble else '已由系统起草'}，{said}"
        tell(work, accounts_of(waiting.center_id, "hotline_manager"), text, "failed" if trouble else "drafted")
    return True


def _counted(record: Appraisal) -> list[ScoreRow]:
    record.weights = in_force(record.center_id, Subject.UNIT)
    record.agent_weights = in_force(record.center_id, Subject.AGENT)
    units = figures.unit_sheets(record.center_id, record.first, record.last)
    agents = figures.agent_sheets(record.center_id, record.first, record.last)
    places = rules.ranks({unit: rules.placed(sheet.figures, record.weights) for unit, sheet in units.items()})
    rows = [
        ScoreRow(
            appraisal=record, unit_id=unit, figures=sheet.figures, methods=sheet.methods,
            score=rules.score(sheet.figures, record.weights), rank=places[unit],
        )
        for unit, sheet in units.items()
    ]  # fmt: skip
    return rows + [
        ScoreRow(
            appraisal=record,
            staff_id=staff,
            figures=sheet.figures,
            score=rules.score(sheet.figures, record.agent_weights),
        )
        for staff, sheet in agents.items()
    ]
