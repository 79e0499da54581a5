"""Messages as the lines of a staff member's talk: each kind with the card that shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.urls import reverse

from bangban.foundation.privacy.models import Consent
from bangban.services.cases.models import Stage
from bangban.services.conversation.models import Party, Thread
from bangban.services.conversation.reads import MessageView, messages
from bangban.surfaces.desk import times

ROLES = {Party.USER: "user", Party.STAFF: "staff", Party.ADVISER: "adviser", Party.ASSISTANT: "assistant"}


def talk_lines(record_id: UUID, number: str, after: int = 0) -> list[dict[str, Any]]:
    """Return the lines after a position, in order; at most three queries."""
    found = messages(record_id, after=after, limit=500, staff=True)
    seen = Thread.objects.filter(record_id=record_id).values_list("user_read", flat=True).first() or 0
    answers = _answers(record_id) if any(message.kind == "consent" for message in found) else {}
    return [_line(message, number, seen, answers) for message in found]


def _answers(record_id: UUID) -> dict[str, str]:
    rows = Consent.objects.filter(record_id=record_id, purpose__startswith="stage:")
    return {str(row.id): _answer(row) for row in rows}


def _answer(row: Consent) -> str:
    if row.answered_at is None:
        return "waiting"
    return "agreed" if row.agreed else "expired" if row.answered_by == "lapsed" else "declined"


def _line(message: MessageView, number: str, seen: int, answers: dict[str, str]) -> dict[str, Any]:
    role = ROLES.get(Party(message.party), "system")
    base = {
        "position": message.position,
        "client_id": message.client_id,
        "role": role,
        "name": message.author or message.label,
        "at": times.iso(message.at),
        "at_text": times.when(message.at),
        "mine": message.party == Party.STAFF,
        "text": message.text,
        "internal": message.internal,
        "kind": message.kind if role != "system" else "system",
    }
    if message.party == Party.STAFF and not message.internal:
        base["read"] = message.position <= seen
    if role == "user":
        base["name"] = "服务对象"
    if role == "assistant":
        base |= {"name": "", "ai_note": _assistant_note(message)}
    if make := CARDS.get(message.kind) if role != "system" else None:
        base |= make(message, number, answers)
    return base


def _assistant_note(message: MessageView) -> str:
    """Say what the assistant's words are: taken from approved texts, with their source (F8.17)."""
    answers = message.data.get("answers") or [{}]
    source = message.data.get("source") or answers[0].get("source", "")
    return f"自动回复，来源：{source}" if source and message.data.get("decision") == "answer" else "智能客服自动回复"


def safe_link(url: object) -> str:
    """Return an address that a page may link to: of this site or plain web; anything else leads nowhere."""
    text = str(url or "")
    inside = text.startswith("/") and not text.startswith("//")
    return text if inside or text.startswith(("https://", "http://")) else "#"


def _answer_card(message: MessageView, number: str, answers: dict[str, str]) -> dict[str, Any]:
    data = message.data
    cited = data.get("knowledge")
    source = (
        f"{data.get('source') or '标准答案库'} {cited} 第{data.get('revision') or 1}版" if cited else data.get("source")
    )
    url = reverse("desk:entry", args=[cited]) if isinstance(cited, str) and cited else ""
    card = {
        "answer": message.text,
        "source": source or message.label,
        "url": url,
        "question": data.get("question") or "",
    }
    return {"text": "", "card": card}


def _opinion(message: MessageView, number: str, answers: dict[str, str]) -> dict[str, Any]:
    return {"card": {"title": "处置意见"}}


def _file(message: MessageView, number: str, answers: dict[str, str]) -> dict[str, Any]:
    url = reverse("desk:file", args=[number, message.attachment]) if message.attachment else "#"
    if message.kind == "picture":
        return {"card": {"url": url, "thumb_url": url, "alt": f"图片：{message.attachment_name}"}}
    return {"card": {"url": url, "name": message.attachment_name, "size_text": size(message.size)}}


def size(count: int) -> str:
    """Say how large a file is."""
    return f"{max(1, round(count / 1024))} KB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MB"


def _item(message: MessageView, number: str, answers: dict[str, str]) -> dict[str, Any]:
    data = message.data
    name = str(data.get("name") or data.get("item_name") or message.text or "事项")
    facts = [("承诺时限", str(data["limit"]))] if data.get("limit") else []
    card = {
        "title": name, "url": safe_link(data.get("url") or data.get("guide")), "department": str(data.get("department") or ""),
        "kind": str(data.get("type") or ""), "code": str(data.get("code") or ""), "facts": facts,
    }  # fmt: skip
    return {"text": "" if message.text == name else message.text, "card": card}


def _link(message: MessageView, number: str, answers: dict[str, str]) -> dict[str, Any]:
    data = message.data
    return {
        "card": {
            "url": safe_link(data.get("url")),
            "title": str(data.get("title") or message.text or "表单"),
            "text": "",
        }
    }


def _help(message: MessageView, number: str, answers: dict[str, str]) -> dict[str, Any]:
    data = message.data
    card = {
        "body": str(data.get("unit") or "办理机构"), "phone": str(data.get("phone") or ""), "reason": message.text.split("\n")[0],
        "address": str(data.get("address") or ""), "hours": str(data.get("hours") or ""),
        "guide_url": safe_link(data["guide"]) if data.get("guide") else "", "guide_title": str(data.get("item_name") or "办事指南"),
    }  # fmt: skip
    return {"card": card}


def _consent(message: MessageView, number: str, answers: dict[str, str]) -> dict[str, Any]:
    stage = str(message.data.get("stage") or "")
    title = f"征求意见：进入{Stage(stage).label}" if stage in Stage.values else "征求意见"
    state = answers.get(str(message.data.get("consent")), "expired")
    return {"card": {"title": title, "text": message.text, "action": "", "state": state}}


def _checklist(message: MessageView, number: str, answers: dict[str, str]) -> dict[str, Any]:
    entries = [entry for entry in message.data.get("entries") or [] if isinstance(entry, dict) and entry.get("label")]
    shown = [
        {"label": str(e["label"]), "state": _verdict(e.get("state")), "note": str(e.get("note") or "")} for e in entries
    ]
    return {
        "text": "",
        "card": {"entries": shown, "legend": str(message.data.get("legend") or message.text or "材料清单")},
    }


def _verdict(state: object) -> str:
    return str(state) if state in ("ok", "missing", "wrong", "open", "exempt") else "open"


CARDS: dict[str, Callable[[MessageView, str, dict[str, str]], dict[str, Any]]] = {
    "answer": _answer_card,
    "opinion": _opinion,
    "picture": _file,
    "file": _file,
    "item_card": _item,
    "form_link": _link,
    "help_card": _help,
    "consent": _consent,
    "checklist": _checklist,
}
