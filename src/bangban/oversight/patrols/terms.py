"""Words of patrols."""

from __future__ import annotations

from django.db import models


class Verdict(models.TextChoices):
    """What an inspector saw."""

    PASS = "pass", "合格"
    FAIL = "fail", "不合格"


# What the national list of 2021 says about attitude, kind words first (F1.15); the list itself never changes a code's meaning.
ATTITUDE = ("517", "413", "314", "214", "115")
POOR_ATTITUDE = ("214", "115")
