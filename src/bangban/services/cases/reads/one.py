"""One case as its page shows it, for the person or for staff, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import ClockView, clocks_of
from bangban.foundation.flows.flow import Transition
from bangban.foundation.handover.models import WORK, Answer
from bangban.foundation.handover.models import Kind as Move
from bangban.foundation.privacy.masking import mask_name, mask_phone
from bangban.foundation.privacy.models import Consent
from bangban.registry.catalog import reads as catalog
from bangban.registry.catalog.views import ItemDetail
from bangban.registry.org.reads import Place, place
from bangban.registry.org.rules import post_of
from bangban.services.cases.flow import FLOW, IN_SERVICE
from bangban.services.cases.models import Case, Stage
from bangban.services.cases.parties import offers_of, parties_of
from bangban.services.cases.reads.found import found_case
from bangban.services.cases.reads.story import Happening, timeline
from bangban.services.cases.reads.waiting import Waiting, waiting_of
from bangban.services.cases.stages import hindrance


@dataclass(frozen=True)
class OpenOffer:
    """A hand-over that waits for an answer."""

    kind: str
    label: str
    to_unit: str
    to_staff: str
    offered_at: datetime
    expires_at: datetime | None
    mine: bool


@dataclass(frozen=True)
class CaseView:
    """A case for one viewer."""

    id: Any
    number: str
    version: int
    state: str
    state_label: str
    stage: str
    stage_label: str
    round: int
    channel: str
    created_at: datetime
    question: str
    need_summary: str
    question_type: str
    scope: str
    complexity: str
    theme: str
    item: ItemDetail | None
    proposed_items: list[Any]
    contact_name: str
    contact_phone: str
    unit: Place | None
    owner: str
    owner_id: int | None
    owner_number: str
    owner_post: str
    first_contact: str
    first_contact_at: datetime | None
    promised_at: datetime | None
    human_reason: str
    urgency: str
    close_reason: str
    outcome: str
    closed_at: datetime | None
    loop_closed_at: datetime | None
    path_given: dict[str, Any]
    pending_consent: str
    offers: tuple[OpenOffer, ...]
    timeline: tuple[Happening, ...]
    clocks: tuple[ClockView, ...]
    allowed: tuple[Transition, ...]
    parties: frozenset[str]
    can_say: bool
    queue: Waiting | None = None

    @property
    def allowed_actions(self) -> list[str]:
        """Return the codes of what this viewer may do now."""
        return list(dict.fromkeys(line.action for line in self.allowed))

    @property
    def in_service(self) -> bool:
        """Tell whether a person is working on it."""
        return self.state in IN_SERVICE


def case_view(actor: Actor, number: str, *, with_story: bool = True) -> CaseView:
    """Return the whole page of a case for one viewer; without the story also without the place in the queue."""
    case = found_case(actor, number)
    parties = parties_of(case, actor)
    staff = "user" not in parties
    at = now()
    allowed = FLOW.allowed(case, parties)
    asked = Consent.objects.filter(record_id=case.id, answered_at=None).values_list("purpose", flat=True).first()
    offers = _open_offers(case, actor)
    item = catalog.item(case.item_id) if case.item_id else None
    return CaseView(
        id=case.id,
        number=case.number,
        version=case.version,
        state=case.state,
        state_label=FLOW.states[case.state],
        stage=case.stage,
        stage_label=Stage(case.stage).label,
        round=case.round,
        channel=case.channel,
        created_at=case.created_at,
        question=case.question,
        need_summary=case.need_summary if staff else "",
        question_type=case.question_type,
        scope=case.scope,
        complexity=case.complexity,
        theme=case.theme,
        item=item,
        proposed_items=case.proposed_items if staff else [],
        contact_name=mask_name(case.contact_name),
        contact_phone=mask_phone(case.contact_phone),
        unit=place(case.unit_id),
        owner=case.owner_name or "",
        owner_id=case.owner_id,
        owner_number=case.owner.work_number if case.owner else "",
        owner_post=post_of(case.owner.duties) if case.owner else "",
        first_contact=case.first_contact_name or "",
        first_contact_at=case.first_contact_at,
        promised_at=case.promised_at,
        human_reason=case.human_reason,
        urgency=case.urgency,
        close_reason=case.close_reason,
        outcome=case.outcome,
        closed_at=case.closed_at,
        loop_closed_at=case.loop_closed_at,
        path_given=case.path_given,
        pending_consent=(asked or "").removeprefix("stage:"),
        offers=offers,
        timeline=tuple(timeline(case, staff=staff)) if with_story else (),
        clocks=tuple(clocks_of([case.id], at).get(case.id, [])),
        allowed=_sensible(allowed, offers, asked is not None, parties, lambda: hindrance(case, item) is None),
        parties=parties,
        can_say=_can_say(case, parties),
        queue=waiting_of(case, at) if with_story and case.state == "queued" else None,
    )


def _sensible(
    allowed: list[Transition],
    offers: tuple[OpenOffer, ...],
    asked: bool,
    parties: frozenset[str],
    proposable: Callable[[], bool],
) -> tuple[Transition, ...]:
    """Leave out buttons that have nothing to act on: taking back no offer, a stage that the service list refuses."""
    work_open = any(offer.kind in WORK for offer in offers)
    gone = set()
    if not work_open or "owner" not in parties:
        gone |= {"take_back"}
    if work_open:
        gone |= {"assign", "transfer_down"}
    gone |= set() if asked else {"consent"}
    if any(line.action == "propose_stage" for line in allowed) and (asked or not proposable()):
        gone |= {"propose_stage"}
    return tuple(line for line in allowed if line.action not in gone)


def _can_say(case: Case, parties: frozenset[str]) -> bool:
    return any(case.state in line.sources and parties & set(line.who) for line in FLOW.by_action["_say"])


def _open_offers(case: Case, actor: Actor) -> tuple[OpenOffer, ...]:
    rows = sorted((row for row in offers_of(case) if row.answer == Answer.OFFERED), key=lambda row: row.offered_at)
    return tuple(
        OpenOffer(
            kind=row.kind,
            label=Move(row.kind).label,
            to_unit=unit.name if (unit := place(row.to_unit_id)) else "",
            to_staff=str(row.to_staff_id or ""),
            offered_at=row.offered_at,
            expires_at=row.expires_at,
            mine=actor.is_staff
            and (row.to_staff_id == actor.staff_id if row.to_staff_id else row.to_unit_id == actor.unit_id),
        )
        for row in rows
    )


def public_progress(case: Case) -> str:
    """Say in one plain sentence where the case is now and what happens next."""
    unit = place(case.unit_id)
    name = unit.name if unit else "服务中心"
    return {
        "bot": "智能客服正在回答您的问题，随时可以转人工。",
        "queued": f"已送到{name}，引导专员看到后会尽快受理。",
        "claimed": f"{name}已受理，专员正在了解您的需求。",
        "consult": "深度咨询专员正在为您解答。",
        "guide": "专员正在指导您准备材料和填写申请。",
        "assist": "专员正在帮您核对材料和表单。",
        "closed": "已反馈处置意见并结案。办成之后请告诉我们结果。",
        "following": "我们在跟踪办理结果，请告诉我们是否办成。",
        "loop_closed": "这件事已经办结闭环。",
        "withdrawn": "您已撤回这次咨询。",
    }[case.state]
