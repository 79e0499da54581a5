"""Numbers of orders, caller files and archived files."""

from bangban.foundation.ledger.numbers import NumberSeries

ORDERS = NumberSeries("GD", "work_order_number")
CALLERS = NumberSeries("FW", "caller_number")
