"""Things lent in the hall, and copies and faxes counted (DB23-6.7.5)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangban.foundation.ledger.models import Record
from bangban.foundation.privacy.fields import BlindIndexField, SealedTextField


class Thing(models.TextChoices):
    """What a hall lends."""

    UMBRELLA = "umbrella", "雨伞"
    WHEELCHAIR = "wheelchair", "轮椅"
    GLASSES = "glasses", "老花镜"
    PUSHCHAIR = "pushchair", "婴儿车"
    CHARGER = "charger", "充电宝"


class Use(models.TextChoices):
    """What is counted by the day."""

    COPY = "copy", "复印"
    FAX = "fax", "传真"
    PRINT = "print", "打印"


class Loan(Record):
    """One thing lent to one person until a time; the contact is forgotten when the thing is back.

    `label` tells one umbrella from another. Two open loans of the same labelled thing cannot be.
    """

    record_type = "loan"

    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    thing = models.TextField(choices=Thing)
    label = models.TextField(default="", blank=True)
    borrower_name = SealedTextField()
    borrower_phone = SealedTextField()
    phone_index = BlindIndexField(db_index=False)
    lent_by = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    out_at = models.DateTimeField()
    due_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    remark = models.TextField(default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["body", "due_at"], condition=Q(state="out"), name="loan_out"),
            models.Index(fields=["body", "-created_at", "-id"], name="loan_body"),
            models.Index(fields=["phone_index"], condition=Q(state="out"), name="loan_borrower"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "thing", "label"],
                condition=Q(state="out") & ~Q(label=""),
                name="one_borrower_at_a_time",
            ),
            models.CheckConstraint(condition=Q(due_at__gt=F("out_at")), name="loan_due_after_out"),
            models.CheckConstraint(
                condition=~Q(state="returned") | Q(returned_at__isnull=False, received_by__isnull=False),
                name="returned_loan_has_a_time",
            ),
        ]


class UseCount(models.Model):
    """How many copies, faxes or prints a hall made for people on one day."""

    id = models.BigAutoField(primary_key=True)
    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    day = models.DateField()
    use = models.TextField(choices=Use)
    count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "day", "use"], name="one_count_per_day_and_use"),
            models.CheckConstraint(condition=Q(count__gte=0), name="use_count_not_below_zero"),
        ]
