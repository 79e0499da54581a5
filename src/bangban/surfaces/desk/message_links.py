"""Where a message of the house leads: to the record that it is about, whoever sent it."""

from __future__ import annotations

from django.urls import reverse

OPENS = {
    "case": "desk:case",
    "order": "hotline:order",
    "supervision": "supervision:task",
    "matter": "calls:matter",
    "report": "reports:report",
    "appraisal": "appraisal:appraisal",
    "patrol": "patrols:patrol",
    "equipment": "holdings:equipment",
    "regulation": "holdings:regulation",
    "caller": "calls:caller",
    "improvement_review": "appraisal:review",
    "improvement_plan": "appraisal:plan",
    "quality_sampling": "appraisal:sampling",
    "publication": "publications:desk_one",
    "appointment": "appointments:desk_one",
    "closure": "appointments:closure",
    "ticket": "hall:ticket",
    "inquiry": "counter:entry",
}
"""The page of a record by its type; what has none is not a link."""


def address_of(record_type: str, number: str) -> str:
    """Return the address that opens a record at the desk; empty when it has no page of its own."""
    return reverse(OPENS[record_type], args=[number]) if number and record_type in OPENS else ""
