"""Halls: queues, tickets, windows, boards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.registry.catalog import reads as catalog
from bangban.registry.halls.reads import AreaView, Hall, find_classes, hall, halls, is_open
from bangban.registry.org.reads import place, tree
from bangban.services.assistant.reads import search_items
from bangban.services.queues import actions, reads
from bangban.services.queues.models import WindowSession
from bangban.services.queues.reads import TicketView
from bangban.surfaces.api import bodies_hall as bodies
from bangban.surfaces.api.endpoint import Call, Reply
from bangban.surfaces.web.given import whole


def plan_of(code: str) -> Hall:
    """Return the hall of a body by the body's code; NotYours when there is none."""
    body = tree().by_code.get(code)
    plan = hall(body.id) if body else None
    if plan is None:
        raise NotYours("没有找到这个大厅，请核对机构编码。")
    return plan


def list_halls(call: Call) -> Reply:
    """Return the halls that have queues."""
    found = [body for body_id in halls() if (body := place(body_id))]
    return Reply(bodies.HallList([bodies.HallRef(b.code, b.name, b.address, b.opening_hours) for b in found]))


def read_queue(call: Call, code: str) -> Reply:
    """Return who waits in which class, and which windows serve."""
    plan = plan_of(code)
    state, body = reads.hall_state(plan.body_id), place(plan.body_id)
    assert state is not None and body is not None
    letters = {klass.id: klass.letter for klass in plan.classes.values()}
    return Reply(
        bodies.QueueOut(
            hall=code,
            name=body.name,
            at=state.at.isoformat(),
            open=is_open(plan.body_id, now()),
            classes=[
                bodies.ClassOut(
                    c.klass.letter, c.klass.name, _area(c.klass.area), c.waiting, c.longest_seconds,
                    c.expected_seconds, list(c.windows),
                )
                for c in state.classes
            ],
            windows=[
                bodies.WindowOut(
                    w.window.id, w.window.label, w.state, [letters[k] for k in w.classes if k in letters], w.label
                )
                for w in state.windows
            ],
        )
    )  # fmt: skip


def _area(area: AreaView) -> bodies.AreaOut:
    return bodies.AreaOut(area.code, area.name, area.floor, area.route)


def issue_ticket(call: Call, code: str) -> Reply:
    """Issue a ticket; the class is named, or found by the item or by what the person says (DB23-6.3.2-a)."""
    given: bodies.TicketIn = call.body
    plan = plan_of(code)
    item = catalog.version_of(given.item) if given.item else None
    if given.item and item is None:
        raise Incomplete("没有找到这个事项。", fields={"item": "事项编码不存在或已停用。"})
    new = actions.NewTicket(
        plan.body_id,
        _class_id(plan, given, item[0] if item else None),
        item_id=item[0] if item else None,
        flags=tuple(given.flags),
        phone=given.phone,
        client_key=given.client_id,
    )
    issued = actions.issue(call.actor, new)
    view = reads.ticket_view(_with(call.actor, issued), issued.ticket.number)
    return Reply(ticket_out(view, issued.code), 200 if issued.again else 201)


def _with(actor: Actor, issued: actions.Issued) -> Actor:
    return replace(actor, tokens=actor.tokens | {bytes(issued.ticket.token_digest)})


def _class_id(plan: Hall, given: bodies.TicketIn, item_id: UUID | None) -> int:
    if given.klass:
        return letter_of(plan, given.klass)
    item_ids: tuple[UUID, ...] = (item_id,) if item_id else ()
    if given.says and not item_ids:
        item_ids = tuple(hit.id for hit in search_items(given.says, limit=5))
    if not (given.says or item_ids):
        raise Incomplete("请说明要办什么。", fields={"class": "请给出业务类别、事项编码或要办的事。"})
    found = find_classes(plan.body_id, given.says, item_ids)
    if not found:
        raise Incomplete("没有找到对应的业务类别。", fields={"says": "请换个说法，或选择业务类别。"})
    return found[0].id


def letter_of(plan: Hall, letter: str) -> int:
    """Return the class of a letter; Incomplete with all there are when it is none."""
    for klass in plan.classes.values():
        if klass.letter == letter:
            return klass.id
    raise Incomplete(
        "没有这个业务类别。", fields={"class": "可选：" + "、".join(k.letter + k.name for k in plan.classes.values())}
    )


def read_ticket(call: Call, number: str) -> Reply:
    """Return a ticket to its holder or to the people of the hall."""
    return Reply(ticket_out(reads.ticket_view(call.actor, number)))


def act_on_ticket(call: Call, number: str, action: str) -> Reply:
    """Do one action of the ticket flow; 409 tells the state and what is allowed."""
    given: bodies.TicketActionIn = call.body
    run = TICKET_ACTIONS.get(action)
    ticket = reads.get_ticket(call.actor, number)
    if run is None:
        raise Incomplete("没有这个操作。", fields={"action": "可用：" + "、".join(TICKET_ACTIONS)})
    plan = hall(ticket.body_id)
    class_id = letter_of(plan, given.klass) if plan and given.klass else None
    try:
        run(call.actor, number, given, class_id)
    except NotAllowed as refused:
        refused.details["allowed_actions"] = list(reads.ticket_view(call.actor, number).allowed)
        raise
    return Reply(ticket_out(reads.ticket_view(call.actor, number)))


TicketAction = Callable[[Actor, str, bodies.TicketActionIn, int | None], object]
TICKET_ACTIONS: dict[str, TicketAction] = {
    "recall": lambda actor, number, given, klass: actions.recall(actor, number),
    "arrive": lambda actor, number, given, klass: actions.arrive(actor, number),
    "miss": lambda actor, number, given, klass: actions.miss(actor, number),
    "finish": lambda actor, number, given, klass: actions.finish(actor, number, given.result),
    "transfer": lambda actor, number, given, klass: actions.transfer(actor, number, klass, given.reason),
    "move": lambda actor, number, given, klass: actions.move(actor, number, klass),
    "flag": lambda actor, number, given, klass: actions.flag(actor, number, given.flags),
    "substitute": lambda actor, number, given, klass: actions.substitute(actor, number, given.reason, given.staff),
    "rejoin": lambda actor, number, given, klass: actions.rejoin(actor, number),
    "leave": lambda actor, number, given, klass: actions.leave(actor, number),
}


def open_window(call: Call, id: str) -> Reply:
    """Open a window in the caller's post."""
    plan, window_id = _window(id)
    given: bodies.WindowOpenIn = call.body
    classes = [letter_of(plan, letter) for letter in given.classes]
    session = actions.open_window(call.actor, plan.body_id, window_id, classes)
    return Reply(_session_out(plan, session), 201)


def _window(text: str) -> tuple[Hall, int]:
    window_id = whole(text)
    if window_id is not None:
        for body_id in halls():
            plan = hall(body_id)
            if plan and window_id in plan.windows:
                return plan, window_id
    raise NotYours("没有找到这个窗口。")


def _own(call: Call, id: str) -> tuple[Hall, WindowSession]:
    plan, window_id = _window(id)
    session = actions.own_session(call.actor)
    if session is None or session.window_id != window_id:
        raise NotYours("您没有在这个窗口开窗，请先开窗。")
    return plan, session


def call_next(call: Call, id: str) -> Reply:
    """Call the next ticket by rule to the caller's own window."""
    _own(call, id)
    given: bodies.CallNextIn = call.body or bodies.CallNextIn()
    key = given.key or call.request.headers.get("Idempotency-Key", "")
    ticket = actions.call_next(call.actor, key=key)
    return Reply(bodies.CalledOut(ticket_out(reads.ticket_view(call.actor, ticket.number)) if ticket else None))


def act_on_window(call: Call, id: str, action: str) -> Reply:
    """Pause, resume, change the classes of, or close the caller's own window."""
    plan, session = _own(call, id)
    given: bodies.WindowActionIn = call.body or bodies.WindowActionIn()
    if action == "pause":
        session = actions.pause_window(call.actor, session.number, given.reason)
    elif action == "resume":
        session = actions.resume_window(call.actor, session.number)
    elif action == "serve":
        session = actions.serve(call.actor, session.number, [letter_of(plan, letter) for letter in given.classes])
    elif action == "close":
        session = actions.close_window(call.actor, session.number)
    else:
        raise Incomplete("没有这个操作。", fields={"action": "可用：pause、resume、serve、close"})
    return Reply(_session_out(plan, session))


def _session_out(plan: Hall, session: WindowSession) -> bodies.SessionOut:
    window = plan.windows[session.window_id]
    letters = [plan.classes[k].letter for k in session.classes if k in plan.classes]
    return bodies.SessionOut(session.number, window.id, window.label, session.state, letters)


def read_board(call: Call, code: str) -> Reply:
    """Return what a board of a hall shows now; `area` is the code of a waiting area."""
    plan = plan_of(code)
    wanted = call.query("area")
    area = next((area.id for area in plan.areas.values() if area.code == wanted), None)
    if wanted and area is None:
        raise Incomplete("没有这个等候区。", fields={"area": "可选：" + "、".join(a.code for a in plan.areas.values())})
    state = reads.board_state(plan.body_id, area)
    assert state is not None
    calls = [
        bodies.CallOut(c.key, c.label, c.window, c.route, c.klass, c.state, c.count, round(c.age_seconds, 1))
        for c in state.calls
    ]
    upcoming = [bodies.UpcomingOut(u.klass, u.area, u.waiting, list(u.labels)) for u in state.upcoming]
    topic = f"hall:{plan.body_id}"
    return Reply(bodies.BoardOut(state.seq, state.at.isoformat(), topic, calls, upcoming, list(state.missed)))


def ticket_out(view: TicketView, code: str = "") -> bodies.TicketOut:
    """Translate a ticket for the API."""
    body = place(view.body_id)
    return bodies.TicketOut(
        number=view.number,
        label=view.label,
        state=view.state,
        state_label=view.state_label,
        hall=body.code if body else "",
        klass=view.klass,
        area=bodies.AreaOut("", view.area, view.floor, view.route),
        window=view.window,
        call_count=view.call_count,
        flags=list(view.flags),
        appointment=view.appointment_number,
        case=view.case_number,
        issued_at=view.issued_at.isoformat(),
        called_at=view.called_at.isoformat() if view.called_at else None,
        ahead=view.ahead,
        expected_seconds=view.expected_seconds,
        allowed_actions=list(view.allowed),
        code=code,
    )
