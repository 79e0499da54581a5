"""Opening a case: record, first message, event, interval, clock and offer in one statement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from bangban.foundation.access.actors import ASSISTANT, Actor
from bangban.foundation.access.phones import clean_number
from bangban.foundation.clocks import actions as clocks
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import service_hours, work_calendar
from bangban.foundation.flows.deed import Deed, opening
from bangban.foundation.flows.flow import Incomplete
from bangban.foundation.handover import actions as handover
from bangban.foundation.handover.models import Kind as Move
from bangban.foundation.privacy.codes import new_code
from bangban.foundation.privacy.crypto import blind_index, digest
from bangban.registry.org.reads import Place, front_door, place
from bangban.services.cases.flow import FLOW
from bangban.services.cases.models import Case, Round, Stage
from bangban.services.cases.numbers import next_number
from bangban.services.cases.rules import check_new_case
from bangban.services.conversation import actions as talk
from bangban.services.conversation.models import Party


@dataclass(frozen=True)
class Turn:
    """One turn of the talk with the assistant that goes with the case."""

    party: Party
    text: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NewCase:
    """What a person registers (T637-8.1-b): contact and need are required, identity only when a filing needs it."""

    question: str
    phone: str = ""
    name: str = ""
    channel: str = "web"
    user_kind: str = "natural_person"
    region: str = ""
    unit_id: int | None = None
    item_id: UUID | None = None
    item_version: int | None = None
    theme: str = ""
    wanted_service: str = Stage.CONSULT.value
    confidential: bool = False
    human_reason: str = "asked"
    urgency: str = ""
    transcript: tuple[Turn, ...] = ()
    to_bot: bool = False
    prefer_staff: int | None = None


@dataclass(frozen=True)
class Opened:
    """The new case and the code that lets a guest come back; the code is shown once and stored as a digest."""

    case: Case
    token: str


def open_case(actor: Actor, new: NewCase, also: Callable[[Case, str], list[Model]] | None = None) -> Opened:
    """Open a case and offer it to the guides of its unit.

    `also` makes rows that must commit with it (an idempotency key with the answer). Raises Incomplete with a sentence
    for each field.
    """
    if problems := _problems(actor, new):
        raise Incomplete("请检查填写的内容。", fields=problems)
    unit = place(new.unit_id) or front_door()
    token = new_code()
    at = now()
    case = _case(actor, new, unit, token, at)
    with opening(FLOW, case, actor) as deed:
        talk.start_thread(deed)
        for turn in new.transcript:
            author = actor if turn.party is Party.USER else ASSISTANT
            talk.say(deed, turn.text, party=turn.party, author=author, data=turn.data)
        if not any(turn.party is Party.USER and turn.text.strip() == new.question.strip() for turn in new.transcript):
            talk.say(deed, new.question, party=Party.USER)
        deed.insert(Round(case=case, number=1, opened_at=deed.at, unit_id=unit.id))
        deed.tell(channel=case.channel, item_id=case.item_id, user_kind=case.user_kind)
        if case.state == "queued":
            offer_to_guides(deed, unit, prefer_staff=new.prefer_staff)
        for row in also(case, token) if also else ():
            deed.insert(row)
    return Opened(case, token)


def _problems(actor: Actor, new: NewCase) -> dict[str, str]:
    has_person = actor.person_id is not None
    problems = check_new_case(new.question, new.phone, new.channel, new.user_kind, has_person=has_person)
    if new.wanted_service not in Stage.values:
        problems["wanted_service"] = "没有这项服务，可用：" + "、".join(Stage.values)
    return problems


def _case(actor: Actor, new: NewCase, unit: Place, token: str, at: datetime) -> Case:
    state, phone = "bot" if new.to_bot else "queued", clean_number(new.phone)
    return Case(
        number=next_number(at),
        state=state,
        channel=new.channel or actor.channel,
        token_digest=digest(token.encode()),
        person_id=actor.person_id,
        contact_name=new.name.strip()[:100],
        contact_phone=phone,
        phone_index=blind_index(phone, "phone") if phone else None,
        user_kind=new.user_kind,
        confidential=new.confidential,
        region=new.region or unit.region,
        opened_unit_id=unit.id,
        unit_id=unit.id,
        units=[unit.id],
        item_id=new.item_id,
        item_version=new.item_version,
        theme=new.theme,
        wanted_service=new.wanted_service,
        question=new.question.strip(),
        human_reason="" if new.to_bot else new.human_reason,
        urgency=new.urgency,
        promised_at=None if new.to_bot else promised_reply(unit.id, at),
    )


def promised_reply(unit_id: int, at: datetime) -> datetime | None:
    """Return when a person will answer at the latest promise: None while people are there, else the next opening (BJ-6-b)."""
    hours, calendar = service_hours("online_human", unit_id), work_calendar()
    if hours.is_open(at, calendar):
        return None
    return hours.next_opening(at, calendar)


def offer_to_guides(deed: Deed[Any], unit: Place, *, prefer_staff: int | None = None) -> None:
    """Offer the case to whoever guides at the unit, or first to the specialist who knows the matter (BJ-3.1.2-a)."""
    handover.offer(deed, Move.QUEUE, to_unit=unit.id, to_duty="triage_agent", to_staff=prefer_staff)
    clocks.start(deed.writes, deed.record, "first_response", unit.id, deed.at)
    deed.tell(unit=unit.id)
