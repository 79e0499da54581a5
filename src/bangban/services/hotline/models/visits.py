"""Call-back 回访: one task per completed round, its attempts and its answers (GB33358-5.4)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.privacy.fields import SealedTextField
from bangban.services.hotline.models.orders import WorkOrder


class Visit(models.Model):
    """The call-back of one round of one order; `policy` says why it is due, or why it is not.

    `staff` with `claimed_at` has taken it for half an hour. Attitude, efficiency, process and result are grades 1 to 5 of
    the unit (GB33358-6.2), empty when not asked.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="visits")
    round = models.SmallIntegerField()
    unit = models.ForeignKey("org.Body", models.PROTECT, null=True, related_name="+")
    policy = models.TextField(help_text="all, sampled, not_sampled, by_hand")
    state = models.TextField(default="due", help_text="due, done, given_up, not_due")
    made_at = models.DateTimeField()
    not_before = models.DateTimeField()
    staff = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    channel = models.TextField(default="")
    contacted = models.BooleanField(null=True)
    solved = models.BooleanField(null=True)
    process_satisfied = models.BooleanField(null=True)
    result_satisfied = models.BooleanField(null=True)
    attitude = models.SmallIntegerField(null=True)
    efficiency = models.SmallIntegerField(null=True)
    process = models.SmallIntegerField(null=True)
    result = models.SmallIntegerField(null=True)
    reasons = ArrayField(models.TextField(), default=list)
    text = SealedTextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "round"], name="one_visit_per_round"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(process_satisfied__isnull=False, result_satisfied__isnull=False),
                name="visit_has_two_answers",
            ),
        ]
        indexes = [
            models.Index(fields=["not_before", "id"], condition=Q(state="due"), name="visit_due"),
            models.Index(fields=["unit", "done_at"], name="visit_unit"),
            models.Index(fields=["made_at"], name="visit_made"),
            models.Index(fields=["done_at"], name="visit_done"),
        ]


class VisitAttempt(models.Model):
    """One try to reach the caller (GB33358-5.4.4)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="attempts")
    number = models.SmallIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    channel = models.TextField()
    reached = models.BooleanField()
    call_id = models.UUIDField(null=True)
    note = SealedTextField()
    next_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "number"], name="attempts_are_counted")]
