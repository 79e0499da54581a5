"""Messages on a case."""

from __future__ import annotations

from typing import Any

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks import actions as clocks
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import NotAllowed
from bangban.services.cases.actions.door import case_deed
from bangban.services.cases.models import Case
from bangban.services.conversation import actions as talk
from bangban.services.conversation.models import Attachment, Kind, Party
from bangban.services.conversation.reads import MessageView, by_client_id, message

STAFF_KINDS = (
    Kind.TEXT,
    Kind.ANSWER,
    Kind.OPINION,
    Kind.PICTURE,
    Kind.FILE,
    Kind.ITEM_CARD,
    Kind.FORM_LINK,
    Kind.CHECKLIST,
)
USER_KINDS = (Kind.TEXT, Kind.PICTURE, Kind.FILE)


def post_message(
    actor: Actor,
    number: str,
    text: str,
    *,
    client_id: str = "",
    kind: Kind = Kind.TEXT,
    data: dict[str, Any] | None = None,
    attachment: Attachment | None = None,
    internal: bool = False,
) -> tuple[MessageView, bool]:
    """Say something on a case; returns the message and whether it is new.

    The same `client_id` of the same sender gives the stored message again, whatever dies in between.
    """
    try:
        with case_deed(actor, number, "_say") as deed:
            if client_id and (known := by_client_id(deed.record.id, talk.sender_key(actor), client_id[:80])):
                raise _Known(known)
            _check_kind(deed, kind, internal)
            if internal:
                deed.among_staff()
            new = talk.say(
                deed,
                text,
                kind=kind,
                party=_party(deed),
                client_id=client_id,
                data=data,
                attachment=attachment,
                internal=internal,
            )
            if not internal:
                _first_reply(deed, kind)
    except _Known as repeated:
        return repeated.message, False
    return message(new.id), True


class _Known(Exception):
    """The message is already stored; leaves the transaction without a second event."""

    def __init__(self, known: MessageView) -> None:
        super().__init__()
        self.message = known


def _check_kind(deed: Deed[Case], kind: Kind, internal: bool) -> None:
    allowed = (
        STAFF_KINDS
        if deed.actor.is_staff
        else (*USER_KINDS, Kind.ANSWER)
        if deed.actor.kind == "system"
        else USER_KINDS
    )
    if kind not in allowed or (internal and not (deed.actor.is_staff or deed.actor.kind == "system")):
        raise NotAllowed("不能发送这一类消息。", state=deed.record.state)
    if kind in (Kind.ANSWER, Kind.OPINION) and deed.actor.is_staff and not deed.record.scope:
        raise NotAllowed(
            "答复之前请先判断本级／下级／范围外和简单／复杂。", state=deed.record.state, needs="classification"
        )


def _party(deed: Deed[Case]) -> Party:
    parties = deed.flow.parties(deed.record, deed.actor)
    return Party.ADVISER if "adviser" in parties and "owner" not in parties else talk.party_of(deed.actor)


def _first_reply(deed: Deed[Case], kind: Kind) -> None:
    """The first words of a person end the response clock (T637-7.2-a)."""
    case = deed.record
    if deed.actor.is_staff and kind is not Kind.SYSTEM and case.first_reply_at is None:
        deed.change(first_reply_at=deed.at)
        clocks.stop(deed.writes, case, "first_response", deed.at)
        deed.tell(first_reply_seconds=int((deed.at - case.created_at).total_seconds()))
