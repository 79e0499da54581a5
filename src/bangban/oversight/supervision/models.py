"""Supervision 督办: one task, one named officer, its entries, the reply of the unit (GB33358-5.2.3)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.ledger.models import Record
from bangban.foundation.privacy.fields import SealedTextField
from bangban.oversight.supervision import terms


class Task(Record):
    """One matter under supervision: an order, or a concentrated matter with all its orders.

    The officer is never empty (GB33358-5.2.3.3).
    """

    record_type = "supervision"

    center = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    order = models.ForeignKey("hotline.WorkOrder", models.PROTECT, null=True, related_name="+")
    matter_number = models.TextField(default="")
    trigger = models.TextField(choices=terms.Trigger)
    level = models.SmallIntegerField(default=1)
    unit = models.ForeignKey("org.Body", models.PROTECT, null=True, related_name="+")
    officer = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    cause = models.TextField(default="")
    entries_count = models.SmallIntegerField(default=0)
    unit_reply = SealedTextField()
    replied_at = models.DateTimeField(null=True)
    replied_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    result = models.TextField(choices=terms.Result, default="", blank=True)
    conclusion = SealedTextField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["officer", "-created_at", "-id"], condition=~Q(state="closed"), name="task_officer_open"
            ),
            models.Index(fields=["center", "state", "-created_at", "-id"], name="task_center_state"),
            models.Index(fields=["unit", "-created_at", "-id"], name="task_unit"),
            models.Index(fields=["order", "created_at"], name="task_order"),
            models.Index(fields=["matter_number"], condition=~Q(matter_number=""), name="task_matter"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "trigger"],
                condition=Q(order__isnull=False) & ~Q(state="closed"),
                name="one_open_task_per_cause",
            ),
            models.UniqueConstraint(
                fields=["matter_number"],
                condition=~Q(matter_number="") & ~Q(state="closed"),
                name="one_open_task_per_matter",
            ),
            models.CheckConstraint(condition=Q(order__isnull=False) | ~Q(matter_number=""), name="task_has_a_subject"),
            models.CheckConstraint(condition=~Q(state="closed") | ~Q(result=""), name="closed_task_has_a_result"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=terms.HIGHEST), name="task_level"),
        ]


class Entry(models.Model):
    """One act of supervision by one method, with what that method must record."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.ForeignKey(Task, models.CASCADE, related_name="entries")
    position = models.SmallIntegerField()
    method = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    content = SealedTextField()
    facts = SealedTextField(help_text="JSON of what the method asks for")
    notice = models.UUIDField(null=True)
    file_number = models.TextField(default="")
    attachment = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "position"], name="entries_are_counted"),
            models.CheckConstraint(condition=~Q(method="notice") | ~Q(file_number=""), name="notice_has_a_file_number"),
            models.CheckConstraint(condition=~Q(method="sms") | Q(notice__isnull=False), name="sms_has_a_receipt"),
        ]
