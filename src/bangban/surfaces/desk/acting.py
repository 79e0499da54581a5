"""Doing an action of the flow from a page: the right call, once for a form however often it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import IdempotencyKey
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete
from bangban.foundation.privacy.crypto import digest
from bangban.services.cases import actions
from bangban.services.cases.reads import get_case

Run = Callable[[Actor, str, dict[str, Any], int | None], object]

RUNS: dict[str, Run] = {
    "claim": lambda actor, number, given, version: actions.claim(actor, number),
    "sort": lambda actor, number, given, version: actions.sort(actor, number, given, version=version),
    "assign": lambda actor, number, given, version: actions.assign(actor, number, given),
    "transfer_down": lambda actor, number, given, version: actions.transfer_down(actor, number, given),
    "take_back": lambda actor, number, given, version: actions.take_back(actor, number),
    "accept": lambda actor, number, given, version: actions.accept(actor, number),
    "return": lambda actor, number, given, version: actions.return_offer(actor, number, given.get("reason", "")),
    "help_card": lambda actor, number, given, version: actions.help_card(actor, number, given),
    "ask_adviser": lambda actor, number, given, version: actions.ask_adviser(actor, number, given),
    "advise": lambda actor, number, given, version: actions.advise(actor, number, given.get("text", "")),
    "ask_unit": lambda actor, number, given, version: actions.ask_unit(actor, number, given),
    "reply_task": lambda actor, number, given, version: actions.reply_task(actor, number, given.get("text", "")),
    "propose_stage": lambda actor, number, given, version: actions.propose_stage(actor, number, given),
    "close": lambda actor, number, given, version: actions.close(actor, number, given, version=version),
    "follow_up": lambda actor, number, given, version: actions.follow_up(actor, number, given),
    "reassign": lambda actor, number, given, version: actions.reassign(actor, number, given),
}


def act(
    actor: Actor, number: str, action: str, given: Mapping[str, Any], *, version: int | None, client_id: str
) -> None:
    """Do one action; the same form again does nothing more. Raises what the action raises."""
    run = RUNS.get(action)
    if run is None:
        get_case(actor, number)
        raise Incomplete("没有这个操作。", fields={})
    once(actor, f"{number}:{action}", client_id, lambda: run(actor, number, dict(given), version))


def once(actor: Actor, deed: str, client_id: str, work: Callable[[], object]) -> bool:
    """Do some work once for each form: the mark commits with the work, so neither stands without the other.

    Returns whether it was done now. Without a client id every call counts.
    """
    if not client_id:
        work()
        return True
    with transaction.atomic():
        _, new = IdempotencyKey.objects.get_or_create(
            owner=f"desk:{actor.account_id}",
            key=f"{deed}:{client_id}"[:200],
            defaults={"fingerprint": digest(deed.encode()), "status": 303, "created_at": now()},
        )
        if new:
            work()
    return new
