"""Numbers of reports."""

from bangban.foundation.ledger.numbers import NumberSeries

REPORTS = NumberSeries("BG", "report_number")
"""Numbers from before carry no day, BG000000018; they stay as they are and are shorter, so that none comes twice."""
