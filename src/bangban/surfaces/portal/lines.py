"""Messages as the lines of a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from bangban.foundation.privacy.models import Consent
from bangban.registry.catalog import reads as catalog
from bangban.services.conversation.models import Kind, Party
from bangban.services.conversation.reads import MessageView
from bangban.surfaces.portal import times
from bangban.surfaces.portal.cards import CARDS, Around, Line, cited, item_of
from bangban.surfaces.portal.language import Language, say


def around(
    number: str, record_id: UUID, messages: Sequence[MessageView], language: Language, read_up_to: int
) -> Around:
    """Gather what the messages point to."""
    found = Around(number, language, read_up_to)
    if any(message.kind == Kind.CONSENT for message in messages):
        rows = Consent.objects.filter(record_id=record_id, purpose__startswith="stage:")
        found.consents = {str(row.id): row for row in rows}
    named = {item_id for message in messages if (item_id := item_of(message))}
    if named:
        found.items = {card.id: card for card in catalog.cards(named)}
    return found


def line_of(message: MessageView, near: Around) -> Line:
    """Return one message as the line component wants it."""
    language = near.language
    mine = message.party == Party.USER
    line: Line = {
        "position": message.position,
        "client_id": message.client_id,
        "role": message.party,
        "name": say(language, "我") if mine else message.author or say(language, str(Party(message.party).label)),
        "at": times.iso(message.at),
        "at_text": times.short(message.at, language),
        "mine": mine,
        "text": say(language, message.text) if message.kind == Kind.SYSTEM else message.text,
        "kind": message.kind,
    }
    if mine:
        line["read"] = message.position <= near.read_up_to
    if message.party == Party.ASSISTANT:
        line["name"] = ""
        line["ai_note"] = _note(message, language)
    return CARDS[message.kind](line, message, near) if message.kind in CARDS else line


def _note(message: MessageView, language: Language) -> str:
    """Say honestly what the assistant's words are: taken from approved texts, with their source (F8.17)."""
    source = cited(message).get("source", "")
    quoted = message.kind == Kind.ANSWER or message.data.get("decision") == "answer"
    return say(language, "自动回复，来源：{}", source) if quoted and source else say(language, "智能客服自动回复")
