"""The archive of orders: running numbers by year and class, and wishes to open an archived order again (GB33358-5.5.1)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.privacy.fields import SealedTextField
from bangban.services.hotline.models.orders import WorkOrder


class ArchiveSeries(models.Model):
    """The last running number of one class in one year; numbers have no gaps."""

    id = models.BigAutoField(primary_key=True)
    year = models.SmallIntegerField()
    category = models.TextField()
    last = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "category"], name="one_archive_series_each")]


class Reopening(models.Model):
    """One wish to open an archived order again: asked by one person, decided by another, ended with the next archiving."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="reopenings")
    asked_by = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reason = SealedTextField()
    decision = models.TextField(default="", help_text="approved, refused")
    decided_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = SealedTextField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(ended_at=None), name="one_open_reopening"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="reopening_by_a_second_person"
            ),
            models.CheckConstraint(
                condition=Q(decision="") | Q(decided_by__isnull=False), name="reopening_decided_by_somebody"
            ),
        ]
