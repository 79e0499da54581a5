"""Turning what was decided into what is said: texts come verbatim from published entries and guides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from bangban.foundation.clocks.reads import service_hours, work_calendar
from bangban.registry.catalog import reads as catalog
from bangban.registry.catalog.views import ItemDetail
from bangban.registry.knowledge import reads as knowledge
from bangban.registry.knowledge.answer import script_text
from bangban.registry.knowledge.views import PathView
from bangban.registry.org.reads import front_door
from bangban.services.assistant.guide import Aspect, ItemGuide, aspect_answer, guide_answer
from bangban.services.assistant.retrieval import Kind

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Answer:
    """One answer or candidate: verbatim from an approved entry, a published guide or the directory, with its source."""

    kind: str
    id: str
    title: str
    text: str
    score: float
    source: str
    link: str = ""
    revision: int = 0


def answer_for(kind: Kind, reference: str, score: float, aspect: Aspect | None = None) -> Answer | None:
    """Read what was found from the registry itself; None when it was withdrawn or expired meanwhile (T637-5-e)."""
    if kind == "item":
        return _from_guide(reference, score, aspect)
    if kind == "path":
        found = next((path for path in knowledge.paths() if path.number == reference), None)
        return path_answer(found, score) if found else None
    entry = knowledge.entry(UUID(reference))
    if entry is None or not entry.usable:
        return None
    if aspect and entry.item_id and (about := _from_guide(str(entry.item_id), score, aspect)):
        return about
    source = f"知识库 {entry.citation}" + (f"，{entry.content.basis}" if entry.content.basis else "")
    return Answer(
        "knowledge",
        str(entry.id),
        entry.content.question,
        script_text(entry.content),
        score,
        source,
        revision=entry.revision,
    )


def citation(kind: str, reference: str, revision: int) -> dict[str, Any]:
    """Return what a message keeps of the entry that it quotes, so that it can be found again (T637-5-e)."""
    return {"entry": reference, "revision": revision} if kind == "knowledge" and revision else {}


def _from_guide(reference: str, score: float, aspect: Aspect | None) -> Answer | None:
    item = catalog.item(UUID(reference))
    if item is None or item.state != "published":
        return None
    guide = guide_of(item)
    text = aspect_answer(guide, aspect) if aspect else guide_answer(guide)
    source = f"办事指南 {item.guide.department_name}（第{item.revision}版）"
    return Answer("item", str(item.id), item.name, text, score, source, f"/items/{item.code}")


def guide_of(item: ItemDetail) -> ItemGuide:
    """Return the guide as the assistant quotes it; what the guide does not state stays unsaid."""
    said = item.guide
    names = tuple(material.line.name for material in item.materials)
    fees = "；".join(f"{fee.name} {fee.standard}".strip() for fee in said.fees)
    return ItemGuide(
        id=str(item.id),
        name=item.name,
        unit=said.department_name,
        materials=names if names or said.no_materials else None,
        conditions=said.conditions,
        steps=tuple(step.name + (f"：{step.detail}" if step.detail else "") for step in said.steps),
        legal_limit=item.statutory_limit,
        promised_limit=item.promised_limit,
        fee=fees or ("不收费" if said.charged is False else ""),
        place=said.place,
        hours=said.office_hours,
        phone=said.phone,
        visits=said.visits,
        online=said.online_filing,
        booking=said.online_booking,
        courier=said.courier,
        result=said.result_name,
        url=said.url,
    )


def path_answer(path: PathView, score: float = 1.0) -> Answer:
    """Return an entry of the directory of paths (BJ-4)."""
    source = f"{path.department} {path.phone}".strip()
    return Answer("path", path.number, path.topic, path.answer, score, source, f"tel:{path.phone}")


def when_a_person_answers(moment: datetime) -> str:
    """Say honestly when a person answers: now, or from the next opening on (BJ-6-b)."""
    try:
        hours, calendar = service_hours("online_human", front_door().id), work_calendar()
    except LookupError:
        return "请留下联系电话，专员会尽快答复您；也可以拨打12345。"
    if hours.is_open(moment, calendar):
        return "现在是人工服务时间，请留下联系电话，马上为您转接专员。"
    opening = hours.next_opening(moment, calendar).astimezone(ZONE)
    return (
        f"现在不是人工服务时间。请留下联系电话和问题，专员将在{opening:%-m月%-d日%H:%M}上班后答复您；"
        "着急的事请拨打12345（24小时）。"
    )
