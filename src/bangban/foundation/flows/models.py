"""Intervals: how long a record stood in a state, with whom and where; statistics read them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.identifiers import new_id


class Interval(models.Model):
    """One stretch of a record in one state with one owner at one unit; exactly one is open per unfinished record."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record_type = models.TextField()
    record_id = models.UUIDField()
    state = models.TextField()
    owner_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["record_type", "state", "began_at"], name="interval_state"),
            models.Index(fields=["owner_id", "began_at"], name="interval_owner"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["record_id"], condition=Q(ended_at=None), name="one_open_interval"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("began_at")), name="interval_order"
            ),
        ]
