"""The recurring review 改进评审 and plans of improvement 改进计划 (GB33358-7.2, 7.3)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.ledger.models import Record


class Review(Record):
    """The evaluation sheet of a period as it was counted, compared with the targets, and what is to be done."""

    record_type = "improvement_review"

    center = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    first = models.DateField()
    last = models.DateField()
    sheet = models.JSONField()
    due_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)
    conclusion = models.TextField(default="")
    held_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    held_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["center", "-last", "-id"], name="review_newest")]
        constraints = [
            models.UniqueConstraint(fields=["center", "first", "last"], name="one_review_per_period"),
            models.CheckConstraint(
                condition=~Q(state="held") | (~Q(conclusion="") & Q(held_by__isnull=False)),
                name="held_review_concludes",
            ),
        ]


class EvaluationSheet(models.Model):
    """The sheet of one period as it was last counted; a job counts it, so that nobody waits for a year of orders.

    It waits for the job while nothing was counted since `asked_at`.
    """

    id = models.BigAutoField(primary_key=True)
    center = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    period = models.TextField()
    first = models.DateField()
    asked_at = models.DateTimeField()
    counted_at = models.DateTimeField(null=True)
    sheet = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["center", "period", "first"], name="one_sheet_per_period")]


class Plan(Record):
    """One plan: measures, owner, date, progress, and the indicator before and after."""

    record_type = "improvement_plan"

    center = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    review = models.ForeignKey(Review, models.PROTECT, null=True, related_name="plans")
    title = models.TextField()
    measures = models.TextField()
    owner = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    due_on = models.DateField()
    indicator = models.TextField()
    before = models.JSONField(help_text="{first, last, amount, part, whole}")
    after = models.JSONField(null=True)
    effect = models.TextField(default="")
    steps = models.SmallIntegerField(default=0)
    warned_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["center", "-created_at", "-id"], name="plan_newest"),
            models.Index(fields=["due_on"], condition=Q(state="open"), name="plan_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | (Q(after__isnull=False) & ~Q(effect="")), name="done_plan_has_an_effect"
            )
        ]


class Progress(models.Model):
    """One report of progress."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="progress")
    position = models.SmallIntegerField()
    text = models.TextField()
    by = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "position"], name="progress_is_counted")]
