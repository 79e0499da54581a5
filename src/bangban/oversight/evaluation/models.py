"""Ratings 好差评: one service, one rating, with nationally fixed options as versioned data (F1.09-F1.21)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.privacy.fields import SealedTextField


class Grade(models.TextChoices):
    """The five grades; never stored as digits, since two national documents count in opposite directions (F1.11)."""

    VERY_SATISFIED = "very_satisfied", "非常满意"
    SATISFIED = "satisfied", "满意"
    BASICALLY_SATISFIED = "basically_satisfied", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"
    VERY_DISSATISFIED = "very_dissatisfied", "非常不满意"


BAD = (Grade.DISSATISFIED, Grade.VERY_DISSATISFIED)


class Option(models.Model):
    """One fixed option under a grade, with the version of the national list it belongs to (F1.15)."""

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=8)
    grade = models.TextField(choices=Grade)
    label = models.TextField()
    list_version = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "list_version"], name="one_option_per_version")]


class InvitationState(models.TextChoices):
    """Where an invitation stands."""

    OPEN = "open", "待评价"
    RATED = "rated", "已评价"
    LAPSED = "lapsed", "已过期"


class Invitation(models.Model):
    """The request to rate one service: one round of one record."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record_type = models.TextField()
    record_id = models.UUIDField()
    number = models.TextField()
    round = models.SmallIntegerField()
    state = models.TextField(choices=InvitationState, default=InvitationState.OPEN)
    unit_id = models.BigIntegerField()
    guide_id = models.BigIntegerField(null=True)
    staff_id = models.BigIntegerField(null=True)
    item_id = models.UUIDField(null=True)
    channel = models.TextField()
    invited_at = models.DateTimeField()
    closes_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["unit_id", "invited_at"], name="invitation_unit")]
        constraints = [models.UniqueConstraint(fields=["record_id", "round"], name="one_invitation_per_service")]


class Rating(models.Model):
    """One rating of one service; bad ones open a rectification task."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    invitation = models.OneToOneField(Invitation, models.PROTECT, related_name="rating")
    record_type = models.TextField()
    record_id = models.UUIDField()
    number = models.TextField()
    round = models.SmallIntegerField()
    grade = models.TextField(choices=Grade)
    guide_grade = models.TextField(choices=Grade, default="", blank=True)
    options = ArrayField(models.CharField(max_length=8), default=list)
    text = SealedTextField()
    channel = models.TextField()
    unit_id = models.BigIntegerField()
    guide_id = models.BigIntegerField(null=True)
    staff_id = models.BigIntegerField(null=True)
    item_id = models.UUIDField(null=True)
    is_default = models.BooleanField(default=False)
    is_excluded = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["unit_id", "at"], name="rating_unit"),
            models.Index(fields=["staff_id", "at"], name="rating_staff"),
        ]
        constraints = [models.UniqueConstraint(fields=["record_id", "round"], name="one_rating_per_service")]


class Rectification(models.Model):
    """The work that a bad rating asks for: contact, verify, rectify, feed back (F1.02)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rating = models.OneToOneField(Rating, models.PROTECT, related_name="rectification")
    unit_id = models.BigIntegerField()
    contact_due_at = models.DateTimeField()
    due_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    contacted_at = models.DateTimeField(null=True)
    contacted_by = models.BigIntegerField(null=True)
    finding = models.TextField(default="")
    measure = models.TextField(default="")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=Q(closed_at=None), name="rectification_due")]
