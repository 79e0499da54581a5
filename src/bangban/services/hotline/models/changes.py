"""Who changed the reference data of the hotline, and how it stood before."""

from __future__ import annotations

from django.db import models


class CatalogueChange(models.Model):
    """One change of a category, a line of the dispatch catalogue, an undertaker or a call-back policy; never changed itself."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    by = models.TextField(help_text="the actor as the ledger names it")
    by_name = models.TextField(default="")
    what = models.TextField(help_text="category, dispatch, undertaker, visit_policy")
    key = models.TextField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["what", "key", "-at"], name="catalogue_change")]
