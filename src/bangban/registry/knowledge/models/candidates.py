"""Questions without a fitting entry, on their way into the knowledge base (BJ-5-e)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.models import Record
from bangban.registry.knowledge.terms import Origin


class Candidate(Record):
    """One question that several people may have asked; the department answers, an editor drafts, then it is published.

    `question_key` is the question without blanks and punctuation: the same question at the same body counts up.
    """

    record_type = "candidate"

    question = models.TextField()
    question_key = models.TextField()
    body = models.ForeignKey("org.Body", models.PROTECT, null=True, related_name="+")
    region = models.CharField(max_length=12, default="")
    item = models.ForeignKey("catalog.Item", models.PROTECT, null=True, related_name="+")
    origin = models.TextField(choices=Origin)
    origin_number = models.TextField(default="")
    asked = models.IntegerField(default=1)
    last_asked_at = models.DateTimeField()
    answer = models.TextField(default="")
    basis = models.TextField(default="")
    answered_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    entry = models.ForeignKey("knowledge.Entry", models.PROTECT, null=True, related_name="candidates")
    drafted_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["-asked", "id"], condition=Q(state__in=["open", "answered", "drafted"]), name="open_candidates"
            ),
            models.Index(fields=["body", "state"], name="candidate_body"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["question_key", "body", "item"],
                condition=Q(state__in=["open", "answered", "drafted"]),
                name="one_open_candidate",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["drafted", "published"]) | Q(entry__isnull=False), name="draft_has_an_entry"
            ),
        ]
