"""What a hall manager can do about a crowd in a class, with the windows, people and figures for it (DB23-6.3.2-f)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from bangban.registry.catalog.models.items import ItemVersion
from bangban.registry.catalog.terms import FULLY_ONLINE
from bangban.registry.halls.reads import ClassView, Hall
from bangban.registry.org.reads import colleagues
from bangban.services.queues.models import WindowSession
from bangban.services.queues.reads.waiting import Line
from bangban.services.queues.rules import MEASURES, share_to_move

SHOWN = 3
CLEARLY_SHORTER = 0.5


@dataclass(frozen=True)
class Option:
    """One thing that can be done: the measure, a sentence, and what take_measure needs for it (unset ones are empty).

    `staff` lists who could sit at a closed window: (id, name), those at their desks now first.
    """

    measure: str
    label: str
    detail: str
    session: str = ""
    window_id: int | None = None
    staff: tuple[tuple[int, str], ...] = ()
    class_id: int | None = None
    count: int = 0
    url: str = ""


def options_for(plan: Hall, klass: ClassView, line: Line) -> tuple[Option, ...]:
    """Return what can be done about a class now, the most direct first."""
    sessions = list(WindowSession.objects.filter(body_id=plan.body_id).exclude(state="closed"))
    return (
        *_open_windows(plan, klass, line, sessions),
        *_serve(plan, klass, line, sessions),
        *_move(plan, klass, line),
        *_online(klass),
        *_book(plan),
        Option("soothe", MEASURES["soothe"], "请引导人员到等候区说明情况、维持秩序，照顾老年人等特殊群众。"),
    )


def _open_windows(plan: Hall, klass: ClassView, line: Line, sessions: list[WindowSession]) -> list[Option]:
    taken = {session.window_id for session in sessions}
    closed = [window for window in plan.windows.values() if window.id not in taken]
    usual = [window for window in closed if klass.id in window.classes]
    near = [window for window in closed if window not in usual and window.area.id == klass.area.id]
    if not usual and not near:
        return []
    seated = {session.staff_id for session in sessions}
    people = [one for one in colleagues(line.at, body_id=plan.body_id, duty="window_clerk") if one.id not in seated]
    here = sorted((one for one in people if one.on_duty), key=lambda one: not one.present)
    staff = tuple((one.id, one.name) for one in here)
    names = "、".join(name for _, name in staff[:SHOWN])
    who = f"可安排{names}。" if names else "目前没有空闲的在岗窗口人员，请先调配。"
    return [
        Option(
            "open_window", MEASURES["open_window"], f"{window.label}现在关闭，{who}", window_id=window.id, staff=staff
        )
        for window in (*usual, *near)[:SHOWN]
    ]


def _serve(plan: Hall, klass: ClassView, line: Line, sessions: list[WindowSession]) -> list[Option]:
    """Windows that do not serve the class, those with the fewest people before them first."""
    waiting: dict[int, int] = {}
    for _, klass_id, _, _ in line.tickets:
        waiting[klass_id] = waiting.get(klass_id, 0) + 1
    serving = {k: sum(k in desk.classes for desk in line.desks) for k in plan.classes}

    def load(session: WindowSession) -> float:
        return sum(waiting.get(k, 0) / max(serving.get(k, 1), 1) for k in session.classes)

    able = [
        one for one in sessions if one.state == "open" and klass.id not in one.classes and one.window_id in plan.windows
    ]
    able.sort(key=lambda one: (load(one), plan.windows[one.window_id].area.id != klass.area.id))
    return [
        Option(
            "serve",
            MEASURES["serve"],
            f"{plan.windows[one.window_id].label}前面约{round(load(one))}人，可同时办理{klass.name}。",
            session=one.number,
        )
        for one in able[:SHOWN]
    ]


def _move(plan: Hall, klass: ClassView, line: Line) -> list[Option]:
    """Send some on to the general class, when people there wait clearly less."""
    general = plan.general_class
    if general is None or general.id == klass.id:
        return []
    here, there = line.newcomer(klass.id).seconds, line.newcomer(general.id).seconds
    count = share_to_move(sum(row[1] == klass.id and row[3] is None for row in line.tickets))
    if there is None or not count or (here is not None and there > here * CLEARLY_SHORTER):
        return []
    detail = f"{general.name}预计等候{round(there / 60)}分钟，可将排在后面的{count}人转过去，等候时间保留。"
    return [Option("move", MEASURES["move"], detail, class_id=general.id, count=count)]


def _online(klass: ClassView) -> list[Option]:
    current = ItemVersion.objects.filter(item_id__in=klass.items, standing="current")
    count = current.filter(Q(online_filing=True) | Q(online_depth__in=[depth.value for depth in FULLY_ONLINE])).count()
    if not count and not klass.online_url:
        return []
    detail = f"这类业务有{count}个事项可以网上办理。" if count else "这类业务可以网上办理。"
    return [Option("online", MEASURES["online"], f"{detail}等候的群众会在手机号票页看到。", url=klass.online_url)]


def _book(plan: Hall) -> list[Option]:
    if plan.rules.book_days_ahead <= 0:
        return []
    return [Option("book", MEASURES["book"], "不急的群众可以改约其他时段，等候的群众会在手机号票页看到预约入口。")]
