"""A window with its staff and classes, from opening to closing."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.models import Record


class SessionState(models.TextChoices):
    """Where a window stands."""

    OPEN = "open", "办理中"
    PAUSED = "paused", "暂停"
    CLOSED = "closed", "已关闭"


class WindowSession(Record):
    """One member of staff at one window, serving some classes; `last_key` recognises a repeated press of 叫号."""

    record_type = "window_session"

    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    business_date = models.DateField()
    window = models.ForeignKey("halls.Window", models.PROTECT, related_name="+")
    staff = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    classes = ArrayField(models.BigIntegerField(), default=list)
    pause_reason = models.TextField(default="", blank=True)
    last_key = models.TextField(default="", blank=True)
    last_ticket = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["body", "business_date"], name="window_session_day")]
        constraints = [
            models.UniqueConstraint(fields=["window"], condition=~Q(state="closed"), name="one_session_per_window"),
            models.UniqueConstraint(fields=["staff"], condition=~Q(state="closed"), name="one_session_per_staff"),
            models.CheckConstraint(condition=~Q(state="paused") | ~Q(pause_reason=""), name="pause_needs_a_reason"),
        ]
