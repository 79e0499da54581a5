"""What happens between intake and result: units, replies, extensions, three-party calls, emergency reports."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.privacy.fields import SealedTextField
from bangban.services.hotline import terms
from bangban.services.hotline.models.orders import WorkOrder


class Assignment(models.Model):
    """What one unit has to do with one order in one round; the lead answers for the order, the others to the lead.

    `handover` is the offer in the house's one mechanism of hand-over. A designated unit may not return the order (F3.16).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="assignments")
    round = models.SmallIntegerField()
    unit = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    role = models.TextField(choices=terms.Role)
    state = models.TextField(choices=terms.AssignmentState, default=terms.AssignmentState.OFFERED)
    handover = models.UUIDField(null=True)
    designated = models.BooleanField(default=False)
    task = SealedTextField()
    offered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    opinion = SealedTextField()
    reason = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(fields=["unit", "state", "-offered_at", "-id"], name="assignment_inbox"),
            models.Index(fields=["unit", "-offered_at", "-id"], name="assignment_unit"),
            models.Index(fields=["order", "offered_at"], name="assignment_order"),
            models.Index(fields=["offered_at"], name="assignment_offered"),
            models.Index(fields=["ended_at"], name="assignment_ended"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(role="lead", state__in=["offered", "signed"]), name="one_lead_per_order"
            ),
            models.UniqueConstraint(
                fields=["order", "unit"], condition=Q(state__in=["offered", "signed"]), name="unit_has_it_once"
            ),
            models.CheckConstraint(condition=~Q(state="returned") | ~Q(reason=""), name="returned_order_has_a_reason"),
        ]


class Reply(models.Model):
    """One reply to the caller: how, by whom, and the proof that it arrived (GB33358-5.3.2)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="replies")
    round = models.SmallIntegerField()
    channel = models.TextField(choices=terms.ReplyChannel)
    text = SealedTextField()
    by = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    final = models.BooleanField(default=True)
    call_id = models.UUIDField(null=True)
    notice = models.UUIDField(null=True)
    attachment = models.UUIDField(null=True)
    proof = SealedTextField()

    class Meta:
        indexes = [models.Index(fields=["order", "at"], name="reply_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(call_id__isnull=False)
                | Q(notice__isnull=False)
                | Q(attachment__isnull=False)
                | ~Q(proof=b""),
                name="reply_has_a_proof",
            )
        ]


class Extension(models.Model):
    """A unit's wish for more time, asked before the limit, decided by the hotline (F3.19)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="extensions")
    round = models.SmallIntegerField()
    unit = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    days = models.SmallIntegerField(help_text="working days")
    ground = models.TextField()
    reason = SealedTextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    decision = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    note = models.TextField(default="")
    former_due = models.DateTimeField()
    new_due = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(decision=""), name="one_open_extension"),
            models.CheckConstraint(condition=Q(asked_at__lte=F("former_due")), name="extension_asked_in_time"),
        ]


class ThreeParty(models.Model):
    """A three-party call: consent, who was called in, and what was answered (GB33358-5.2.1.2)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="three_parties")
    call_id = models.UUIDField(null=True)
    consent_at = models.DateTimeField()
    unit = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    number = models.TextField()
    person = models.TextField(default="")
    asked_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.TextField(default="")
    answer = SealedTextField()
    reason = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(ended_at=None), name="one_open_three_party"),
        ]


class EmergencyReport(models.Model):
    """An emergency told to the duty manager and to the emergency body, with acknowledgement and receipt (GB33358-5.1.2.4-b, 5.2.2.3)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.OneToOneField(WorkOrder, models.CASCADE, related_name="emergency")
    emergency_class = models.TextField(choices=terms.EmergencyClass)
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    transferred_to = models.TextField(default="", help_text="emergency number that the caller was put through to")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    escalated_at = models.DateTimeField(null=True)
    body = models.ForeignKey("org.Body", models.PROTECT, null=True, related_name="+")
    body_told_at = models.DateTimeField(null=True)
    receipt_at = models.DateTimeField(null=True)
    receipt_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    follow_up = SealedTextField()
