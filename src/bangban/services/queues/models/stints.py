"""What is left of tickets for statistics: one row for each stay at a window, and for each end without one."""

from __future__ import annotations

from django.db import models


class Outcome(models.TextChoices):
    """How a stay, or a wait without one, ended."""

    DONE = "done", "办结离窗"
    TRANSFERRED = "transferred", "转窗口"
    MISSED = "missed", "过号"
    LEFT = "left", "自行离开"
    EXPIRED = "expired", "当日作废"


class Stint(models.Model):
    """One stay of a ticket at a window, written in the deed that ends it; it names nobody but staff.

    `first` marks the one row of each ticket that its wait (`waited`, seconds until the first call, or until it was
    given up) belongs to. `at_window` is from the call to the end, `serving` from the arrival on. `hour` is the hour of
    the day at the hall in which the person came.
    """

    id = models.BigAutoField(primary_key=True)
    ticket = models.UUIDField()
    body_id = models.BigIntegerField()
    business_date = models.DateField()
    hour = models.SmallIntegerField()
    klass_id = models.BigIntegerField()
    window_id = models.BigIntegerField(null=True)
    staff_id = models.BigIntegerField(null=True)
    channel = models.TextField()
    priority = models.BooleanField()
    outcome = models.TextField(choices=Outcome)
    first = models.BooleanField()
    called = models.BooleanField()
    waited = models.IntegerField(null=True)
    at_window = models.IntegerField(null=True)
    serving = models.IntegerField(null=True)
    called_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["body_id", "business_date"], name="stint_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=models.Q(first=True), name="one_first_stint_per_ticket"
            )
        ]
