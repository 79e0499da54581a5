"""A patrol through one hall and what was seen of each member of staff (DB23-4.1, DB23-5.2.1, DB23-5.3)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.ledger.models import Record
from bangban.oversight.patrols.models.checklists import Checklist, ChecklistLine
from bangban.oversight.patrols.terms import Verdict


class Patrol(Record):
    """One walk of one inspector; it keeps the version of the checklist that it was begun with."""

    record_type = "patrol"

    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="+")
    inspector = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    inspector_name = models.TextField()
    summary = models.TextField(default="", blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["body", "-created_at", "-id"], name="patrol_body")]
        constraints = [
            models.CheckConstraint(condition=~Q(state="done") | Q(done_at__isnull=False), name="patrol_done_has_a_time")
        ]


class Result(models.Model):
    """One line about one member of staff at one window, or about the premises (`staff` is None); a fail says what was wrong."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patrol = models.ForeignKey(Patrol, models.PROTECT, related_name="results")
    staff = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    window = models.TextField(default="", blank=True)
    line = models.ForeignKey(ChecklistLine, models.PROTECT, related_name="+")
    verdict = models.TextField(choices=Verdict)
    note = models.TextField(default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["staff", "-at"], name="result_staff")]
        constraints = [
            models.UniqueConstraint(fields=["patrol", "staff", "line"], name="one_result_per_line"),
            models.UniqueConstraint(
                fields=["patrol", "line"], condition=Q(staff=None), name="one_site_result_per_line"
            ),
            models.CheckConstraint(condition=~Q(verdict="fail") | ~Q(note=""), name="fail_needs_a_note"),
        ]
