"""One piece of equipment and its checks (GB33358-4.2.4-i)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.ledger.models import Record
from bangban.oversight.holdings.terms import CheckResult, EquipmentKind


class Equipment(Record):
    """What stands where and who answers for it; `reminded` is 1 once the check was announced, 2 once it was late."""

    record_type = "equipment"

    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    kind = models.TextField(choices=EquipmentKind)
    name = models.TextField()
    place = models.TextField()
    keeper = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    serial_number = models.TextField(default="", blank=True)
    in_service_on = models.DateField()
    check_months = models.SmallIntegerField()
    due_on = models.DateField()
    reminded = models.SmallIntegerField(default=0)
    ended_because = models.TextField(default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["body", "kind", "id"], name="equipment_body"),
            models.Index(fields=["due_on"], condition=~Q(state="retired"), name="equipment_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "serial_number"], condition=~Q(serial_number=""), name="one_equipment_per_serial"
            ),
            models.CheckConstraint(
                condition=~Q(state="retired") | ~Q(ended_because=""), name="retired_equipment_says_why"
            ),
        ]


class EquipmentCheck(models.Model):
    """One check; of disaster-recovery equipment it says how long the restore took."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    equipment = models.ForeignKey(Equipment, models.PROTECT, related_name="checks")
    checked_on = models.DateField()
    result = models.TextField(choices=CheckResult)
    note = models.TextField(default="", blank=True)
    recovery_seconds = models.IntegerField(null=True)
    by = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    by_name = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["equipment", "-checked_on", "-id"], name="equipment_check_newest")]
        constraints = [
            models.CheckConstraint(condition=~Q(result="fail") | ~Q(note=""), name="failed_check_has_a_note"),
            models.CheckConstraint(
                condition=Q(recovery_seconds=None) | Q(recovery_seconds__gt=0), name="recovery_took_time"
            ),
        ]
