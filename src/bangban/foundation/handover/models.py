"""Hand-over: every move of work or paper, offered and then accepted, returned or expired."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.identifiers import new_id


class Kind(models.TextChoices):
    """What moves: the work itself (within a unit or to another), a question, or a task beside it."""

    QUEUE = "queue", "待受理"
    ASSIGN = "assign", "分派"
    TRANSFER = "transfer", "转办"
    ADVICE = "advice", "请专业顾问"
    TASK = "task", "协同"


class Answer(models.TextChoices):
    """How an offer stands; all but `offered` are end states."""

    OFFERED = "offered", "待接收"
    ACCEPTED = "accepted", "已接收"
    RETURNED = "returned", "已退回"
    EXPIRED = "expired", "超时未接"
    WITHDRAWN = "withdrawn", "已撤回"


class Handover(models.Model):
    """One offer of work on a record to a unit, and there to a duty or to one person."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record_type = models.TextField()
    record_id = models.UUIDField()
    kind = models.TextField(choices=Kind)
    from_staff_id = models.BigIntegerField(null=True)
    from_unit_id = models.BigIntegerField(null=True)
    to_unit_id = models.BigIntegerField()
    to_duty = models.TextField(default="")
    to_staff_id = models.BigIntegerField(null=True)
    answer = models.TextField(choices=Answer, default=Answer.OFFERED)
    reason = models.TextField(default="")
    hop = models.IntegerField(default=1)
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["to_unit_id", "to_duty"], condition=Q(answer="offered"), name="handover_inbox_unit"),
            models.Index(fields=["to_staff_id"], condition=Q(answer="offered"), name="handover_inbox_staff"),
            models.Index(fields=["expires_at"], condition=Q(answer="offered"), name="handover_expiry"),
            models.Index(fields=["record_id", "offered_at"], name="handover_record"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["record_id"],
                condition=Q(answer="offered", kind__in=["queue", "assign", "transfer"]),
                name="work_is_offered_once",
            ),
            models.CheckConstraint(
                condition=Q(answer="offered", answered_at=None) | ~Q(answer="offered") & Q(answered_at__isnull=False),
                name="handover_answer_has_a_time",
            ),
            models.CheckConstraint(condition=~Q(answer="returned") | ~Q(reason=""), name="return_needs_a_reason"),
        ]


WORK = (Kind.QUEUE, Kind.ASSIGN, Kind.TRANSFER)
