"""The numbers under which each hotline is called."""

from __future__ import annotations

from django.db import models


class Line(models.Model):
    """A number as the exchange tells it (`called`), and the hotline that answers under it."""

    number = models.TextField(primary_key=True)
    center = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
