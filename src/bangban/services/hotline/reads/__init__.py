"""All queries of the hotline order."""

from bangban.services.hotline.reads.found import found_order, may_follow, seen_orders
from bangban.services.hotline.reads.lists import BOXES, Filters, Page, box_counts, boxes_of, page
from bangban.services.hotline.reads.one import order_view, subject_of
from bangban.services.hotline.reads.rows import Row
from bangban.services.hotline.reads.views import OrderView

__all__ = [
    "BOXES", "Filters", "OrderView", "Page", "Row", "box_counts", "boxes_of", "found_order", "may_follow", "order_view",
    "page", "seen_orders", "subject_of",
]  # fmt: skip
