"""A day at the consultation desk of the centre: questions, promises, calls for help, umbrellas, lived through the actions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from bangban.demo.city import read
from bangban.demo.desk_news import play_news, play_patrols
from bangban.demo.moments import standing
from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.calendar import next_workday
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import work_calendar
from bangban.foundation.clocks.sweep import sweep
from bangban.foundation.jobs.following import catch_up
from bangban.registry.catalog.reads import item_id_of
from bangban.registry.halls.models import DeviceKind
from bangban.registry.halls.reads import devices, spans_of
from bangban.registry.knowledge.models import Entry
from bangban.registry.org.models import Staff
from bangban.registry.org.reads import actor_of, tree
from bangban.services.counter import actions
from bangban.services.counter.actions import NewInquiry, loans
from bangban.services.counter.models import Inquiry

ZONE = ZoneInfo("Asia/Shanghai")
Line = dict[str, Any]
AFTERNOON = timedelta(minutes=90)
"""So long before closing an answer can still be promised for the same day."""


class DeskDay:
    """Plays the desk's last working day and this day until now; `at` is a time of the past day, or a part of today."""

    def __init__(self, past: date, here: datetime) -> None:
        self.past, self.here = past, here
        self.today = here.astimezone(ZONE).date()
        self.body_id = tree().by_code[read("organisation")["front_door"]].id
        self.given = read("desk_day")
        self.spans = spans_of(self.body_id, self.today)

    @cached_property
    def staff(self) -> dict[str, Actor]:
        """The people of the hall by account name."""
        rows = Staff.objects.filter(body_id=self.body_id, active=True).select_related("account")
        return {row.account.username: actor_of(row.account) for row in rows}

    @cached_property
    def answers(self) -> dict[str, str]:
        """Numbers of standard answers by the name that they have in the data."""
        return dict(Entry.objects.values_list("external_id", "number"))

    def play(self) -> None:
        """Go through the past day, then through what has passed of this one."""
        for line in self.given["inquiries"]:
            self._question(line)
        for line in self.given["help"]:
            self._help(line)
        with standing(self._at("17:45")):
            sweep(now())
            catch_up()
        if self._open_so_far() > timedelta(minutes=20):
            for line in self.given["today"]:
                self._question(line)
        for line in self.given["loans"]:
            self._loan(line)
        self._uses()
        self._call_waiting()

    def _at(self, when: str | float) -> datetime:
        """Return a time of the past day, or the moment at which a part of today's opening hours so far had passed."""
        if isinstance(when, str):
            return datetime.combine(self.past, time.fromisoformat(when), ZONE)
        left = self._open_so_far() * when
        for opens, closes in self._so_far():
            if opens + left <= closes:
                return opens + left
            left -= closes - opens
        return self.here

    def _so_far(self) -> Iterator[tuple[datetime, datetime]]:
        return ((opens, min(closes, self.here)) for opens, closes in self.spans if opens < self.here)

    def _open_so_far(self) -> timedelta:
        return sum((closes - opens for opens, closes in self._so_far()), timedelta())

    def _agreed(self, line: Line) -> datetime | None:
        """Return the promised time: this afternoon where there is time left, else the next working day's morning."""
        said = line.get("agreed")
        if said is None or said not in ("next", "later"):
            return self._at(said) if said else None
        if said == "next" and self.spans and self.here < self.spans[-1][1] - AFTERNOON:
            return self.spans[-1][1] - timedelta(minutes=30)
        day = next_workday(self.today, work_calendar())
        return datetime.combine(day, time(10, 30), ZONE)

    def _question(self, line: Line) -> None:
        agreed, asker = self._agreed(line), self.staff[line["by"]]
        item = item_id_of(line["item"]) if "item" in line else None
        new = NewInquiry(
            answered=agreed is None, item=str(item) if item else "", topic=line["topic"], question=line["question"],
            name=line.get("name", ""), phone=line.get("phone", ""), user_kind=line.get("user_kind", "natural_person"),
            channel=line.get("channel", "window"), reply=line.get("reply", ""),
            cited=self.answers.get(line.get("cited", ""), ""), agreed_at=agreed,
        )  # fmt: skip
        with standing(self._at(line["at"])):
            number = actions.log_inquiry(asker, new).number
            if "give" in line:
                actions.give_material(asker, number, line["give"])
        if move := line.get("hand_on"):
            with self._then(move):
                actions.hand_on(asker, number, self.staff[move["to"]].staff_id, move["reason"])
        if answer := line.get("answered"):
            with self._then(answer):
                actions.reply(self.staff[answer["by"]], number, answer["reply"], answer["basis"])
        if ending := line.get("withdrawn"):
            with self._then(ending):
                actions.withdraw(self.staff[ending["by"]], number, ending["reason"])

    @contextmanager
    def _then(self, step: Line) -> Iterator[None]:
        with standing(self._at(step["at"])):
            yield

    def _help(self, line: Line) -> None:
        start, helper = self._at(line["at"]), self.staff[line["by"]]
        number = self._call(line, start)
        with standing(start + timedelta(seconds=line["taken"])):
            actions.take_help(helper, number)
        if "contacted" in line:
            with standing(start + timedelta(seconds=line["contact_after"])):
                actions.contact(helper, number, line["contacted"])
        with standing(start + timedelta(seconds=line["closed"])):
            actions.close_help(helper, number, line["measures"])

    def _call(self, line: Line, moment: datetime) -> str:
        code = line.get("device", "")
        places = {device.code: device.place for device in devices(self.body_id)}
        kiosk = Actor(
            "device", f"device:{code}", f"自助终端{code}", channel="kiosk", unit_id=self.body_id,
            duties=frozenset({DeviceKind.KIOSK}),
        )  # fmt: skip
        actor = kiosk if code else self.staff[line["by"]]
        where = line.get("location") or places.get(code, "大厅")
        with standing(moment):
            call = actions.request_help(
                actor, self.body_id, line["kind"], where, terminal=code, note=line["note"]
            )  # fmt: skip
        return call.number

    def _call_waiting(self) -> None:
        """Leave one call for whoever opens the desk now, while the hall is open."""
        line = self.given["help_now"]
        moment = self.here - timedelta(seconds=line["seconds_ago"])
        if any(opens <= moment and self.here <= closes for opens, closes in self.spans):
            self._call(line, moment)

    def _loan(self, line: Line) -> None:
        """Lend something; what went out today comes back before closing."""
        today = not isinstance(line["lent"], str)
        if today and self._open_so_far() < timedelta(minutes=20):
            return
        closing = self.spans[-1][1] if today else self._at("17:00")
        due = closing if line["due"] == "evening" else self._at(line["due"])
        with standing(self._at(line["lent"])):
            new = loans.NewLoan("umbrella", line["name"], line["phone"], due, label=line["label"])
            number = loans.lend(self.staff[line["by"]], new).number
        back = self._at(line["returned"]) if "returned" in line else closing - timedelta(minutes=15) if today else None
        if back and back < self.here:
            receiver: str = line.get("back_to") or line["by"]
            with standing(back):
                loans.take_back(self.staff[receiver], number, line.get("remark", ""))

    def _uses(self) -> None:
        for day, moment in (("past", self._at("16:55")), ("today", self._at(0.98))):
            if day == "today" and self._open_so_far() < timedelta(minutes=20):
                continue
            with standing(moment):
                for use, number in self.given["uses"][day].items():
                    loans.count_use(self.staff["zhong.yuxin"], use, number)


def play_desk(past: date, here: datetime) -> None:
    """Play the desk's last working day and this day until now, what is published, and patrols, unless it was done before."""
    if Inquiry.objects.exists():
        return
    day = DeskDay(past, here)
    day.play()
    play_news(past, here, day.staff, day.given["publications"])
    play_patrols(past, day.body_id, day.staff, day.given["patrols"])
    catch_up()
