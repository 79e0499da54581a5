"""The ways into the catalogue with counts (BJP-8) and its public counters (BJP-9), remembered for a minute."""

from __future__ import annotations

import time

from django.db import connection
from django.db.models import Count, Q

from bangban.registry.catalog import terms
from bangban.registry.catalog.models import ItemVersion, LifeEvent, Section
from bangban.registry.catalog.views import Choice, Navigation, SectionView

KEEP_SECONDS = 60
_kept: dict[str, tuple[float, Navigation]] = {}

THEMES = """
SELECT t.code, t.name, t.side, count(v.id)
FROM catalog_theme t
LEFT JOIN catalog_itemversion v ON v.listed AND v.themes && t.names AND (v.audience = '{}' OR v.audience && %s
    AND t.side = 'person' OR v.audience && %s AND t.side = 'enterprise')
GROUP BY t.code, t.name, t.side, t.position ORDER BY t.side DESC, t.position
"""


def forget() -> None:
    """Drop the remembered navigation after an edit in this process."""
    _kept.clear()


def navigation() -> Navigation:
    """Return sections, themes, departments, life events, regions and their numbers of items. Six queries a minute."""
    known = _kept.get("all")
    if known is None or known[0] < time.monotonic():
        known = _kept["all"] = (time.monotonic() + KEEP_SECONDS, _navigation())
    return known[1]


def _navigation() -> Navigation:
    listed = ItemVersion.objects.filter(listed=True)
    totals = listed.aggregate(
        guides=Count("id"),
        bookable=Count("id", filter=Q(online_booking=True)),
        fileable=Count("id", filter=Q(online_filing=True)),
    )
    departments = (
        listed.values_list("department_name").annotate(total=Count("id")).order_by("-total", "department_name")
    )
    regions = (
        listed.exclude(region="").values_list("region", "region_name").annotate(total=Count("id")).order_by("region")
    )
    return Navigation(
        sections=tuple(
            SectionView(row.code, row.title, row.by, row.value)
            for row in Section.objects.filter(shown=True).order_by("position")
        ),
        themes=tuple(_themes()),
        departments=tuple(Choice(name, name, "", total) for name, total in departments),
        life_events=tuple(_life_events()),
        regions=tuple(Choice(code, name, "", total) for code, name, total in regions),
        **totals,
    )


def _themes() -> list[Choice]:
    kinds = [sorted(kind.value for kind in terms.SIDES[side]) for side in (terms.Side.PERSON, terms.Side.ENTERPRISE)]
    with connection.cursor() as cursor:
        cursor.execute(THEMES, kinds)
        return [Choice(*row) for row in cursor.fetchall()]


def _life_events() -> list[Choice]:
    counted = LifeEvent.objects.filter(active=True).annotate(
        total=Count("steps", filter=Q(steps__item__state="published"))
    )
    return [Choice(row.code, row.name, row.side, row.total) for row in counted.order_by("-side", "position")]
