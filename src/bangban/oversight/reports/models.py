"""Reports, who gets them, and the register of what was sent (GB33358-5.6)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.ledger.models import Record
from bangban.foundation.privacy.fields import SealedTextField
from bangban.oversight.reports import terms

BEFORE_CHECK = ("counting", "failed", "drafted", "cancelled")


class Report(Record):
    """One report; its figures are kept as counted in `content`, the files by their digest.

    `comment` and `suggestions` are the officer's words. `reconciled` holds what was compared with the orders and
    whether it agreed; a report that does not agree is never released (GB33358-5.6.1.4). `trouble` says why it could not be
    counted and what to do.
    """

    record_type = "report"

    kind = models.TextField(choices=terms.Kind)
    period = models.TextField(choices=terms.Period, default="", blank=True)
    first = models.DateField()
    last = models.DateField()
    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    title = models.TextField()
    topic = models.TextField(default="", blank=True)
    matter_number = models.TextField(default="", blank=True)
    content = models.JSONField()
    cut_off_at = models.DateTimeField()
    generated_at = models.DateTimeField()
    due_at = models.DateTimeField()
    comment = models.TextField(default="", blank=True)
    suggestions = models.TextField(default="", blank=True)
    made_by = models.TextField()
    responsible = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    responsible_name = models.TextField(default="")
    checked_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    checked_name = models.TextField(default="")
    checked_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    released_name = models.TextField(default="")
    released_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    reason = models.TextField(default="", blank=True)
    trouble = models.TextField(default="", blank=True)
    reconciled = models.JSONField(default=list)
    reconciled_at = models.DateTimeField(null=True)
    agrees = models.BooleanField(null=True)
    late_warned_at = models.DateTimeField(null=True)
    pdf_digest = models.TextField(default="", blank=True)
    word_digest = models.TextField(default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["body", "-created_at", "-id"], name="report_body"),
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["failed", "drafted", "checked", "released"]),
                name="report_due",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "period", "first"], condition=Q(kind="routine") & ~Q(state="cancelled"),
                name="one_report_per_period",
            ),
            models.UniqueConstraint(
                fields=["matter_number"], condition=~Q(matter_number="") & Q(state__in=["counting", "failed", "drafted", "checked", "released"]),
                name="one_open_report_per_matter",
            ),
            models.CheckConstraint(condition=Q(kind="special") | ~Q(period=""), name="routine_report_has_a_period"),
            models.CheckConstraint(
                condition=Q(state__in=BEFORE_CHECK) | Q(responsible__isnull=False, checked_by__isnull=False),
                name="checked_report_names_who_is_responsible",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*BEFORE_CHECK, "checked"]) | Q(released_by__isnull=False, agrees=True),
                name="released_report_agrees_with_the_orders",
            ),
            models.CheckConstraint(
                condition=Q(released_by=None) | ~Q(released_by=F("checked_by")), name="report_needs_two_people"
            ),
        ]  # fmt: skip


class ReportOrder(models.Model):
    """One order that a special report rests on (GB33358-5.6.2.1)."""

    id = models.BigAutoField(primary_key=True)
    report = models.ForeignKey(Report, models.PROTECT, related_name="orders")
    order_number = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "order_number"], name="order_once_in_a_report")]


class ReportRecipient(models.Model):
    """Who regularly gets reports: a government office, a department (GB33358-5.6.1.3); `kinds` are periods or "special"."""

    id = models.BigAutoField(primary_key=True)
    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    name = models.TextField()
    unit = models.ForeignKey("org.Body", models.PROTECT, null=True, related_name="+")
    kinds = ArrayField(models.TextField())
    channel = models.TextField(choices=terms.Way)
    address = SealedTextField()
    active = models.BooleanField(default=True)
    set_by = models.TextField()
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "name"], condition=Q(active=True), name="one_recipient_of_a_name"),
            models.CheckConstraint(
                condition=~Q(channel="in_app") | Q(unit__isnull=False), name="in_app_recipient_has_a_unit"
            ),
        ]


class ReportSending(models.Model):
    """One line of the register: to whom, how and when a report went, and who acknowledged it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, models.PROTECT, related_name="sendings")
    recipient = models.ForeignKey(ReportRecipient, models.PROTECT, related_name="+")
    name = models.TextField()
    unit = models.ForeignKey("org.Body", models.PROTECT, null=True, related_name="+")
    channel = models.TextField(choices=terms.Way)
    sent_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.TextField(default="")
    registered_by = models.TextField(
        default="", help_text="who registered a receipt that came on paper or by telephone"
    )
    note = models.TextField(default="")

    class Meta:
        indexes = [models.Index(fields=["unit", "-sent_at"], name="sending_unit")]
        constraints = [
            models.UniqueConstraint(fields=["report", "recipient"], name="sent_once_to_each"),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None) | ~Q(acknowledged_by=""), name="receipt_names_who_gave_it"
            ),
        ]
