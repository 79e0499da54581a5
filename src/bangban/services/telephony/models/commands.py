"""Commands to an exchange that fetches them itself."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangban.foundation.privacy.fields import SealedTextField


class ExchangeCommand(models.Model):
    """One thing that an exchange is asked to do; `data` (JSON, sealed) may hold a number.

    `exchange` is the one that has the call, where several are connected; "" may be taken by any.
    `begun_at` is set before a telephone rings: who finds it set must not ring again.
    """

    id = models.BigAutoField(primary_key=True)
    exchange = models.TextField(default="", db_default="", blank=True)
    kind = models.TextField()
    call = models.TextField()
    data = SealedTextField()
    at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    problem = models.TextField(default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(done_at=None), name="exchange_command_waiting")]
