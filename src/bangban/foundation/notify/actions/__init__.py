"""All writes of the delivery ledger."""

from bangban.foundation.notify.actions.delivering import deliver_due
from bangban.foundation.notify.actions.handling import finish_by_hand, forget_secrets, mark_read, resend
from bangban.foundation.notify.actions.queueing import Address, Message, cancel_waiting, enqueue
from bangban.foundation.notify.actions.receiving import ReceiptRefused, receive_receipt

__all__ = [
    "Address",
    "Message",
    "ReceiptRefused",
    "cancel_waiting",
    "deliver_due",
    "enqueue",
    "finish_by_hand",
    "forget_secrets",
    "mark_read",
    "receive_receipt",
    "resend",
]
