"""The consultation ledger 咨询服务台账: what was asked at the counter, and by when it will be answered (DB23-6.4.1)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.models import Record
from bangban.foundation.privacy.fields import BlindIndexField, SealedTextField


class Topic(models.TextChoices):
    """What a question at the counter is about; chosen with one press (DB23-6.4.3-a)."""

    PROCESS = "process", "办理流程"
    MATERIALS = "materials", "申请材料"
    CONDITIONS = "conditions", "办理条件"
    POLICY = "policy", "政策规定"
    LIMIT = "limit", "办理时限"
    FEE = "fee", "收费标准"
    PROGRESS = "progress", "办理进度"
    WHERE = "where", "窗口与设施"
    DEVICE = "device", "设备使用"
    OTHER = "other", "其他"


class Channel(models.TextChoices):
    """How the question came to the desk."""

    WINDOW = "window", "现场"
    PHONE = "phone", "电话"


class UserKind(models.TextChoices):
    """Who asks (DB23-6.4.1-b, basic data of the person)."""

    NATURAL = "natural_person", "个人"
    LEGAL = "legal_person", "法人或其他组织"


class GivenKind(models.TextChoices):
    """What is handed out with an answer (DB23-6.4.3-b)."""

    ITEM_LIST = "item_list", "事项清单"
    GUIDE = "guide", "办事指南"
    FORM = "form", "申请表单"
    CHECKLIST = "checklist", "材料清单"


class GivenHow(models.TextChoices):
    """How it was handed out."""

    PRINTED = "printed", "打印"
    SENT = "sent", "发送"


class Inquiry(Record):
    """One question at the counter: answered at once, or promised for an agreed time.

    `materials` are lines {kind, ref, title, how, at, by} of what was handed out.
    """

    record_type = "inquiry"

    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    channel = models.TextField(choices=Channel, default=Channel.WINDOW)
    item = models.ForeignKey("catalog.Item", models.PROTECT, null=True, related_name="+")
    item_version = models.IntegerField(null=True)
    topic = models.TextField(choices=Topic, default=Topic.OTHER)
    question = SealedTextField()
    user_kind = models.TextField(choices=UserKind, default=UserKind.NATURAL)
    contact_name = SealedTextField()
    contact_phone = SealedTextField()
    phone_index = BlindIndexField(db_index=False)
    registrar = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    owner = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    instant = models.BooleanField()
    agreed_at = models.DateTimeField(null=True)
    reply = SealedTextField()
    basis = models.TextField(default="", blank=True)
    cited = models.TextField(default="", blank=True)
    replied_at = models.DateTimeField(null=True)
    replied_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    withdrawn_because = models.TextField(default="", blank=True)
    materials = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(fields=["body", "-created_at", "-id"], name="inquiry_body"),
            models.Index(fields=["owner", "-created_at", "-id"], name="inquiry_owner"),
            models.Index(fields=["body", "agreed_at"], condition=Q(state="promised"), name="inquiry_promised"),
            models.Index(
                fields=["phone_index", "-created_at"], condition=Q(phone_index__isnull=False), name="inquiry_phone"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(instant=True) | Q(agreed_at__isnull=False), name="no_inquiry_waits_without_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(replied_at__isnull=False, replied_by__isnull=False),
                name="answered_inquiry_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(instant=True) | Q(state="answered"), name="instant_inquiry_is_answered"
            ),
        ]
