"""One entry with one version, as it is cited."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.registry.knowledge.answer import answer_of
from bangban.registry.knowledge.flow import ENTRY_STATES
from bangban.registry.knowledge.models import Entry, EntryUse, EntryVersion, Feedback
from bangban.registry.knowledge.rules import is_usable
from bangban.registry.knowledge.terms import EntryKind, FeedbackKind
from bangban.registry.knowledge.views import EntryCard, EntryDetail

Ref = UUID | str


def by_ref(ref: Ref) -> Q:
    """Return the condition that finds an entry by id or number."""
    if isinstance(ref, UUID):
        return Q(id=ref)
    try:
        return Q(id=UUID(ref))
    except ValueError:
        return Q(number=ref)


def entry(ref: Ref, version: int | None = None) -> EntryDetail | None:
    """Return an entry by id or number, in its current version or a cited one; None when there is none.

    Withdrawn and expired entries are returned too, since answers cite them: `usable` tells whether the entry may be
    used for a new answer. Three queries.
    """
    rows = EntryVersion.objects.filter(entry__in=Entry.objects.filter(by_ref(ref)), reviewed_at__isnull=False)
    which = Q(revision=F("entry__revision")) if version is None else Q(revision=version)
    row = rows.filter(which).select_related("entry").first()
    return _detail(row) if row else None


def entries(ids: Iterable[UUID]) -> list[EntryCard]:
    """Return cards of published entries in the order asked for; others are left out. One query."""
    wanted = list(ids)
    found = {row.entry_id: card_of(row) for row in current().filter(entry__in=wanted)}
    return [found[one] for one in wanted if one in found]


def collection(tag: str, limit: int = 200) -> list[EntryCard]:
    """Return the usable entries of a collection: a view on the one base, not a copy of it (DB3205-6.6). One query."""
    rows = current().filter(usable_today(), tags__contains=[tag]).order_by("theme", "entry__number")
    return [card_of(row) for row in rows[:limit]]


def current() -> QuerySet[EntryVersion]:
    """Return the versions in effect of published entries."""
    rows = EntryVersion.objects.filter(standing="current", entry__state="published")
    return rows.select_related("entry")


def usable_today() -> Q:
    """Return the condition that an entry may be used for answering today; for rows that lead to it by `entry`."""
    today = business_date(now())
    begun = Q(entry__usable_from=None) | Q(entry__usable_from__lte=today)
    return begun & (Q(entry__usable_to=None) | Q(entry__usable_to__gte=today))


def is_usable_now(ref: Ref, version: int) -> bool:
    """Tell whether this very version may be quoted now: published, current, valid, basis in force (T637-5-e)."""
    rows = current().filter(usable_today(), entry__in=Entry.objects.filter(by_ref(ref)))
    return rows.filter(revision=version).exists()


def _detail(row: EntryVersion) -> EntryDetail:
    owner, today = row.entry, business_date(now())
    uses = EntryUse.objects.filter(entry=owner).aggregate(total=Sum("count"))["total"] or 0
    votes = dict(Feedback.objects.filter(entry=owner).values_list("kind").annotate(total=Count("id")))
    in_effect = row.revision == owner.revision
    return EntryDetail(
        id=owner.id,
        number=owner.number,
        state=owner.state,
        state_label=ENTRY_STATES[owner.state],
        revision=row.revision,
        in_effect=in_effect,
        usable=in_effect and owner.state == "published" and is_usable(owner.usable_from, owner.usable_to, today),
        content=answer_of(row),
        kind_label=EntryKind(row.kind).label,
        body_id=row.body_id,
        item_id=row.item_id,
        item_revision=row.item_revision,
        usable_from=owner.usable_from,
        usable_to=owner.usable_to,
        flagged_at=owner.flagged_at,
        flag_reason=owner.flag_reason,
        source=owner.source,
        external_id=owner.external_id,
        author_name=row.author_name,
        written_at=row.written_at,
        reviewer_name=row.reviewer_name,
        reviewed_at=row.reviewed_at,
        uses=uses,
        helpful=votes.get(FeedbackKind.HELPFUL.value, 0),
        unhelpful=votes.get(FeedbackKind.UNHELPFUL.value, 0),
    )


def card_of(row: EntryVersion) -> EntryCard:
    """Return a version as a line of a list; its entry must be selected with it."""
    return EntryCard(
        id=row.entry_id,
        number=row.entry.number,
        question=row.question,
        unit_name=row.unit_name,
        kind=row.kind,
        kind_label=EntryKind(row.kind).label,
        theme=row.theme,
        state=row.entry.state,
        state_label=ENTRY_STATES[row.entry.state],
        standing=row.standing,
        revision=row.revision,
        item_id=row.item_id,
        author_id=row.author_id,
        author_name=row.author_name,
        usable_to=row.entry.usable_to,
        flagged_at=row.entry.flagged_at,
        flag_reason=row.entry.flag_reason,
        updated_at=row.entry.updated_at,
    )
