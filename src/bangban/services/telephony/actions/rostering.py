"""The manager sets the roster of a week (GB33358-5.1.2.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.locks import hold
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.writes import Writes
from bangban.foundation.notify.actions import Address, Message, enqueue
from bangban.foundation.notify.models import Channel
from bangban.foundation.notify.purposes import STAFF_NOTICE
from bangban.registry.org.actions import set_dates
from bangban.registry.org.models import Staff
from bangban.services.telephony import weeks
from bangban.services.telephony.models import RosterChange
from bangban.services.telephony.parties import staff_who_may
from bangban.services.telephony.reads.weeks import Person, RosterWeek, mark_of, roster_week
from bangban.services.telephony.weeks import DAY, Span, Week

Cells = Mapping[int, Sequence[str]]
"""What was typed: staff id → seven cells."""


def read_cells(found: RosterWeek, cells: Cells) -> tuple[dict[int, Week], dict[str, str]]:
    """Return the weeks that were typed, and by `staff.day` why a cell cannot be; such a day counts as it is stored."""
    people = {one.id: one for one in found.people}
    plan: dict[int, Week] = {}
    problems: dict[str, str] = {}
    for staff_id, texts in cells.items():
        if staff_id not in people:
            continue
        week = list(people[staff_id].known.week)
        for day, text in enumerate(texts[:7]):
            try:
                week[day] = weeks.read(text)
            except ValueError as problem:
                problems[f"{staff_id}.{day}"] = str(problem)
        plan[staff_id] = tuple(week)
        known = people[staff_id].known
        # What stands from an earlier installation is not held against whoever changes somebody else's week.
        refused = {} if plan[staff_id] == known.week else weeks.conflicts(plan[staff_id], known, weeks.day_hours())
        for day, sentence in refused.items():
            problems.setdefault(f"{staff_id}.{day}", sentence)
    return plan, problems


def save_roster(actor: Actor, monday: date, cells: Cells, mark: str) -> int:
    """Set the week from a Monday for the people named; returns for how many it changed, who are told.

    Raises NotYours without the duty, Incomplete by `staff.day` for what cannot be read, somebody twice at once or beyond
    the hours of a day (`weeks.day_hours`), NotAllowed when another saved this week after `mark`, and for weeks gone by.
    """
    by = staff_who_may(actor, "orders.manage")
    center = actor.unit_id
    if center is None or monday.weekday():
        raise NotYours("没有找到这一周的排班。")
    if monday < weeks.monday_of(business_date(now())):
        raise NotAllowed("已经过去的一周不能再改排班。", state="past")
    with transaction.atomic():
        hold(f"roster:{center}")
        if mark_of(center, monday) != mark:
            raise NotAllowed(
                "这一周的排班刚被别人改过。您填的还在，请对照下面“最近改动”核对后再保存。", state="changed"
            )
        found = roster_week(center, monday)
        plan, problems = read_cells(found, cells)
        if problems:
            names = {str(one.id): one.name for one in found.people}
            first, sentence = next(iter(problems.items()))
            staff_id, day = first.split(".")
            raise Incomplete(f"还没有保存。{names[staff_id]}{weeks.WEEKDAYS[int(day)]}：{sentence}", fields=problems)
        moved = [one for one in found.people if one.id in plan and plan[one.id] != one.known.week]
        set_dates({one.id: _dates(one, plan[one.id], monday) for one in moved})
        _keep(actor, by, center, monday, {one: plan[one.id] for one in moved})
    return len(moved)


def _dates(one: Person, week: Week, monday: date) -> dict[date, list[tuple[time, time]]]:
    """Return the dates whose pieces differ from what is stored."""
    before, after = weeks.split(one.known.week, one.known), weeks.split(week, one.known)
    return {
        monday + timedelta(days=n): [_times(piece) for piece in pieces]
        for n, pieces in enumerate(after)
        if pieces != before[n]
    }


def _times(piece: Span) -> tuple[time, time]:
    ends = time(23, 59, 59) if piece.end >= DAY else time(*divmod(piece.end, 60))
    return time(*divmod(piece.start, 60)), ends


def _keep(actor: Actor, by: int, center: int, monday: date, moved: Mapping[Person, Week]) -> None:
    at, writes = now(), Writes()
    RosterChange.objects.bulk_create(
        RosterChange(
            center_id=center, monday=monday, staff_id=one.id, before=_line(one.known.week), after=_line(week), by_id=by,
            by_name=actor.public_name, at=at,
        )
        for one, week in moved.items()
    )  # fmt: skip
    mark = mark_of(center, monday)
    accounts = dict(Staff.objects.filter(id__in=[one.id for one in moved]).values_list("id", "account_id"))
    for one, week in moved.items():
        days = "；".join(
            f"{weeks.WEEKDAYS[n]} {'、'.join(map(weeks.tell, spans)) or '休息'}"
            for n, spans in enumerate(week)
            if spans != one.known.week[n]
        )
        text = f"您{monday.month}月{monday.day}日起这一周的排班有调整：{days}。"
        address = Address(Channel.IN_APP.value, account_id=accounts[one.id])
        enqueue(writes, Message(STAFF_NOTICE.code, (address,), text, f"roster:{monday}:{mark}:{one.id}"))
    writes.run()


def _line(week: Week) -> str:
    return "|".join(weeks.show(spans) for spans in week)
