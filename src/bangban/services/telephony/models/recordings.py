"""Recordings of calls and every attempt to listen to one (GB33358-4.2.4-a)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.identifiers import new_id
from bangban.services.telephony.models.calls import Call


class Recording(models.Model):
    """A sound file under the folder of recordings; `digest` of its content proves that nobody changed it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(Call, models.PROTECT, related_name="recordings", db_index=False)
    reference = models.TextField()
    at = models.DateTimeField()
    seconds = models.IntegerField(default=0)
    digest = models.TextField(default="", blank=True)
    keep_until = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["at"], condition=Q(digest="", gone_at=None), name="recording_undigested"),
            models.Index(fields=["keep_until"], condition=Q(gone_at=None), name="recording_due"),
        ]
        constraints = [models.UniqueConstraint(fields=["call", "reference"], name="one_recording_per_reference")]


class Playback(models.Model):
    """Somebody wanted to listen, for a purpose: allowed or not, and what the check of the content said."""

    id = models.BigAutoField(primary_key=True)
    recording = models.ForeignKey(Recording, models.PROTECT, related_name="playbacks")
    account = models.ForeignKey("access.Account", models.PROTECT, null=True, related_name="+", db_index=False)
    who = models.TextField()
    purpose = models.TextField()
    reason = models.TextField(default="", blank=True)
    at = models.DateTimeField()
    allowed = models.BooleanField()
    outcome = models.TextField(default="", blank=True)
