"""A publication, where it was shown last, and how far its sending has come (DB23-6.2.1)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bangban.foundation.ledger.models import Record
from bangban.services.publications.terms import LED_LIMIT, Kind, Target


class Publication(Record):
    """One piece of information of one body; whoever wrote it is not the one who publishes it.

    `valid_from` and `valid_to` are days at the body's place, both included. `led_spans` holds ["09:00", "12:00"] pairs.
    """

    record_type = "publication"

    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    includes_below = models.BooleanField(default=False)
    kind = models.TextField(choices=Kind)
    title = models.TextField()
    text = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    targets = ArrayField(models.TextField(choices=Target), default=list)
    led_text = models.CharField(max_length=LED_LIMIT, default="", blank=True)
    led_weekdays = ArrayField(models.SmallIntegerField(), default=list)
    led_spans = models.JSONField(default=list)
    led_seconds = models.SmallIntegerField(default=15)
    author = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    author_name = models.TextField()
    reviewer = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    reviewer_name = models.TextField(default="")
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.TextField(default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "-created_at", "-id"], name="publication_state"),
            models.Index(fields=["body", "-created_at", "-id"], name="publication_body"),
            models.Index(fields=["-published_at", "-id"], condition=Q(state="published"), name="publication_shown"),
            models.Index(fields=["valid_to"], condition=Q(state="published"), name="publication_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(reviewer=F("author")), name="publication_second_person"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "in_review", "withdrawn"])
                | Q(reviewer__isnull=False, published_at__isnull=False),
                name="published_by_a_reviewer",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="publication_days_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(targets__contains=["led"]) | ~Q(led_text=""), name="led_needs_a_short_text"
            ),
        ]


class Output(models.Model):
    """When one target of a publication was fetched last at one place, and by which device."""

    id = models.BigAutoField(primary_key=True)
    publication = models.ForeignKey(Publication, models.CASCADE, related_name="outputs")
    target = models.TextField(choices=Target)
    place = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    last_refreshed_at = models.DateTimeField()
    last_refreshed_by = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["publication", "target", "place"], name="one_output_per_target_and_place")
        ]


class Sending(models.Model):
    """How far the text messages of a publication have been handed to delivery; `last` is the latest subscription."""

    publication = models.OneToOneField(Publication, models.CASCADE, primary_key=True, related_name="sending")
    not_before = models.DateTimeField()
    until = models.DateTimeField()
    last = models.UUIDField(null=True)
    count = models.IntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["not_before"], condition=Q(done_at=None), name="sending_open")]
