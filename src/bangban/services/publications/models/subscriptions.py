"""Who wants to be told by text message (DB23-6.2.1.2)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.privacy.fields import BlindIndexField, SealedTextField
from bangban.services.publications.terms import Kind


class Subscription(models.Model):
    """One phone whose owner proved it by a code; without a body it hears of every body.

    `link_digest` finds the row behind the link that each message carries for ending it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    phone = SealedTextField()
    phone_index = BlindIndexField(db_index=False)
    body = models.ForeignKey("org.Body", models.PROTECT, null=True, related_name="+")
    topics = ArrayField(models.TextField(choices=Kind), default=list)
    link_digest = models.BinaryField(max_length=32, unique=True)
    confirmed_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(ended_at=None), name="subscription_live")]
        constraints = [
            models.UniqueConstraint(
                fields=["phone_index"], condition=Q(ended_at=None), name="one_live_subscription_per_phone"
            )
        ]
