"""Quick wording 服务用语 and the directory of paths for matters outside online guidance (BJ-4)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangban.registry.knowledge.terms import PathClass


class Phrase(models.Model):
    """One version of one phrase for one situation; `{...}` in the text is filled by the caller (DB23-5.4)."""

    id = models.BigAutoField(primary_key=True)
    key = models.TextField()
    revision = models.IntegerField()
    situation = models.TextField()
    label = models.TextField()
    text = models.TextField()
    clause = models.TextField(default="")
    position = models.SmallIntegerField(default=0)
    author_name = models.TextField()
    written_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["situation", "position"], condition=Q(superseded_at=None), name="phrases_in_use")]
        constraints = [
            models.UniqueConstraint(fields=["key", "revision"], name="one_phrase_revision"),
            models.UniqueConstraint(fields=["key"], condition=Q(superseded_at=None), name="one_current_phrase"),
        ]


class Path(models.Model):
    """Where a matter outside online guidance goes: an answer and a telephone."""

    id = models.BigAutoField(primary_key=True)
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
    active = models.BooleanField(default=True)
    revision = models.IntegerField(default=1)
    author_name = models.TextField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["path_class", "topic", "region"], name="one_path_per_topic"),
            models.CheckConstraint(condition=~Q(phone=""), name="path_has_a_phone"),
        ]
