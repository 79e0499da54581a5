"""Numbers of equipment and of internal-control documents."""

from bangban.foundation.ledger.numbers import NumberSeries

EQUIPMENT = NumberSeries("SB", "equipment_number")
REGULATIONS = NumberSeries("NK", "regulation_number")
