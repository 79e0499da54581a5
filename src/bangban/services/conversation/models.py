"""The talk on a record: messages, files and how far each side has read."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.privacy.fields import SealedTextField


class Kind(models.TextChoices):
    """What a message is."""

    TEXT = "text", "文字"
    ANSWER = "answer", "标准答复"
    OPINION = "opinion", "处置意见"
    ADVICE = "advice", "专业意见"
    PICTURE = "picture", "图片"
    FILE = "file", "文件"
    ITEM_CARD = "item_card", "事项卡片"
    FORM_LINK = "form_link", "表单链接"
    HELP_CARD = "help_card", "帮助卡"
    CONSENT = "consent", "征求同意"
    CHECKLIST = "checklist", "材料清单"
    SYSTEM = "system", "系统提示"


class Party(models.TextChoices):
    """Who speaks."""

    USER = "user", "服务对象"
    STAFF = "staff", "服务专员"
    ADVISER = "adviser", "专业顾问"
    ASSISTANT = "assistant", "智能客服"
    SYSTEM = "system", "系统"


class Thread(models.Model):
    """The conversation of one record; `length` numbers its messages without gaps under the record's lock."""

    record_id = models.UUIDField(primary_key=True)
    record_type = models.TextField()
    length = models.IntegerField(default=0)
    user_read = models.IntegerField(default=0)
    staff_read = models.IntegerField(default=0)
    last_party = models.TextField(default="")
    last_at = models.DateTimeField(null=True)


class Message(models.Model):
    """One message; `client_id` makes a repeated sending the same message."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record_id = models.UUIDField()
    position = models.IntegerField()
    client_id = models.TextField(default="")
    kind = models.TextField(choices=Kind)
    party = models.TextField(choices=Party)
    author_id = models.TextField()
    author_name = models.TextField(default="")
    text = SealedTextField()
    data = models.JSONField(default=dict)
    attachment = models.ForeignKey("Attachment", models.PROTECT, null=True, related_name="+")
    internal = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record_id", "position"], name="message_position"),
            models.UniqueConstraint(
                fields=["record_id", "author_id", "client_id"], condition=~Q(client_id=""), name="message_once"
            ),
        ]
        indexes = [models.Index(F("data__entry"), condition=Q(data__has_key="entry"), name="message_cites")]


class Attachment(models.Model):
    """A stored file: typed by its content, kept by digest outside the site's origin paths, served as a download."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record_id = models.UUIDField(null=True)
    name = SealedTextField()
    media_type = models.TextField()
    size = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    uploaded_by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["record_id"], name="attachment_record")]
