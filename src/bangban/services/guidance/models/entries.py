"""The way in that a specialist gave, and whether it was used (T637-8.3.2-a)."""

from __future__ import annotations

from django.db import models

from bangban.foundation.ledger.identifiers import new_id
from bangban.services.guidance.terms import EntryKind


class Entry(models.Model):
    """One filing entry sent on a case, as it stood in that version of the guide."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    item = models.ForeignKey("catalog.Item", models.PROTECT, related_name="+")
    item_revision = models.IntegerField()
    kind = models.TextField(choices=EntryKind)
    title = models.TextField()
    url = models.TextField(default="")
    place = models.TextField(default="")
    windows = models.TextField(default="")
    hours = models.TextField(default="")
    phone = models.TextField(default="")
    booking = models.TextField(default="")
    message = models.UUIDField()
    sent_by_name = models.TextField()
    sent_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["case", "-sent_at"], name="entry_case")]


class EntryVisit(models.Model):
    """One time that the service user followed the entry."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="visits")
    at = models.DateTimeField()
    channel = models.TextField()
