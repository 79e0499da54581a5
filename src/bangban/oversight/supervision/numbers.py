"""Numbers of supervision tasks and of their written notices."""

from bangban.foundation.ledger.numbers import NumberSeries

TASKS = NumberSeries("DB", "supervision_number")
NOTICES = NumberSeries("DT", "supervision_notice_number")
