"""Where a request to the hotline stands: one plain sentence, five steps, its story and its talk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from bangban.foundation.clocks.moment import now
from bangban.services.conversation.media import kind_of
from bangban.services.conversation.models import Kind, Party
from bangban.services.conversation.reads import MessageView
from bangban.services.hotline.flow import INTAKE
from bangban.services.hotline.reads import OrderView
from bangban.services.hotline.reads.second_round import second_round
from bangban.surfaces.portal import times
from bangban.surfaces.portal.cards import size_text
from bangban.surfaces.portal.language import Language, say
from bangban.surfaces.portal.wording import StoryLine

TONES = {
    "registering": "waiting", "registered": "active", "completed": "success", "visited": "success", "archived": "closed",
    "refused": "closed", "merged": "active", "withdrawn": "closed",
}  # fmt: skip
LABELS = {
    "registering": "已收到", "registered": "已登记", "dispatched": "已转办", "handling": "办理中", "returned": "重新转办",
    "completed": "已办结", "visited": "已办结", "archived": "已归档", "refused": "不予受理", "merged": "合并办理",
    "withdrawn": "已撤回",
}  # fmt: skip
PROGRESS = {
    "registering": "热线已收到，话务员会尽快受理并回复您。",
    "registered": "已登记。能当场答复的马上答复，其余在两个工作日内转交责任单位。",
    "returned": "正在为您重新确定办理单位。",
    "visited": "已办结。",
    "archived": "这件事已经办结归档。",
    "withdrawn": "您已撤回这件诉求。",
}
STEPS = ("登记", "转办", "办理", "办结", "评价")
REACHED = {
    "registering": 0, "registered": 0, "returned": 1, "dispatched": 1, "handling": 2, "completed": 4, "visited": 5,
    "archived": 5,
}  # fmt: skip


def tone(state: str) -> str:
    """Return the tone of a state's badge."""
    return TONES.get(state, "active")


def progress(view: OrderView, language: Language) -> str:
    """Say where a request is and what happens next."""
    order, unit = view.order, view.lead or say(language, "责任单位")
    if (round_ := second_round(order)) and not round_.declined:
        return _undecided(round_.until, language)
    if view.state == "visited" and order.process_satisfied is not None:
        return say(language, "已办结，您的评价已收到，谢谢。")
    if view.state == "dispatched" and order.round > 1:
        return say(language, "已再次交{}办理，{}前答复您。", unit, times.day(order.due_at, language))
    if view.state == "dispatched":
        return say(language, "已转交{}办理，{}前答复您。", unit, times.day(order.due_at, language))
    if view.state == "handling":
        return say(language, "{}正在办理，{}前答复您。", unit, times.day(order.due_at, language))
    if view.state == "completed":
        return say(language, "已办结。请告诉我们您对办理过程和结果是否满意。")
    if view.state == "refused":
        return say(language, "热线不能受理这件事。办理途径：{}", order.path_told)
    if view.state == "merged":
        into = order.merged_into.number if order.merged_into else ""
        return say(language, "与工单{}是同一件事，一并办理并答复您。", into)
    return say(language, PROGRESS[view.state])


def _undecided(until: datetime | None, language: Language) -> str:
    if until is None or until <= now():
        return say(language, "您对办理过程和结果都不满意，热线正在决定是否再次交办，会尽快告诉您。")
    return say(
        language, "您对办理过程和结果都不满意，热线正在决定是否再次交办，{}前告诉您。", times.day(until, language)
    )


def declined(view: OrderView) -> str:
    """Return why there is no second round, for a caller who was satisfied with nothing; empty otherwise (GB33358-5.4.3)."""
    found = second_round(view.order)
    return found.reason if found and found.declined else ""


def steps(view: OrderView, language: Language) -> list[dict[str, str]]:
    """Return the five steps with their states; what ended early has no further ones."""
    reached = REACHED.get(view.state, 0)
    ended = view.state in ("refused", "merged", "withdrawn")
    direct = view.order.direct
    found = []
    for place, label in enumerate(STEPS):
        if (ended and place) or (direct and place in (1, 2)):
            state = "skipped"
        else:
            state = "done" if place < reached else "now" if place == reached and not ended else "next"
        found.append({"label": say(language, label), "state": "done" if ended and not place else state})
    return found


def story(view: OrderView, language: Language) -> list[StoryLine]:
    """Return what happened, the newest first, in the page's language."""
    lines = [
        StoryLine(
            str(one.id), say(language, one.text), times.iso(one.at), times.when(one.at, language), one.unit, "done"
        )
        for one in reversed(view.timeline)
    ]
    return [StoryLine(**{**vars(one), "tone": "now"}) if not place else one for place, one in enumerate(lines)]


def talk_line(message: MessageView, language: Language) -> dict[str, Any]:
    """Return one message of a request as the line component wants it."""
    mine = message.party == Party.USER
    line: dict[str, Any] = {
        "position": message.position,
        "client_id": message.client_id,
        "role": message.party,
        "name": say(language, "我") if mine else say(language, "12345热线"),
        "at": times.iso(message.at),
        "at_text": times.short(message.at, language),
        "mine": mine,
        "text": say(language, message.text) if message.kind == Kind.SYSTEM else message.text,
        "kind": message.kind,
    }
    if message.attachment is None:
        return line
    address = reverse("portal:hotline_file", args=[message.attachment])
    if message.kind == Kind.PICTURE:
        return {**line, "card": {"url": address, "thumb_url": address, "alt": message.attachment_name}}
    names = {"audio": "录音", "video": "视频"}
    kind = say(language, names.get(kind_of(message.media_type), "文件"))
    card = {
        "url": address, "name": message.attachment_name, "size_text": size_text(message.size), "kind_text": kind,
    }  # fmt: skip
    return {**line, "card": card}


def waiting_for_agent(view: OrderView) -> bool:
    """Tell whether nobody has answered yet."""
    return view.state in INTAKE and view.order.first_response_at is None
