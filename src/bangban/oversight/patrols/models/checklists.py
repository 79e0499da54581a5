"""Checklists as versioned reference data: a published version never changes (DB23-4.1, DB23-5.2.1, DB23-5.3)."""

from __future__ import annotations

from django.db import models

from bangban.oversight.patrols.terms import Kind


class Checklist(models.Model):
    """One version; of each kind the highest whose first day has come is in force."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField(choices=Kind, default=Kind.STAFF)
    version = models.IntegerField()
    title = models.TextField()
    valid_from = models.DateField()
    published_by = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="one_checklist_per_version")]


class ChecklistLine(models.Model):
    """One thing to look at, with the clause that asks for it."""

    id = models.BigAutoField(primary_key=True)
    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="lines")
    position = models.SmallIntegerField()
    code = models.TextField()
    group = models.TextField()
    label = models.TextField()
    hint = models.TextField(default="", blank=True)
    clause = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["checklist", "code"], name="one_line_per_code"),
            models.UniqueConstraint(fields=["checklist", "position"], name="one_line_per_position"),
        ]
