"""All queries of the hotline order."""

from bangban.services.hotline.reads.found import found_order, may_follow
from bangban.services.hotline.reads.lists import BOXES, Filters, Page, box_counts, boxes_of, page
from bangban.services.hotline.reads.one import OrderView, order_view, subject_of
from bangban.services.hotline.reads.rows import Row

__all__ = [
    "BOXES", "Filters", "OrderView", "Page", "Row", "box_counts", "boxes_of", "found_order", "may_follow", "order_view",
    "page", "subject_of",
]  # fmt: skip
