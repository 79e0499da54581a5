"""Counts by the minute, which move with every call, and the watch over the rate of 24 hours."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce


class MinuteFigures(models.Model):
    """Counts of the inbound calls to one hotline that came in one minute, asking for one language; seconds are sums.

    `center` is the id of the hotline, 0 for calls that could be given to none.
    """

    pk = models.CompositePrimaryKey("minute", "center", "language")
    minute = models.DateTimeField()
    center = models.BigIntegerField(default=0)
    language = models.TextField()
    offered = models.IntegerField(default=0)
    answered = models.IntegerField(default=0)
    answered_in_15 = models.IntegerField(default=0)
    abandoned = models.IntegerField(default=0)
    missed = models.IntegerField(default=0)
    lost_late = models.IntegerField(default=0)
    menu = models.IntegerField(default=0)
    wait_seconds = models.BigIntegerField(default=0)
    talk_seconds = models.BigIntegerField(default=0)
    hold_seconds = models.BigIntegerField(default=0)

    class Meta:
        db_table = "telephony_minute_figures"


class RateAlarm(models.Model):
    """The connection rate of 24 hours fell under 95 % (GB33358-5.1.2.3-b); at most one of a hotline is open.

    `hours` lists the hours that caused it: `[begin, answered, calls]`, those with most lost calls first.
    """

    id = models.BigAutoField(primary_key=True)
    center = models.ForeignKey("org.Body", models.PROTECT, null=True, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    answered = models.IntegerField()
    whole = models.IntegerField()
    lowest_answered = models.IntegerField()
    lowest_whole = models.IntegerField()
    hours = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["-opened_at"], name="rate_alarm_latest")]
        constraints = [
            models.UniqueConstraint(
                Coalesce("center", models.Value(0, models.BigIntegerField())),
                condition=Q(closed_at=None),
                name="one_open_rate_alarm",
            )
        ]


class RateWatch(models.Model):
    """Up to which minute the windows of 24 hours of a hotline (`id`, 0 for calls of none) have been judged."""

    id = models.BigIntegerField(primary_key=True)
    judged_until = models.DateTimeField()
