"""How much inspections count beside ratings in the appraisal of staff (DB23-5.3)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class PatrolWeight(models.Model):
    """The share of inspections in percent for one body from a day on; earlier ones stay readable."""

    id = models.BigAutoField(primary_key=True)
    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    percent = models.SmallIntegerField()
    valid_from = models.DateField()
    reason = models.TextField()
    set_by = models.TextField()
    set_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["body", "-valid_from", "-id"], name="patrol_weight_body")]
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="patrol_weight_is_a_share")
        ]
