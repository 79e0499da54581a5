"""Calls for help in a hall: a machine that somebody cannot use, a person to be led, an emergency (DB23-6.4.3-c)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangban.foundation.ledger.models import Record
from bangban.foundation.privacy.fields import SealedTextField


class HelpKind(models.TextChoices):
    """What kind of help is asked for, the most pressing first."""

    EMERGENCY = "emergency", "紧急情况"
    RESCUE = "rescue", "救助"
    ACCESSIBILITY = "accessibility", "特殊群体协助"
    KIOSK = "kiosk", "自助设备帮助"
    OTHER = "other", "其他帮助"


CALLS_FOR_CONTACT = ("rescue", "emergency")
"""Kinds that may not be closed before a department or emergency number was called."""


class HelpRequest(Record):
    """One call for help, on top of the desk's list until it is closed.

    `terminal` is the code of the machine from which it came, `ticket` the number of the ticket it belongs to.
    """

    record_type = "help_request"

    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    kind = models.TextField(choices=HelpKind)
    location = models.TextField()
    terminal = models.TextField(default="", blank=True)
    ticket = models.TextField(default="", blank=True)
    note = SealedTextField()
    contact_name = SealedTextField()
    contact_phone = SealedTextField()
    taken_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    contacted = models.TextField(default="", blank=True)
    contacted_at = models.DateTimeField(null=True)
    measures = SealedTextField()
    closed_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["body", "-created_at", "-id"], name="help_body"),
            models.Index(fields=["body", "created_at"], condition=~Q(state="closed"), name="help_open"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "kind", "terminal", "ticket"],
                condition=Q(state="waiting") & ~Q(terminal="", ticket=""),
                name="one_waiting_call_each",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed")
                | Q(closed_at__isnull=False) & (Q(taken_at__isnull=False) | Q(kind="accessibility")),
                name="closed_help_was_taken",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed", kind__in=CALLS_FOR_CONTACT)
                | (Q(contacted_at__isnull=False) & ~Q(contacted="")),
                name="rescue_was_reported",
            ),
            models.CheckConstraint(
                condition=Q(taken_at=None) | Q(taken_at__gte=F("created_at")), name="help_taken_after_asked"
            ),
        ]
