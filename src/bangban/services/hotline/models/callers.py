"""The caller file 服务对象档案: one person or company over all channels (GB33358-4.2.4-c)."""

from __future__ import annotations

from django.db import models

from bangban.foundation.ledger.models import Record
from bangban.foundation.privacy.fields import BlindIndexField, SealedTextField
from bangban.services.hotline import terms


class Caller(Record):
    """One caller; found by any of its phones or its verified person, merged into another when both are one."""

    record_type = "caller"

    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    kind = models.TextField(choices=terms.SubjectKind, default=terms.SubjectKind.PERSON)
    name = SealedTextField()
    name_index = BlindIndexField()
    address = SealedTextField()
    language = models.TextField(default="")
    note = SealedTextField()
    nuisance = models.TextField(default="")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(person__isnull=False), name="one_file_per_person"
            )
        ]


class CallerPhone(models.Model):
    """One number of a caller; a number belongs to one file only."""

    id = models.BigAutoField(primary_key=True)
    caller = models.ForeignKey(Caller, models.CASCADE, related_name="phones")
    phone = SealedTextField()
    phone_index = BlindIndexField(db_index=False)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["phone_index"], name="one_file_per_number")]
