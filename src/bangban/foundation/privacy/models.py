"""Consents: a question put to a service user and the stored answer (T637-5-b)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.identifiers import new_id


class Consent(models.Model):
    """One question "may we …?" on one record; at most one is open for a purpose."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record_type = models.TextField()
    record_id = models.UUIDField()
    purpose = models.TextField()
    detail = models.TextField(default="")
    asked_by = models.TextField()
    asked_at = models.DateTimeField()
    agreed = models.BooleanField(null=True)
    answered_by = models.TextField(default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["record_id", "purpose"], name="consent_record")]
        constraints = [
            models.UniqueConstraint(
                fields=["record_id", "purpose"], condition=Q(answered_at=None), name="one_open_consent"
            ),
            models.CheckConstraint(
                condition=Q(agreed=None, answered_at=None) | Q(agreed__isnull=False, answered_at__isnull=False),
                name="consent_answer_has_a_time",
            ),
        ]
