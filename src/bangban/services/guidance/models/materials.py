"""The personal material list of a case, one row per version, one per material (T637-8.3.2-b)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.identifiers import new_id
from bangban.services.guidance.terms import Delivery


class MaterialList(models.Model):
    """What this person needs for this item in this situation; new answers make a new version."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    item = models.ForeignKey("catalog.Item", models.PROTECT, related_name="+")
    item_revision = models.IntegerField()
    version = models.IntegerField()
    answers = models.JSONField(default=dict)
    made_by = models.TextField()
    made_by_name = models.TextField(default="")
    at = models.DateTimeField()
    sent_message = models.UUIDField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="one_list_version"),
            models.CheckConstraint(
                condition=Q(sent_message=None, sent_at=None) | Q(sent_message__isnull=False, sent_at__isnull=False),
                name="sent_list_has_a_message",
            ),
        ]


class Need(models.Model):
    """One line of a personal list; `key` stays the same over versions, so ticks and files are carried on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    list = models.ForeignKey(MaterialList, models.CASCADE, related_name="needs")
    position = models.SmallIntegerField()
    key = models.TextField()
    name = models.TextField()
    required = models.BooleanField()
    necessity = models.TextField(default="")
    delivery = models.TextField(choices=Delivery)
    copies = models.TextField(default="")
    note = models.TextField(default="")
    blank_form = models.TextField(default="")
    blank_revision = models.IntegerField(null=True)
    sample_form = models.TextField(default="")
    sample_revision = models.IntegerField(null=True)
    ready = models.BooleanField(default=False)
    ready_at = models.DateTimeField(null=True)
    attachment = models.ForeignKey("conversation.Attachment", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "key"], name="one_need_per_key"),
            models.CheckConstraint(condition=Q(ready=False) | Q(ready_at__isnull=False), name="ready_has_a_time"),
        ]
