"""Form templates 制式表格 and filled samples 样表, kept with their versions (T637-7.2-d)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.identifiers import new_id


class TemplateKind(models.TextChoices):
    """What a file is for."""

    BLANK = "blank", "空白表格"
    SAMPLE = "sample", "示例样表"


class FormTemplate(models.Model):
    """One version of one form; a superseded version is never served, its link leads to the current one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.TextField()
    revision = models.IntegerField()
    kind = models.TextField(choices=TemplateKind)
    title = models.TextField()
    file_name = models.TextField()
    media_type = models.TextField()
    size = models.IntegerField()
    content = models.BinaryField()
    digest = models.BinaryField(max_length=32)
    published_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    author_name = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "revision"], name="one_template_revision"),
            models.UniqueConstraint(fields=["key"], condition=Q(superseded_at=None), name="one_current_template"),
        ]
