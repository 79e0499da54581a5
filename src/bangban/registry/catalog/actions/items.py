"""What editors and reviewers do with items (T637-6.1.6-b, BJO-2.4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.deed import Deed, deed, opening
from bangban.foundation.flows.flow import FlowError, Incomplete, NotAllowed, NotYours
from bangban.registry.catalog import parties
from bangban.registry.catalog.actions import versions
from bangban.registry.catalog.flow import ITEM_FLOW
from bangban.registry.catalog.guide import Guide
from bangban.registry.catalog.models import HandlingPlace, Item, ItemVersion, Material, Standing
from bangban.registry.catalog.numbers import item_number
from bangban.registry.catalog.reads.items import Ref, by_ref
from bangban.registry.catalog.rules import side_of
from bangban.registry.org.reads import tree


def create_item(
    code: str, guide: Guide, actor: Actor, *, department_id: int | None = None, local_base_code: str = "",
    local_implementation_code: str = "",
) -> Item:  # fmt: skip
    """Start an item as a draft of one responsible body: the named one, or the one that the guide names (T637-2).

    Raises Incomplete for a missing, overlong or known code and for an unknown body, NotYours outside the actor's reach.
    """
    body_id = _department(guide, department_id)
    if "editor" not in parties.parties(actor, body_id, None):
        raise NotYours("您不能维护这个机构的事项。")
    _check_code(code)
    item = Item(
        number=item_number(),
        state="draft",
        code=code,
        local_base_code=local_base_code,
        local_implementation_code=local_implementation_code,
        source="manual",
        department_id=body_id,
        region=guide.region,
    )
    with transaction.atomic(), opening(ITEM_FLOW, item, actor) as work:
        version = versions.write_version(work, guide, Standing.DRAFT, note="", department_id=body_id)
        versions.mark_pending(work, version, Standing.DRAFT)
    return item


def _check_code(code: str) -> None:
    if not code or len(code) > 64:
        raise Incomplete("请填写不超过64个字符的事项编码。", fields={"code": "请填写不超过64个字符的事项编码。"})
    if Item.objects.filter(code=code).exists():
        raise Incomplete("这个事项编码已经有了。", fields={"code": "这个事项编码已经有了。"})


def _department(guide: Guide, department_id: int | None) -> int:
    named = tree().by_id.get(department_id) if department_id else tree().named(guide.department_name)
    if named is None:
        raise Incomplete("没有找到实施主体对应的机构。", fields={"department": "没有找到实施主体对应的机构。"})
    return named.id


def edit_item(
    ref: Ref,
    guide: Guide,
    actor: Actor,
    *,
    note: str = "",
    department_id: int | None = None,
    version: int | None = None,
) -> Item:
    """Write the draft of an item, or the next version beside the published one; a draft in work is replaced.

    With `version` (what `reads.draft` told), NotAllowed when somebody else changed the item since.
    """
    given = {"guide": guide, "note": note}
    with deed(ITEM_FLOW, lambda: _locked(ref), "edit", actor, given) as work:
        versions.check_fresh(work, version)
        body_id = _department(guide, department_id)
        if not parties.reaches(actor, body_id):
            raise NotYours("您不能把事项交给这个机构。")
        if work.record.pending_revision:
            _drop_draft(work)
        written = versions.write_version(work, guide, Standing.DRAFT, note=note, department_id=body_id)
        versions.mark_pending(work, written, Standing.DRAFT)
        if work.record.revision is None:
            work.change(department_id=body_id, region=guide.region)
    return work.record


def _drop_draft(work: Deed[Item]) -> None:
    """Take the draft away that this edit replaces; what was edited stays in the ledger by its digest."""
    draft = versions.pending_version(work.record)
    Material.objects.filter(version=draft).delete()
    draft.delete()
    if draft.revision == work.record.last_revision:
        work.change(last_revision=draft.revision - 1)


def submit_item(ref: Ref, actor: Actor) -> Item:
    """Hand the version in work to review; refused with everything that is missing."""
    with deed(ITEM_FLOW, lambda: _locked(ref), "submit", actor) as work:
        version = versions.pending_version(work.record)
        versions.check_publishable(work.record, version)
        _stand(work, version, Standing.IN_REVIEW)
    return work.record


def publish_item(ref: Ref, actor: Actor, *, effective_from: datetime | None = None) -> Item:
    """Approve the submitted version: in effect at once, or from a later moment on (T637-6.1.3-a).

    NotAllowed for the author of the version: another person reviews.
    """
    later = effective_from is not None and effective_from > now()
    given = {"effective_from": effective_from}
    with deed(ITEM_FLOW, lambda: _not_by_author(ref, actor), "_schedule" if later else "publish", actor, given) as work:
        version = versions.pending_version(work.record)
        versions.check_publishable(work.record, version)
        version.reviewer_id, version.reviewer_name, version.reviewed_at = actor.staff_id, actor.public_name, work.at
        if later and effective_from:
            version.effective_from = effective_from
            _stand(work, version, Standing.SCHEDULED)
            work.tell(effective_from=effective_from.isoformat())
        else:
            _into_effect(work, version, effective_from or work.at)
        work.changed(version, "reviewer", "reviewer_name", "reviewed_at")
    return work.record


def _not_by_author(ref: Ref, actor: Actor) -> Item | None:
    item = _locked(ref)
    if item and "author" in parties.of_item(item, actor) and item.pending_standing == Standing.IN_REVIEW:
        raise NotAllowed("这一版由您起草，须由另一人审核发布。", state=item.state, allowed_actions=[])
    return item


def _into_effect(work: Deed[Item], version: ItemVersion, moment: datetime) -> None:
    versions.put_into_effect(work, version, moment)
    work.changed(version, "standing", "listed", "effective_from")
    work.tell(item=str(work.record.id), revision=version.revision, sides=sorted(side_of(version.audience)))


def bring_into_effect(moment: datetime, at_most: int = 200) -> int:
    """Let approved versions take effect whose time has come; for the worker. Returns how many did."""
    due = ItemVersion.objects.filter(standing=Standing.SCHEDULED, effective_from__lte=moment)
    done = 0
    for item_id in list(due.order_by("effective_from").values_list("item_id", flat=True)[:at_most]):
        try:
            with deed(ITEM_FLOW, lambda ref=item_id: _locked(ref), "_take_effect", SYSTEM) as work:  # type: ignore[misc]
                version = versions.pending_version(work.record)
                _into_effect(work, version, version.effective_from or work.at)
            done += 1
        except FlowError:
            continue
    return done


def send_back_item(ref: Ref, actor: Actor, reason: str) -> Item:
    """Return the submitted or scheduled version to its author with a reason."""
    with deed(ITEM_FLOW, lambda: _locked(ref), "send_back", actor, {"reason": reason}) as work:
        version = versions.pending_version(work.record)
        version.reviewer_id, version.reviewer_name, version.reviewed_at = None, "", None
        _stand(work, version, Standing.DRAFT)
        work.changed(version, "reviewer", "reviewer_name", "reviewed_at")
        work.tell(reason=reason)
    return work.record


def suspend_item(ref: Ref, actor: Actor, reason: str) -> Item:
    """Take a published item off the lists for a time."""
    return _list_or_not(ref, "suspend", actor, listed=False, reason=reason)


def resume_item(ref: Ref, actor: Actor) -> Item:
    """Put a suspended item back on the lists."""
    return _list_or_not(ref, "resume", actor, listed=True)


def withdraw_item(ref: Ref, actor: Actor, reason: str) -> Item:
    """Cancel an item for good; what is in work on it ends."""
    return _list_or_not(ref, "withdraw", actor, listed=False, reason=reason)


def _list_or_not(ref: Ref, action: str, actor: Actor, *, listed: bool, reason: str = "") -> Item:
    with deed(ITEM_FLOW, lambda: _locked(ref), action, actor, {"reason": reason}) as work:
        if current := versions.current_version(work.record):
            current.listed = listed
            work.changed(current, "listed")
        if action == "withdraw" and work.record.pending_revision:
            pending = versions.pending_version(work.record)
            pending.standing = Standing.SUPERSEDED
            work.changed(pending, "standing")
            versions.clear_pending(work)
        work.tell(item=str(work.record.id), **({"reason": reason} if reason else {}))
    return work.record


def set_places(ref: Ref, places: Iterable[tuple[int, str, str]], actor: Actor) -> Item:
    """Say which bodies handle an item: (body id, windows, note); replaces what was said before (T637-6.1.3-d)."""
    wanted = {body_id: (windows, note) for body_id, windows, note in places}
    if unknown := [body_id for body_id in wanted if body_id not in tree().by_id]:
        raise Incomplete("没有找到这些机构。", fields={"places": f"没有找到机构{unknown}。"})
    with deed(ITEM_FLOW, lambda: _locked(ref), "place", actor, {"places": list(wanted)}) as work:
        HandlingPlace.objects.filter(item=work.record).delete()
        for body_id, (windows, note) in wanted.items():
            work.insert(HandlingPlace(item_id=work.record.id, body_id=body_id, windows=windows, note=note))
        work.tell(bodies=sorted(wanted))
    return work.record


def _stand(work: Deed[Item], version: ItemVersion, standing: Standing) -> None:
    version.standing = standing
    work.changed(version, "standing", "effective_from")
    work.change(pending_standing=standing)


def _locked(ref: Any) -> Item | None:
    return Item.objects.select_for_update().filter(by_ref(ref)).first()
