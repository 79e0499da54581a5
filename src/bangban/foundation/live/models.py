"""The commit order of events, and the hints that connected pages get."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class LiveOrder(models.Model):
    """One row per ledger event: its gap-free place in the global commit order."""

    seq = models.BigIntegerField(primary_key=True)
    event_id = models.UUIDField()
    event_at = models.DateTimeField()

    class Meta:
        db_table = "live_order"


class LiveFrame(models.Model):
    """One row per topic of an event: a hint to fetch, never personal data. Kept until pruned."""

    pk = models.CompositePrimaryKey("topic", "seq")
    topic = models.TextField()
    seq = models.BigIntegerField()
    kind = models.TextField()
    record_type = models.TextField()
    record_id = models.UUIDField(null=True)
    number = models.TextField(default="")
    visibility = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "live_frame"
        indexes = [models.Index(fields=["seq"], name="live_frame_seq")]


class LiveRetention(models.Model):
    """Up to which number frames may be gone: at most one row, none before the first pruning."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    floor = models.BigIntegerField(default=0)
    pruned_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "live_retention"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="live_retention_single_row")]
