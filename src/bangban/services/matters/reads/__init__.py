"""All queries of the matters room."""

from bangban.services.matters.reads.duplicates import Like, like
from bangban.services.matters.reads.lists import (
    MatterRow,
    MatterRows,
    MatterView,
    OrderOf,
    concentrated,
    links_callers,
    matter_of,
    may_follow,
    numbers_of,
    one,
    order_numbers,
    orders_of,
    page,
    threshold,
    titles,
)

__all__ = [
    "Like",
    "MatterRow",
    "MatterRows",
    "MatterView",
    "OrderOf",
    "concentrated",
    "like",
    "links_callers",
    "matter_of",
    "may_follow",
    "numbers_of",
    "one",
    "order_numbers",
    "orders_of",
    "page",
    "threshold",
    "titles",
]
