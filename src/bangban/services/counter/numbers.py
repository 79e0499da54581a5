"""Numbers of the desk's records: TW of inquiries, QZ of calls for help."""

from __future__ import annotations

from bangban.foundation.ledger.numbers import NumberSeries

INQUIRIES = NumberSeries("TW", "inquiry_number")
HELP = NumberSeries("QZ", "help_request_number")
