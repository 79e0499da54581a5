"""Internal-control documents 内控制度 with their revisions (GB33358-6.1)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.ledger.models import Record
from bangban.oversight.holdings.terms import RegulationKind


class Regulation(Record):
    """A document with its newest edition, which may begin on a later day; every edition stays as a revision."""

    record_type = "regulation"

    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    kind = models.TextField(choices=RegulationKind)
    title = models.TextField()
    document_number = models.TextField(default="", blank=True)
    edition = models.SmallIntegerField(default=1)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    unit = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    text = models.TextField()
    review_months = models.SmallIntegerField()
    review_due_on = models.DateField()
    reminded = models.SmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["body", "kind", "id"], name="regulation_body"),
            models.Index(fields=["review_due_on"], condition=Q(state="current"), name="regulation_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="regulation_validity_in_order"
            )
        ]


class Revision(models.Model):
    """What was done to a document: an edition with its text, or a review that left it as it is."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    regulation = models.ForeignKey(Regulation, models.PROTECT, related_name="revisions")
    edition = models.SmallIntegerField()
    step = models.TextField(choices=[("new", "制定"), ("revised", "修订"), ("reviewed", "复审"), ("abolished", "废止")])
    kind = models.TextField(choices=RegulationKind)
    title = models.TextField()
    document_number = models.TextField(default="", blank=True)
    unit = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    text = models.TextField(default="", blank=True)
    change = models.TextField()
    by = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    by_name = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["regulation", "-at", "-id"], name="revision_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["regulation", "edition"], condition=~Q(text=""), name="one_text_per_edition"
            )
        ]
