"""Counting a period: one grouped query for each cohort, for the period and the two it is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bangban.foundation.clocks.zones import business_date
from bangban.oversight.analysis.periods import edges, rows
from bangban.oversight.reports import periods
from bangban.oversight.reports.content import Content, Line, Point, Row, UnitRow, Value
from bangban.oversight.reports.figures import calls
from bangban.oversight.reports.figures.measures import (
    COHORTS,
    DONE,
    ENDED_BY_UNIT,
    GROUPS,
    LATE,
    MEASURES,
    TAKEN,
    Cohort,
    Measure,
)
from bangban.oversight.reports.figures.names import label_of, root_of
from bangban.oversight.reports.periods import Span

LABELS = {"hour": "FMHH24时", "day": "FMMM月FMDD日", "week": "FMMM月FMDD日", "month": "FMMM月"}


@dataclass(frozen=True)
class Scope:
    """Whose orders of which days, as known at a moment; `only` keeps those of a special report."""

    center_id: int
    span: Span
    cut: datetime
    only: tuple[str, ...] = ()

    @property
    def values(self) -> dict[str, Any]:
        """Return the parameters of the queries."""
        begin, end = edges(self.span.first, self.span.last)
        kept = {"only": list(self.only)} if self.only else {}
        return {"center": self.center_id, "first": begin, "until": min(end, self.cut), "cut": self.cut, **kept}

    def where(self, cohort: Cohort) -> str:
        """Return which rows of a cohort belong here."""
        kept = f" AND {cohort.only}" if self.only else ""
        return f"{cohort.center} = %(center)s AND {cohort.member}{kept}"


def count(center_id: int, period: str, span: Span, cut: datetime) -> Content:
    """Count a period with its two comparisons; a period that began before the hotline's first order has no history."""
    began = _began(center_id)
    here = Scope(center_id, span, cut)
    others = [
        _known(began, center_id, other) for other in (periods.before(period, span), periods.last_year(period, span))
    ]
    earlier, year_ago = others
    now, before, last_year = _lines(here), _lines(earlier) if earlier else None, _lines(year_ago) if year_ago else None
    step = periods.step_of(period)
    return Content(
        first=span.first,
        last=span.last,
        cut_off=cut,
        before=(earlier.span.first, earlier.span.last) if earlier else None,
        last_year=(year_ago.span.first, year_ago.span.last) if year_ago else None,
        lines=tuple(_compared(now, before, last_year)),
        groups=_groups(here, earlier, year_ago),
        units=tuple(units_of(here)),
        step=step,
        points=tuple(_points(here, earlier, step)),
        unassigned=calls.unassigned(span),
    )


def _began(center_id: int) -> date | None:
    (first,) = rows("SELECT min(received_at) AS at FROM hotline_workorder WHERE center_id = %s", [center_id])
    return business_date(first["at"]) if first["at"] else None


def _known(began: date | None, center_id: int, span: Span) -> Scope | None:
    """Return the scope of an earlier period; None where the hotline has not its whole history."""
    if began is None or began > span.first:
        return None
    return Scope(center_id, span, edges(span.first, span.last)[1])


def amounts(measures: Iterable[Measure], scope: Scope) -> dict[str, Value]:
    """Count measures of one cohort over one scope in one query."""
    chosen = list(measures)
    cohort = COHORTS[chosen[0].cohort]
    columns = ", ".join(
        f"count(*) FILTER (WHERE {one.part}) AS {one.code}_part, count(*) FILTER (WHERE {one.whole or 'FALSE'}) AS {one.code}_whole"
        for one in chosen
    )
    (found,) = named(f"SELECT {columns} FROM {cohort.table} WHERE {scope.where(cohort)}", scope.values)
    return {one.code: value(one, found[f"{one.code}_part"], found[f"{one.code}_whole"]) for one in chosen}


def named(sql: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    """Run a query with named values."""
    return rows(sql, values)  # type: ignore[arg-type]


def value(measure: Measure, part: int, whole: int) -> Value:
    """Return a count as it is, a share in percent; a share of nothing has no amount."""
    if not measure.whole:
        return Value(part, part)
    return Value(round(100 * part / whole, 2) if whole else None, part, whole)


def _lines(scope: Scope) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for cohort in COHORTS:
        found |= amounts((one for one in MEASURES if one.cohort == cohort), scope)
    return found | calls.amounts(scope.center_id, scope.span)


def _compared(
    now: dict[str, Value], before: dict[str, Value] | None, last_year: dict[str, Value] | None
) -> Iterable[Line]:
    named_ones = [*((one.code, one.label, one.unit) for one in MEASURES), *calls.NAMED]
    for code, label, unit in named_ones:
        yield Line(
            code, label, unit, now[code], before[code] if before else None, last_year[code] if last_year else None
        )


def _groups(here: Scope, before: Scope | None, last_year: Scope | None) -> dict[str, tuple[Row, ...]]:
    now, earlier, year_ago = (grouped(scope) if scope else None for scope in (here, before, last_year))
    assert now is not None
    found = {}
    for name in GROUPS:
        keys = sorted(now[name], key=lambda key: (-now[name][key], key))
        found[name] = tuple(
            Row(
                key=key,
                label=label_of(name, key),
                now=now[name][key],
                before=earlier[name].get(key, 0) if earlier else None,
                last_year=year_ago[name].get(key, 0) if year_ago else None,
            )
            for key in keys
        )
    return found


def grouped(scope: Scope, groups: Mapping[str, tuple[str, str]] = GROUPS) -> dict[str, dict[str, int]]:
    """Count the intake by every breakdown in one pass; classes are gathered under the first order of their tree."""
    cohort = COHORTS["received"]
    expressions = {name: expression for name, (expression, _) in groups.items()}
    sets = ", ".join(f"({expression})" for expression in expressions.values())
    columns = ", ".join(f"{expression} AS {name}" for name, expression in expressions.items())
    which = ", ".join(expressions.values())
    counted = named(
        f"SELECT {columns}, grouping({which}) AS kept_out, count(*) AS orders FROM {cohort.table}"
        f" WHERE {scope.where(cohort)} GROUP BY GROUPING SETS ({sets})",
        scope.values,
    )
    found: dict[str, dict[str, int]] = {name: {} for name in groups}
    for row in counted:
        name = _grouped_by(row["kept_out"], list(groups))
        key = root_of(row[name]) if name == "category" else row[name] or ""
        found[name][key] = found[name].get(key, 0) + row["orders"]
    return found


def _grouped_by(mask: int, names: list[str]) -> str:
    """Tell by which expression a row is grouped: its bit is the one that `grouping` leaves at zero."""
    return next(name for place, name in enumerate(names) if not mask >> (len(names) - 1 - place) & 1)


def units_of(scope: Scope) -> list[UnitRow]:
    """Return what each leading unit was given, finished, has overdue and how it was judged; most work first."""
    received, completed, visits, standing = (COHORTS[name] for name in ("received", "completed", "visits", "standing"))
    given = named(
        f"SELECT o.lead_unit_id AS unit, count(*) AS given FROM {received.table} WHERE {scope.where(received)} AND o.transferred_at < %(cut)s"
        " AND o.lead_unit_id IS NOT NULL GROUP BY 1",
        scope.values,
    )
    ended = named(
        f"SELECT o.lead_unit_id AS unit, count(*) AS completed, count(*) FILTER (WHERE {ENDED_BY_UNIT}) AS timed,"
        f" count(*) FILTER (WHERE {ENDED_BY_UNIT} AND o.completed_at <= o.due_at) AS in_time FROM {completed.table}"
        f" WHERE {scope.where(completed)} AND o.lead_unit_id IS NOT NULL GROUP BY 1",
        scope.values,
    )
    late = named(
        f"SELECT o.lead_unit_id AS unit, count(*) AS overdue FROM {standing.table}"
        f" WHERE {scope.where(standing)} AND ({TAKEN}) AND {LATE} AND o.lead_unit_id IS NOT NULL GROUP BY 1",
        scope.values,
    )
    judged = named(
        "SELECT v.unit_id AS unit, count(*) FILTER (WHERE v.result_satisfied) AS satisfied,"
        f" count(v.result_satisfied) AS asked FROM {visits.table}"
        f" WHERE {scope.where(visits)} AND {DONE} AND v.unit_id IS NOT NULL GROUP BY 1",
        scope.values,
    )
    found: dict[int, dict[str, int]] = {}
    for row in (*given, *ended, *late, *judged):
        found.setdefault(row.pop("unit"), {}).update(row)
    units = [UnitRow(str(unit), label_of("unit", str(unit)), **numbers) for unit, numbers in found.items()]
    return sorted(units, key=lambda one: (-one.given, -one.completed, one.label))


def _points(here: Scope, before: Scope | None, step: str) -> list[Point]:
    """The intake step by step; the earlier period stands beside it place by place."""
    now, earlier = steps(here, step), steps(before, step) if before else []
    return [
        Point(label, number, earlier[place][1] if place < len(earlier) else None)
        for place, (label, number) in enumerate(now)
    ]


def steps(scope: Scope, step: str) -> list[tuple[str, int]]:
    """Return the intake of each hour, day, week or month in order, those without orders with zero."""
    cohort = COHORTS["received"]
    found = named(
        f"""
        WITH counted AS (
            SELECT date_trunc('{step}', o.received_at, 'Asia/Shanghai') AS at, count(*) AS orders
            FROM {cohort.table} WHERE {scope.where(cohort)} GROUP BY 1
        )
        SELECT to_char(s AT TIME ZONE 'Asia/Shanghai', '{LABELS[step]}') AS label, coalesce(c.orders, 0) AS orders
        FROM generate_series(
            date_trunc('{step}', %(first)s::timestamptz, 'Asia/Shanghai'), %(until)s::timestamptz - interval '1 second',
            interval '1 {step}', 'Asia/Shanghai'
        ) AS s LEFT JOIN counted c ON c.at = s ORDER BY s
        """,
        scope.values,
    )
    return [(row["label"], row["orders"]) for row in found]
