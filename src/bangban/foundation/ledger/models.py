"""The ledger 台账: one row for each thing that somebody did, never changed, chained per record."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from bangban.foundation.ledger.identifiers import new_id


class Visibility(models.TextChoices):
    """Who may read an event: the service user, all staff of the record, or only managers and auditors."""

    USER = "user"
    STAFF = "staff"
    INTERNAL = "internal"


class Event(models.Model):
    """One action: who, when, what, on which record, with which data.

    The table is partitioned by month; `digest` = SM3 over the row and the digest before it in the same record.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    at = models.DateTimeField()
    kind = models.TextField()
    record_type = models.TextField()
    record_id = models.UUIDField()
    number = models.TextField()
    position = models.IntegerField()
    actor_kind = models.TextField()
    actor_id = models.TextField()
    actor_name = models.TextField()
    role = models.TextField()
    unit_id = models.BigIntegerField(null=True)
    channel = models.TextField()
    visibility = models.TextField(choices=Visibility)
    clause = models.TextField()
    data = models.JSONField()
    topics = ArrayField(models.TextField())
    prev = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        managed = False
        db_table = "ledger_event"


class Seal(models.Model):
    """One hour of the ledger under one Merkle root, signed; a missing or changed event breaks it."""

    id = models.BigAutoField(primary_key=True)
    first_seq = models.BigIntegerField(unique=True)
    last_seq = models.BigIntegerField()
    root = models.BinaryField()
    prev = models.BinaryField()
    signature = models.BinaryField()
    sealed_at = models.DateTimeField()


class Link(models.Model):
    """Two records that belong to one journey, and why."""

    id = models.BigAutoField(primary_key=True)
    from_type = models.TextField()
    from_id = models.UUIDField()
    to_type = models.TextField()
    to_id = models.UUIDField()
    why = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["to_id"], name="link_to")]
        constraints = [models.UniqueConstraint(fields=["from_id", "to_id", "why"], name="linked_once")]


class Cursor(models.Model):
    """How far one follower has read the ledger."""

    follower = models.TextField(primary_key=True)
    seq = models.BigIntegerField()
    stuck_on = models.BigIntegerField(null=True)
    failures = models.IntegerField(default=0)
    error = models.TextField(default="")


class Record(models.Model):
    """What every record kind has: an id and a number that never change, a state, and the head of its chain."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.TextField(unique=True)
    state = models.TextField()
    version = models.IntegerField(default=1)
    chain_length = models.IntegerField(default=0)
    chain_head = models.BinaryField(default=bytes)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        abstract = True

    record_type: str = ""
