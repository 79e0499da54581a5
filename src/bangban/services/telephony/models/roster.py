"""Who changed the roster of which week; the shifts themselves are rows of the organisation."""

from __future__ import annotations

from django.db import models


class RosterChange(models.Model):
    """One person's week before and after one saving, as it is typed: seven cells with bars between them."""

    id = models.BigAutoField(primary_key=True)
    center = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    monday = models.DateField()
    staff = models.ForeignKey("org.Staff", models.PROTECT, related_name="+", db_index=False)
    before = models.TextField()
    after = models.TextField()
    by = models.ForeignKey("org.Staff", models.PROTECT, related_name="+", db_index=False)
    by_name = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["center", "monday", "-id"], name="roster_change_newest")]
