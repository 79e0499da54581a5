"""The figures of reports: defined once, counted by grouped queries, opened down to the orders behind them."""

from bangban.oversight.reports.figures.counting import count
from bangban.oversight.reports.figures.matters import count_matter
from bangban.oversight.reports.figures.measures import BY_CODE, GROUPS, MEASURES, Measure
from bangban.oversight.reports.figures.tracing import Behind, behind

__all__ = ["BY_CODE", "GROUPS", "MEASURES", "Behind", "Measure", "behind", "count", "count_matter"]
