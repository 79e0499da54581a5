"""Cases: open, read, list, act."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.registry.catalog import reads as catalog
from bangban.registry.org.reads import tree
from bangban.services.assistant.reads import case_part_of
from bangban.services.cases import actions
from bangban.services.cases.actions import NewCase
from bangban.services.cases.flow import FLOW
from bangban.services.cases.models import Case
from bangban.services.cases.reads import CaseView, case_view, get_case, list_cases, my_cases
from bangban.surfaces.api.bodies import (
    ActionIn,
    CaseIn,
    CaseOpened,
    CaseOut,
    CasePage,
    CaseRow,
    ClockOut,
    ItemRef,
    Line,
    WaitingOut,
)
from bangban.surfaces.api.endpoint import Call, Reply, remember


def open_case(call: Call) -> Reply:
    """Register a question as a case and offer it to the guides."""
    given: CaseIn = call.body
    item = catalog.version_of(given.item) if given.item else None
    if given.item and item is None:
        raise Incomplete("没有找到这个事项。", fields={"item": "事项编码不存在或已停用。"})
    unit = tree().by_code.get(given.unit) if given.unit else None
    if given.unit and unit is None:
        raise Incomplete("没有找到这个机构。", fields={"unit": "机构编码不存在。"})
    part = case_part_of(given.session) if given.session else None
    new = NewCase(
        question=given.question,
        phone=given.contact.phone,
        name=given.contact.name,
        channel=given.channel,
        user_kind=given.user_kind,
        wanted_service=given.wanted_service,
        confidential=given.confidential,
        unit_id=unit.id if unit else None,
        item_id=item[0] if item else None,
        item_version=item[1] if item else None,
        transcript=part.transcript if part else (),
    )
    if call.key is None:
        opened = actions.open_case(call.actor, new)
        return Reply(_opened(opened.case, opened.token), 201)

    def answer(case: Case, token: str) -> list[Any]:
        assert call.key is not None
        remember(call.key, Reply(_opened(case, token), 201))
        return [call.key]

    opened = actions.open_case(call.actor, new, also=answer)
    return Reply(_opened(opened.case, opened.token), 201)


def _opened(case: Case, token: str) -> CaseOpened:
    allowed = [line.action for line in FLOW.allowed(case, {"user"}) if line.action != "consent"]
    return CaseOpened(case.number, token, case.state, case.stage, allowed, _iso(case.promised_at))


def read_case(call: Call, number: str) -> Reply:
    """Return a case with its timeline and clocks; strangers get 404."""
    return Reply(case_out(case_view(call.actor, number)))


def list_of_cases(call: Call) -> Reply:
    """Return a page of cases: of a box for staff, the own ones for service users."""
    after, limit = call.query("after"), call.number("limit", 50, 100) or 50
    if call.actor.is_staff:
        filters = {name: call.query(name) for name in ("state", "channel", "stage", "search")}
        page = list_cases(call.actor, call.query("box", "inbox"), after=after, limit=limit, **filters)
    else:
        page = my_cases(call.actor, after=after, limit=limit)
    rows = [
        CaseRow(
            row.number, row.state, row.stage, row.round, row.channel, row.gist, row.item_name, row.owner,
            row.unit_name, row.created_at.isoformat(), row.unread, _iso(row.clock.due_at) if row.clock else None,
        )
        for row in page.rows
    ]  # fmt: skip
    return Reply(CasePage(rows, page.after))


def act(call: Call, number: str, action: str) -> Reply:
    """Do one action of the case flow; 409 tells the state and what is allowed, 404 that the case is not yours."""
    body: ActionIn = call.body
    given = body.given()
    run = ACTIONS.get(action)
    if run is None:
        get_case(call.actor, number)
        raise Incomplete("没有这个操作。", fields={"action": "可用：" + "、".join(ACTIONS)})
    try:
        case: Case = run(call.actor, number, given)
    except NotAllowed as refused:
        refused.details["allowed_actions"] = case_view(call.actor, number, with_story=False).allowed_actions
        raise
    try:
        return Reply(case_out(case_view(call.actor, number)))
    except NotYours:
        return Reply(_handed_back(case))


def _handed_back(case: Case) -> CaseOut:
    """Tell that the deed is done to somebody whom it took out of the case, as a lower body that returned it."""
    return CaseOut(
        number=case.number, version=case.version, state=case.state, state_label=FLOW.states[case.state],
        stage=case.stage, round=case.round, question="", item=None, first_contact=None, owner=None, unit=None,
        promised_at=None, outcome="", pending_consent="", timeline=[], clocks=[], allowed_actions=[],
    )  # fmt: skip


def _text(given: dict[str, Any], *names: str) -> str:
    return next((str(given[name]) for name in names if given.get(name)), "")


def _agree(given: dict[str, Any]) -> Any:
    return next((given[name] for name in ("agree", "agreed", "consent") if name in given), None)


ACTIONS: dict[str, Any] = {
    "claim": lambda actor, number, _: actions.claim(actor, number),
    "sort": lambda actor, number, given: actions.sort(actor, number, given, version=given.get("version")),
    "assign": actions.assign,
    "transfer_down": actions.transfer_down,
    "take_back": lambda actor, number, given: actions.take_back(actor, number),
    "accept": lambda actor, number, given: actions.accept(actor, number),
    "return": lambda actor, number, given: actions.return_offer(actor, number, _text(given, "reason")),
    "help_card": actions.help_card,
    "ask_adviser": lambda actor, number, given: actions.ask_adviser(
        actor, number, {**given, "question": _text(given, "question", "text")}
    ),
    "advise": lambda actor, number, given: actions.advise(actor, number, _text(given, "text", "answer", "reply")),
    "ask_unit": actions.ask_unit,
    "reply_task": lambda actor, number, given: actions.reply_task(actor, number, _text(given, "text")),
    "propose_stage": actions.propose_stage,
    "consent": lambda actor, number, given: actions.answer_consent(actor, number, _agree(given)),
    "close": lambda actor, number, given: actions.close(actor, number, given, version=given.get("version")),
    "withdraw": lambda actor, number, given: actions.withdraw(actor, number, _text(given, "reason")),
    "follow_up": actions.follow_up,
    "request_human": lambda actor, number, given: actions.request_human(
        actor, number, _text(given, "reason") or "asked"
    ),
    "solved": lambda actor, number, given: actions.solved(actor, number),
    "reassign": actions.reassign,
}


def case_out(view: CaseView) -> CaseOut:
    """Translate a case for the API."""
    item = ItemRef(str(view.item.id), view.item.code, view.item.name) if view.item else None
    return CaseOut(
        number=view.number,
        version=view.version,
        state=view.state,
        state_label=view.state_label,
        stage=view.stage,
        round=view.round,
        question=view.question,
        item=item,
        first_contact=view.first_contact or None,
        owner=view.owner or None,
        unit=view.unit.name if view.unit else None,
        promised_at=_iso(view.promised_at),
        outcome=view.outcome,
        pending_consent=view.pending_consent,
        timeline=[Line(str(h.id), h.at.isoformat(), h.kind, h.actor, h.text) for h in view.timeline],
        clocks=[ClockOut(c.rule, c.label, c.clause, c.state, c.light, c.due_at.isoformat()) for c in view.clocks],
        allowed_actions=view.allowed_actions,
        queue=WaitingOut(view.queue.ahead, view.queue.expected_seconds) if view.queue else None,
    )


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
