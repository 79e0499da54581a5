"""Writing versions of an entry inside a deed: a draft, and its taking effect."""

from __future__ import annotations

from uuid import UUID

from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete
from bangban.registry.knowledge.answer import Answer, answer_digest, answer_of, columns_of
from bangban.registry.knowledge.models import PENDING, Entry, EntryVersion, Standing
from bangban.registry.knowledge.rules import next_review, problems_of, usable_until


def write_version(
    work: Deed[Entry], content: Answer, standing: Standing, *, note: str, item: tuple[UUID, int | None] | None
) -> EntryVersion:
    """Add a version to an entry; `item` is the item it speaks of, with the version of that item's guide."""
    version = EntryVersion(
        entry_id=work.record.id,
        revision=work.record.last_revision + 1,
        standing=standing,
        body_id=work.record.body_id,
        item_id=item[0] if item else None,
        item_revision=item[1] if item else None,
        digest=answer_digest(content),
        change_note=note,
        author_id=work.actor.staff_id,
        author_name=work.actor.public_name,
        written_at=work.at,
        **columns_of(content),
    )
    work.insert(version)
    work.change(last_revision=version.revision)
    work.tell(revision=version.revision, digest=version.digest.hex())
    return version


def pending_version(entry: Entry) -> EntryVersion:
    """Return the version in work of a locked entry."""
    return EntryVersion.objects.get(entry=entry, standing__in=PENDING)


def check_publishable(version: EntryVersion, work: Deed[Entry]) -> None:
    """Refuse an entry that lacks something or has run out, naming everything at once."""
    problems = problems_of(answer_of(version), business_date(work.at))
    if stopping := {problem.field: problem.sentence for problem in problems if problem.stops}:
        raise Incomplete("条目还不能发布：" + " ".join(stopping.values()), fields=stopping)


def put_into_effect(work: Deed[Entry], version: EntryVersion) -> None:
    """Make a version the current one; the former stays readable for answers that cite it.

    The former version is changed at once, before the rows of the deed: the database allows one current version only.
    """
    retire_current([work.record.id])
    version.standing = Standing.CURRENT
    take_over(work, version)


def take_over(work: Deed[Entry], version: EntryVersion) -> None:
    """Let the entry stand for a version: its validity, its item, its next review; a flag is settled by it."""
    content = answer_of(version)
    work.change(
        revision=version.revision,
        body_id=version.body_id,
        item_id=version.item_id,
        usable_from=content.valid_from,
        usable_to=usable_until(content),
        review_on=next_review(business_date(work.at)),
        flagged_at=None,
        flag_reason="",
    )
    work.tell(entry=str(work.record.id), revision=version.revision)


def retire_current(ids: list[UUID]) -> None:
    """Let the current versions of locked entries become earlier ones."""
    EntryVersion.objects.filter(entry__in=ids, standing=Standing.CURRENT).update(standing=Standing.SUPERSEDED)


def mark_pending(work: Deed[Entry], version: EntryVersion, standing: Standing) -> None:
    """Say on the entry which version is in work and where it stands."""
    work.change(pending_revision=version.revision, pending_standing=standing, pending_author_id=version.author_id)


def clear_pending(work: Deed[Entry]) -> None:
    """Say on the entry that no version is in work."""
    work.change(pending_revision=None, pending_standing="", pending_author_id=None)
