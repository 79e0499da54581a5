"""What readers say about entries, how often entries are used, who confirmed reading a rule."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.identifiers import new_id
from bangban.registry.knowledge.models.entries import Entry
from bangban.registry.knowledge.terms import FeedbackKind


class Feedback(models.Model):
    """One opinion on one version; a correction 纠错 stays open until somebody answers it by `due_at`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="feedback")
    revision = models.IntegerField()
    kind = models.TextField(choices=FeedbackKind)
    text = models.TextField(default="")
    actor_kind = models.TextField()
    staff = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    handled_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    accepted = models.BooleanField(null=True)
    outcome = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(kind="correction", handled_at=None), name="open_corrections"),
            models.Index(fields=["entry", "kind", "-given_at"], name="feedback_of_entry"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="correction") | ~Q(text="") & Q(due_at__isnull=False), name="correction_says_what"
            ),
            models.CheckConstraint(
                condition=Q(handled_at=None) | Q(accepted__isnull=False), name="handled_feedback_has_an_outcome"
            ),
        ]


class EntryUse(models.Model):
    """How often an entry was cited on one day (local date) through one channel (T637-6.1.3-c)."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="uses")
    day = models.DateField()
    channel = models.TextField()
    count = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "day", "channel"], name="one_use_counter")]


class ReadConfirmation(models.Model):
    """A member of staff has read one version of a law, policy or rule (DB3205-6.2)."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="readers")
    revision = models.IntegerField()
    staff = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "revision", "staff"], name="read_once")]
