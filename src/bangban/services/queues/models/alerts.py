"""A crowd alert: too many wait in a class, or too long, and what was done about it (DB23-6.3.2-f)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.models import Record


class AlertState(models.TextChoices):
    """Where an alert stands."""

    RAISED = "raised", "待处置"
    HANDLED = "handled", "已采取措施"
    OVER = "over", "已解除"


class AlertReason(models.TextChoices):
    """Which threshold was passed."""

    CROWD = "crowd", "等候人数达到预警值"
    SLOW = "slow", "预计等候时间达到预警值"
    NO_WINDOW = "no_window", "有人等候而没有窗口办理"


class CrowdAlert(Record):
    """One alert of a class of a hall; at most one is open per class.

    `waiting` and `expected_seconds` are those of the moment it was raised. `measures` lists what was chosen: time,
    staff, measure, note, and what it did. `calm_since` is since when the thresholds are no longer passed.
    """

    record_type = "crowd_alert"

    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    business_date = models.DateField()
    klass = models.ForeignKey("halls.QueueClass", models.PROTECT, related_name="+")
    reason = models.TextField(choices=AlertReason)
    waiting = models.IntegerField()
    expected_seconds = models.IntegerField(null=True)
    raised_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    calm_since = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)
    measures = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["body", "-raised_at", "-id"], name="crowd_alert_body")]
        constraints = [
            models.UniqueConstraint(fields=["klass"], condition=~Q(state="over"), name="one_open_alert_per_class"),
            models.CheckConstraint(
                condition=~Q(state="handled") | Q(handled_at__isnull=False, handled_by__isnull=False),
                name="handled_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(state="over") | Q(over_at__isnull=False), name="alert_end_has_a_time"),
        ]
