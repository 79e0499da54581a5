"""A day in the hall of the centre, lived through the actions: people come, wait, are called, served, and rate."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import count, pairwise
from typing import Any
from zoneinfo import ZoneInfo

from bangban.demo.bookings import PER_DAY, Bookings, Coming, book_ahead, plan_periods
from bangban.demo.city import read
from bangban.demo.moments import standing
from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now, set_shift, stand_at
from bangban.foundation.flows.flow import FlowError
from bangban.foundation.jobs.following import catch_up
from bangban.oversight.evaluation.actions import rate
from bangban.oversight.evaluation.models import Option
from bangban.registry.halls.models import DeviceKind
from bangban.registry.halls.reads import ClassView, Hall, WindowView, gives_tickets, hall, spans_of
from bangban.registry.org.models import Staff
from bangban.registry.org.reads import actor_of, tree
from bangban.services.appointments.actions import check_in, give_up_due, remind_due
from bangban.services.queues import actions
from bangban.services.queues.actions import NewTicket
from bangban.services.queues.models import Ticket

ZONE = ZoneInfo("Asia/Shanghai")
SEED = 20261123
VISITORS = 320
CROWD = (
    (8, 50, 0.5),
    (9, 15, 1.7),
    (10, 30, 1.5),
    (11, 20, 0.8),
    (12, 0, 0.15),
    (13, 0, 1.4),
    (14, 30, 1.0),
    (16, 0, 0.5),
)
"""From when on how many come, against the mean of the day: the morning's crowd and the hour after lunch."""

FLAGS = (("elderly", 0.14), ("disabled", 0.01), ("pregnant", 0.01), ("infant", 0.02), ("soldier", 0.01))
GRADES = ("very_satisfied",) * 12 + ("satisfied",) * 6 + ("basically_satisfied",) * 2 + ("dissatisfied",)
RESULTS = ("accepted",) * 5 + ("completed",) * 3 + ("answered",) * 2 + ("incomplete",)


class HallDay:
    """Plays one day of one hall until a moment; what happens when is decided by dice, each step by the actions."""

    def __init__(self, plan: Hall, day: date, until: datetime, visitors: int = VISITORS) -> None:
        self.plan, self.day, self.until, self.visitors = plan, day, until, visitors
        body_id = plan.body_id
        self.dice = random.Random(SEED + day.toordinal())  # noqa: S311 - a play, no secret
        self.agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self.order = count()
        self.idle: dict[int, Actor] = {}
        self.serves: dict[int, frozenset[int]] = {}
        self.shares = {c["letter"]: c["share"] for row in read("halls")["halls"] for c in row["classes"]}
        self.options: dict[str, list[str]] = {}
        for code, grade in Option.objects.filter(valid_to=None).values_list("code", "grade"):
            self.options.setdefault(grade, []).append(code)
        clerks = Staff.objects.filter(body_id=body_id, duties__contains=["window_clerk"], active=True)
        self.clerks = [actor_of(row.account) for row in clerks.select_related("account").order_by("id")]
        guides = Staff.objects.filter(body_id=body_id, duties__contains=["hall_guide"], active=True)
        self.guides = [actor_of(row.account) for row in guides.select_related("account").order_by("id")]
        self.kiosk = Actor(
            "device", "device:kiosk", "自助终端K1", channel="kiosk", unit_id=body_id, duties=frozenset({DeviceKind.KIOSK}),
        )  # fmt: skip
        self.rater = Actor(
            "device", "device:rater", "评价器R1", channel="window", unit_id=body_id, duties=frozenset({DeviceKind.RATING}),
        )  # fmt: skip

    def play(self) -> None:
        """Go through the day in order of time."""
        spans = spans_of(self.plan.body_id, self.day)
        if not spans:
            return
        opens, closes = spans[0][0], spans[-1][1]
        for clerk, window in zip(self.clerks, self._windows(), strict=False):
            self.serves[clerk.staff_id or 0] = frozenset(window.classes)
            self._at(opens - timedelta(minutes=self.dice.randint(2, 8)), self._opening(clerk, window))
        for (_, ends), (begins, _) in pairwise(spans):
            self._at(ends, self._lunch)
            self._at(begins, self._back)
        for moment in self._arrivals(closes):
            self._at(moment, self._arrival)
        for hour in range(9, 18):
            self._at(datetime.combine(self.day, time(hour, 1), ZONE), self._sweep)
        before = set_shift(timedelta())
        try:
            for coming in self._booked():
                self._at(coming.at, self._arriving(coming))
            while self.agenda and self.agenda[0][0] < self.until:
                moment, _, act = heapq.heappop(self.agenda)
                stand_at(moment)
                act()
            if self.until > closes:
                stand_at(closes + timedelta(minutes=40))
                self._go_home()
            catch_up()
        finally:
            set_shift(before)

    def _booked(self) -> list[Coming]:
        """Book for this day on the afternoon before; returns who will come."""
        on = datetime.combine(self.day - timedelta(days=1), time(14), ZONE)
        return list(Bookings(self.plan, self.dice).book_day(self.day, on, PER_DAY))

    def _arriving(self, coming: Coming) -> Callable[[], None]:
        def act() -> None:
            try:
                issued = check_in(self.kiosk, body_id=self.plan.body_id, code=coming.code)
            except FlowError:
                return  # came at a moment at which the hall was closed
            self._wake(issued.ticket.klass_id)

        return act

    def _sweep(self) -> None:
        give_up_due(now())
        remind_due(now())

    def _windows(self) -> list[WindowView]:
        """Windows that are opened first: one of every class, then the second ones."""
        seen: dict[tuple[int, ...], int] = {}
        ranked = []
        for window in self.plan.windows.values():
            key = window.classes[:1]
            seen[key] = seen.get(key, 0) + 1
            ranked.append((seen[key], window.id, window))
        return [window for _, _, window in sorted(ranked, key=lambda row: row[:2])]

    def _at(self, moment: datetime, act: Callable[[], None]) -> None:
        heapq.heappush(self.agenda, (moment, next(self.order), act))

    def _later(self, least: float, most: float, act: Callable[[], None]) -> None:
        self._at(now() + timedelta(seconds=self.dice.uniform(least, most)), act)

    def _arrivals(self, closes: datetime) -> list[datetime]:
        points = [(datetime.combine(self.day, time(h, m), ZONE), weight) for h, m, weight in CROWD]
        edges = [*[moment for moment, _ in points], closes - timedelta(minutes=20)]
        lengths = [max(0.0, (b - a).total_seconds()) for a, b in pairwise(edges)]
        weights = [length * weight for length, (_, weight) in zip(lengths, points, strict=True)]
        found = []
        for _ in range(self.visitors):
            place = self.dice.choices(range(len(points)), weights)[0]
            found.append(points[place][0] + timedelta(seconds=self.dice.random() * lengths[place]))
        return sorted(moment for moment in found if gives_tickets(self.plan, moment))

    def _opening(self, clerk: Actor, window: WindowView) -> Callable[[], None]:
        def act() -> None:
            actions.open_window(clerk, self.plan.body_id, window.id)
            self._next(clerk)

        return act

    def _arrival(self) -> None:
        klass = self._class()
        flags = tuple(flag for flag, share in FLAGS if self.dice.random() < share)[:1]
        actor = self.kiosk if self.dice.random() < 0.7 or not self.guides else self.dice.choice(self.guides)
        issued = actions.issue(actor, NewTicket(self.plan.body_id, klass.id, flags=flags))
        if self.dice.random() < 0.02:
            self._later(300, 1500, lambda: self._leave(issued.ticket.number))
        self._wake(klass.id)

    def _wake(self, klass_id: int) -> None:
        """Let whoever serves the class and sits idle press 叫下一位."""
        for clerk in [clerk for staff, clerk in self.idle.items() if klass_id in self.serves[staff]]:
            self._later(2, 8, lambda clerk=clerk: self._next(clerk))  # type: ignore[misc]

    def _class(self) -> ClassView:
        classes = list(self.plan.classes.values())
        return self.dice.choices(classes, [self.shares.get(klass.letter, 1) for klass in classes])[0]

    def _leave(self, number: str) -> None:
        if Ticket.objects.filter(number=number, state="waiting").exists():
            actions.leave(self.guides[0], number)

    def _next(self, clerk: Actor) -> None:
        self.idle.pop(clerk.staff_id or 0, None)
        try:
            ticket = actions.call_next(clerk)
        except FlowError:
            return  # paused, closed, or somebody is at the window already
        if ticket is None:
            self.idle[clerk.staff_id or 0] = clerk
        elif self.dice.random() < 0.05:
            self._later(15, 25, lambda: self._recall(clerk, ticket, 2))
        else:
            self._later(15, 70, lambda: self._arrive(clerk, ticket))

    def _recall(self, clerk: Actor, ticket: Ticket, times: int) -> None:
        if times:
            actions.recall(clerk, ticket.number)
            self._later(15, 25, lambda: self._recall(clerk, ticket, times - 1))
            return
        actions.miss(clerk, ticket.number)
        if self.dice.random() < 0.5:
            self._later(240, 900, lambda: self._rejoin(ticket.number))
        self._next(clerk)

    def _rejoin(self, number: str) -> None:
        try:
            actions.rejoin(self.kiosk, number)
        except FlowError:
            return  # too late: a new ticket is needed

    def _arrive(self, clerk: Actor, ticket: Ticket) -> None:
        actions.arrive(clerk, ticket.number)
        mean = self.plan.classes[ticket.klass_id].service_seconds * 0.72
        length = min(mean * self.dice.lognormvariate(-0.18, 0.6), 3600)
        self._later(length, length + 5, lambda: self._finish(clerk, ticket))

    def _finish(self, clerk: Actor, ticket: Ticket) -> None:
        if self.dice.random() < 0.03:
            other = next(k for k in self.plan.classes.values() if k.id != ticket.klass_id)
            actions.transfer(clerk, ticket.number, other.id, "还需办理关联业务")
            self._wake(other.id)
        else:
            actions.finish(clerk, ticket.number, self.dice.choice(RESULTS))
            if self.dice.random() < 0.5:
                self._later(5, 60, lambda: self._rate(ticket.number))
        self._later(15, 80, lambda: self._next(clerk))

    def _rate(self, number: str) -> None:
        grade = self.dice.choice(GRADES)
        known = self.options.get(grade, [])
        rate(self.rater, number, grade, self.dice.sample(known, min(len(known), 1)))

    def _sessions(self) -> list[tuple[Actor, Any]]:
        return [(clerk, own) for clerk in self.clerks if (own := actions.own_session(clerk)) is not None]

    def _lunch(self) -> None:
        """Two of three pause; the others go on, so that nobody finds an empty hall."""
        for place, (clerk, session) in enumerate(self._sessions()):
            if place % 3 and session.state == "open":
                actions.pause_window(clerk, session.number, "午间轮休")

    def _back(self) -> None:
        for clerk, session in self._sessions():
            if session.state == "paused":
                actions.resume_window(clerk, session.number)
            self._next(clerk)

    def _go_home(self) -> None:
        """Finish what is at the windows and close them; who still waits is told by the day's end."""
        for clerk, session in self._sessions():
            for ticket in Ticket.objects.filter(session_id=session.id, state__in=("called", "serving")):
                if ticket.state == "called":
                    actions.arrive(clerk, ticket.number)
                actions.finish(clerk, ticket.number, "accepted")
            actions.close_window(clerk, session.number)


def play_halls(past: date, today: datetime) -> None:
    """Play the last working day of the centre's hall and this day until now, unless it was done before."""
    if Ticket.objects.exists():
        return
    plan = hall(tree().by_code[read("organisation")["front_door"]].id)
    if plan is None:
        return
    with standing(datetime.combine(past - timedelta(days=3), time(9), ZONE)):
        plan_periods(plan)
    HallDay(plan, past, datetime.combine(past, time(23, 59), ZONE)).play()
    HallDay(plan, today.astimezone(ZONE).date(), today).play()
    with standing(today):
        book_ahead(plan, random.Random(SEED))  # noqa: S311 - a play, no secret
