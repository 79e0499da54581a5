"""The weekly plans of a hall. A plan is not a record: what it makes are periods, and bookings in them always stand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Any

from django.db import transaction
from django.db.models import Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.services.appointments.actions.door import needed_hall
from bangban.services.appointments.making import remake
from bangban.services.appointments.models import SlotPlan
from bangban.services.appointments.parties import may_manage

STRANGER = "没有找到这个号源计划。"
SHORTEST_STEP = 5
LONGEST_STEP = 480
END_OF_DAY = 24 * 60


def save_plan(  # noqa: PLR0913 - one value for each field of the form
    actor: Actor,
    body_id: int,
    class_id: int,
    weekday: int,
    starts: time,
    ends: time,
    *,
    capacity: int,
    step_minutes: int = 30,
    network_limit: int | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    plan_id: int | None = None,
) -> SlotPlan:
    """Add or change a weekly plan, and bring the coming periods to it; places that were given stay given.

    Raises NotYours for others than the managers of the hall, Incomplete with a sentence for each field.
    """
    row = _stored(
        actor, body_id, class_id, weekday, starts, ends, capacity=capacity, step_minutes=step_minutes,
        network_limit=network_limit, valid_from=valid_from, valid_to=valid_to, plan_id=plan_id,
    )  # fmt: skip
    remake(body_id)
    return row


def save_week(
    actor: Actor,
    body_id: int,
    class_id: int,
    weekdays: Iterable[int],
    spans: Iterable[tuple[time, time]],
    **values: Any,
) -> list[SlotPlan]:
    """Add the same plan for several weekdays and spans of the day, all or none; `values` as for `save_plan`."""
    stretches = list(spans)
    with transaction.atomic():
        rows = [_stored(actor, body_id, class_id, day, *span, **values) for day in weekdays for span in stretches]
    remake(body_id)
    return rows


def _stored(  # noqa: PLR0913 - one value for each field of the form
    actor: Actor,
    body_id: int,
    class_id: int,
    weekday: int,
    starts: time,
    ends: time,
    *,
    capacity: int,
    step_minutes: int = 30,
    network_limit: int | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    plan_id: int | None = None,
) -> SlotPlan:
    plan = needed_hall(body_id)
    if not (may_manage(actor, body_id) or actor.kind == "system"):
        raise NotYours("您不是这个大厅的管理人员，不能设置号源。")
    row = SlotPlan(body_id=body_id)
    if plan_id is not None:
        row = _row(plan_id, body_id)
    row.klass_id, row.weekday, row.starts, row.ends = class_id, weekday, starts, ends
    row.step_minutes, row.capacity, row.network_limit = step_minutes, capacity, network_limit
    row.valid_from = valid_from or (row.valid_from if plan_id else now().astimezone(plan.zone).date())
    row.valid_to = valid_to
    problems = _problems(row, class_id in plan.classes)
    if problems:
        raise Incomplete("请检查号源计划。", fields=problems)
    row.save()
    return row


def _problems(row: SlotPlan, known_class: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    if not known_class:
        found["klass"] = "请选择本大厅的业务类别。"
    if not 0 <= row.weekday <= 6:
        found["weekday"] = "请选择星期。"
    start, end = _minutes(row.starts), _minutes(row.ends) or END_OF_DAY
    if not SHORTEST_STEP <= row.step_minutes <= LONGEST_STEP:
        found["step_minutes"] = f"每个时段应在{SHORTEST_STEP}到{LONGEST_STEP}分钟之间。"
    elif start + row.step_minutes > end:
        found["ends"] = "结束时间太早，放不下一个时段。"
    if row.capacity < 1:
        found["capacity"] = "每个时段至少一个名额。"
    elif row.network_limit is not None and not 0 <= row.network_limit <= row.capacity:
        found["network_limit"] = "网上名额应在0和总名额之间。"
    if row.valid_to is not None and row.valid_to < row.valid_from:
        found["valid_to"] = "截止日期不能早于生效日期。"
    if not found and (other := _overlapping(row, start, end)):
        found["starts"] = f"与已有计划{other.starts:%H:%M}—{other.ends:%H:%M}重叠，请错开或修改原计划。"
    return found


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _overlapping(row: SlotPlan, start: int, end: int) -> SlotPlan | None:
    rows = SlotPlan.objects.filter(body_id=row.body_id, klass_id=row.klass_id, weekday=row.weekday).exclude(id=row.id)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=row.valid_from))
    rows = rows.filter(valid_from__lte=row.valid_to) if row.valid_to else rows
    return next((r for r in rows if _minutes(r.starts) < end and start < (_minutes(r.ends) or END_OF_DAY)), None)


def remove_plan(actor: Actor, body_id: int, plan_id: int) -> None:
    """Take a plan out of use; periods without bookings vanish, those with bookings take nobody more."""
    if not may_manage(actor, body_id):
        raise NotYours(STRANGER)
    _row(plan_id, body_id).delete()
    remake(body_id)


def _row(plan_id: int, body_id: int) -> SlotPlan:
    row = SlotPlan.objects.filter(id=plan_id, body_id=body_id).first()
    if row is None:
        raise NotYours(STRANGER)
    return row
