"""Quality sampling 质检抽查: calls drawn per agent, scored by an inspector (GB33358-4.3.2-c, 4.3.2-e)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.ledger.models import Record
from bangban.foundation.privacy.fields import SealedTextField


class Sampling(Record):
    """One draw over one period; seed and period give the same orders again."""

    record_type = "quality_sampling"

    center = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    first = models.DateField()
    last = models.DateField()
    per_agent = models.SmallIntegerField()
    seed = models.TextField()
    size = models.IntegerField()
    left = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["center", "-created_at", "-id"], name="sampling_newest")]
        constraints = [models.UniqueConstraint(fields=["center", "first", "last"], name="one_draw_per_period")]


class Check(models.Model):
    """One drawn order and its score sheet; each criterion 1 to 5. The agent never scores his own."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sampling = models.ForeignKey(Sampling, models.CASCADE, related_name="checks")
    order = models.ForeignKey("hotline.WorkOrder", models.PROTECT, related_name="+")
    agent = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    inspector = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    accuracy = models.SmallIntegerField(null=True)
    phrases = models.SmallIntegerField(null=True)
    speed = models.SmallIntegerField(null=True)
    attitude = models.SmallIntegerField(null=True)
    note = SealedTextField()
    set_aside = models.TextField(default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["agent", "done_at"], name="check_agent")]
        constraints = [
            models.UniqueConstraint(fields=["sampling", "order"], name="drawn_once"),
            models.CheckConstraint(
                condition=Q(inspector=None) | ~Q(inspector=F("agent")), name="nobody_scores_his_own_call"
            ),
            models.CheckConstraint(
                condition=Q(done_at=None)
                | ~Q(set_aside="")
                | Q(
                    accuracy__range=(1, 5), phrases__range=(1, 5), speed__range=(1, 5), attitude__range=(1, 5),
                    inspector__isnull=False,
                ),
                name="scored_check_has_four_scores",
            ),
        ]  # fmt: skip
