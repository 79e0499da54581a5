"""The register of laws, policies and internal rules with confirmations of reading (DB3205-6.2)."""

from __future__ import annotations

from django.db.models import Count, F, Q

from bangban.registry.knowledge.models import ReadConfirmation
from bangban.registry.knowledge.reads.entries import current
from bangban.registry.knowledge.terms import EntryKind
from bangban.registry.knowledge.views import RuleView

RULES = (EntryKind.LAW, EntryKind.REGULATION, EntryKind.POLICY, EntryKind.RULE)


def rules_register(
    staff_id: int, *, body_id: int | None = None, unread_only: bool = False, limit: int = 100
) -> list[RuleView]:
    """Return the rules in force, general ones and a body's own, and whether this person has read them. Two queries."""
    rows = current().filter(kind__in=RULES)
    if body_id is not None:
        rows = rows.filter(Q(body=body_id) | Q(body=None))
    same = Q(entry__readers__revision=F("revision"))
    rows = rows.annotate(read=Count("entry__readers", filter=same)).order_by("kind", "entry__number")
    mine = ReadConfirmation.objects.filter(staff=staff_id, entry__revision=F("revision"))
    read_at = dict(mine.values_list("entry_id", "read_at"))
    if unread_only:
        rows = rows.exclude(entry__in=list(read_at))
    return [
        RuleView(
            id=row.entry_id,
            number=row.entry.number,
            title=row.question,
            kind_label=EntryKind(row.kind).label,
            revision=row.revision,
            usable_to=row.entry.usable_to,
            read_at=read_at.get(row.entry_id),
            readers=row.read,
        )
        for row in rows[:limit]
    ]
