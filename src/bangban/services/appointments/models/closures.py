"""A closure of periods 停约: for a reason, with an outcome for everybody who had booked (DB23-6.5.2)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangban.foundation.ledger.models import Record


class ClosureState(models.TextChoices):
    """How a closure stands."""

    HANDLING = "handling", "处理中"
    CLOSED = "closed", "已处理完毕"
    WITHDRAWN = "withdrawn", "已撤销"


class Closure(Record):
    """Periods that cannot be kept; without `klass` every class of the hall. Nothing is booked in them any more."""

    record_type = "closure"

    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    klass = models.ForeignKey("halls.QueueClass", models.PROTECT, null=True, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.TextField()
    closed_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["body", "-starts_at"], name="closure_body")]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="closure_order"),
            models.CheckConstraint(condition=~Q(reason=""), name="closure_needs_a_reason"),
        ]
