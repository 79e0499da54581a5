"""Numbers of appointments and closures."""

from bangban.foundation.ledger.numbers import NumberSeries

APPOINTMENTS = NumberSeries("YY", "appointment_number")
CLOSURES = NumberSeries("TS", "closure_number")
