"""Dispatch: claim, assign, transfer to a lower body, accept, return, expiry (BJ-3.1, BJ-3.2, T637-8.2)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks import rules as clock_rules
from bangban.foundation.clocks.reads import limit_of, rule_for, service_hours, work_calendar
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.foundation.handover import actions as handover
from bangban.foundation.handover.models import Answer, Handover
from bangban.foundation.handover.models import Kind as Move
from bangban.foundation.ledger.models import Event, Visibility
from bangban.registry.org.reads import Place, place, tree
from bangban.services.cases.actions.door import case_deed
from bangban.services.cases.actions.opening import promised_reply
from bangban.services.cases.actions.sorting import sorted_first
from bangban.services.cases.models import Case, Round, Scope
from bangban.services.cases.receivers import find_staff, pick_specialist
from bangban.services.conversation import actions as talk
from bangban.services.conversation.models import Kind, Party


def request_human(actor: Actor, number: str, reason: str = "asked") -> Case:
    """Hand a case from the assistant to people (T637-8.2-b)."""
    with case_deed(actor, number, "request_human", {"reason": reason}) as deed:
        case = deed.record
        unit = place(case.unit_id)
        assert unit is not None
        deed.change(human_reason=reason, promised_at=promised_reply(unit.id, deed.at))
        handover.offer(deed, Move.QUEUE, to_unit=unit.id, to_duty="triage_agent")
        deed.tell(reason=reason)
    return case


def claim(actor: Actor, number: str) -> Case:
    """Take a waiting case; the first one to claim becomes the first-contact person for good (T637-6.2.3-c).

    Of two who claim at once one wins; the other is told who was faster.
    """
    with _telling_the_winner(number), case_deed(actor, number, "claim") as deed:
        case = deed.record
        if offer := handover.open_offer(case.id):
            handover.answer(deed, offer, Answer.ACCEPTED)
        deed.change(owner_id=actor.staff_id, guide_id=actor.staff_id)
        _note_round(deed, guide_id=actor.staff_id)
        if case.first_contact_id is None:
            deed.change(first_contact_id=actor.staff_id, first_contact_at=deed.at)
            deed.tell(first_contact=actor.staff_id)
        _announce(deed, f"{actor.name}（{actor.unit_name}）已受理，正在为您服务。")
    return case


@contextmanager
def _telling_the_winner(number: str) -> Iterator[None]:
    """Add to a refused claim who was faster."""
    try:
        yield
    except NotAllowed as refusal:
        owner = Case.objects.filter(number=number).values_list("owner__name", flat=True).first()
        if owner:
            raise NotAllowed(f"{owner}已经受理了这件事。", **refusal.details) from refusal
        raise


def assign(actor: Actor, number: str, given: dict[str, Any] | None = None) -> Case:
    """Offer the case to a specialist of the own centre who is on duty (BJ-3.1.1-c).

    `to` names one; without it the one who covers the item with the lowest load is taken, and when nobody is there the
    offer goes to all specialists of the centre. Sorting given along is applied first.
    """
    given = given or {}
    with sorted_first(actor, number, "assign", given) as deed:
        case = deed.record
        _need_item(case)
        if (open_one := handover.open_offer(case.id)) is not None:
            raise NotAllowed("已有一项移交在等待接收，请先撤回再分派。", state=case.state, handover=str(open_one.id))
        staff_id = None
        if given.get("to"):
            colleague = find_staff(given["to"], deed.at, unit_id=case.unit_id, duty="dedicated_consultant")
            staff_id = colleague.id
        else:
            staff_id = pick_specialist(case, deed.at, last_resort=True)
        _offer_to_specialist(deed, staff_id)
    return case


def _need_item(case: Case) -> None:
    if case.item_id is None and case.scope != Scope.OUT:
        raise NotAllowed("请先为这个需求选定事项，再分派。", state=case.state, needs="item")


def _offer_to_specialist(deed: Deed[Case], staff_id: int | None, renews: Handover | None = None) -> None:
    handover.offer(
        deed,
        Move.ASSIGN,
        to_unit=deed.record.unit_id,
        to_duty="dedicated_consultant",
        to_staff=staff_id,
        expires_at=expiry(deed, "assign_accept", deed.record.unit_id) if staff_id else None,
        renews=renews,
    )


def expiry(deed: Deed[Any], rule_code: str, unit_id: int) -> Any:
    """Return when an offer made now lapses, counted in the service hours of the receiving unit."""
    rule = rule_for(rule_code, unit_id, deed.at.date())
    hours = service_hours(rule.hours_kind, unit_id)
    return clock_rules.due_at(limit_of(rule), deed.at, work_calendar(), hours, now=deed.at)


def transfer_down(actor: Actor, number: str, given: dict[str, Any]) -> Case:
    """Offer the case to the guides of the body that handles the item (BJ-3.2.2, T637-8.2-e).

    A body that is not open for online guidance is refused with the advice to send a help card (BJ-3.2.3).
    """
    with sorted_first(actor, number, "transfer_down", given) as deed:
        case = deed.record
        target = body_named(given["to"])
        if target.id == case.unit_id:
            raise Incomplete("不能转给本机构。", fields={"to": "请选择其他机构。"})
        if not target.online:
            raise NotAllowed(
                f"{target.name}尚未开通在线导办，请改为发送帮助卡。", state=case.state, needs="online", use="help_card"
            )
        if handover.open_offer(case.id):
            raise NotAllowed("已有一项移交在等待接收，请先撤回再转办。", state=case.state)
        handover.offer(
            deed,
            Move.TRANSFER,
            to_unit=target.id,
            to_duty="triage_agent",
            expires_at=expiry(deed, "transfer_accept", target.id),
            reason=str(given.get("reason") or ""),
        )
        deed.tell(to_unit_name=target.name, transferred_from_match_s=_since_match(case, deed))
        _announce(deed, f"您的事项由{target.name}办理，正在为您转接，请稍候。")
    return case


def _since_match(case: Case, deed: Deed[Case]) -> int:
    """Seconds since the item was chosen, by whoever chose it; since the beginning when the user came with it."""
    chosen = Event.objects.filter(record_id=case.id, data__item_id=str(case.item_id)).order_by("position")
    matched_at = chosen.values_list("at", flat=True).first() or case.created_at
    return int((deed.at - matched_at).total_seconds())


def body_named(reference: Any) -> Place:
    """Find a body by id, code or exact name."""
    places = tree()
    text = str(reference)
    found = places.by_code.get(text) or places.named(text)
    if found is None and text.isdecimal():
        found = places.by_id.get(int(text))
    if found is None:
        raise Incomplete("没有找到这个机构。", fields={"to": "请从机构列表中选择。"})
    return found


def accept(actor: Actor, number: str) -> Case:
    """Accept the open offer: an assignment starts the consultation, a transfer moves the case to the own unit."""
    with case_deed(actor, number, "accept") as deed:
        case = deed.record
        offer = handover.open_offer(case.id)
        if offer is None:
            raise NotAllowed("这项移交已经不在等待中了。", state=case.state)
        handover.answer(deed, offer, Answer.ACCEPTED)
        before = case.owner_id
        if offer.kind == Move.TRANSFER:
            deed.target = "claimed"
            deed.change(
                unit_id=offer.to_unit_id,
                units=[*dict.fromkeys([*case.units, offer.to_unit_id])],
                guide_id=actor.staff_id,
            )
            _note_round(deed, guide_id=actor.staff_id, unit_id=offer.to_unit_id)
        else:
            deed.target = "consult" if case.state == "claimed" else None
            deed.change(specialist_id=actor.staff_id)
            _note_round(deed, specialist_id=actor.staff_id)
        deed.change(owner_id=actor.staff_id)
        deed.topics.add(f"desk:{before}")
        deed.tell(offer=offer.kind, owner=actor.staff_id)
        _announce(deed, f"现在由{actor.name}（{actor.unit_name}）为您服务。")
    return case


def return_offer(actor: Actor, number: str, reason: str) -> Case:
    """Return the open offer with a reason; the work stays with the one who offered it (T637-8.2-e)."""
    with case_deed(actor, number, "return", {"reason": reason}) as deed:
        offer = handover.open_offer(deed.record.id)
        if offer is None:
            raise NotAllowed("这项移交已经不在等待中了。", state=deed.record.state)
        handover.answer(deed, offer, Answer.RETURNED, reason.strip()[:500])
        _note_for_staff(deed, f"{actor.name}（{actor.unit_name}）退回了移交：{reason.strip()[:500]}")
    return deed.record


def take_back(actor: Actor, number: str) -> Case:
    """Take an open offer back, to answer oneself or to offer it to somebody else."""
    with case_deed(actor, number, "take_back") as deed:
        if handover.open_offer(deed.record.id) is None:
            raise NotAllowed("没有等待接收的移交。", state=deed.record.state)
        handover.withdraw_open(deed)
    return deed.record


def reassign(actor: Actor, number: str, given: dict[str, Any]) -> Case:
    """Let a manager move a case to another specialist of the subtree, with a reason; the first contact stays (T637-6.2.2-c)."""
    with case_deed(actor, number, "reassign", given) as deed:
        case = deed.record
        handover.withdraw_open(deed)
        colleague = find_staff(given["to"], deed.at, unit_id=case.unit_id)
        before = case.owner_id
        deed.change(owner_id=colleague.id)
        deed.topics |= {f"desk:{before}", f"desk:{colleague.id}"}
        deed.tell(before=before, owner=colleague.id, by_manager=True)
        _note_for_staff(deed, f"{actor.name}改派给{colleague.name}：{str(given['reason'])[:500]}")
    return case


def offer_expired(offer: Handover) -> None:
    """Offer a lapsed assignment to the next specialist, or give it back with a warning (BJ-3.1.1-c, T637-6.2.3-c)."""
    number = Case.objects.values_list("number", flat=True).get(id=offer.record_id)
    with case_deed(SYSTEM, number, "_offer_expired") as deed:
        current = Handover.objects.get(id=offer.id)
        if current.answer != Answer.OFFERED:
            return
        handover.answer(deed, current, Answer.EXPIRED)
        deed.tell(expired=current.kind, to_staff=current.to_staff_id)
        if current.kind == Move.QUEUE:
            unit = place(current.to_unit_id)
            assert unit is not None
            handover.offer(deed, Move.QUEUE, to_unit=unit.id, to_duty="triage_agent", renews=current)
        elif current.kind == Move.ASSIGN and (following := _next_specialist(deed, current)):
            _offer_to_specialist(deed, following, renews=current)
        else:
            _note_for_staff(deed, "移交超时无人接收，已回到您这里，请改派或自行处理。")
            deed.also("case.offer_lapsed", Visibility.STAFF, handover=str(current.id), back_to=current.from_staff_id)


def _next_specialist(deed: Deed[Case], lapsed: Handover) -> int | None:
    return pick_specialist(deed.record, deed.at, lapsed=lapsed.to_staff_id)


def _note_round(deed: Deed[Case], **values: Any) -> None:
    current = Round.objects.filter(case_id=deed.record.id, number=deed.record.round).first()
    if current:
        for name, value in values.items():
            setattr(current, name, value)
        deed.changed(current, *values)


def _announce(deed: Deed[Case], sentence: str) -> None:
    talk.say(deed, sentence, kind=Kind.SYSTEM, party=Party.SYSTEM, author=SYSTEM)


def _note_for_staff(deed: Deed[Case], sentence: str) -> None:
    talk.say(deed, sentence, kind=Kind.SYSTEM, party=Party.SYSTEM, author=SYSTEM, internal=True)
