"""Who may listen to which live topics."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.db import close_old_connections

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.live.grants import Grant
from bangban.foundation.privacy.crypto import digest
from bangban.services.appointments.reads import may_follow as may_follow_appointment
from bangban.services.cases.reads import may_follow
from bangban.services.hotline.reads import may_follow as may_follow_order
from bangban.services.matters.reads import may_follow as may_follow_matter
from bangban.services.queues.reads import may_follow as may_follow_ticket
from bangban.services.telephony.belonging import scope
from bangban.surfaces.web.actors import actor_in_session, guest
from bangban.surfaces.web.bearers import bearer_actor
from bangban.surfaces.web.given import whole

VALID = timedelta(minutes=5)


def authorise(headers: dict[str, str], cookies: dict[str, str], topics: list[str]) -> Grant:
    """Return which of the topics this visitor may hear, and with which visibility."""
    try:
        actor = _visitor(headers, cookies)
        allowed = frozenset(topic for topic in topics if _may_hear(actor, topic))
        visibility = "staff" if actor.is_staff else "user"
        return Grant(
            topics=allowed, visibility=visibility, valid_until=now() + VALID, subject=str(actor.account_id or "")
        )
    finally:
        close_old_connections()


def _visitor(headers: dict[str, str], cookies: dict[str, str]) -> Actor:
    if headers.get("authorization", "").startswith("Bearer "):
        return bearer_actor(headers["authorization"][7:])
    if code := headers.get("x-case-token"):
        return guest(frozenset({digest(code.encode())}), "api")
    key = cookies.get(settings.SESSION_COOKIE_NAME, "")
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key=key)
    return actor_in_session(dict(store.items()) if key else {}, "web")


FOLLOWED = {
    "case": may_follow,
    "ticket": may_follow_ticket,
    "order": may_follow_order,
    "appointment": may_follow_appointment,
    "matter": may_follow_matter,
}


def _may_hear(actor: Actor, topic: str) -> bool:
    kind, _, name = topic.partition(":")
    if kind in FOLLOWED:
        return FOLLOWED[kind](actor, name)
    if kind == "hall":
        # What is called in a hall hangs on its walls; frames carry no more than numbers.
        return whole(name) is not None
    if kind == "hotline":
        return may(actor, "calls.wall") and str(actor.unit_id) == name
    if kind == "matters":
        own = scope(actor.unit_id)
        return may(actor, "matters.view") and (own is None or name == str(own))
    if kind == "desk":
        return actor.is_staff and str(actor.staff_id) == name
    if kind == "unit":
        return actor.is_staff and ((unit := whole(name)) == actor.unit_id or unit in actor.subtree)
    return kind == "account" and actor.account_id is not None and name == str(actor.account_id)
