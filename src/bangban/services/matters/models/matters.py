"""A matter 集中反映事项: what many told, or one told again and again, and the orders that belong to it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.models import Record
from bangban.foundation.privacy.fields import BlindIndexField


class Kind(models.TextChoices):
    """Told by many, or again and again by one (GB33358-5.2.3.1-b)."""

    CONCENTRATED = "concentrated", "集中反映"
    REPEATED = "repeated", "多次反映"


class Outcome(models.TextChoices):
    """How a matter ended."""

    SETTLED = "settled", "已处置"
    DISMISSED = "dismissed", "不属同一事项"
    MERGED = "merged", "并入其他事项"
    FADED = "faded", "不再有新的反映"
    SCATTERED = "scattered", "工单已撤回或分开"


class Left(models.TextChoices):
    """Why an order is in a matter no more; only what was not alike (`apart`) may be gathered again by the system."""

    BY_HAND = "by_hand", "人工移出"
    MOVED = "moved", "移到其他事项"
    WITHDRAWN = "withdrawn", "诉求人已撤回"
    REFUSED = "refused", "不予受理"
    UNMERGED = "unmerged", "撤销并单"
    APART = "apart", "内容不再相近"


class Matter(Record):
    """One matter; its words are only those that several orders share, so that none of them can be told from it.

    `densest` is the most orders within the days of the threshold; `heat` see `rules.heat`. A title given by hand stays;
    `apart_from` are the numbers of matters that staff parted from this one. All its orders are of one hotline, `center`;
    none only for orders of none.
    """

    record_type = "matter"

    center = models.ForeignKey("org.Body", models.PROTECT, null=True, related_name="+")
    kind = models.TextField(choices=Kind)
    title = models.TextField()
    titled_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    apart_from = ArrayField(models.TextField(), default=list)
    words = ArrayField(models.TextField(), default=list)
    places = ArrayField(models.TextField(), default=list)
    region = models.CharField(max_length=12, default="", blank=True)
    size = models.IntegerField(default=0)
    tellers = models.IntegerField(default=0)
    densest = models.IntegerField(default=0)
    heat = models.FloatField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.TextField(choices=Outcome, default="", blank=True)
    reason = models.TextField(default="", blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")

    class Meta:
        indexes = [
            models.Index(fields=["-last_at", "-id"], name="matter_newest"),
            models.Index(fields=["state", "-last_at", "-id"], name="matter_state"),
            models.Index(fields=["center", "-last_at", "-id"], name="matter_center"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state="closed") | Q(outcome=""), name="matter_open_has_no_outcome"),
            models.CheckConstraint(condition=~Q(state="closed") | ~Q(outcome=""), name="matter_closed_has_outcome"),
        ]


class MatterOrder(models.Model):
    """One order of a matter; the row of one that left stays with the reason, as history and so that it stays out."""

    id = models.BigAutoField(primary_key=True)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="orders")
    order_number = models.TextField()
    at = models.DateTimeField()
    teller = BlindIndexField(db_index=False)
    likeness = models.FloatField(null=True)
    by_hand = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    left = models.TextField(choices=Left, default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["matter", "-at", "-id"], name="matter_order_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["order_number"], condition=Q(removed_at=None), name="one_matter_per_order"
            ),
            models.UniqueConstraint(fields=["matter", "order_number"], name="order_once_in_a_matter"),
        ]  # fmt: skip
