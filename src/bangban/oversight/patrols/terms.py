"""Words of patrols."""

from __future__ import annotations

from django.db import models


class Kind(models.TextChoices):
    """What a checklist looks at: the people of a body, or its premises (GB33358-4.2.1)."""

    STAFF = "staff", "人员"
    SITE = "site", "场所"


class Verdict(models.TextChoices):
    """What an inspector saw."""

    PASS = "pass", "合格"
    FAIL = "fail", "不合格"


# What the national list of 2021 says about attitude, kind words first (F1.15); the list itself never changes a code's meaning.
ATTITUDE = ("517", "413", "314", "214", "115")
POOR_ATTITUDE = ("214", "115")
