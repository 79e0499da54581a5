"""What was learnt each night, how good it was, and which model is in use."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.identifiers import new_id


class Target(models.TextChoices):
    """What is suggested."""

    CATEGORY = "category", "诉求分类"
    UNIT = "unit", "承办单位"


class ModelRun(models.Model):
    """One night's learning: figures are shares of the newest orders, which neither model had learnt from.

    `former_*` are those of the model in use before, on the same orders; null when there was none.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    target = models.TextField(choices=Target)
    at = models.DateTimeField()
    examples = models.IntegerField()
    asked = models.IntegerField()
    top1 = models.FloatField()
    top3 = models.FloatField()
    macro_f1 = models.FloatField()
    former_top1 = models.FloatField(null=True)
    former_top3 = models.FloatField(null=True)
    former_macro_f1 = models.FloatField(null=True)
    in_use = models.BooleanField()
    reason = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["target", "-at"], name="model_run_newest")]
        constraints = [models.UniqueConstraint(fields=["target"], condition=Q(in_use=True), name="one_model_in_use")]
