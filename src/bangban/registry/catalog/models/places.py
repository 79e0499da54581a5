"""Where an item can be handled 地图库 (T637-6.1.3-d)."""

from __future__ import annotations

from django.db import models


class HandlingPlace(models.Model):
    """One body that handles an item; coordinates, address and hours belong to the body."""

    id = models.BigAutoField(primary_key=True)
    item = models.ForeignKey("catalog.Item", models.CASCADE, related_name="places")
    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    windows = models.TextField(default="")
    note = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "body"], name="one_place_per_body")]
