"""What was done to a caller file: corrections, merges that can be undone, and nuisance marks of two people (F3.31)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangban.foundation.privacy.fields import SealedTextField
from bangban.services.hotline.models.callers import Caller


class CallerChange(models.Model):
    """One corrected field with what stood there before; both sealed, as the ledger holds no personal data."""

    id = models.BigAutoField(primary_key=True)
    caller = models.ForeignKey(Caller, models.CASCADE, related_name="changes")
    field = models.TextField()
    before = SealedTextField()
    after = SealedTextField()
    reason = models.TextField()
    by = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["caller", "-at"], name="caller_changes")]


class CallerMerge(models.Model):
    """Two files that somebody found to be one caller. Nothing moves, so that undoing restores both exactly."""

    id = models.BigAutoField(primary_key=True)
    caller = models.ForeignKey(Caller, models.CASCADE, related_name="merges")
    into = models.ForeignKey(Caller, models.PROTECT, related_name="+")
    reason = models.TextField()
    by = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_reason = models.TextField(default="")
    undone_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller"], condition=Q(undone_at=None), name="merged_once_at_a_time"),
            models.CheckConstraint(condition=~Q(caller=F("into")), name="no_file_into_itself"),
        ]


class NuisanceMark(models.Model):
    """A wish to mark a caller as a nuisance; another person must agree before it counts."""

    id = models.BigAutoField(primary_key=True)
    caller = models.ForeignKey(Caller, models.CASCADE, related_name="marks")
    reason = models.TextField()
    proposed_by = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    agreed = models.BooleanField(null=True)
    decided_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(default="")
    lifted_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_reason = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["caller"], condition=Q(lifted_at=None) & ~Q(agreed=False), name="one_mark_in_force"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="mark_needs_a_second_person"
            ),
            models.CheckConstraint(
                condition=Q(agreed=None, decided_at=None)
                | Q(agreed__isnull=False, decided_at__isnull=False, decided_by__isnull=False),
                name="decided_mark_has_a_person",
            ),
        ]
