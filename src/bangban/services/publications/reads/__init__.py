"""All queries of published information, returning plain objects."""

from bangban.services.publications.reads.desk import DeskPublication, deliveries, desk_one, desk_page, state_counts
from bangban.services.publications.reads.public import (
    Page,
    Shown,
    led_messages,
    on_output,
    one_on_output,
    public_one,
    public_page,
)
from bangban.services.publications.reads.subscriptions import subscriber_count, subscription_of

__all__ = [
    "DeskPublication",
    "Page",
    "Shown",
    "deliveries",
    "desk_one",
    "desk_page",
    "led_messages",
    "on_output",
    "one_on_output",
    "public_one",
    "public_page",
    "state_counts",
    "subscriber_count",
    "subscription_of",
]
