"""What a message carries beside its words, as the parameters of the component that shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.urls import reverse

from bangban.foundation.privacy.models import Consent
from bangban.registry.catalog.views import ItemCard
from bangban.services.cases.models import Stage
from bangban.services.conversation.models import Kind
from bangban.services.conversation.reads import MessageView
from bangban.surfaces.portal.language import Language, say

Line = dict[str, Any]
STATES = {"ok", "missing", "wrong", "open", "exempt"}


@dataclass
class Around:
    """What the lines of one conversation need beside the messages: read with a constant number of queries."""

    number: str
    language: Language
    read_up_to: int = 0
    consents: dict[str, Consent] = field(default_factory=dict)
    items: dict[UUID, ItemCard] = field(default_factory=dict)


def item_of(message: MessageView) -> UUID | None:
    """Return the item that a card points to; None for other messages and damaged references."""
    if message.kind != Kind.ITEM_CARD:
        return None
    try:
        return UUID(str(message.data.get("item", "")))
    except ValueError:
        return None


def cited(message: MessageView) -> dict[str, Any]:
    """Return the entry or guide that the assistant quoted first."""
    answers = message.data.get("answers") or [{}]
    return answers[0] if isinstance(answers[0], dict) else {}


def _answer(line: Line, message: MessageView, near: Around) -> Line:
    data, quoted = message.data, cited(message)
    source = str(data.get("source") or quoted.get("source") or "")
    card = {
        "answer": message.text.removesuffix(f"\n来源：{source}"),
        "source": source or say(near.language, "部门标准答案"),
        "question": str(data.get("question") or data.get("title") or quoted.get("title") or ""),
        "url": _safe(data.get("url")) or cited_at(data, quoted),
    }
    return {**line, "text": "", "card": card}


def cited_at(data: dict[str, Any], quoted: dict[str, Any]) -> str:
    """Return where the quoted text stands: the entry in the version that was cited, or the item."""
    if number := str(data.get("knowledge") or ""):
        revision = data.get("revision")
        return reverse("portal:answer", args=[number]) + (f"?version={revision}" if revision else "")
    page = {"knowledge": "portal:answer", "item": "portal:item"}.get(str(quoted.get("kind")))
    return reverse(page, args=[str(quoted["id"])]) if page and quoted.get("id") else ""


def _picture(line: Line, message: MessageView, near: Around) -> Line:
    address = reverse("portal:file", args=[message.attachment])
    return {**line, "card": {"url": address, "thumb_url": address, "alt": message.attachment_name}}


def _file(line: Line, message: MessageView, near: Around) -> Line:
    kinds = {"application/pdf": "PDF", "text/plain": say(near.language, "文本")}
    card = {
        "url": reverse("portal:file", args=[message.attachment]),
        "name": message.attachment_name,
        "size_text": size_text(message.size),
        "kind_text": kinds.get(message.media_type, say(near.language, "文件")),
    }
    return {**line, "card": card}


def size_text(size: int) -> str:
    """Say a file's size."""
    return f"{max(1, round(size / 1024))} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"


def _item_card(line: Line, message: MessageView, near: Around) -> Line:
    known = near.items.get(item_of(message) or UUID(int=0))
    if known is None:
        return {**line, "kind": "text", "text": message.text or say(near.language, "事项已取消")}
    address = reverse("portal:item", args=[known.code])
    facts = [(say(near.language, "办结时限"), say(near.language, known.limit))] if known.limit else []
    card = {
        "title": known.name,
        "url": address,
        "department": known.department,
        "kind": say(near.language, known.item_type_label),
        "facts": facts,
        "actions": [(say(near.language, "看办事指南"), address)],
    }
    return {**line, "text": "" if message.text == known.name else message.text, "card": card}


def _form_link(line: Line, message: MessageView, near: Around) -> Line:
    address = _safe(message.data.get("url"))
    if not address:
        return {**line, "kind": "text"}
    title = str(message.data.get("title") or message.text or say(near.language, "打开表单"))
    return {**line, "card": {"url": address, "title": title, "text": message.text if message.text != title else ""}}


def _help_card(line: Line, message: MessageView, near: Around) -> Line:
    data = message.data
    name = str(data.get("item_name") or "")
    card = {
        "body": str(data.get("unit") or ""),
        "reason": say(near.language, "“{}”由这里办理，尚未开通在线导办，请按以下方式办理或咨询。", name),
        "phone": str(data.get("phone") or ""),
        "address": str(data.get("address") or ""),
        "hours": str(data.get("hours") or ""),
        "guide_url": _safe(data.get("guide")),
        "guide_title": name or say(near.language, "办事指南"),
        "answer": message.text.partition("标准答复：")[2].strip(),
    }
    return {**line, "card": card}


def _consent(line: Line, message: MessageView, near: Around) -> Line:
    stage = str(message.data.get("stage", ""))
    row = near.consents.get(str(message.data.get("consent", "")))
    state = "expired"
    if row is not None:
        state = (
            "open"
            if row.agreed is None
            else "agreed"
            if row.agreed
            else "declined"
            if row.answered_by != "lapsed"
            else "expired"
        )
    label = str(Stage(stage).label) if stage in Stage.values else ""
    card = {
        "title": say(near.language, "是否进入{}？", say(near.language, label)),
        "text": message.text,
        "action": reverse("portal:consent", args=[near.number]),
        "state": state,
    }
    return {**line, "card": card}


def _checklist(line: Line, message: MessageView, near: Around) -> Line:
    entries = [
        {
            "label": str(one.get("label", "")),
            "state": one.get("state") if one.get("state") in STATES else "open",
            "note": str(one.get("note") or ""),
        }
        for one in message.data.get("entries", [])
        if isinstance(one, dict)
    ]
    legend = str(message.data.get("legend") or say(near.language, "材料清单"))
    words = "" if message.text == legend else message.text
    return {**line, "text": words, "card": {"entries": entries, "legend": legend}}


def _safe(address: object) -> str:
    """Return an address that may stand in a link: of this site or the web, never a script."""
    text = str(address or "")
    return (
        text if text.startswith(("https://", "http://")) or (text.startswith("/") and not text.startswith("//")) else ""
    )


CARDS: dict[str, Callable[[Line, MessageView, Around], Line]] = {
    Kind.ANSWER: _answer,
    Kind.PICTURE: _picture,
    Kind.FILE: _file,
    Kind.ITEM_CARD: _item_card,
    Kind.FORM_LINK: _form_link,
    Kind.HELP_CARD: _help_card,
    Kind.CONSENT: _consent,
    Kind.CHECKLIST: _checklist,
}
