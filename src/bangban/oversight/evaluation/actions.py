"""Writes of ratings: invite once per service, rate once, open the rectification of a bad one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks import rules as clock_rules
from bangban.foundation.clocks.reads import limit_of, rule_for, service_hours, work_calendar
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.models import Visibility
from bangban.oversight.evaluation.doors import door_of
from bangban.oversight.evaluation.models import BAD, Grade, Invitation, InvitationState, Option, Rating, Rectification
from bangban.oversight.evaluation.rules import check_rating
from bangban.registry.halls.models import DeviceKind
from bangban.services.cases.models import Case
from bangban.services.queues.models import Ticket

LONGEST = 1000


def invite_for_case(deed: Deed[Case]) -> None:
    """Invite the user to rate the round that this deed closes (T637-9.1-a, T637-8.4)."""
    case = deed.record
    invite(
        deed, round=case.round, unit_id=case.unit_id, guide_id=case.guide_id,
        staff_id=case.specialist_id or case.owner_id, item_id=case.item_id, channel=case.channel,
    )  # fmt: skip


def invite_for_visit(deed: Deed[Ticket]) -> None:
    """Invite the person to rate the service at the window that this deed ends (DB23-8.1.1)."""
    ticket = deed.record
    invite(deed, unit_id=ticket.body_id, staff_id=ticket.staff_id, item_id=ticket.item_id, channel="window")


def invite(
    deed: Deed[Any],
    *,
    unit_id: int,
    staff_id: int | None,
    channel: str,
    item_id: UUID | None = None,
    guide_id: int | None = None,
    round: int = 1,
) -> None:
    """Add the one invitation for a service that has ended; it closes with the rating window."""
    deed.insert(
        Invitation(
            record_type=deed.record.record_type,
            record_id=deed.record.id,
            number=deed.record.number,
            round=round,
            unit_id=unit_id,
            guide_id=guide_id,
            staff_id=staff_id,
            item_id=item_id,
            channel=channel,
            invited_at=deed.at,
            closes_at=_due("rating_window", unit_id, deed.at),
        )
    )


def _due(code: str, unit_id: int, at: datetime) -> datetime:
    rule = rule_for(code, unit_id, at.date())
    return clock_rules.due_at(limit_of(rule), at, work_calendar(), service_hours(rule.hours_kind, unit_id), now=at)


def rate(
    actor: Actor, number: str, grade: str, options: Sequence[str] = (), text: str = "", *, guide_grade: str = ""
) -> Rating:
    """Store the one rating of the latest finished service of a record; only its user may rate, and only once.

    Raises NotAllowed for a second rating and for a service that is not finished, Incomplete for wrong options.
    """
    if actor.kind == "device" and DeviceKind.RATING not in actor.duties:
        raise NotYours("请在窗口的评价器或手机上评价。")
    known = dict(Option.objects.filter(valid_to=None).values_list("code", "grade"))
    problems = check_rating(grade, options, known)
    if guide_grade and guide_grade not in Grade.values:
        problems["guide_grade"] = "请从五个等级中选择。"
    if len(text) > LONGEST:
        problems["text"] = f"评价内容共{len(text)}字，最多{LONGEST}字。"
    with door_of(number).enter(actor, number, "_rate") as deed:
        if problems:
            raise Incomplete("评价内容有误，请检查后重新提交。", fields=problems)
        invitation = _open_invitation(deed)
        rating = Rating(
            invitation=invitation,
            record_type=invitation.record_type,
            record_id=invitation.record_id,
            number=invitation.number,
            round=invitation.round,
            grade=grade,
            guide_grade=guide_grade,
            options=sorted(set(options)),
            text=text.strip(),
            channel=actor.channel,
            unit_id=invitation.unit_id,
            guide_id=invitation.guide_id,
            staff_id=invitation.staff_id,
            item_id=invitation.item_id,
            at=deed.at,
        )
        deed.insert(rating)
        invitation.state = InvitationState.RATED
        deed.changed(invitation, "state")
        deed.tell(rating=str(rating.id), grade=grade, options=rating.options, round=rating.round)
        if not {grade, guide_grade}.isdisjoint(BAD):
            _open_rectification(deed, rating)
    return rating


def _open_invitation(deed: Deed[Any]) -> Invitation:
    invitation = Invitation.objects.filter(record_id=deed.record.id).order_by("-round").first()
    if invitation is None:
        raise NotAllowed("服务还没有结束，结束后会邀请您评价。", state=deed.record.state)
    if invitation.state == InvitationState.RATED:
        raise NotAllowed("这次服务已经评价过了，一次服务只评价一次，感谢您。", state=deed.record.state)
    if invitation.closes_at < deed.at:
        raise NotAllowed("评价期已过，如有意见请拨打12345反映。", state=deed.record.state)
    return invitation


def _open_rectification(deed: Deed[Any], rating: Rating) -> None:
    """A bad rating becomes work at once, with a time to contact and a time to rectify (F1.02, F1.22)."""
    deed.insert(
        Rectification(
            rating=rating,
            unit_id=rating.unit_id,
            contact_due_at=_due("bad_review_contact", rating.unit_id, deed.at),
            due_at=_due("bad_review_rectify", rating.unit_id, deed.at),
            opened_at=deed.at,
        )
    )
    deed.also("evaluation.bad", Visibility.STAFF, rating=str(rating.id))
