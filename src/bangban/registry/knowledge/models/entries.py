"""Knowledge entries 知识条目 and their versions; a citation names entry and version (T637-5-e)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.ledger.models import Record
from bangban.registry.knowledge.terms import EntryKind


class Standing(models.TextChoices):
    """Where a version stands; at most one is current and at most one is pending per entry."""

    DRAFT = "draft", "草稿"
    IN_REVIEW = "in_review", "待审核"
    CURRENT = "current", "现行"
    SUPERSEDED = "superseded", "已被替代"


PENDING = (Standing.DRAFT, Standing.IN_REVIEW)


class Entry(Record):
    """One question with its standard answer, through all its versions.

    `usable_from` and `usable_to` (local dates, both included) are the validity of the current version and its basis
    together. `flagged_at` is set when the item behind the entry changed.
    """

    record_type = "entry"

    source = models.TextField(default="")
    external_id = models.TextField(default="")
    body = models.ForeignKey("org.Body", models.PROTECT, null=True, related_name="+")
    item = models.ForeignKey("catalog.Item", models.PROTECT, null=True, related_name="+")
    last_revision = models.IntegerField(default=0)
    revision = models.IntegerField(null=True)
    pending_revision = models.IntegerField(null=True)
    pending_standing = models.TextField(choices=Standing, default="", blank=True)
    pending_author = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    usable_from = models.DateField(null=True)
    usable_to = models.DateField(null=True)
    review_on = models.DateField(null=True)
    flagged_at = models.DateTimeField(null=True)
    flag_reason = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(state="published"), name="entry_published"),
            models.Index(fields=["updated_at", "id"], name="entry_changed"),
            models.Index(fields=["item"], condition=Q(item__isnull=False), name="entry_item"),
            models.Index(fields=["body", "state", "-updated_at"], condition=Q(body__isnull=False), name="entry_body"),
            models.Index(
                fields=["usable_to"], condition=Q(state="published", usable_to__isnull=False), name="entry_expiry"
            ),
            models.Index(fields=["-flagged_at", "id"], condition=Q(flagged_at__isnull=False), name="entry_flagged"),
            models.Index(
                fields=["-updated_at", "id"], condition=Q(pending_revision__isnull=False), name="entry_pending"
            ),
            models.Index(
                fields=["review_on"], condition=Q(state="published", review_on__isnull=False), name="entry_review"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~Q(external_id=""), name="one_entry_per_external_id"
            ),
            models.CheckConstraint(
                condition=Q(pending_revision=None, pending_standing="") | Q(pending_standing__in=PENDING),
                name="entry_pending_has_a_standing",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "expired"]) | Q(revision__isnull=False),
                name="published_entry_has_a_version",
            ),
        ]


class EntryVersion(models.Model):
    """One version of an entry; `opening`, `clarifying` and `next_step` make it a unified script (BJ-5-f)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="versions")
    revision = models.IntegerField()
    standing = models.TextField(choices=Standing)

    kind = models.TextField(choices=EntryKind, default=EntryKind.ANSWER)
    question = models.TextField()
    similar = ArrayField(models.TextField(), default=list)
    answer = models.TextField()
    opening = models.TextField(default="")
    clarifying = ArrayField(models.TextField(), default=list)
    next_step = models.TextField(default="")
    body = models.ForeignKey("org.Body", models.PROTECT, null=True, related_name="+")
    unit_name = models.TextField(default="")
    region = models.CharField(max_length=12, default="")
    item = models.ForeignKey("catalog.Item", models.PROTECT, null=True, related_name="+")
    item_ref = models.TextField(default="")
    item_revision = models.IntegerField(null=True)
    theme = models.TextField(default="")
    basis = models.TextField(default="")
    basis_valid_to = models.DateField(null=True)
    audience = models.TextField(default="")
    aspect = models.TextField(default="")
    keywords = ArrayField(models.TextField(), default=list)
    tags = ArrayField(models.TextField(), default=list)
    source_title = models.TextField(default="")
    source_url = models.TextField(default="")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    digest = models.BinaryField(max_length=32)
    change_note = models.TextField(default="")
    author = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    author_name = models.TextField()
    written_at = models.DateTimeField()
    reviewer = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    reviewer_name = models.TextField(default="")
    reviewed_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [GinIndex(fields=["tags"], condition=Q(standing="current") & ~Q(tags=[]), name="entry_tags")]
        constraints = [
            models.UniqueConstraint(fields=["entry", "revision"], name="one_entry_version_each"),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(standing="current"), name="one_current_entry_version"
            ),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(standing__in=PENDING), name="one_pending_entry_version"
            ),
            models.CheckConstraint(condition=~Q(author=F("reviewer")), name="entry_reviewed_by_another"),
            models.CheckConstraint(
                condition=~Q(standing="current") | Q(reviewed_at__isnull=False), name="current_entry_was_reviewed"
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lte=F("valid_to")),
                name="entry_validity",
            ),
        ]
