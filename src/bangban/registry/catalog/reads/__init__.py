"""All questions to the catalogue; every one takes a constant number of queries."""

from bangban.registry.catalog.reads.browsing import browse, cards, hot_items
from bangban.registry.catalog.reads.editing import draft, findings, history, incomplete, overview, pending
from bangban.registry.catalog.reads.files import current_template, guide_text, template
from bangban.registry.catalog.reads.items import item, item_id_of, version_of, versions_of
from bangban.registry.catalog.reads.navigating import forget, navigation
from bangban.registry.catalog.reads.notices import one_time_notice
from bangban.registry.catalog.reads.passages import changed_since, passages
from bangban.registry.catalog.reads.places import handling_places
from bangban.registry.catalog.reads.service_lists import (
    lists_due,
    pending_lists,
    service_list,
    service_list_rows,
    services_offered,
)

__all__ = [
    "browse",
    "cards",
    "changed_since",
    "current_template",
    "draft",
    "findings",
    "forget",
    "guide_text",
    "handling_places",
    "history",
    "hot_items",
    "incomplete",
    "item",
    "item_id_of",
    "lists_due",
    "navigation",
    "one_time_notice",
    "overview",
    "passages",
    "pending",
    "pending_lists",
    "service_list",
    "service_list_rows",
    "services_offered",
    "template",
    "version_of",
    "versions_of",
]
