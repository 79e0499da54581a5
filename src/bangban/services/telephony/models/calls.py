"""Raw events as they came, and the calls that they fold to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.privacy.fields import BlindIndexField, SealedTextField


class RawEvent(models.Model):
    """One event of an exchange, never changed; partitioned by month of `at`, and dropped by whole months.

    `personal` seals what may name a person: caller, called, party, note (msgpack in hex). `data` holds the rest.
    """

    pk = models.CompositePrimaryKey("exchange", "call", "event_id", "at")
    exchange = models.TextField()
    event_id = models.TextField()
    at = models.DateTimeField()
    call = models.TextField()
    kind = models.TextField()
    data = models.JSONField()
    personal = SealedTextField()
    received_at = models.DateTimeField()

    class Meta:
        db_table = "telephony_raw_event"


class Outcome(models.TextChoices):
    """How a call stands or ended."""

    WAITING = "waiting", "等候"
    RINGING = "ringing", "振铃"
    TALKING = "talking", "通话中"
    ANSWERED = "answered", "已接听"
    ABANDONED = "abandoned", "来电人放弃"
    MISSED = "missed", "未接听"


class Callback(models.TextChoices):
    """How a lost call stands on the call-back list 漏接回拨."""

    NONE = "", "无需回拨"
    OPEN = "open", "待回拨"
    CLAIMED = "claimed", "回拨中"
    DONE = "done", "已回拨"


class Call(models.Model):
    """One call: the fold of its events (see folding.CallState), and what people did about it.

    `phone` is the number of the outside party. `language_met` tells whether the agent who answered speaks the language
    asked for, as the skills stood then, and `center` to which hotline it belongs, as numbers and posts stood then.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    exchange = models.TextField()
    exchange_id = models.TextField()
    center = models.ForeignKey("org.Body", models.PROTECT, null=True, related_name="+", db_index=False)
    direction = models.TextField(choices=[("in", "呼入"), ("out", "呼出")], default="in")
    phone = SealedTextField()
    phone_index = BlindIndexField(db_index=False)
    language = models.TextField(default="", blank=True)
    outcome = models.TextField(choices=Outcome, default=Outcome.WAITING)
    offered_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True)
    ringing_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    wait_seconds = models.IntegerField(null=True)
    ring_seconds = models.IntegerField(null=True)
    talk_seconds = models.IntegerField(null=True)
    hold_seconds = models.IntegerField(default=0)
    on_hold = models.BooleanField(default=False)
    menu = models.BooleanField(default=False)
    transfers = models.IntegerField(default=0)
    legs_told = models.IntegerField(default=0)
    agent = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+", db_index=False)
    language_met = models.BooleanField(null=True)
    record_number = models.TextField(default="", blank=True)
    callback = models.TextField(choices=Callback, default=Callback.NONE, blank=True)
    callback_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+", db_index=False)
    callback_since = models.DateTimeField(null=True)
    callback_tries = models.IntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["phone_index", "-offered_at"], name="call_phone"),
            models.Index(fields=["record_number"], condition=~Q(record_number=""), name="call_record"),
            models.Index(
                fields=["offered_at"],
                condition=Q(direction="in", answered_at=None, ended_at=None),
                name="call_waiting",
            ),
            models.Index(fields=["last_at"], condition=Q(ended_at=None), name="call_open"),
            models.Index(
                fields=["offered_at", "id"], condition=Q(direction="in", wait_seconds__gt=15), name="call_late"
            ),
            models.Index(
                fields=["offered_at", "id"], condition=Q(callback__in=["open", "claimed"]), name="call_missed"
            ),
            models.Index(fields=["phone_index"], condition=Q(callback="open"), name="call_missed_phone"),
            models.Index(fields=["offered_at", "id"], condition=Q(language_met=False), name="call_language"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["exchange", "exchange_id"], name="one_call_per_exchange_id"),
            models.CheckConstraint(
                condition=~Q(callback="claimed") | Q(callback_by__isnull=False, callback_since__isnull=False),
                name="claimed_call_back_has_somebody",
            ),
        ]


class Leg(models.Model):
    """One person's part in a call: an agent who was rung (`staff`), or a third party (`name`, sealed)."""

    id = models.BigAutoField(primary_key=True)
    call = models.ForeignKey(Call, models.CASCADE, related_name="legs", db_index=False)
    position = models.SmallIntegerField()
    role = models.TextField()
    staff = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+", db_index=False)
    name = SealedTextField()
    rang_at = models.DateTimeField(null=True)
    joined_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    missed = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["staff"], condition=Q(staff__isnull=False, ended_at=None), name="leg_open"),
            models.Index(
                fields=["joined_at"], condition=Q(staff__isnull=False, joined_at__isnull=False), name="leg_talk"
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["call", "position"], name="one_leg_per_position")]


class TryResult(models.TextChoices):
    """What came of one attempt to call somebody back."""

    REACHED = "reached", "已接通"
    NOT_REACHED = "not_reached", "未接通"
    WRONG_NUMBER = "wrong_number", "号码有误"


class CallbackTry(models.Model):
    """One attempt to call back somebody whose call was lost."""

    id = models.BigAutoField(primary_key=True)
    call = models.ForeignKey(Call, models.CASCADE, related_name="tries")
    staff = models.ForeignKey("org.Staff", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    result = models.TextField(choices=TryResult)
    note = SealedTextField()
