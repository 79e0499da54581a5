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
    assurance_source = models.TextField(default="")
    assured_at = models.DateTimeField(null=True)
    elder = models.BooleanField(default=False)
    preferred_channel = models.TextField(default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["phone_index", "kind"], condition=Q(account__isnull=False), name="one_account_per_phone"
            ),
            models.UniqueConstraint(
                fields=["id_index"],
                condition=Q(kind__in=["legal_person", "other_organization"]),
                name="one_row_per_organisation",
            ),
            models.CheckConstraint(condition=Q(assurance__gte=1, assurance__lte=5), name="assurance_level"),
        ]


class Handler(models.Model):
    """A natural person who acts for an organisation within a scope and a period (经办人, F10.03)."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Person, models.CASCADE, related_name="handlers")
    person = models.ForeignKey(Person, models.CASCADE, related_name="handles_for")
    scope = ArrayField(models.TextField(), default=list)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    granted_by = models.TextField(default="")
    granted_at = models.DateTimeField()
    revoked_by = models.TextField(default="")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"], condition=Q(revoked_at=None), name="one_open_grant"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="grant_order"
            ),
        ]
