"""The work order 工单: subject, matter, handling, supervision and call-back of one request (GB33358-3.6, 5.1.2.5)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.models import Record
from bangban.foundation.privacy.fields import BlindIndexField, SealedAnswersField, SealedTextField
from bangban.services.hotline import terms


class WorkOrder(Record):
    """One request of one person to the hotline, from the first word to the archive.

    What people say and who they are is sealed; `words` are keyed digests of the words of the matter, so that it can be
    searched. `confidential` is empty until the person was asked.
    """

    record_type = "order"

    center = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    source = models.TextField(choices=terms.Source)
    medium = models.TextField(default="")
    received_at = models.DateTimeField()
    call_id = models.UUIDField(null=True)
    agent = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    agent_number = models.TextField(default="")
    first_response_at = models.DateTimeField(null=True)
    token_digest = models.BinaryField(max_length=32)

    caller = models.ForeignKey("hotline.Caller", models.PROTECT, null=True, related_name="orders")
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    subject_kind = models.TextField(choices=terms.SubjectKind, default=terms.SubjectKind.PERSON)
    contact_name = SealedTextField()
    contact_phone = SealedTextField()
    contact_address = SealedTextField()
    phone_index = BlindIndexField(db_index=False)
    name_index = BlindIndexField(db_index=False)
    confidential = models.BooleanField(null=True)
    confidential_asked_at = models.DateTimeField(null=True)
    wished_reply = models.TextField(choices=terms.ReplyChannel, default=terms.ReplyChannel.TELEPHONE)

    kind = models.TextField(choices=terms.Kind, default="", blank=True)
    consultation_kind = models.TextField(choices=terms.ConsultationKind, default="", blank=True)
    category = models.ForeignKey("hotline.Category", models.PROTECT, null=True, related_name="+")
    urgency = models.TextField(choices=terms.Urgency, default=terms.Urgency.ORDINARY)
    emergency_class = models.TextField(choices=terms.EmergencyClass, default="", blank=True)
    title = SealedTextField()
    happened = SealedTextField()
    place = SealedTextField()
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    region = models.CharField(max_length=12, default="", blank=True)
    course = SealedTextField()
    present_state = SealedTextField()
    request = SealedTextField()
    facts = SealedAnswersField()
    skipped_facts = SealedAnswersField()
    about_unit = models.ForeignKey("org.Body", models.PROTECT, null=True, related_name="+")
    about_staff = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    aspect = models.TextField(choices=terms.Aspect, default="", blank=True)
    summary_confirmed = models.BooleanField(null=True)
    words = ArrayField(models.IntegerField(), default=list)
    words_version = models.SmallIntegerField(default=0, db_default=0, help_text="by which rules the words were made")

    round = models.SmallIntegerField(default=1)
    registered_at = models.DateTimeField(null=True)
    result_code = models.TextField(choices=terms.ResultCode, default="", blank=True)
    result_text = SealedTextField()
    answer_source = models.TextField(choices=terms.AnswerSource, default="", blank=True)
    direct = models.BooleanField(default=False)
    transferred_at = models.DateTimeField(null=True)
    transfer_opinion = SealedTextField()
    lead_unit = models.ForeignKey("org.Body", models.PROTECT, null=True, related_name="+")
    units = ArrayField(models.BigIntegerField(), default=list)
    handler = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    replied_at = models.DateTimeField(null=True)
    handling_text = SealedTextField()
    completed_at = models.DateTimeField(null=True)
    returns = models.SmallIntegerField(default=0)

    process_satisfied = models.BooleanField(null=True)
    result_satisfied = models.BooleanField(null=True)
    visited_at = models.DateTimeField(null=True)
    redo_decided = models.TextField(default="")

    refusal = models.TextField(choices=terms.Refusal, default="", blank=True)
    path_told = models.TextField(default="")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    supervision_level = models.SmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)
    archive_number = models.TextField(default="")

    @property
    def answered_by_unit(self) -> bool:
        """Tell whether the responsible unit answered the caller in a three-party call."""
        return self.three_parties.filter(outcome="answered").exclude(ended_at=None).exists()

    class Meta:
        # Beside these, migration 0009 makes `order_found`: words, facets and weeks, by which lists are found (reads/facets.py).
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="order_newest"),
            models.Index(fields=["state", "-received_at", "-id"], name="order_state"),
            models.Index(fields=["lead_unit", "state", "-received_at", "-id"], name="order_unit_state"),
            models.Index(fields=["lead_unit", "-received_at", "-id"], name="order_unit"),
            models.Index(fields=["agent", "-received_at", "-id"], name="order_agent"),
            models.Index(fields=["category", "-received_at", "-id"], name="order_category"),
            models.Index(fields=["kind", "-received_at", "-id"], name="order_kind"),
            models.Index(fields=["region", "-received_at", "-id"], name="order_region"),
            models.Index(fields=["phone_index", "-received_at"], name="order_phone"),
            models.Index(fields=["name_index"], name="order_name"),
            models.Index(fields=["token_digest"], name="order_token"),
            models.Index(fields=["caller", "-received_at"], name="order_caller"),
            models.Index(fields=["call_id"], condition=Q(call_id__isnull=False), name="order_call"),
            models.Index(
                fields=["due_at"], condition=Q(state__in=["dispatched", "handling"]), name="order_due"
            ),
            models.Index(fields=["completed_at"], name="order_completed"),
            models.Index(
                fields=["-supervision_level", "-received_at"], condition=Q(supervision_level__gt=0), name="order_supervised"
            ),
            models.Index(fields=["archive_number"], condition=~Q(archive_number=""), name="order_archive"),
            GinIndex(fields=["units"], name="order_units"),
            models.Index(fields=["center", "id"], condition=~Q(state__in=["archived", "withdrawn"]), name="order_open"),
            models.Index(fields=["id"], condition=Q(words_version__lt=2), name="order_old_words"),
            models.Index(fields=["-received_at", "-id"], condition=~Q(emergency_class=""), name="order_emergency"),
            models.Index(
                fields=["-received_at", "-id"], name="order_urgent",
                condition=(Q(urgency="emergency") | ~Q(emergency_class="")) & ~Q(state__in=["archived", "withdrawn"]),
            ),
            models.Index(fields=["-received_at", "-id"], condition=~Q(refusal=""), name="order_refused"),
            models.Index(fields=["-received_at", "-id"], condition=Q(returns__gt=0), name="order_returned"),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["registering", "refused", "merged", "withdrawn"]) | ~Q(kind=""),
                name="order_has_a_kind",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["complaint", "report_of_violation"])
                | Q(state__in=["registering", "refused", "merged", "withdrawn"])
                | Q(confidential__isnull=False, confidential_asked_at__isnull=False),
                name="complaint_was_asked_about_secrecy",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["dispatched", "handling"])
                | Q(lead_unit__isnull=False, due_at__isnull=False, transferred_at__isnull=False),
                name="dispatched_order_has_unit_and_limit",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["completed", "visited", "archived"])
                | ~Q(refusal="")
                | Q(merged_into__isnull=False)
                | (Q(completed_at__isnull=False) & ~Q(result_code="") & (Q(direct=True) | Q(replied_at__isnull=False))),
                name="completed_order_has_a_result_and_a_reply",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(path_told=""), name="refusal_names_the_path"),
            models.UniqueConstraint(
                fields=["call_id", "agent"],
                condition=Q(state="registering", call_id__isnull=False),
                name="one_open_form_per_call",
            ),
        ]
