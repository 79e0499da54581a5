"""Service lists 服务清单: which services are offered for which items, by whom, when (T637-7.1)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bangban.foundation.ledger.models import Record
from bangban.registry.catalog.terms import Service


class ServiceList(Record):
    """One version of the list of one body; a new version replaces the published one, which is kept.

    The period until its next review is a clock (`service_list_review`), so that lapsing is seen where all limits are;
    `review_days` is the list's own period in calendar days, the rule's when empty.
    """

    record_type = "service_list"

    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    title = models.TextField()
    revision = models.IntegerField()
    review_days = models.IntegerField(null=True)
    author = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    author_name = models.TextField()
    reviewer = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    reviewer_name = models.TextField(default="")
    published_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "revision"], name="one_list_revision"),
            models.UniqueConstraint(fields=["body"], condition=Q(state="published"), name="one_published_list"),
            models.UniqueConstraint(
                fields=["body"], condition=Q(state__in=["draft", "in_review"]), name="one_pending_list"
            ),
            models.CheckConstraint(condition=~Q(author=F("reviewer")), name="list_reviewed_by_another"),
            models.CheckConstraint(condition=Q(review_days=None) | Q(review_days__gt=0), name="list_review_period"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False), name="published_list_has_a_time"
            ),
        ]


class ServiceLine(models.Model):
    """What is offered for one item, one theme, one department, or (all three empty) for everything else.

    The most specific line decides: item, then theme, then department, then the rest.
    """

    id = models.BigAutoField(primary_key=True)
    list = models.ForeignKey(ServiceList, models.CASCADE, related_name="lines")
    position = models.IntegerField()
    item = models.ForeignKey("catalog.Item", models.PROTECT, null=True, related_name="+")
    theme = models.TextField(default="")
    department = models.ForeignKey("org.Body", models.PROTECT, null=True, related_name="+")
    services = ArrayField(models.TextField(choices=Service))
    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    level = models.TextField()
    channels = ArrayField(models.TextField())
    hours = models.TextField()
    helper = models.TextField(default="")
    note = models.TextField(default="")

    class Meta:
        indexes = [models.Index(fields=["item", "list"], name="service_line_item")]
        constraints = [
            models.UniqueConstraint(fields=["list", "position"], name="one_line_each"),
            models.CheckConstraint(
                condition=Q(item=None, theme="") | Q(item=None, department=None) | Q(theme="", department=None),
                name="line_has_one_subject",
            ),
        ]
