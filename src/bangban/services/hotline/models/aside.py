"""Messages that could not become an order by themselves, kept whole until somebody has looked at them."""

from __future__ import annotations

from django.db import models

from bangban.foundation.privacy.fields import SealedTextField


class AsideMessage(models.Model):
    """One message of a hotline's mailbox that nobody could read: the bytes as they came (base64), and why."""

    id = models.BigAutoField(primary_key=True)
    center = models.ForeignKey("org.Body", models.PROTECT, null=True, related_name="+", db_index=False)
    provider_id = models.TextField(unique=True)
    raw = SealedTextField()
    size = models.IntegerField()
    why = models.TextField()
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    settled_how = models.TextField(default="")

    class Meta:
        indexes = [models.Index(fields=["at"], condition=models.Q(settled_at=None), name="aside_open")]
