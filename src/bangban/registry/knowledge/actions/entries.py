"""What editors and reviewers do with entries (BJ-5-e, T637-5-e)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.deed import Deed, deed, opening
from bangban.foundation.flows.flow import FlowError, Incomplete, NotAllowed, NotYours
from bangban.registry.catalog import reads as catalog
from bangban.registry.catalog.actions.versions import check_fresh
from bangban.registry.knowledge import parties
from bangban.registry.knowledge.actions import versions
from bangban.registry.knowledge.answer import Answer
from bangban.registry.knowledge.flow import CANDIDATE_FLOW, ENTRY_FLOW, LIVE
from bangban.registry.knowledge.models import Candidate, Entry, EntryVersion, Standing
from bangban.registry.knowledge.numbers import number
from bangban.registry.knowledge.reads.entries import Ref, by_ref
from bangban.registry.knowledge.rules import next_review
from bangban.registry.org.reads import tree


def create_entry(content: Answer, actor: Actor, *, body_id: int | None = None) -> Entry:
    """Start an entry as a draft of a body: the named one, the one that `unit_name` names, or the actor's own.

    Raises NotYours outside the actor's reach, Incomplete when the item is unknown.
    """
    named = tree().named(content.unit_name)
    owner = body_id or (named.id if named else actor.unit_id)
    entry = Entry(number=number("entry"), state="draft", source="manual", body_id=owner)
    if "editor" not in parties.of_entry(entry, actor):
        raise NotYours("您不能维护这个部门的知识条目。")
    with transaction.atomic(), opening(ENTRY_FLOW, entry, actor) as work:
        _draft(work, content, "")
    return entry


def _draft(work: Deed[Entry], content: Answer, note: str) -> None:
    version = versions.write_version(work, content, Standing.DRAFT, note=note, item=_item(content))
    versions.mark_pending(work, version, Standing.DRAFT)
    if work.record.revision is None:
        work.change(item_id=version.item_id)


def _item(content: Answer) -> tuple[UUID, int | None] | None:
    if not content.item_ref:
        return None
    known = catalog.item_id_of(content.item_ref)
    found = catalog.version_of(known) if known else None
    if found is None:
        raise Incomplete("没有找到关联的事项。", fields={"item_ref": "没有找到这个事项，请核对编码。"})
    return found


def edit_entry(ref: Ref, content: Answer, actor: Actor, *, note: str = "", version: int | None = None) -> Entry:
    """Write the draft of an entry, or the next version beside the published one; a draft in work is replaced.

    With `version` (what `reads.draft` told), NotAllowed when somebody else changed the entry since.
    """
    with deed(ENTRY_FLOW, lambda: locked(ref), "edit", actor, {"answer": content, "note": note}) as work:
        check_fresh(work, version)
        if work.record.pending_revision:
            draft = versions.pending_version(work.record)
            draft.delete()
            if draft.revision == work.record.last_revision:
                work.change(last_revision=draft.revision - 1)
        _draft(work, content, note)
    return work.record


def submit_entry(ref: Ref, actor: Actor) -> Entry:
    """Hand the version in work to review; refused with everything that is missing."""
    with deed(ENTRY_FLOW, lambda: locked(ref), "submit", actor) as work:
        version = versions.pending_version(work.record)
        versions.check_publishable(version, work)
        _stand(work, version, Standing.IN_REVIEW)
    return work.record


def publish_entry(ref: Ref, actor: Actor, *, corrects: bool = False) -> Entry:
    """Approve the submitted version; NotAllowed for its author: another person reviews.

    `corrects` says that the version before it was wrong; whoever sent it to people tells them (BJ-2-a). A candidate
    that the entry was drafted from is published with it.
    """
    with deed(ENTRY_FLOW, lambda: _not_by_author(ref, actor), "publish", actor, {"corrects": corrects}) as work:
        version = versions.pending_version(work.record)
        versions.check_publishable(version, work)
        version.reviewer_id, version.reviewer_name, version.reviewed_at = actor.staff_id, actor.public_name, work.at
        former = work.record.revision
        versions.put_into_effect(work, version)
        versions.clear_pending(work)
        work.changed(version, "standing", "reviewer", "reviewer_name", "reviewed_at")
        if corrects and former:
            work.tell(corrects=former)
        _publish_candidates(work.record, actor)
    return work.record


def _not_by_author(ref: Ref, actor: Actor) -> Entry | None:
    entry = locked(ref)
    if entry and "author" in parties.of_entry(entry, actor) and entry.pending_standing == Standing.IN_REVIEW:
        raise NotAllowed("这一版由您起草，须由另一人审核发布。", state=entry.state, allowed_actions=[])
    return entry


def _publish_candidates(entry: Entry, actor: Actor) -> None:
    for candidate_id in Candidate.objects.filter(entry=entry, state="drafted").values_list("id", flat=True):
        find = Candidate.objects.select_for_update().filter(id=candidate_id).first
        with deed(CANDIDATE_FLOW, find, "_publish", SYSTEM.through(actor.channel)) as work:
            work.change(published_at=work.at)
            work.tell(entry=str(entry.id), reviewer=actor.staff_id)


def send_back_entry(ref: Ref, actor: Actor, reason: str) -> Entry:
    """Return the submitted version to its author with a reason."""
    with deed(ENTRY_FLOW, lambda: locked(ref), "send_back", actor, {"reason": reason}) as work:
        _stand(work, versions.pending_version(work.record), Standing.DRAFT)
        work.tell(reason=reason)
    return work.record


def withdraw_entry(ref: Ref, actor: Actor, reason: str) -> Entry:
    """Take an entry out of use for good; what is in work on it ends."""
    with deed(ENTRY_FLOW, lambda: locked(ref), "withdraw", actor, {"reason": reason}) as work:
        if work.record.pending_revision:
            pending = versions.pending_version(work.record)
            pending.standing = Standing.SUPERSEDED
            work.changed(pending, "standing")
            versions.clear_pending(work)
        work.tell(entry=str(work.record.id), reason=reason)
    return work.record


def confirm_entry(ref: Ref, actor: Actor) -> Entry:
    """Say that an entry is still right, though its item changed or its review day came (BJO-2.4-b)."""
    with deed(ENTRY_FLOW, lambda: locked(ref), "confirm", actor) as work:
        current = EntryVersion.objects.get(entry=work.record, standing=Standing.CURRENT)
        item = catalog.version_of(current.item_id) if current.item_id else None
        if item:
            current.item_revision = item[1]
            work.changed(current, "item_revision")
        work.change(flagged_at=None, flag_reason="", review_on=next_review(business_date(work.at)))
    return work.record


def flag_entries(item_id: UUID, revision: int | None, reason: str) -> int:
    """Ask for a review of every entry of an item whose guide changed; returns how many were flagged (BJO-2.4-b)."""
    older = Q(versions__item_revision=None) | Q(versions__item_revision__lt=revision or 0)
    behind = older if revision else Q()
    rows = Entry.objects.filter(behind, item=item_id, state__in=LIVE, versions__revision=F("revision"))
    flagged = 0
    for entry_id in list(rows.order_by("id").values_list("id", flat=True)):
        with deed(ENTRY_FLOW, lambda ref=entry_id: locked(ref), "_flag", SYSTEM) as work:  # type: ignore[misc]
            work.change(flagged_at=work.at, flag_reason=reason)
            work.tell(item=str(item_id), item_revision=revision)
        flagged += 1
    return flagged


def expire_entries(today: date, at_most: int = 500) -> int:
    """Take entries out of use whose validity, or whose basis, ended before today; for the worker. Returns how many."""
    due = Entry.objects.filter(state="published", usable_to__lt=today).order_by("usable_to")
    done = 0
    for entry_id in list(due.values_list("id", flat=True)[:at_most]):
        try:
            with deed(ENTRY_FLOW, lambda ref=entry_id: locked(ref), "_expire", SYSTEM) as work:  # type: ignore[misc]
                work.tell(entry=str(entry_id), usable_to=str(work.record.usable_to))
            done += 1
        except FlowError:
            continue
    return done


def _stand(work: Deed[Entry], version: EntryVersion, standing: Standing) -> None:
    version.standing = standing
    work.changed(version, "standing")
    work.change(pending_standing=standing)


def locked(ref: Any) -> Entry | None:
    """Lock one entry inside the running transaction."""
    return Entry.objects.select_for_update().filter(by_ref(ref)).first()
