"""Showing an appraisal to everybody for the first time: what it may tell beside what everybody was told before (GB33358-6.1)."""

from __future__ import annotations

from collections import defaultdict

from bangban.foundation.flows.deed import Deed
from bangban.oversight.appraisal.actions.door import one_at_a_time
from bangban.oversight.appraisal.models import Appraisal, ScoreRow
from bangban.oversight.appraisal.terms import PUBLIC_FIGURES, Circle, Period
from bangban.oversight.appraisal.withholding import Told, leaves_few, of_few
from bangban.oversight.reports.periods import containing


def show(work: Deed[Appraisal]) -> None:
    """Decide once, with what a figure of few could be found out, and keep it: what was told cannot be taken back."""
    record = work.record
    if record.circle != Circle.PUBLIC or record.shown_at is not None:
        return
    one_at_a_time(record.center_id)
    work.change(shown_at=work.at)
    before = _told_before(record)
    count = 0
    for row in record.rows.filter(staff=None):
        row.withheld = [
            code for code, one in _open(row, record).items() if leaves_few([*before[row.unit_id, code], one])
        ]
        if row.withheld:
            work.changed(row, "withheld")
            count += len(row.withheld)
    work.tell(withheld=count)


def _told_before(record: Appraisal) -> dict[tuple[int | None, str], list[Told]]:
    """Return by unit and figure what everybody was ever told of the year that the appraisal lies in: no period is longer."""
    year = containing(Period.YEAR, record.first)
    others = Appraisal.objects.filter(
        center_id=record.center_id, shown_at__isnull=False, first__gte=year.first, last__lte=year.last
    ).exclude(id=record.id)
    found: dict[tuple[int | None, str], list[Told]] = defaultdict(list)
    for row in ScoreRow.objects.filter(appraisal__in=others, staff=None).select_related("appraisal"):
        for code, one in _open(row, row.appraisal).items():
            found[row.unit_id, code].append(one)
    return found


def _open(row: ScoreRow, record: Appraisal) -> dict[str, Told]:
    """Return the figures of a row that are told, by code."""
    pairs = {**row.figures, **row.corrected}
    wholes = {one.code: pairs.get(one.code, (0, 0))[1] for one in PUBLIC_FIGURES if one.code not in row.withheld}
    return {code: Told(record.first, record.last, whole) for code, whole in wholes.items() if not of_few(whole)}
