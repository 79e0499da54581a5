"""Keeping the phrases 服务用语 and the paths for matters outside online guidance (DB23-5.4, BJ-4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import deed, opening
from bangban.foundation.flows.flow import Flow, Incomplete, NotYours
from bangban.foundation.ledger.models import Record
from bangban.registry.knowledge.flow import PATH_FLOW, PHRASE_FLOW
from bangban.registry.knowledge.models import Path, Phrase
from bangban.registry.knowledge.numbers import number
from bangban.registry.knowledge.parties import of_wording
from bangban.registry.knowledge.reads.wording import forget
from bangban.registry.knowledge.terms import PathClass
from bangban.registry.org.reads import tree


def save_phrase(
    key: str, situation: str, text: str, actor: Actor, *, label: str = "", clause: str = "", position: int = 0
) -> Phrase:
    """Add or change a phrase; the same again changes nothing. `{...}` in the text is filled by whoever uses it."""
    if not (key and situation and text.strip()):
        raise Incomplete("请填写编号、情形和用语。", fields={"text": "请填写用语。"})
    values = {"situation": situation, "label": label, "text": text.strip(), "clause": clause, "position": position}
    found = _save(PHRASE_FLOW, Phrase, {"key": key}, values, actor)
    assert isinstance(found, Phrase)
    return found


def save_path(  # noqa: PLR0913 — a path is this many facts
    path_class: str, topic: str, answer: str, phone: str, actor: Actor, *, department: str = "",
    keywords: Sequence[str] = (), clause: str = "", region: str = "", position: int = 0,
) -> Path:  # fmt: skip
    """Add or change the path of one topic of one class (in one region); the same again changes nothing.

    `department` is a body's name or code, or any other name. Raises Incomplete without answer or telephone.
    """
    missing = {"answer": answer, "phone": phone, "topic": topic}
    problems = {name: "请填写。" for name, value in missing.items() if not value.strip()}
    if path_class not in PathClass.values:
        problems["path_class"] = "没有这个类别。"
    if problems:
        raise Incomplete("路径内容有误。", fields=problems)
    body = tree().by_code.get(department) or tree().named(department)
    values = {
        "keywords": list(dict.fromkeys(keywords)),
        "answer": answer.strip(),
        "department_id": body.id if body else None,
        "department_name": body.name if body else department,
        "phone": phone.strip(),
        "clause": clause,
        "position": position,
    }
    identity = {"path_class": path_class, "topic": topic.strip(), "region": region}
    found = _save(PATH_FLOW, Path, identity, values, actor)
    assert isinstance(found, Path)
    return found


@transaction.atomic
def _save(flow: Flow, kind: type[Record], identity: dict[str, Any], values: dict[str, Any], actor: Actor) -> Record:
    _forget_soon()
    known = kind._default_manager.select_for_update().filter(**identity).first()
    if known is None:
        if not of_wording(None, actor):
            raise NotYours("您不能维护这些内容。")
        record = kind(number=number(kind.record_type), state="in_use", **identity, **values)
        with opening(flow, record, actor) as work:
            work.tell(**identity, text=values.get("text") or values.get("answer"))
        return record
    changed = {name: value for name, value in values.items() if getattr(known, name) != value}
    if changed or known.state != "in_use":
        with deed(flow, lambda: known, "edit", actor) as work:
            work.change(**changed)
            work.tell(**changed)
    return known


def _forget_soon() -> None:
    """Drop what this process remembers now and again after the commit, when others can see the change."""
    forget()
    transaction.on_commit(forget)


def retire_phrase(key: str, actor: Actor) -> Phrase:
    """Take a phrase out of use."""
    with deed(PHRASE_FLOW, Phrase.objects.select_for_update().filter(key=key).first, "retire", actor) as work:
        _forget_soon()
    return work.record


def retire_path(path_class: str, topic: str, actor: Actor, *, region: str = "") -> Path:
    """Take a path out of use."""
    find = Path.objects.select_for_update().filter(path_class=path_class, topic=topic, region=region).first
    with deed(PATH_FLOW, find, "retire", actor) as work:
        _forget_soon()
    return work.record
