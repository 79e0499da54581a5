"""What callers may be made to hear: approved audio, and why a voice menu is there at all."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class AudioState(models.TextChoices):
    """How an audio stands."""

    PROPOSED = "proposed", "待审核"
    APPROVED = "approved", "已批准"
    REFUSED = "refused", "未通过"
    WITHDRAWN = "withdrawn", "已停用"


class Audio(models.Model):
    """One version of a waiting audio or message; only an approved one may be played (GB33358-5.1.2.2-b).

    A new version of a key is a new row; approving it withdraws the one before.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.TextField()
    title = models.TextField()
    text = models.TextField()
    file = models.TextField(default="", blank=True)
    state = models.TextField(choices=AudioState, default=AudioState.PROPOSED)
    proposed_by = models.ForeignKey("org.Staff", models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+", db_index=False)
    reviewed_at = models.DateTimeField(null=True)
    reason = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(state="approved"), name="one_approved_audio_per_key"),
            models.CheckConstraint(
                condition=Q(state="proposed") | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="audio_decision_has_a_reviewer",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("proposed_by")), name="audio_reviewed_by_another"
            ),
        ]


class MenuReason(models.Model):
    """Why callers pass a voice menu for some time, although they better should not (GB33358-5.1.2.2-a)."""

    id = models.BigAutoField(primary_key=True)
    first = models.DateField()
    last = models.DateField(null=True)
    reason = models.TextField()
    staff = models.ForeignKey("org.Staff", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="menu_needs_a_reason"),
            models.CheckConstraint(condition=Q(last=None) | Q(last__gte=F("first")), name="menu_reason_order"),
        ]
