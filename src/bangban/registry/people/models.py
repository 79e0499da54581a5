"""Service users: natural persons, legal persons and other organisations, and who may act for them (DB23-3.2)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangban.foundation.privacy.fields import BlindIndexField, SealedTextField


class PersonKind(models.TextChoices):
    """Types of service users."""

    NATURAL = "natural_person", "自然人"
    LEGAL = "legal_person", "法人"
    OTHER = "other_organization", "其他组织"


class Person(models.Model):
    """One service user; everything personal is sealed, exact search goes through blind indexes."""

    id = models.BigAutoField(primary_key=True)
    account = models.OneToOneField("access.Account", models.SET_NULL, null=True, related_name="person")
    kind = models.TextField(choices=PersonKind, default=PersonKind.NATURAL)
    name = SealedTextField()
    phone = SealedTextField()
    phone_index = BlindIndexField()
    id_type = models.TextField(default="")
    id_number = SealedTextField()
    id_index = BlindIndexField()
    address = SealedTextField()
    email = SealedTextField()
    assurance = models.SmallIntegerField(default=1)
    elder = models.BooleanField(default=False)
    preferred_channel = models.TextField(default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["phone_index", "kind"], condition=Q(account__isnull=False), name="one_account_per_phone"),
        ]


class Handler(models.Model):
    """A natural person who acts for an organisation within a scope and a period (经办人, F10.03)."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Person, models.CASCADE, related_name="handlers")
    person = models.ForeignKey(Person, models.CASCADE, related_name="handles_for")
    scope = ArrayField(models.TextField(), default=list)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
