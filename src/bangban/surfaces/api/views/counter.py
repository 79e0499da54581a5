"""The consultation desk: its ledger, calls for help, one search, the roster (DB23-6.4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import DEFAULT_ZONE, business_date
from bangban.foundation.flows.flow import FlowError, Incomplete, NotAllowed, NotYours, Transition
from bangban.registry.halls.reads import device_of
from bangban.registry.org.reads import Place, colleagues, place, tree
from bangban.services.counter import actions, reads
from bangban.services.counter.notices import promise_words
from bangban.services.counter.reads import HelpView, InquiryRow, InquiryView, ItemFound
from bangban.surfaces.api import bodies_counter as bodies
from bangban.surfaces.api.bodies import Reference
from bangban.surfaces.api.endpoint import Call, Reply
from bangban.surfaces.api.limits import spend
from bangban.surfaces.web.given import day_of, whole

GUEST_CALLS_PER_MINUTE = 6
LONGEST_AGO = timedelta(days=1)
NOBODY = -1


def log(call: Call) -> Reply:
    """Enter a question in the caller's hall; a promise comes back with the sentence to tell the person."""
    given: bodies.InquiryIn = call.body
    made = actions.log_inquiry(
        call.actor,
        actions.NewInquiry(
            answered=given.answered, item=given.item, topic=given.topic, question=given.question, name=given.name,
            phone=given.phone, user_kind=given.user_kind, channel=given.channel, reply=given.reply, basis=given.basis,
            cited=given.cited, agreed_at=given.agreed_at, owner=_staff_id(given.owner),
        ),
    )  # fmt: skip
    tell = promise_words(made, made.agreed_at.astimezone(DEFAULT_ZONE)) if made.agreed_at else ""
    return Reply(inquiry_out(reads.inquiry_view(call.actor, made.number), tell), 201)


def _staff_id(reference: Reference | None) -> int | None:
    """Return the staff id of an id or account name; one that nobody has is refused by the room by name of the field."""
    if reference is None or reference == "":
        return None
    if isinstance(reference, int):
        return reference or NOBODY
    if reference.isascii() and reference.isdigit():
        return whole(reference) or NOBODY
    return next((one.id for one in colleagues(now(), username=reference)), NOBODY)


def ledger(call: Call) -> Reply:
    """Return one page of the ledger of the caller's hall, and of the halls below for who looks after them."""
    found = reads.ledger(
        call.actor, call.query("box", "all"), days=_days(call), search=call.query("search")[:40],
        after=call.query("after"), limit=call.number("limit", 50, 100),
    )  # fmt: skip
    return Reply(bodies.InquiryPageOut([_row_out(row) for row in found.rows], found.after))


def _days(call: Call) -> tuple[date, date] | None:
    first, last = _day(call, "from"), _day(call, "to")
    if first is None and last is None:
        return None
    begin, end = first or last or date.min, last or business_date(now())
    if begin > end:
        raise Incomplete("开始日期应不晚于结束日期。", fields={"from": "开始日期应不晚于结束日期。"})
    return begin, end


def _day(call: Call, name: str) -> date | None:
    text = call.query(name)
    day = day_of(text)
    if text and day is None:
        raise Incomplete("日期不对。", fields={name: "请按2026-11-23的样子填写日期。"})
    return day


def read_inquiry(call: Call, number: str) -> Reply:
    """Return a question to the people of its desk."""
    return Reply(inquiry_out(reads.inquiry_view(call.actor, number)))


def act_on_inquiry(call: Call, number: str, action: str) -> Reply:
    """Do one action of the flow; 409 tells the state and what is allowed."""
    given: bodies.InquiryActionIn = call.body
    run = INQUIRY_ACTIONS.get(action)
    reads.inquiry_view(call.actor, number)
    if run is None:
        raise Incomplete("没有这个操作。", fields={"action": "可用：" + "、".join(INQUIRY_ACTIONS)})
    try:
        run(call.actor, number, given)
    except NotAllowed as refused:
        _tell_allowed(refused, reads.inquiry_view(call.actor, number).allowed)
        raise
    return Reply(inquiry_out(reads.inquiry_view(call.actor, number)))


def _tell_allowed(refused: FlowError, allowed: tuple[Transition, ...]) -> None:
    refused.details["allowed_actions"] = [line.action for line in allowed]


InquiryAction = Callable[[Actor, str, bodies.InquiryActionIn], object]
INQUIRY_ACTIONS: dict[str, InquiryAction] = {
    "reply": lambda actor, number, given: actions.reply(
        actor, number, given.reply, given.basis, cited=given.cited, told=given.told
    ),
    "give_material": lambda actor, number, given: actions.give_material(
        actor, number, given.kind, given.ref, how=given.how, phone=given.phone, item=given.item
    ),
    "hand_on": lambda actor, number, given: actions.hand_on(actor, number, _staff_id(given.to), given.reason),
    "withdraw": lambda actor, number, given: actions.withdraw(actor, number, given.reason),
}


def call_for_help(call: Call) -> Reply:
    """Call somebody; a machine calls to where it stands, in its own hall only."""
    given: bodies.HelpIn = call.body
    if call.actor.kind == "device":
        return Reply(_from_machine(call, given), 201)
    if call.actor.account_id is None:
        spend(f"help:{call.address}", GUEST_CALLS_PER_MINUTE)
    made = actions.request_help(
        call.actor, _body(given.hall).id, given.kind, given.location, terminal=given.terminal, ticket=given.ticket,
        note=given.note, name=given.name, phone=given.phone,
    )  # fmt: skip
    return Reply(_status_out(made.body_id, made.number), 201)


def _from_machine(call: Call, given: bodies.HelpIn) -> bodies.HelpOut:
    device = device_of(call.request.headers.get("X-Device-Key", ""))
    if device is None or (given.hall and _body(given.hall).id != device.body_id):
        raise NotYours("这台设备不在这个大厅，请核对机构编码。")
    made = actions.request_help(
        call.actor, device.body_id, given.kind, given.location or device.place or call.actor.name,
        terminal=device.code, ticket=given.ticket, note=given.note, name=given.name, phone=given.phone,
    )  # fmt: skip
    return _status_out(made.body_id, made.number)


def _body(code: str) -> Place:
    found = tree().by_code.get(code)
    if found is None:
        raise NotYours("没有找到这个大厅，请核对机构编码。")
    return found


def read_help(call: Call, number: str) -> Reply:
    """Return a call in full to the people of its hall; to others in the hall whether somebody comes."""
    if call.actor.is_staff:
        return Reply(_help_out(reads.help_view(call.actor, number)))
    if call.actor.kind == "device":
        return Reply(_status_out(call.actor.unit_id or 0, number))
    if not call.query("hall"):
        raise Incomplete("请说明在哪个大厅求助的。", fields={"hall": "请给出大厅的机构编码。"})
    return Reply(_status_out(_body(call.query("hall")).id, number))


def _status_out(body_id: int, number: str) -> bodies.HelpOut:
    status = reads.help_status(body_id, number)
    return bodies.HelpOut(number, status.state, status.label)


def act_on_help(call: Call, number: str, action: str) -> Reply:
    """Go there, note who was called, close."""
    given: bodies.HelpActionIn = call.body
    known = reads.help_view(call.actor, number)
    try:
        if action == "take":
            actions.take_help(call.actor, number)
        elif action == "contact":
            _check_long_ago(given.contacted_at, known.created_at)
            actions.contact(call.actor, number, given.contacted, given.contacted_at)
        elif action == "close":
            actions.close_help(call.actor, number, given.measures)
        else:
            raise Incomplete("没有这个操作。", fields={"action": "可用：take、contact、close"})
    except NotAllowed as refused:
        _tell_allowed(refused, reads.help_view(call.actor, number).allowed)
        raise
    return Reply(_help_out(reads.help_view(call.actor, number)))


def _check_long_ago(at: datetime | None, called_at: datetime) -> None:
    if at is not None and called_at - at > LONGEST_AGO:
        sentence = "联系时间比求助早了一天以上，请填写实际联系的时间。"
        raise Incomplete(sentence, fields={"contacted_at": sentence})


def search(call: Call, code: str) -> Reply:
    """Return facilities, items and standard answers that fit some words, for a hall (DB23-6.4.2)."""
    found = reads.look_up(_body(code).id, call.query("q"))
    answers = [
        bodies.FoundAnswerOut(a.number, a.revision, a.question, a.answer, a.basis, a.source) for a in found.answers
    ]
    places = [bodies.SpotOut(p.name, p.kind, p.floor, p.route) for p in found.places]
    return Reply(bodies.FoundOut(found.text, places, [_item_out(item) for item in found.items], answers))


def _item_out(item: ItemFound) -> bodies.FoundItemOut:
    guide = None
    if item.detail:
        known = item.detail.guide
        guide = bodies.ItemGuideOut(
            conditions=known.conditions, promised_limit=item.detail.promised_limit,
            statutory_limit=item.detail.statutory_limit, charged=known.charged, visits=known.visits,
            materials=[material.line.name for material in item.detail.materials],
            steps=[step.name for step in known.steps],
            basis=[f"{basis.title}{basis.article}" for basis in known.legal_basis],
        )  # fmt: skip
    return bodies.FoundItemOut(item.code, item.name, item.department, item.limit, item.where, guide)


def gaps(call: Call, code: str) -> Reply:
    """Return for which opening time of the coming week nobody is rostered, to who works at this desk or looks after it."""
    body = _body(code)
    if not may(call.actor, "counter.log") or body.id not in {call.actor.unit_id, *call.actor.subtree}:
        raise NotYours("没有找到这个咨询台。")
    found = [
        bodies.GapOut(gap.day.isoformat(), gap.starts.isoformat(), gap.ends.isoformat())
        for gap in reads.roster_gaps(body.id)
    ]
    return Reply(bodies.GapList(code, found))


def inquiry_out(view: InquiryView, tell: str = "") -> bodies.InquiryOut:
    """Translate a question for the API."""
    where = place(view.body_id)
    return bodies.InquiryOut(
        inquiry=_row_out(view.row),
        hall=where.code if where else "",
        question=view.question,
        user_kind=view.user_kind,
        item_version=view.item_version,
        reply=view.reply,
        basis=view.basis,
        cited=view.cited,
        replied_by=view.replied_by,
        withdrawn_because=view.withdrawn_because,
        materials=[bodies.GivenOut(m.kind, m.title, m.how, m.at.isoformat(), m.by) for m in view.materials],
        allowed_actions=[line.action for line in view.allowed],
        tell=tell,
    )


def _row_out(row: InquiryRow) -> bodies.InquiryRowOut:
    return bodies.InquiryRowOut(
        number=row.number, state=row.state, state_label=row.state_label, channel=row.channel, topic=row.topic,
        item=row.item_name, gist=row.gist, name=row.name, phone=row.phone, registrar=row.registrar, owner=row.owner,
        instant=row.instant, created_at=row.created_at.isoformat(), agreed_at=_iso(row.agreed_at),
        replied_at=_iso(row.replied_at), missed=row.missed,
    )  # fmt: skip


def _help_out(view: HelpView) -> bodies.HelpOut:
    detail = bodies.HelpDetail(
        kind=view.kind, kind_label=view.kind_label, location=view.location, terminal=view.terminal, ticket=view.ticket,
        note=view.note, name=view.name, phone=view.phone, created_at=view.created_at.isoformat(),
        waited_seconds=int(view.waited.total_seconds()), taken_by=view.taken_by, taken_at=_iso(view.taken_at),
        contacted=view.contacted, contacted_at=_iso(view.contacted_at), measures=view.measures,
        closed_by=view.closed_by, closed_at=_iso(view.closed_at), allowed_actions=[one.action for one in view.allowed],
    )  # fmt: skip
    return bodies.HelpOut(view.number, view.state, view.state_label, detail)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
