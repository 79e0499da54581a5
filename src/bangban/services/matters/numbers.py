"""Numbers of matters."""

from bangban.foundation.ledger.numbers import NumberSeries

MATTERS = NumberSeries("JZ", "matter_number")
