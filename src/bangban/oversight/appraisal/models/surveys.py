"""Results of evaluations that were made outside: third parties, media, questionnaires (GB33358-6.3)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.models import Record
from bangban.oversight.appraisal import terms


class Survey(Record):
    """One imported file; the file itself is kept under its digest."""

    record_type = "survey"

    center = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    method = models.TextField(choices=terms.Method)
    source = models.TextField(help_text="who made it")
    file_name = models.TextField()
    digest = models.TextField()
    accepted = models.IntegerField()
    refused = models.JSONField(default=list, help_text="[line, sentence]")
    withdrawn_reason = models.TextField(default="")

    class Meta:
        indexes = [models.Index(fields=["center", "-created_at", "-id"], name="survey_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["center", "digest"], condition=~Q(state="withdrawn"), name="one_file_counts_once"
            )
        ]


class SurveyAnswer(models.Model):
    """What one respondent said of one unit; empty where not asked."""

    id = models.BigAutoField(primary_key=True)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="answers")
    line = models.IntegerField()
    unit = models.ForeignKey("org.Body", models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    responded = models.BooleanField(null=True)
    solved = models.BooleanField(null=True)
    satisfied = models.BooleanField(null=True)
    attitude = models.SmallIntegerField(null=True)
    efficiency = models.SmallIntegerField(null=True)
    process = models.SmallIntegerField(null=True)
    result = models.SmallIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["day", "unit"], name="survey_answer_day")]
