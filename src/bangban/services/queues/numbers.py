"""Numbers of tickets and window sessions."""

from bangban.foundation.ledger.numbers import NumberSeries

TICKETS = NumberSeries("QH", "ticket_number")
SESSIONS = NumberSeries("CK", "window_session_number")
