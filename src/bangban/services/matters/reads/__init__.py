"""All queries of the matters room."""

from bangban.services.matters.reads.duplicates import Like, like
from bangban.services.matters.reads.lists import (
    MatterRow,
    MatterRows,
    MatterView,
    OrderOf,
    concentrated,
    matter_of,
    numbers_of,
    one,
    order_numbers,
    orders_of,
    page,
    threshold,
)

__all__ = [
    "Like",
    "MatterRow",
    "MatterRows",
    "MatterView",
    "OrderOf",
    "concentrated",
    "like",
    "matter_of",
    "numbers_of",
    "one",
    "order_numbers",
    "orders_of",
    "page",
    "threshold",
]
