"""Receipts from providers: each is kept, only the first that fits moves the delivery."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Q

from bangban.foundation.clocks.moment import now
from bangban.foundation.notify.actions import moving
from bangban.foundation.notify.gateways.choice import signing_secret
from bangban.foundation.notify.gateways.signing import is_signed
from bangban.foundation.notify.models import Delivery, Receipt, State

STATUSES = ("delivered", "failed")


class ReceiptRefused(ValueError):
    """The call is not signed with our secret, or is not a receipt; nothing was stored."""


class Report(msgspec.Struct):
    """A receipt as a provider posts it: our `id` or its own `reference`, and what became of the message."""

    status: str
    id: str = ""
    reference: str = ""
    detail: str = ""


def receive_receipt(body: bytes, signature: str) -> Receipt:
    """Store a provider's report and move the delivery when it is still open; an end state holds.

    `signature` is the header that `gateways.signing` describes. Raises ReceiptRefused, ImproperlyConfigured when this
    installation has no secret.
    """
    if not is_signed(body, signature, signing_secret(), datetime.now(UTC)):
        raise ReceiptRefused("The signature does not fit.")
    try:
        report = msgspec.json.decode(body, type=Report)
    except msgspec.DecodeError as error:
        raise ReceiptRefused(f"Not a receipt: {error}") from error
    if report.status not in STATUSES:
        raise ReceiptRefused(f"Unknown status {report.status[:50]!r}; there are {', '.join(STATUSES)}.")
    return take(report, now())


def take(report: Report, at: datetime) -> Receipt:
    """Keep a checked report and apply it."""
    with transaction.atomic():
        delivery = _find(report)
        applied = delivery is not None and _apply(delivery, report, at)
        return Receipt.objects.create(
            delivery=delivery,
            provider_ref=report.reference[:200],
            status=report.status,
            detail=report.detail[:1000],
            at=at,
            applied=applied,
        )


def _find(report: Report) -> Delivery | None:
    rows = Delivery.objects.select_for_update(no_key=True)
    try:
        return rows.filter(id=UUID(report.id)).first()
    except ValueError:
        found = list(rows.filter(provider_ref=report.reference).exclude(provider_ref="")[:2])
        return found[0] if len(found) == 1 else None


def _apply(delivery: Delivery, report: Report, at: datetime) -> bool:
    if report.status == "delivered":
        return moving.delivered(delivery.id, at)
    before = delivery.state
    moving.fail(delivery, Q(state__in=[State.SENDING, State.SENT]), report.detail or "对方报告未送达。", at)
    return before in (State.SENDING, State.SENT)
