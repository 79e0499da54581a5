"""Seats, who sits at them, and how their time goes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Seat(models.Model):
    """One place of the hotline with its telephone; floor area and the distance to the seats in front and behind once measured."""

    number = models.TextField(primary_key=True)
    center = models.ForeignKey("org.Body", models.PROTECT, null=True, related_name="+", db_index=False)
    area = models.TextField(default="", blank=True)
    square_metres = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    spacing_metres = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    active = models.BooleanField(default=True)


class SeatState(models.TextChoices):
    """What an agent says; ringing and talking follow from the calls."""

    READY = "ready", "空闲"
    BREAK = "break", "小休"
    WRAP_UP = "wrap_up", "话后处理"


class SeatSession(models.Model):
    """An agent at a seat from sign-in to sign-out; `free_since` is the end of the last call, or the sign-in."""

    id = models.BigAutoField(primary_key=True)
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="sessions", db_index=False)
    staff = models.ForeignKey("org.Staff", models.PROTECT, related_name="+", db_index=False)
    state = models.TextField(choices=SeatState, default=SeatState.READY)
    reason = models.TextField(default="", blank=True)
    since = models.DateTimeField()
    free_since = models.DateTimeField()
    signed_in_at = models.DateTimeField()
    signed_out_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["signed_in_at"], name="seat_session_day")]
        constraints = [
            models.UniqueConstraint(fields=["seat"], condition=Q(signed_out_at=None), name="one_person_per_seat"),
            models.UniqueConstraint(fields=["staff"], condition=Q(signed_out_at=None), name="one_seat_per_person"),
            models.CheckConstraint(condition=~Q(state="break") | ~Q(reason=""), name="break_needs_a_reason"),
        ]


class SeatStint(models.Model):
    """A stretch of one state within a session, for the use of the agents' time."""

    id = models.BigAutoField(primary_key=True)
    session = models.ForeignKey(SeatSession, models.PROTECT, related_name="stints")
    state = models.TextField(choices=SeatState)
    reason = models.TextField(default="", blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session"], condition=Q(ended_at=None), name="one_open_seat_stint")
        ]
