"""How often items are asked for (T637-5-a) and guides are taken home (T637-7.2-c)."""

from __future__ import annotations

from django.db import models

from bangban.registry.catalog.terms import Side


class ItemDemand(models.Model):
    """Consultations and applications for one item on one day (local date), by side."""

    id = models.BigAutoField(primary_key=True)
    item = models.ForeignKey("catalog.Item", models.CASCADE, related_name="demand")
    day = models.DateField()
    side = models.TextField(choices=Side)
    count = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "day", "side"], name="one_demand_counter")]
        indexes = [models.Index(fields=["side", "day", "item"], include=["count"], name="demand_window")]


class ItemAsked(models.Model):
    """One record that was counted for one item, so that the same need counts once however often it is sorted."""

    id = models.BigAutoField(primary_key=True)
    record_id = models.UUIDField()
    item = models.ForeignKey("catalog.Item", models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record_id", "item"], name="asked_once")]


class GuideDownload(models.Model):
    """Downloads of one item's guide on one day (local date)."""

    id = models.BigAutoField(primary_key=True)
    item = models.ForeignKey("catalog.Item", models.CASCADE, related_name="downloads")
    day = models.DateField()
    count = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "day"], name="one_download_counter")]
