"""The appraisal 考核 of one period with its rows, and objections to them (GB33358-6.1)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.ledger.models import Record
from bangban.oversight.appraisal import terms


class Appraisal(Record):
    """One period of one hotline; its rows and weights are stored, so that a published figure never changes silently.

    `trouble` says why the job could not count it; `circle` to whom it is published. Since `shown_at` everybody may have
    read it; taking it back does not undo that.
    """

    record_type = "appraisal"

    center = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    period = models.TextField(choices=terms.Period)
    first = models.DateField()
    last = models.DateField()
    counted_at = models.DateTimeField()
    trouble = models.TextField(default="", blank=True)
    weights = models.JSONField()
    agent_weights = models.JSONField()
    objections_until = models.DateTimeField(null=True)
    open_objections = models.SmallIntegerField(default=0)
    approved_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    circle = models.TextField(choices=terms.Circle, default=terms.Circle.INTERNAL)
    shown_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["center", "-last", "-id"], name="appraisal_newest"),
            models.Index(
                fields=["-published_at", "-id"],
                name="appraisal_public",
                condition=Q(state="published", circle="public"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["center", "period", "first"], name="one_appraisal_per_period"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False, approved_by__isnull=False),
                name="published_appraisal_was_approved",
            ),
        ]


class ScoreRow(models.Model):
    """The sheet of one unit or one agent: `figures` as counted, each `[part, whole]`; `corrected` stands above them.

    `withheld` are the codes that the public is not told because another figure of few could be taken from them.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    appraisal = models.ForeignKey(Appraisal, models.CASCADE, related_name="rows")
    unit = models.ForeignKey("org.Body", models.PROTECT, null=True, related_name="+")
    staff = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    figures = models.JSONField()
    methods = models.JSONField(default=dict, help_text="method: [answers, satisfied, sum of grades, grades]")
    corrected = models.JSONField(default=dict)
    correction = models.TextField(default="")
    withheld = models.JSONField(default=list)
    score = models.FloatField(null=True)
    rank = models.SmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, staff=None) | Q(unit=None, staff__isnull=False), name="row_is_of_one"
            ),
            models.UniqueConstraint(fields=["appraisal", "unit"], condition=Q(staff=None), name="one_row_per_unit"),
            models.UniqueConstraint(fields=["appraisal", "staff"], condition=Q(unit=None), name="one_row_per_agent"),
            models.CheckConstraint(condition=Q(corrected={}) | ~Q(correction=""), name="correction_has_a_reason"),
            models.CheckConstraint(condition=Q(rank=None) | Q(score__isnull=False), name="no_rank_without_a_score"),
        ]


class Objection(models.Model):
    """What a unit holds against its own row, and the answer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    row = models.ForeignKey(ScoreRow, models.CASCADE, related_name="objections")
    reason = models.TextField()
    by = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    accepted = models.BooleanField(null=True)
    answer = models.TextField(default="")
    answered_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["row"], condition=Q(answered_at=None), name="one_open_objection_per_row"),
            models.CheckConstraint(
                condition=Q(answered_at=None, accepted=None)
                | (Q(answered_at__isnull=False, accepted__isnull=False) & ~Q(answer="")),
                name="answered_objection_has_an_answer",
            ),
        ]


class Scheme(models.Model):
    """Weights, targets and intervals of one hotline; the newest of a subject counts, older ones stay to be read.

    `regulation` is the number of the internal-control document that it rests on (GB33358-6.1).
    """

    id = models.BigAutoField(primary_key=True)
    center = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    subject = models.TextField(choices=terms.Subject)
    content = models.JSONField()
    reason = models.TextField()
    regulation = models.TextField(default="", blank=True)
    set_by = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["center", "subject", "-id"], name="scheme_newest")]
