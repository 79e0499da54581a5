"""A ticket 排队号: one visit of one person to one class of business."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.models import Record
from bangban.foundation.privacy.fields import BlindIndexField, SealedTextField


class TicketState(models.TextChoices):
    """Where a ticket stands (DB23-7.1)."""

    WAITING = "waiting", "等候中"
    CALLED = "called", "已叫号"
    SERVING = "serving", "办理中"
    DONE = "done", "已办完"
    MISSED = "missed", "过号"
    LEFT = "left", "已离开"
    EXPIRED = "expired", "当日作废"


class Ticket(Record):
    """One ticket. `rank_at` is its place in the order: issue time less the credit of its flags (see rules.rank).

    `queued_at` is when the wait began; a transfer keeps both, so that nobody waits twice (F5.04). `reserved_staff` is
    the specialist to whose window it is called (BJ-3.1.3-c). Times of the last call stand in `called_at`.
    `told_seconds` is the wait that the phone page was told last, at `told_at`; `stints` counts stays at windows.
    """

    record_type = "ticket"

    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    business_date = models.DateField()
    klass = models.ForeignKey("halls.QueueClass", models.PROTECT, related_name="+")
    first_klass = models.ForeignKey("halls.QueueClass", models.PROTECT, related_name="+")
    sequence = models.IntegerField()
    label = models.TextField()
    item = models.ForeignKey("catalog.Item", models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    channel = models.TextField()
    flags = ArrayField(models.TextField(), default=list)
    phone = SealedTextField()
    phone_index = BlindIndexField()
    code = SealedTextField()
    token_digest = models.BinaryField(max_length=32)
    client_key = models.TextField(null=True)
    appointment = models.UUIDField(null=True)
    appointment_number = models.TextField(default="", blank=True)
    case_number = models.TextField(default="", blank=True)
    reserved_staff = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    issued_by = models.TextField(default="")
    issued_at = models.DateTimeField()
    queued_at = models.DateTimeField()
    rank_at = models.DateTimeField()
    ahead_at_issue = models.IntegerField(default=0)
    expected_at_issue = models.IntegerField(null=True)
    told_seconds = models.IntegerField(null=True)
    told_at = models.DateTimeField(null=True)
    stints = models.SmallIntegerField(default=0)
    session = models.ForeignKey("queues.WindowSession", models.PROTECT, null=True, related_name="+")
    window = models.ForeignKey("halls.Window", models.PROTECT, null=True, related_name="+")
    staff = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    first_called_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    call_count = models.SmallIntegerField(default=0)
    serving_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)
    rejoins = models.SmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    result = models.TextField(default="", blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["body", "business_date", "klass", "rank_at", "id"],
                condition=Q(state="waiting"),
                name="ticket_waiting",
            ),
            models.Index(fields=["body", "business_date", "-called_at"], name="ticket_called"),
            models.Index(fields=["session", "-called_at"], name="ticket_session"),
            models.Index(fields=["body", "business_date", "-issued_at", "-id"], name="ticket_day"),
            models.Index(fields=["appointment"], name="ticket_appointment"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["first_klass", "business_date", "sequence"], name="one_ticket_per_number"),
            models.UniqueConstraint(fields=["body", "client_key"], name="one_ticket_per_press"),
            models.UniqueConstraint(
                fields=["body", "klass", "business_date", "phone_index"],
                condition=Q(state__in=["waiting", "called", "serving"]),
                name="one_ticket_per_person_and_class",
            ),
            models.UniqueConstraint(
                fields=["session"], condition=Q(state__in=["called", "serving"]), name="one_ticket_at_a_window"
            ),
            models.UniqueConstraint(fields=["appointment"], name="check_in_is_one_ticket"),
            models.CheckConstraint(
                condition=~Q(state__in=["called", "serving"])
                | Q(session__isnull=False, window__isnull=False, staff__isnull=False, called_at__isnull=False),
                name="called_to_a_window",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "left", "expired"]) | Q(ended_at__isnull=False), name="end_has_a_time"
            ),
        ]


class Running(models.Model):
    """The last number of a class on a business day; numbers begin anew with the next (DB23-7.1)."""

    id = models.BigAutoField(primary_key=True)
    klass = models.ForeignKey("halls.QueueClass", models.PROTECT, related_name="+")
    business_date = models.DateField()
    last = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["klass", "business_date"], name="one_run_of_numbers_a_day")]
