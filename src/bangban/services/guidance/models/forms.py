"""The draft form that both sides see, with every change and who made it (T637-8.3.2-c)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.privacy.fields import SealedTextField
from bangban.services.guidance.terms import Answered, DraftState, FilledBy, Origin


class ItemForm(models.Model):
    """Fields that an item's form has beside or instead of those derived from its guide; a new one replaces the old."""

    id = models.BigAutoField(primary_key=True)
    item = models.ForeignKey("catalog.Item", models.CASCADE, related_name="+")
    revision = models.IntegerField()
    fields = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    author_name = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "revision"], name="one_item_form_revision")]


class Draft(models.Model):
    """The form of one case for one item; `schema` is what it asks in the person's situation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    item = models.ForeignKey("catalog.Item", models.PROTECT, related_name="+")
    item_revision = models.IntegerField()
    state = models.TextField(choices=DraftState, default=DraftState.FILLING)
    schema = models.JSONField()
    round = models.SmallIntegerField(default=1)
    submissions = models.SmallIntegerField(default=0)
    begun_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "item"], name="one_draft_per_item"),
            models.CheckConstraint(
                condition=Q(state="filling") | Q(submitted_at__isnull=False), name="checked_draft_was_submitted"
            ),
        ]


class DraftField(models.Model):
    """The value of one field now; sealed, because nearly all of it is personal."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="values")
    code = models.TextField()
    value = SealedTextField()
    version = models.IntegerField(default=1)
    filled_by = models.TextField(choices=FilledBy)
    source = models.TextField(default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "code"], name="one_value_per_field")]


class FieldChange(models.Model):
    """One change of one field: before, after, who; never altered."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="changes")
    code = models.TextField()
    version = models.IntegerField()
    old = SealedTextField()
    new = SealedTextField()
    filled_by = models.TextField(choices=FilledBy)
    source = models.TextField(default="")
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "code", "version"], name="one_change_per_version")]


class Suggestion(models.Model):
    """Another value beside the one in the form; only the service user decides, nothing is overwritten."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="suggestions")
    code = models.TextField()
    on_version = models.IntegerField()
    old = SealedTextField()
    value = SealedTextField()
    note = SealedTextField()
    origin = models.TextField(choices=Origin)
    by_name = models.TextField(default="")
    by = models.TextField()
    at = models.DateTimeField()
    answer = models.TextField(choices=Answered, default=Answered.OPEN)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["draft"], condition=Q(answer="open"), name="suggestion_open")]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="open", answered_at=None) | (~Q(answer="open") & Q(answered_at__isnull=False)),
                name="answered_suggestion_has_a_time",
            )
        ]
