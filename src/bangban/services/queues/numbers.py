"""Numbers of tickets, window sessions and crowd alerts."""

from bangban.foundation.ledger.numbers import NumberSeries

TICKETS = NumberSeries("QH", "ticket_number")
SESSIONS = NumberSeries("CK", "window_session_number")
ALERTS = NumberSeries("KL", "crowd_alert_number")
