"""Doing an action of the order's flow from a page: the right call, once for a form however often it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.services.hotline import actions
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.reads import found_order
from bangban.services.hotline.reads.talk import lacking, path_for
from bangban.surfaces.desk.acting import once

Run = Callable[[Actor, str, dict[str, Any]], object]


def _dispatch(run: Callable[..., object]) -> Run:
    def go(actor: Actor, number: str, given: dict[str, Any]) -> object:
        lead = given.get("lead", 0)
        units = [*dict.fromkeys([lead, *given.get("units", [])])]
        more = {"reason": given["reason"]} if "reason" in given else {}
        return run(actor, number, given.get("opinion", ""), units, lead, days=given.get("days", 0), **more)

    return go


def _plain(run: Callable[..., object], *names: str) -> Run:
    """Call with the given values in their order; what was left out is empty text."""
    return lambda actor, number, given: run(actor, number, *(given.get(name, "") for name in names))


def _named(run: Callable[..., object], *names: str) -> Run:
    """Call with the values that were given, by their names."""
    return lambda actor, number, given: run(actor, number, **{name: given[name] for name in names if name in given})


def _refuse(actor: Actor, number: str, given: dict[str, Any]) -> object:
    """Refuse with the way as the agent worded it, else as it stands in the standard wording (F3.02)."""
    refusal = given.get("refusal", "")
    return actions.refuse(actor, number, refusal, given.get("path") or path_for(refusal))


def _redo(actor: Actor, number: str, given: dict[str, Any]) -> object:
    """Send to a further round; the lead is one of the units."""
    lead, units = given.get("lead"), given.get("units", [])
    chosen = list(dict.fromkeys([*([lead] if lead else []), *units])) or None
    return actions.redo(
        actor, number, given.get("reason", ""), given.get("days", 0), chosen, lead, category=given.get("category", "")
    )


RUNS: dict[str, Run] = {
    "take": _plain(actions.take),
    "register": _plain(actions.register),
    "confirm": lambda actor, number, given: actions.confirm(actor, number, given.get("confirmed", False)),
    "answer": lambda actor, number, given: actions.answer(
        actor, number, given.get("result", ""), given.get("code", ""), given.get("source", ""),
        **{name: given[name] for name in ("channel", "proof", "kind_reason") if name in given},
    ),
    "dispatch": _dispatch(actions.dispatch),
    "redispatch": _dispatch(actions.redispatch),
    "designate": _dispatch(actions.designate),
    "respond": _plain(actions.respond, "text"),
    "call_unit": lambda actor, number, given: actions.call_unit(actor, number, given.get("consent", False), given.get("unit", 0)),
    "end_three_party": _named(actions.end_three_party, "outcome", "answer", "reason", "person"),
    "report_emergency": _plain(actions.report_emergency, "emergency_class", "transferred_to"),
    "acknowledge": _plain(actions.acknowledge),
    "receive_emergency": _plain(actions.receive_emergency, "follow_up"),
    "sign": _plain(actions.sign),
    "sign_part": _plain(actions.sign_part),
    "return": _named(actions.return_order, "reason", "suggested", "basis", "files"),
    "return_part": _named(actions.return_part, "reason", "files"),
    "report_part": _named(actions.report_part, "text", "files"),
    "reply": _named(actions.reply, "channel", "text", "call_id", "proof", "files"),
    "complete": _named(actions.complete, "handling", "code", "files"),
    "ask_extension": lambda actor, number, given: actions.ask_extension(
        actor, number, given.get("days", 0), given.get("ground", ""), given.get("reason", "")
    ),
    "decide_extension": lambda actor, number, given: actions.decide_extension(
        actor, number, given.get("approve", False), given.get("note", "")
    ),
    "discuss": _named(actions.discuss, "text", "files"),
    "send_back": _plain(actions.send_back, "reason"),
    "merge": _plain(actions.merge, "into", "reason"),
    "refuse": _refuse,
    "withdraw": _plain(actions.withdraw, "reason"),
    "try_visit": _named(actions.try_visit, "channel", "note", "next_at", "early"),
    "visit": _named(
        actions.visit, "process_satisfied", "result_satisfied", "contacted", "solved", "attitude", "efficiency", "process",
        "result", "reasons", "text", "channel", "call_id", "how", "spoken_at", "early",
    ),
    "end_visit": _plain(actions.end_visit, "reason"),
    "redo": _redo,
    "decline_redo": _plain(actions.decline_redo, "reason"),
    "archive": _named(actions.archive, "despite"),
    "ask_reopen": _plain(actions.ask_reopen, "reason"),
    "reopen": _plain(actions.reopen, "reason"),
    "refuse_reopen": _plain(actions.refuse_reopen, "reason"),
    "unmerge": _plain(actions.unmerge, "reason"),
    "contact": _named(actions.contact, "by", "text", "files"),
}  # fmt: skip


REGISTERING = ("register", "answer", "dispatch")


def act(actor: Actor, number: str, action: str, given: Mapping[str, Any], *, client_id: str) -> None:
    """Do one action; the same form again does nothing more. Raises what the action raises.

    Answering or passing on an order that is still being registered registers it in the same transaction.
    """
    run = RUNS.get(action)
    order = found_order(actor, number)
    if run is None:
        raise Incomplete("没有这个操作。", fields={})

    def work() -> None:
        with transaction.atomic():
            if action in REGISTERING and order.state == "registering":
                _all_that_is_missing(order)
                if action != "register":
                    actions.register(actor, order.number)
            run(actor, order.number, dict(given))

    once(actor, f"{order.number}:{action}", client_id, work)


def _all_that_is_missing(order: WorkOrder) -> None:
    """Refuse an order that cannot be registered yet with everything that it lacks at once, not one thing after the other."""
    missing = [label for _, label in lacking(order)]
    if missing:
        raise NotAllowed(
            f"登记前还缺：{'、'.join(missing)}。请在下面补齐后再试。", state=order.state, allowed_actions=[]
        )
