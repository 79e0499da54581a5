"""An appraised month and two weeks of the hotline, lived through the actions: calls, orders in every state, a second round."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from bangban.demo.appraisal import Month, play_appraisal
from bangban.demo.city import read
from bangban.demo.holdings import play_holdings
from bangban.demo.hotline_calls import play_calls
from bangban.demo.moments import standing
from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.calendar import next_workday
from bangban.foundation.clocks.reads import work_calendar
from bangban.foundation.clocks.sweep import sweep
from bangban.foundation.jobs.following import catch_up
from bangban.oversight.reports.actions import draft_due, recount, save_recipient
from bangban.oversight.reports.reads import report_page
from bangban.oversight.supervision.chores import climb
from bangban.registry.org.models import Staff
from bangban.registry.org.reads import actor_of, tree
from bangban.services.hotline import actions
from bangban.services.hotline.actions.incoming import Incoming, receive_message
from bangban.services.hotline.actions.opening import NewOrder
from bangban.services.hotline.models import Visit, WorkOrder
from bangban.services.hotline.reads.catalogue import categories, units_for
from bangban.services.telephony import actions as telephony
from bangban.services.telephony.events import ExchangeEvent
from bangban.services.telephony.models import Call

ZONE = ZoneInfo("Asia/Shanghai")
Line = dict[str, Any]
FORM = ("happened", "place", "course", "present_state", "request", "region", "category", "consultation_kind", "aspect")
GRADES = ("attitude", "efficiency", "process", "result")
TALK = timedelta(minutes=3)


class HotlineDays:
    """Plays the orders of the data up to a moment; each step by the actions, at its own time."""

    def __init__(self, here: datetime) -> None:
        self.here = here
        self.given = read("hotline")
        self.center = tree().by_code[self.given["body"]]
        self.ids = count(1)

    @cached_property
    def staff(self) -> dict[str, Actor]:
        """Everybody of the hotline and of its units, by account name."""
        names = [
            *self.given["agents"],
            *(row["username"] for row in (*self.given["staff"], *self.given["undertakers"])),
        ]
        rows = Staff.objects.filter(account__username__in=names).select_related("account")
        return {row.account.username: actor_of(row.account) for row in rows}

    @cached_property
    def units(self) -> dict[int, Actor]:
        """Who handles orders at each unit."""
        return {tree().by_code[row["body"]].id: self.staff[row["username"]] for row in self.given["undertakers"]}

    def duty(self, name: str) -> Actor:
        """Return one who holds a duty."""
        return next(actor for actor in self.staff.values() if name in actor.duties)

    def play(self) -> None:
        """Go through a month that was appraised, and all orders of the last two weeks whose time has come."""
        self._appraised()
        play_holdings(self.here, self.duty("hotline_manager"), self.staff, read("holdings"))
        agents = [self.staff[name] for name in self.given["agents"]]
        play_calls(self.here, agents)
        for place, line in enumerate(self.given["orders"]):
            at = self._moment(line)
            if at + TALK < self.here:
                self._order(line, at, agents[place % len(agents)])
        with standing(self.here):
            catch_up()
            sweep(self.here)
            climb(self.here)
            self._recipients()
            draft_due(self.here)
            catch_up()
            self._specials()
            catch_up()

    def _specials(self) -> None:
        """Count the special reports once more: they were drafted before what followed in the same moment."""
        officer = self.duty("statistics_officer")
        for row in report_page(officer, kind="special").rows:
            recount(row.number, officer)

    def _recipients(self) -> None:
        manager = self.duty("hotline_manager")
        for row in self.given["recipients"]:
            unit = tree().by_code[row["unit"]].id if "unit" in row else None
            save_recipient(
                manager, self.center.id, row["name"], row["kinds"], row["channel"], unit_id=unit, address=row.get("address", "")
            )  # fmt: skip

    def _appraised(self) -> None:
        month, agents = Month(self.here, self.center.id), [self.staff[name] for name in self.given["agents"]]
        for place, line in enumerate(self.given["appraised"]):
            at = datetime.combine(month.workday(line["workday"]), time.fromisoformat(line["at"]), ZONE)
            self._order(line, at, agents[place % len(agents)])
        managers = [actor for actor in self.staff.values() if "hotline_manager" in actor.duties]
        play_appraisal(month, self.center.id, managers[0], managers[-1], self.given["survey"])

    def _moment(self, line: Line) -> datetime:
        day = self.here.astimezone(ZONE).date() + timedelta(days=line["day"])
        return datetime.combine(day, time.fromisoformat(line["at"]), ZONE)

    def _order(self, line: Line, at: datetime, agent: Actor) -> None:
        with standing(at):
            number = self._begin(line, at, agent)
        if number is None or line["end"] == "incoming":
            return
        with standing(at + TALK):
            self._fill(line, number, agent)
            if line["end"] == "answered":
                actions.answer(agent, number, line["answer"], "answered", "agent")
            if "emergency" in line:
                actions.report_emergency(agent, number, line["emergency"])
        if line["end"] in ("answered", "registered"):
            return
        self._dispatch(line, number, at + TALK + timedelta(minutes=4), agent)

    def _begin(self, line: Line, at: datetime, agent: Actor) -> str | None:
        name, phone = line["person"]
        if line["by"] == "telephone":
            call = self._call(phone, at, agent)
            new = NewOrder(
                "telephone", phone=phone, name="" if line.get("anonymous") else name, call_id=call,
                subject_kind="anonymous" if line.get("anonymous") else "natural_person", center_id=self.center.id,
            )  # fmt: skip
            return actions.open_order(agent, new).order.number
        sender = phone if line["by"] != "mailbox" else f"{phone}@example.com"
        told = Incoming(
            source=line["by"], medium="", provider_id=f"demo-{next(self.ids)}", sender=sender, subject="", text=line["request"],
            sent_at=at, received_at=at, files=(),
        )  # fmt: skip
        order = receive_message(told)
        if line["end"] != "incoming":
            actions.take(agent, order.number)
            actions.respond(agent, order.number, "您好，您的来信已收到，我们正在办理。")
        return order.number

    def _call(self, phone: str, at: datetime, agent: Actor) -> Any:
        name = f"demo-call-{next(self.ids)}"
        number = Staff.objects.values_list("work_number", flat=True).get(id=agent.staff_id or 0)
        steps = (
            ("offered", 0, ""),
            ("queued", 1, ""),
            ("ringing", 3, number),
            ("answered", 8, number),
            ("hung_up", 175, ""),
        )
        telephony.receive([
            ExchangeEvent(
                id=f"{name}-{kind}", call=name, kind=kind, at=at + timedelta(seconds=after - 180), caller=phone, called="12345",
                agent=who,
            )
            for kind, after, who in steps
        ])  # fmt: skip
        return Call.objects.values_list("id", flat=True).get(exchange_id=name)

    def _fill(self, line: Line, number: str, agent: Actor) -> None:
        form: dict[str, object] = {name: line[name] for name in FORM if line.get(name)}
        name, phone = line["person"]
        if line["by"] != "telephone":
            form |= {"contact_name": name, "contact_phone": phone}
        form |= {"kind": line["kind"]} | {f"fact.{name}": text for name, text in line.get("facts", {}).items()}
        if "about" in line:
            form["about_unit"] = tree().by_code[line["about"]].id
        if "confidential" in line or line["kind"] in ("complaint", "report_of_violation"):
            form["confidential"] = "yes" if line.get("confidential") else "no"
        for question in self._questions(line):
            form.setdefault(f"skip.{question}", "来电人暂时说不清")
        saved = actions.save(agent, number, form)
        if saved.problems:
            raise ValueError(f"The demo order at {line['at']} is not sound: {saved.problems}")
        actions.confirm(agent, number, True)
        actions.register(agent, number)

    def _questions(self, line: Line) -> list[str]:
        known = {one.code: one for one in categories()}
        code = line["category"]
        asked = [
            one
            for level in (code, code[:4] + "00", code[:2] + "0000")
            if level in known
            for one in known[level].questions
        ]
        return [one.code for one in asked if one.required and one.code not in line.get("facts", {})]

    def _dispatch(self, line: Line, number: str, at: datetime, agent: Actor) -> None:
        order = WorkOrder.objects.get(number=number)
        wanted = (
            tree().by_code[line["unit"]].id if "unit" in line else units_for(line["category"], order.region)[0].unit_id
        )
        with standing(at):
            actions.dispatch(agent, number, "请核实情况，依法办理并答复诉求人。", [wanted], wanted, days=5)
        unit = self.units[wanted]
        signed = self._worktime(at + timedelta(hours=3))
        if line["end"] == "dispatched" or signed > self.here:
            return
        if line["end"] == "returned":
            with standing(signed):
                actions.return_order(unit, number, line["reason"])
            return
        with standing(signed):
            actions.sign(unit, number)
        if line["end"] != "handling":
            self._finish(line, number, signed, unit)

    def _finish(self, line: Line, number: str, signed: datetime, unit: Actor) -> None:
        done = self._worktime(signed + timedelta(days=1))
        if done > self.here:
            return
        with standing(done):
            actions.reply(unit, number, "sms", line["reply"])
            actions.complete(unit, number, line["reply"], "solved")
            catch_up()
        if "satisfied" not in line:
            return
        visited = self._worktime(done + timedelta(days=1))
        visit = Visit.objects.filter(order__number=number, state="due").first()
        if visited > self.here or visit is None:
            return
        visitor = self.duty("callback_visitor")
        process, result = line["satisfied"]
        grades = dict(zip(GRADES, line.get("grades", ()), strict=False))
        with standing(max(visited, visit.not_before)):
            actions.visit(
                visitor, number, process, result, solved=result, contacted=True, text=line.get("text", ""),
                how="演示环境没有接入交换机，用值班电话回访", **grades,
            )  # fmt: skip
            if line["end"] == "redo":
                actions.redo(visitor, number, line["redo"], 3)
        if line["end"] == "archived":
            with standing(min(self.here, visited + timedelta(days=1))):
                actions.archive(self.duty("archivist"), number, "演示通话没有录音文件")

    def _worktime(self, at: datetime) -> datetime:
        """Return the moment itself when an office is open then, else ten o'clock of the next working day."""
        local = at.astimezone(ZONE)
        calendar = work_calendar()
        if calendar.is_workday(local.date()) and time(9) <= local.time() <= time(17):
            return at
        start = (
            local.date() if local.time() < time(9) and calendar.is_workday(local.date()) else self._next(local.date())
        )
        return datetime.combine(start, time(10), ZONE)

    @staticmethod
    def _next(day: date) -> date:
        return next_workday(day, work_calendar())


def play_hotline(here: datetime) -> None:
    """Live the hotline's last two weeks, once."""
    center = tree().by_code.get(read("hotline")["body"])
    if center is not None and not WorkOrder.objects.filter(center_id=center.id).exists():
        HotlineDays(here).play()
