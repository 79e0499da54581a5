"""Ways into the catalogue: sections, themes and life events (BJP-8)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from bangban.registry.catalog.terms import Side


class Theme(models.Model):
    """One theme and the words by which the sources call it."""

    code = models.TextField(primary_key=True)
    name = models.TextField()
    side = models.TextField(choices=Side)
    names = ArrayField(models.TextField(), default=list)
    position = models.SmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["side", "name"], name="one_theme_per_side")]


class LifeEvent(models.Model):
    """Something that happens to a person or a company, and the items it needs."""

    code = models.TextField(primary_key=True)
    name = models.TextField()
    side = models.TextField(choices=Side)
    description = models.TextField(default="")
    position = models.SmallIntegerField()
    active = models.BooleanField(default=True)


class LifeEventItem(models.Model):
    """One item of a life event, in the order in which it comes."""

    id = models.BigAutoField(primary_key=True)
    life_event = models.ForeignKey(LifeEvent, models.CASCADE, related_name="steps")
    item = models.ForeignKey("catalog.Item", models.CASCADE, related_name="life_events")
    position = models.SmallIntegerField()
    advice = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["life_event", "item"], name="item_once_per_life_event")]


class Section(models.Model):
    """One section of the column; `by` and `value` say what it lists."""

    code = models.TextField(primary_key=True)
    title = models.TextField()
    by = models.TextField()
    value = models.TextField(default="")
    position = models.SmallIntegerField()
    shown = models.BooleanField(default=True)
