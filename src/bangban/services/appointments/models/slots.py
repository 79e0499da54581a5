"""The capacity book: weekly plans, and the bookable periods that are made from them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class SlotPlan(models.Model):
    """One weekly stretch in which a class takes appointments (0 = Monday), cut into periods of `step_minutes`.

    `capacity` counts places a period, `network_limit` how many of them may be taken online; the rest is kept for
    telephone and counter, so that who cannot go online gets a place. An end of 00:00 is the end of the day.
    """

    id = models.BigAutoField(primary_key=True)
    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    klass = models.ForeignKey("halls.QueueClass", models.PROTECT, related_name="+")
    weekday = models.SmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()
    step_minutes = models.SmallIntegerField(default=30)
    capacity = models.IntegerField()
    network_limit = models.IntegerField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["body", "weekday"], name="slot_plan_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__gte=0, weekday__lte=6, step_minutes__gte=5, capacity__gte=1)
                & (Q(network_limit=None) | Q(network_limit__gte=0, network_limit__lte=F("capacity")))
                & (Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))),
                name="slot_plan_makes_sense",
            )
        ]


class Slot(models.Model):
    """One bookable period 预约时段: of a class of business, or of one specialist's own roster (BJ-3.1.3-c).

    The database itself refuses to give more places than there are (DB23-6.5.1).
    """

    id = models.BigAutoField(primary_key=True)
    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    klass = models.ForeignKey("halls.QueueClass", models.PROTECT, null=True, related_name="+")
    staff = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    capacity = models.IntegerField()
    taken = models.IntegerField(default=0)
    network_limit = models.IntegerField(null=True)
    network_taken = models.IntegerField(default=0)
    closure = models.ForeignKey("appointments.Closure", models.PROTECT, null=True, related_name="slots")

    class Meta:
        indexes = [models.Index(fields=["body", "starts_at"], name="slot_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "klass", "staff", "starts_at"], nulls_distinct=False, name="one_slot_per_period"
            ),
            models.CheckConstraint(condition=Q(taken__gte=0, taken__lte=F("capacity")), name="slot_never_overbooked"),
            models.CheckConstraint(
                condition=Q(network_taken__gte=0, network_taken__lte=F("taken"))
                & (Q(network_limit=None) | Q(network_taken__lte=F("network_limit"))),
                name="slot_network_never_overbooked",
            ),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="slot_order"),
            models.CheckConstraint(
                condition=Q(klass=None, staff__isnull=False) | Q(klass__isnull=False, staff=None),
                name="slot_of_class_or_specialist",
            ),
        ]


class MadeDay(models.Model):
    """A day whose periods were made from the plans in force then."""

    id = models.BigAutoField(primary_key=True)
    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    day = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "day"], name="day_made_once")]
