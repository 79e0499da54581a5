"""An appointment 预约: one person, one class of business, one period (DB23-6.5)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.models import Record
from bangban.foundation.privacy.fields import BlindIndexField, SealedTextField

NETWORK = frozenset({"web", "mobile", "app", "mini_program", "wechat", "quick_app", "api"})
"""Channels of booking online; all others take from what is kept for telephone and counter too."""

OPEN = ("booked", "affected")
"""States in which an appointment still lies ahead."""


class AppointmentState(models.TextChoices):
    """Where an appointment stands."""

    BOOKED = "booked", "已预约"
    AFFECTED = "affected", "时段停约，待另约"
    CHECKED_IN = "checked_in", "已取号"
    COMPLETED = "completed", "已办理"
    CANCELLED = "cancelled", "已取消"
    GIVEN_UP = "given_up", "未到场，视为放弃"


class Outcome(models.TextChoices):
    """What became of a booking whose period was closed (DB23-6.5.2)."""

    MOVED = "moved", "已改约"
    CANCELLED = "cancelled", "已取消"
    CALLED = "called", "已电话沟通"
    KEPT = "kept", "停约撤销，预约不变"


class OfflineReason(models.TextChoices):
    """Why a material must be seen on paper although online is the rule (BJ-2-b, BJ-3.1.3-b)."""

    ORIGINAL = "original", "须核验原件"
    IN_PERSON = "in_person", "须本人当场签字或采集信息"
    NO_E_CERTIFICATE = "no_e_certificate", "没有电子证照"
    NOT_ONLINE = "not_online", "本人不便在网上提交"
    OTHER = "other", "其他"


class Appointment(Record):
    """One appointment. `starts_at` and `ends_at` are those of its period, kept here for the sweeps.

    `network` tells whether its place counts among those for online booking. `confirmed_at` stays empty while the person
    has not yet agreed to what a specialist proposed (BJ-3.1.3-b). `notice` is the one-time notice as given
    (DB23-6.5.1.1-a): at, by, how, item_version, materials, notes. `affected` holds reason, closure and offered_slot once
    its period was closed.
    """

    record_type = "appointment"

    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    klass = models.ForeignKey("halls.QueueClass", models.PROTECT, related_name="+")
    slot = models.ForeignKey("appointments.Slot", models.PROTECT, related_name="appointments")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    item = models.ForeignKey("catalog.Item", models.PROTECT, null=True, related_name="+")
    item_version = models.IntegerField(null=True)
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    contact_name = SealedTextField()
    contact_phone = SealedTextField()
    phone_index = BlindIndexField()
    channel = models.TextField()
    network = models.BooleanField(default=False)
    registrar = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    code = SealedTextField()
    code_index = BlindIndexField(db_index=False)
    token = SealedTextField()
    token_digest = models.BinaryField(max_length=32)
    flags = ArrayField(models.TextField(), default=list)
    case_number = models.TextField(default="", blank=True)
    staff = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    first_staff = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    substitute_reason = models.TextField(default="", blank=True)
    paper_materials = models.JSONField(default=list)
    notice = models.JSONField(default=dict)
    client_key = models.TextField(null=True)
    booked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    checked_in_at = models.DateTimeField(null=True)
    ticket_number = models.TextField(default="", blank=True)
    affected = models.JSONField(default=dict)
    closure = models.ForeignKey("appointments.Closure", models.PROTECT, null=True, related_name="appointments")
    offered_slot = models.ForeignKey("appointments.Slot", models.PROTECT, null=True, related_name="offered_to")
    outcome = models.TextField(choices=Outcome, default="", blank=True)
    cancel_reason = models.TextField(default="", blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-booked_at", "-id"], name="appointment_person"),
            models.Index(fields=["phone_index", "-booked_at"], name="appointment_phone"),
            models.Index(fields=["body", "starts_at", "id"], name="appointment_day"),
            models.Index(fields=["closure", "starts_at", "id"], name="appointment_closure"),
            models.Index(fields=["slot"], name="appointment_slot"),
            models.Index(fields=["token_digest"], name="appointment_token"),
            models.Index(fields=["case_number"], condition=~Q(case_number=""), name="appointment_case"),
            models.Index(fields=["ends_at"], condition=Q(state="booked"), name="appointment_ending"),
            models.Index(
                fields=["remind_at"], condition=Q(state="booked", reminded_at=None), name="appointment_to_remind"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["client_key"], name="one_appointment_per_press"),
            models.UniqueConstraint(
                fields=["body", "code_index"], condition=Q(state__in=["booked", "affected"]), name="one_open_code"
            ),
            models.UniqueConstraint(
                fields=["slot", "phone_index"],
                condition=Q(state__in=["booked", "affected"]),
                name="one_place_per_person_and_period",
            ),
            models.CheckConstraint(
                condition=~Q(state="checked_in") | Q(checked_in_at__isnull=False) & ~Q(ticket_number=""),
                name="check_in_is_a_ticket",
            ),
            models.CheckConstraint(
                condition=~Q(state="affected") | Q(closure__isnull=False), name="affected_by_a_closure"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["completed", "cancelled", "given_up"]) | Q(ended_at__isnull=False),
                name="appointment_end_has_a_time",
            ),
        ]


class Preparation(models.Model):
    """One line of the personal checklist of an appointment (DB23-6.5.1.3-c): ticked, or its file sent ahead.

    `paper` marks what must be seen on paper, with the reason; `shared` what the person need not bring at all.
    """

    id = models.BigAutoField(primary_key=True)
    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="preparations")
    position = models.SmallIntegerField()
    key = models.TextField()
    name = models.TextField()
    copies = models.TextField(default="")
    necessity = models.TextField(default="")
    note = models.TextField(default="")
    required = models.BooleanField(default=True)
    shared = models.BooleanField(default=False)
    paper = models.BooleanField(default=False)
    paper_reason = models.TextField(default="")
    blank_form = models.TextField(default="")
    sample_form = models.TextField(default="")
    ticked_at = models.DateTimeField(null=True)
    file = models.ForeignKey("conversation.Attachment", models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["appointment", "key"], name="one_preparation_per_key")]
