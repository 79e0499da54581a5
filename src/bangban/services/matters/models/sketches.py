"""What is remembered of an order's text: keyed marks of its terms, never the text, and only for some months."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from bangban.foundation.privacy.fields import BlindIndexField


class OrderSketch(models.Model):
    """One order: `packed` holds its sketch, `teller` the blind index of the caller's telephone.

    `center` is the id of its hotline, 0 for none.
    """

    id = models.BigAutoField(primary_key=True)
    order_number = models.TextField(unique=True)
    center = models.BigIntegerField(default=0, db_default=0)
    at = models.DateTimeField()
    teller = BlindIndexField(db_index=False)
    packed = models.BinaryField()
    keys = ArrayField(models.IntegerField())

    class Meta:
        indexes = [
            models.Index(fields=["teller", "-at"], condition=models.Q(teller__isnull=False), name="sketch_teller"),
            models.Index(fields=["at"], name="sketch_at"),
        ]


class SketchKey(models.Model):
    """One of the rarest terms of an order; a hotline's newest orders of a term are one short walk along the index."""

    id = models.BigAutoField(primary_key=True)
    center = models.BigIntegerField(default=0, db_default=0)
    key = models.IntegerField()
    at = models.DateTimeField()
    sketch_id = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["center", "key", "-at"], include=["sketch_id"], name="sketch_key"),
            BrinIndex(fields=["at"], name="sketch_key_at"),
        ]


class TermCounts(models.Model):
    """In how many orders each bucket of terms stands, counted by night; only the newest row counts."""

    id = models.BigAutoField(primary_key=True)
    counts = models.BinaryField()
    messages = models.IntegerField()
    counted_at = models.DateTimeField()
