"""Sorting: the need in plain words, its question type, the item, and whose and how hard it is (BJ-3.1.1-a, -b, BJ-1)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks import actions as clocks
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete
from bangban.services.cases.actions.door import case_deed
from bangban.services.cases.models import Case, Complexity, QuestionType, Scope
from bangban.services.cases.receivers import resolve_item


def sort(actor: Actor, number: str, given: dict[str, Any], *, version: int | None = None) -> Case:
    """Write down the sorted need, the item and the classification (BJ-3.1.1-a, -b, T637-8.2-c)."""
    with case_deed(actor, number, "sort", given, version=version) as deed:
        apply_sorting(deed, given)
    return deed.record


SORTING = ("need_summary", "question_type", "scope", "complexity", "item")


@contextmanager
def sorted_first(
    actor: Actor, number: str, action: str, given: dict[str, Any], *, version: int | None = None
) -> Iterator[Deed[Case]]:
    """Do an action that may bring the sorting along; sorting is a step of its own in the ledger, both commit together."""
    with transaction.atomic():
        if any(given.get(name) for name in SORTING):
            sort(actor, number, given, version=version)
            version = None
        with case_deed(actor, number, action, given, version=version) as deed:
            yield deed


def apply_sorting(deed: Deed[Case], given: dict[str, Any]) -> None:
    """Take what was given of need, question type, scope, complexity and item; codes outside their lists are refused."""
    if not str(given.get("need_summary") or deed.record.need_summary).strip():
        raise Incomplete("请填写需求摘要。", fields={"need_summary": "请写清谁、办什么、在哪里、什么情况。"})
    changes: dict[str, Any] = {}
    for name, codes in (("question_type", QuestionType), ("scope", Scope), ("complexity", Complexity)):
        if value := given.get(name):
            if value not in codes.values:
                raise Incomplete("请从列表中选择。", fields={name: "可选：" + "、".join(codes.values)})
            changes[name] = value
    if summary := str(given.get("need_summary") or "").strip():
        changes["need_summary"] = summary[:2000]
    if given.get("item"):
        item = resolve_item(given["item"])
        changes |= {"item_id": item.id, "item_version": item.revision}
    deed.change(**changes)
    deed.tell(
        **{name: value for name, value in changes.items() if name != "need_summary"}, user_kind=deed.record.user_kind
    )
    if changes.get("complexity") == Complexity.COMPLEX:
        clocks.stop(deed.writes, deed.record, "disposal", deed.at)
        clocks.start(deed.writes, deed.record, "disposal", deed.record.unit_id, deed.at)
