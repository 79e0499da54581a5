"""The two result lists of assistance and the correction notices (T637-4-f, T637-8.3.3)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.privacy.fields import SealedTextField
from bangban.services.guidance.models.forms import Draft
from bangban.services.guidance.terms import CheckKind, CheckOutcome, Verdict


class CheckList(models.Model):
    """One check of one submission: which kind, by whom, when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="checks")
    round = models.SmallIntegerField()
    kind = models.TextField(choices=CheckKind)
    reviewer = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    reviewer_name = models.TextField()
    began_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    outcome = models.TextField(choices=CheckOutcome, default=CheckOutcome.PENDING, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "round", "kind"], name="one_list_per_check"),
            models.CheckConstraint(
                condition=Q(outcome="", finished_at=None) | (~Q(outcome="") & Q(finished_at__isnull=False)),
                name="finished_check_has_an_outcome",
            ),
        ]


class Finding(models.Model):
    """One line of a check: what the rule says, what the specialist confirms or overrides with a reason.

    `seen` names the version of what was looked at, so that a defect found late can be told from a new one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    list = models.ForeignKey(CheckList, models.CASCADE, related_name="findings")
    position = models.SmallIntegerField()
    code = models.TextField()
    label = models.TextField()
    seen = models.TextField(default="")
    automatic = models.TextField(choices=Verdict)
    sentence = models.TextField(default="")
    found = SealedTextField()
    expected = SealedTextField()
    verdict = models.TextField(choices=Verdict, default="", blank=True)
    note = SealedTextField()
    late = models.BooleanField(default=False)
    reviewed_by_name = models.TextField(default="")
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "code"], name="one_finding_per_code"),
            models.CheckConstraint(
                condition=Q(verdict="", reviewed_at=None) | (~Q(verdict="") & Q(reviewed_at__isnull=False)),
                name="reviewed_finding_has_a_time",
            ),
        ]


class Correction(models.Model):
    """One notice with every defect at once; `late` counts defects that an earlier round should have named."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="corrections")
    round = models.SmallIntegerField()
    message = models.UUIDField()
    defects = models.SmallIntegerField()
    late = models.SmallIntegerField(default=0)
    sent_by_name = models.TextField()
    sent_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "round"], name="one_correction_per_round"),
            models.CheckConstraint(condition=Q(defects__gte=1), name="correction_names_a_defect"),
        ]
