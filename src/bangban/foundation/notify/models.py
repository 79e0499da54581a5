"""The delivery ledger: one row for each message to one person on one channel, from wish to receipt."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.privacy.fields import SealedTextField


class Channel(models.TextChoices):
    """Ways to reach somebody (DB23-6.5.3, DB23-6.2.1.2)."""

    IN_APP = "in_app", "站内消息"
    SMS = "sms", "短信"
    EMAIL = "email", "电子邮件"
    OFFICIAL_ACCOUNT = "official_account", "公众号消息"
    PHONE_TASK = "phone_task", "电话通知"
    LETTER = "letter", "信函"


class State(models.TextChoices):
    """How a delivery stands; the last three are end states, which the database itself keeps."""

    QUEUED = "queued", "待发送"
    SENDING = "sending", "发送中"
    SENT = "sent", "已发送"
    DELIVERED = "delivered", "已送达"
    FAILED = "failed", "发送失败"
    CANCELLED = "cancelled", "已取消"


END_STATES = (State.DELIVERED, State.FAILED, State.CANCELLED)


class Delivery(models.Model):
    """One message on its way.

    `dedupe_key` names what the message is about: the same key is never queued twice, and gateways get it so that they
    can drop a repetition after a crash. `chain` holds the channels that are tried next, sealed because of the
    addresses. `claim` is the lease of the worker that is sending right now.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dedupe_key = models.TextField(unique=True)
    purpose = models.TextField()
    channel = models.TextField(choices=Channel)
    account_id = models.BigIntegerField(null=True)
    address = SealedTextField()
    title = SealedTextField()
    text = SealedTextField()
    chain = SealedTextField()
    record_type = models.TextField(default="")
    record_id = models.UUIDField(null=True)
    number = models.TextField(default="")
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="followed_by")
    why = models.TextField(choices=[("fallback", "改用其他渠道"), ("resend", "人工重发")], default="", blank=True)
    asked_by = models.TextField(default="")
    urgent = models.BooleanField(default=False)
    state = models.TextField(choices=State, default=State.QUEUED)
    attempts = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    useful_until = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    claim_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="")
    provider = models.TextField(default="")
    provider_ref = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(fields=["-urgent", "next_try_at"], condition=Q(state="queued"), name="delivery_due"),
            models.Index(fields=["claim_until"], condition=Q(state="sending"), name="delivery_claimed"),
            models.Index(fields=["account_id", "-id"], condition=Q(channel="in_app"), name="delivery_in_app"),
            models.Index(fields=["record_id", "purpose"], name="delivery_record"),
            models.Index(fields=["state", "-id"], name="delivery_state"),
            models.Index(fields=["provider", "provider_ref"], condition=~Q(provider_ref=""), name="delivery_provider"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(claim__isnull=False, claim_until__isnull=False),
                name="sending_has_a_claim",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["delivered", "failed", "cancelled"], ended_at__isnull=False)
                | ~Q(state__in=["delivered", "failed", "cancelled"]) & Q(ended_at=None),
                name="delivery_end_has_a_time",
            ),
            models.CheckConstraint(condition=~Q(state="sent") | Q(sent_at__isnull=False), name="sent_has_a_time"),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(last_error=""), name="failure_has_a_reason"),
        ]


class Receipt(models.Model):
    """What a provider reported, also when it came late, twice, or for nothing we know."""

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, models.PROTECT, null=True, related_name="receipts")
    provider_ref = models.TextField(default="")
    status = models.TextField()
    detail = models.TextField(default="")
    at = models.DateTimeField()
    applied = models.BooleanField()
