"""All writes of supervision; each is written on the order as well, in the same transaction (GB33358-5.2.3.4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.access.phones import clean_phone
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.deed import Deed, deed, opening
from bangban.foundation.flows.flow import Incomplete, NotAllowed, starts
from bangban.foundation.ledger.models import Event
from bangban.foundation.notify import actions as notify
from bangban.foundation.notify.actions import Address, Message
from bangban.oversight.supervision import rules
from bangban.oversight.supervision.flow import FLOW
from bangban.oversight.supervision.models import Entry, Task
from bangban.oversight.supervision.notices import SUPERVISION, tell_unit
from bangban.oversight.supervision.numbers import NOTICES, TASKS
from bangban.oversight.supervision.reads import OFFICERS, holders, officers
from bangban.oversight.supervision.standing import standing
from bangban.oversight.supervision.terms import HIGHEST, LEVELS, NOTICE, SMS, Result, Trigger, methods
from bangban.services.hotline import actions as hotline
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.parties import emergency_body
from bangban.services.hotline.terms import COMPLAINTS
from bangban.services.matters import reads as matters

LONGEST = 4000
CONTENT = 2000
"""So many characters has what an act of supervision says, as its form counts them."""
NOTED_AT_ONCE = 50
"""So many orders of one matter get the note of its supervision in one transaction; the worker goes on with the others."""
UNNOTED = ("archived", "withdrawn", "refused", "merged")
_READ = ("center_id", "agent_id", "handler_id", "lead_unit_id", "about_staff_id", "kind")


def locked(number: str) -> Callable[[], Task | None]:
    """Return how to lock one task by its number, after its order: whoever opens or raises a task has the order already."""

    def lock() -> Task | None:
        orders = Task.objects.filter(number=number, order__isnull=False).values("order_id")
        list(WorkOrder.objects.select_for_update(of=("self",)).filter(id__in=orders).only("id"))
        return Task.objects.select_for_update(of=("self",)).filter(number=number).first()

    return lock


@contextmanager
def task_deed(actor: Actor, number: str, action: str, given: Mapping[str, Any] | None = None) -> Iterator[Deed[Task]]:
    """Do one action on one task."""
    with deed(FLOW, locked(number), action, actor, given) as work:
        yield work


def open_task(order: WorkOrder, trigger: Trigger, cause: str, level: int = 1, actor: Actor = SYSTEM) -> Task:
    """Open the supervision of an order for a cause, or raise the one that is open for it; written on the order.

    Raises NotAllowed when the hotline has neither an officer nor a manager: no task stands without a named person.
    """
    with transaction.atomic():
        WorkOrder.objects.select_for_update(of=("self",)).get(id=order.id)
        known = Task.objects.filter(order=order, trigger=trigger).exclude(state="closed").first()
        if known is not None:
            return raise_level(actor, known.number, cause, level) if level > known.level else known
        return _opened(
            actor, trigger, cause, level, officer_for(order.center_id, not_to_supervise(order)), center_id=order.center_id,
            order=order, unit_id=_unit_of(order, trigger),
        )  # fmt: skip


def not_to_supervise(order: WorkOrder) -> frozenset[int]:
    """Return who took or handled an order, or is complained about in it (GB33358-5.2.3.3, F3.30)."""
    accused = order.about_staff_id if order.kind in COMPLAINTS else None
    return frozenset(one for one in (order.agent_id, order.handler_id, accused) if one)


def _unit_of(order: WorkOrder, trigger: Trigger) -> int | None:
    """Return the unit that has an order, or the order it was merged into; of an emergency else the body that takes it."""
    unit = order.lead_unit_id or (order.merged_into.lead_unit_id if order.merged_into else None)
    return unit or (emergency_body(order) if trigger == Trigger.EMERGENCY else None)


def open_for_matter(matter_number: str, cause: str, level: int = 2) -> Task | None:
    """Open the supervision of a concentrated matter; None when no order of it can be found any more."""
    told = list(_orders_of(matter_number).order_by("-received_at"))
    if not told:
        return None
    with transaction.atomic():
        known = Task.objects.select_for_update().filter(matter_number=matter_number).exclude(state="closed").first()
        if known is not None:
            return known
        center = told[0].center_id
        unit = next((order.lead_unit_id for order in told if order.lead_unit_id), None)
        return _opened(
            SYSTEM, Trigger.REPEATED, cause, level, officer_for(center, _not_to_supervise(told)), center_id=center,
            matter_number=matter_number, unit_id=unit,
        )  # fmt: skip


def _not_to_supervise(orders: Iterable[WorkOrder]) -> frozenset[int]:
    return frozenset(one for order in orders for one in not_to_supervise(order))


def _opened(actor: Actor, trigger: Trigger, cause: str, level: int, officer: int, **fields: Any) -> Task:
    at = now()
    task = Task(
        number=TASKS.next(at), state="open", trigger=trigger, cause=cause[:300], level=min(level, HIGHEST), officer_id=officer,
        **fields,
    )  # fmt: skip
    with opening(FLOW, task, actor, clocks=(starts("supervision_reply"),)) as work:
        work.among_staff()
        work.tell(trigger=trigger, level=task.level, officer=officer, unit=task.unit_id)
        work.topics.add(f"desk:{officer}")
        tell_unit(
            work,
            "open",
            f"您单位有一项新的督办（{Trigger(trigger).label}）：{task.cause[:80]}，请尽快办理并回复",
            actor,
        )
    _on_orders(actor, task, step="open", trigger=str(trigger))
    return task


def _on_orders(actor: Actor, task: Task, **tell: Any) -> None:
    if task.order is None:
        _on_orders_of_matter(actor, task, None, tell)
    elif task.order.state not in UNNOTED:
        _note(actor, task, task.order, tell)


def _note(actor: Actor, task: Task, order: WorkOrder, tell: Mapping[str, Any]) -> None:
    by = actor if order.center_id == actor.unit_id else SYSTEM
    hotline.note(by, order.number, task.level, task=task.number, **tell)


def _on_orders_of_matter(actor: Actor, task: Task, after: UUID | None, tell: Mapping[str, Any]) -> None:
    """Note a step on the next orders of a matter; what is left is noted by the worker, batch after batch (`go_on`).

    Orders are locked by their ids, as merging locks them, so that no two wait for each other.
    """
    rows = WorkOrder.objects.filter(number__in=matters.order_numbers(task.matter_number)).exclude(state__in=UNNOTED)
    rows = rows.filter(id__gt=after) if after else rows
    found = list(
        rows.select_for_update(of=("self",)).order_by("id").only("id", "number", "center_id")[: NOTED_AT_ONCE + 1]
    )
    known = _told_of(task, found) if tell.get("step") == "open" else frozenset()
    for order in found[:NOTED_AT_ONCE]:
        if order.id not in known:
            _note(actor, task, order, tell)
    if len(found) > NOTED_AT_ONCE:
        with task_deed(SYSTEM, task.number, "_spread") as work:
            work.tell(after=str(found[NOTED_AT_ONCE - 1].id), tell=dict(tell))


def go_on(number: str, after: UUID, tell: Mapping[str, Any]) -> None:
    """Note a step of a matter's supervision on the orders that come after one that has it."""
    if task := Task.objects.filter(number=number).first():
        _on_orders_of_matter(SYSTEM, task, after, tell)


def note_joined(matter_number: str, orders: Sequence[str]) -> int:
    """Note the open supervision of a matter on orders that joined it later; returns on how many."""
    task = Task.objects.filter(matter_number=matter_number).exclude(state="closed").first()
    if task is None:
        return 0
    rows = WorkOrder.objects.filter(number__in=orders).exclude(state__in=UNNOTED)
    found = list(rows.select_for_update(of=("self",)).order_by("id").only("id", "number", "center_id"))
    known = _told_of(task, found)
    for order in found:
        if order.id not in known:
            _note(SYSTEM, task, order, {"step": "open", "trigger": task.trigger})
    return len(found) - len(known)


def _told_of(task: Task, orders: Sequence[WorkOrder]) -> frozenset[UUID]:
    """Return the orders that have a note of this task: one may join while the others are being told."""
    rows = Event.objects.filter(
        record_id__in=[one.id for one in orders], kind="order.supervise", data__task=task.number
    )
    return frozenset(rows.values_list("record_id", flat=True))


def officer_for(center_id: int, excluded: frozenset[int] = frozenset()) -> int:
    """Return who supervises: the officer with the fewest open tasks, else a manager (GB33358-5.2.3.3)."""
    for duty in OFFICERS:
        staff = list(holders(center_id, duty))
        open_ones = Task.objects.filter(officer_id__in=staff).exclude(state="closed").values_list("officer_id")
        loads = dict(open_ones.annotate(Count("id")))
        chosen = rules.choose([rules.Officer(one, loads.get(one, 0)) for one in staff], excluded)
        if chosen is not None:
            return chosen
    raise NotAllowed("热线还没有督办人员和管理人员，请先指定督办专人。", state="open", allowed_actions=[])


def record(
    actor: Actor, number: str, method: str, content: str, facts: Mapping[str, str] | None = None, attachment: Any = None
) -> Entry:
    """Record one act of supervision; each method asks for its own facts, an SMS is sent and a notice numbered here.

    Raises Incomplete with a sentence for each missing fact (GB33358-5.2.3.2).
    """
    known = methods().get(method)
    if known is None:
        raise Incomplete(
            "没有这种督办方式。", fields={"method": "可用：" + "、".join(one.label for one in methods().values())}
        )
    given = {name: str((facts or {}).get(name, "")).strip() for name, _ in known.asks}
    problems = rules.missing_facts(known, given)
    problems |= {name: f"{label}最多{LONGEST}字。" for name, label in known.asks if len(given[name]) > LONGEST}
    words = content.strip()
    if wrong := rules.wrong_content(words, CONTENT):
        problems["content"] = wrong
    if method == SMS.code and given["phone"] and not clean_phone(given["phone"]):
        problems["phone"] = "短信督办请填写手机号码。"
    if problems:
        raise Incomplete("督办记录还不完整。", fields=problems)
    with transaction.atomic():
        with task_deed(actor, number, "record", {"method": method, "content": words}) as work:
            task = work.record
            assert actor.staff_id is not None
            entry = Entry(
                task=task, position=task.entries_count + 1, method=method, at=work.at, by_id=actor.staff_id,
                content=words, facts=json.dumps(given, ensure_ascii=False), attachment=attachment,
                file_number=NOTICES.next(work.at) if method == NOTICE.code else "",
            )  # fmt: skip
            if method == SMS.code:
                to = (Address("sms", clean_phone(given["phone"])),)
                sent = notify.enqueue(
                    work, Message(SUPERVISION.code, to=to, text=entry.content, key=f"supervision:{entry.id}")
                )
                entry.notice = sent.id
            work.insert(entry)
            work.change(entries_count=entry.position)
            work.tell(entry=str(entry.id), method=method)
            tell_unit(work, str(entry.position), f"有新的督办记录（{known.label}），请查看督办内容并回复", actor)
        _on_orders(actor, task, step="record", method=method)
    return entry


def reply(actor: Actor, number: str, text: str) -> Task:
    """Keep what the unit answers to its supervision; what was answered before stays above it."""
    with transaction.atomic():
        with task_deed(actor, number, "reply", {"text": text.strip()}) as work:
            words = text.strip()
            if len(words) > LONGEST:
                raise Incomplete("回复太长。", fields={"text": f"最多{LONGEST}字，现在有{len(words)}字。"})
            said = "\n\n".join(part for part in (work.record.unit_reply, words) if part)
            work.change(unit_reply=said, replied_at=work.at, replied_by_id=actor.staff_id)
        _on_orders(SYSTEM, work.record, step="reply", unit=work.record.unit_id)
    return work.record


def raise_level(actor: Actor, number: str, reason: str, level: int = 0) -> Task:
    """Raise a task by one level, or to `level`; the highest stays the highest."""
    with transaction.atomic():
        with task_deed(actor, number, "raise", {"reason": reason}) as work:
            task = work.record
            if task.level >= HIGHEST:
                raise NotAllowed("已经是最高一级督办，请抓紧处理。", state=task.state, allowed_actions=[])
            work.change(level=min(HIGHEST, max(level, task.level + 1)))
            work.tell(level=task.level, reason=reason[:300])
            tell_unit(work, f"level{task.level}", f"督办已升级为“{LEVELS[task.level]}”，请抓紧办理", actor)
        _on_orders(actor, task, step="raise")
    return task


def assign(actor: Actor, number: str, officer: int, reason: str) -> Task:
    """Give a task to another officer, or to a manager where nobody has the duty; none who took part or is complained about."""
    with task_deed(actor, number, "assign", {"officer": officer, "reason": reason}) as work:
        task = work.record
        if officer not in officers(task.center_id):
            raise Incomplete("请选择本热线的督办人员。", fields={"officer": "请选择本热线的督办人员。"})
        if officer in _not_to_supervise([task.order] if task.order else _orders_of(task.matter_number)):
            raise Incomplete(
                "受理或承办过这张工单的人员和被反映的人员不能督办它。", fields={"officer": "请另选一位督办人员。"}
            )
        work.topics.add(f"desk:{officer}")
        work.tell(officer=officer, former=task.officer_id, reason=reason[:300])
        work.change(officer_id=officer)
    return work.record


def _orders_of(matter_number: str) -> QuerySet[WorkOrder]:
    return WorkOrder.objects.filter(number__in=matters.order_numbers(matter_number)).only(*_READ)


def follow(order: WorkOrder) -> int:
    """Let the open tasks of an order go to the unit that has it now, which is to reply; returns how many moved.

    While no unit has it, what supervises an emergency goes to the body that takes it.
    """
    unit = order.lead_unit_id
    open_ones = Task.objects.filter(order=order).exclude(state="closed")
    if unit is None:
        unit = emergency_body(order)
        open_ones = open_ones.filter(trigger=Trigger.EMERGENCY)
    if unit is None:
        return 0
    open_ones = open_ones.exclude(unit_id=unit)
    numbers = list(open_ones.order_by("id").values_list("number", flat=True))
    for number in numbers:
        with task_deed(SYSTEM, number, "_follow") as work:
            work.tell(unit=unit, former=work.record.unit_id)
            work.change(unit_id=unit)
            tell_unit(work, f"follow{work.record.version}", "您单位承办的工单正在督办，请尽快办理并回复", SYSTEM)
    return len(numbers)


def close(actor: Actor, number: str, result: str, conclusion: str, despite: str = "") -> Task:
    """End a task with its result; at least one act must have been recorded.

    While what it was opened for still stands, `despite` must say why it ends all the same; it is kept with the conclusion.
    """
    if result not in Result.values:
        raise Incomplete("请选择督办结果。", fields={"result": "可选：" + "、".join(str(one.label) for one in Result)})
    with transaction.atomic():
        with task_deed(actor, number, "close", {"result": result, "conclusion": conclusion}) as work:
            words, why = conclusion.strip(), despite.strip()
            still = standing(work.record)
            if still and not why:
                raise Incomplete(
                    f"{still}。仍要结束的，请写明理由。", fields={"despite": "请写明情形还没有消除就结束督办的理由。"}
                )
            if still:
                words = f"{words}\n结束时{still}，理由：{why}"
                work.tell(standing=still)
            if len(words) > LONGEST:
                raise Incomplete("结论太长。", fields={"conclusion": f"最多{LONGEST}字，请精简后再提交。"})
            work.change(result=result, conclusion=words, closed_at=work.at)
            work.tell(result=result)
            tell_unit(work, "close", f"督办已结束，结果：{Result(result).label}", actor)
        _on_orders(actor, work.record, step="close", result=result)
    return work.record


def settle(number: str, conclusion: str) -> Task:
    """End a task whose cause is gone by itself: a near-due order that was completed, or that became overdue."""
    with transaction.atomic():
        with task_deed(SYSTEM, number, "settle") as work:
            work.change(result=Result.ENDED, conclusion=conclusion, closed_at=work.at)
            work.tell(result=str(Result.ENDED))
            tell_unit(work, "close", f"督办已结束：{conclusion[:80]}", SYSTEM)
        _on_orders(SYSTEM, work.record, step="settle")
    return work.record
