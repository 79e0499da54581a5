"""Messages of a case."""

from __future__ import annotations

from bangban.foundation.flows.flow import Incomplete
from bangban.services.cases.actions import post_message
from bangban.services.cases.parties import parties_of
from bangban.services.cases.reads import get_case
from bangban.services.conversation.actions import mark_read
from bangban.services.conversation.models import Kind
from bangban.services.conversation.reads import MessageView, messages
from bangban.surfaces.api.bodies import MessageIn, MessageOut, MessagePage
from bangban.surfaces.api.endpoint import Call, Reply


def list_messages(call: Call, number: str) -> Reply:
    """Return messages after a position; reading them marks them as read."""
    case = get_case(call.actor, number)
    staff = "user" not in parties_of(case, call.actor)
    after = call.number("after", 0, 2_000_000_000)
    found = messages(case.id, after=after, limit=call.number("limit", 200, 500), staff=staff)
    if found:
        mark_read(case.id, "staff" if staff else "user", found[-1].position)
    return Reply(MessagePage([message_out(m) for m in found], found[-1].position if found else after))


def post(call: Call, number: str) -> Reply:
    """Say something; the same client_id again answers 200 with the stored message instead of 201."""
    given: MessageIn = call.body
    if given.kind not in Kind.values:
        raise Incomplete("没有这一类消息。", fields={"kind": "可用：" + "、".join(Kind.values)})
    message, new = post_message(
        call.actor,
        number,
        given.text,
        client_id=given.client_id,
        kind=Kind(given.kind),
        data=given.data,
        internal=given.internal,
    )
    return Reply(message_out(message), 201 if new else 200)


def message_out(view: MessageView) -> MessageOut:
    """Translate a message for the API."""
    return MessageOut(
        str(view.id),
        view.position,
        view.client_id,
        view.kind,
        view.party,
        view.author,
        view.text,
        view.data,
        view.internal,
        view.at.isoformat(),
    )
