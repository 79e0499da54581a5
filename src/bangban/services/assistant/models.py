"""Talks with the assistant before (or without) a case: what was asked, what was found, what was said."""

from __future__ import annotations

from django.db import models

from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.privacy.fields import SealedTextField


class Session(models.Model):
    """One talk; its id is a secret that only the person's browser or program knows."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key_digest = models.BinaryField(max_length=32, unique=True)
    channel = models.TextField()
    person_id = models.BigIntegerField(null=True)
    context = models.JSONField(default=dict)
    length = models.IntegerField(default=0)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    case_number = models.TextField(default="")

    class Meta:
        indexes = [models.Index(fields=["seen_at"], name="assistant_seen")]


class Turn(models.Model):
    """One question and the assistant's turn, with the entries it stands on and their scores (T637-6.1.4-b)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.ForeignKey(Session, models.CASCADE, related_name="turns")
    position = models.IntegerField()
    client_id = models.TextField(default="")
    question = SealedTextField()
    decision = models.TextField()
    reason = models.TextField()
    text = SealedTextField()
    answers = models.JSONField(default=list)
    solved = models.BooleanField(null=True)
    milliseconds = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["decision", "at"], name="turn_decision")]
        constraints = [
            models.UniqueConstraint(fields=["session", "position"], name="turn_position"),
            models.UniqueConstraint(
                fields=["session", "client_id"], condition=~models.Q(client_id=""), name="turn_once"
            ),
        ]
