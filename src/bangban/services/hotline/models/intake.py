"""What came in by SMS, mailbox, website or other media, kept as it came (GB33358-3.2), and the knowledge an agent used."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.privacy.fields import BlindIndexField, SealedTextField
from bangban.services.hotline import terms
from bangban.services.hotline.models.orders import WorkOrder


class IntakeMessage(models.Model):
    """One message of a medium in its original words; the same message delivered twice is one row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.TextField(choices=terms.Source)
    medium = models.TextField(default="")
    provider_id = models.TextField()
    sender = SealedTextField()
    sender_index = BlindIndexField()
    subject = SealedTextField()
    text = SealedTextField()
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="originals")
    receipt = models.UUIDField(null=True, help_text="automatic receipt; it is no response")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "medium", "provider_id"], name="message_comes_in_once"),
            models.CheckConstraint(condition=~Q(source="telephone"), name="calls_are_no_messages"),
        ]
        indexes = [models.Index(fields=["order", "received_at"], name="intake_order")]


class KnowledgeUse(models.Model):
    """One knowledge entry that was read out or sent on an order (GB33358-4.3.2-b)."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="knowledge")
    entry_number = models.TextField()
    entry_version = models.IntegerField(null=True)
    by = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "entry_number", "by"], name="use_counted_once")]
