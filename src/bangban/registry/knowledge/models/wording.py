"""Quick wording 服务用语 and the directory of paths for matters outside online guidance (BJ-4)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.models import Record
from bangban.registry.knowledge.terms import PathClass


class Phrase(Record):
    """One phrase for one situation; `{...}` in the text is filled by the caller (DB23-5.4).

    Its versions are the record's: former texts stand in the ledger.
    """

    record_type = "phrase"

    key = models.TextField(unique=True)
    situation = models.TextField()
    label = models.TextField()
    text = models.TextField()
    clause = models.TextField(default="")
    position = models.SmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["situation", "position"], condition=Q(state="in_use"), name="phrases_in_use"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="phrase_has_a_text")]


class Path(Record):
    """Where a matter outside online guidance goes: an answer and a telephone."""

    record_type = "path"

    path_class = models.TextField(choices=PathClass)
    topic = models.TextField()
    region = models.CharField(max_length=12, default="")
    keywords = ArrayField(models.TextField(), default=list)
    answer = models.TextField()
    department = models.ForeignKey("org.Body", models.PROTECT, null=True, related_name="+")
    department_name = models.TextField()
    phone = models.TextField()
    clause = models.TextField()
    position = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["path_class", "topic", "region"], name="one_path_per_topic"),
            models.CheckConstraint(condition=~Q(phone=""), name="path_has_a_phone"),
        ]
