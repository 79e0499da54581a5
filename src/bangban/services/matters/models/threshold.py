"""From how many similar orders on a matter is opened; every change is a row, the newest counts (roles-and-figures §8)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Threshold(models.Model):
    """So many similar orders within so many days, for one hotline, or for all that have none of their own."""

    id = models.BigAutoField(primary_key=True)
    center = models.ForeignKey("org.Body", models.PROTECT, null=True, related_name="+")
    orders = models.SmallIntegerField(default=3)
    days = models.SmallIntegerField(default=30)
    changed_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(orders__gte=2, orders__lte=1000, days__gte=1, days__lte=180), name="threshold_sensible"
            )
        ]
