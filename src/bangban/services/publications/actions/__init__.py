"""All writes of published information."""

from bangban.services.publications.actions.outputs import note_refresh
from bangban.services.publications.actions.publishing import (
    create_publication,
    discard_publication,
    edit_publication,
    expire_publications,
    publish_publication,
    recall_publication,
    send_back_publication,
    submit_publication,
    withdraw_publication,
)
from bangban.services.publications.actions.sending import send_due
from bangban.services.publications.actions.subscribing import end_subscription, subscribe

__all__ = [
    "create_publication",
    "discard_publication",
    "edit_publication",
    "end_subscription",
    "expire_publications",
    "note_refresh",
    "publish_publication",
    "recall_publication",
    "send_back_publication",
    "send_due",
    "submit_publication",
    "subscribe",
    "withdraw_publication",
]
