"""A day of realistic traffic, lived through the actions: the house's clock is set to each moment in turn."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bangban.demo.city import read, staff_with
from bangban.demo.desk_day import play_desk
from bangban.demo.hall_day import play_halls
from bangban.demo.hotline_day import play_hotline
from bangban.demo.moments import standing
from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.calendar import previous_workday
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.clocks.reads import work_calendar
from bangban.foundation.clocks.sweep import sweep
from bangban.foundation.flows.flow import FlowError
from bangban.foundation.handover.models import Answer, Handover
from bangban.foundation.handover.models import Kind as Move
from bangban.foundation.jobs.following import catch_up
from bangban.foundation.privacy.crypto import digest
from bangban.oversight.evaluation.actions import rate
from bangban.registry.catalog.reads import item_id_of
from bangban.registry.org.models import Staff
from bangban.registry.org.reads import actor_of, tree
from bangban.services.assistant.actions import ask
from bangban.services.assistant.reads import case_part_of
from bangban.services.cases import actions
from bangban.services.cases.actions import NewCase
from bangban.services.cases.models import Case
from bangban.services.conversation.models import Kind

ZONE = ZoneInfo("Asia/Shanghai")
SHARE_RATED, SHARE_LOOPED = 0.75, 0.55
SEED = 20261122


@dataclass
class Talk:
    """One citizen with one case."""

    number: str
    citizen: Actor


class Day:
    """Plays the scripts of one working day, and leaves some cases open for today."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.dice = random.Random(SEED)  # noqa: S311 - a play, no secret
        self.people = {person["id"]: person for person in read("people")["people"]}
        self.guide = staff_with("triage_agent", read("organisation")["front_door"])

    def play(self) -> None:
        """Ask the assistant all day long, and serve the scripted cases in working hours."""
        self._questions()
        scripts = read("dialogues")["dialogues"]
        for place, script in enumerate(scripts):
            start = self._moment(place, len(scripts))
            with standing(start):
                self._serve(script, place)
        with standing(self._at("17:30")):
            sweep(now())
            catch_up()

    def _questions(self) -> None:
        for row in read("questions")["questions"]:
            with standing(self._at(row["at"])):
                guest = Actor("guest", "guest:demo", channel=row["channel"])
                turn = ask(guest, row["text"], None, row["channel"])
                for more in row["follow_ups"]:
                    turn = ask(guest, more, turn.session, row["channel"])

    def _at(self, text: str) -> datetime:
        return datetime.combine(self.day, time.fromisoformat(text), ZONE)

    def _moment(self, place: int, of: int) -> datetime:
        """Spread cases over the service hours, with the morning's crowd."""
        minutes = int((place / max(of, 1)) ** 1.2 * 380)
        start = self._at("09:02") + timedelta(minutes=minutes)
        return start + timedelta(minutes=90) if start >= self._at("12:00") else start

    def _serve(self, script: dict[str, Any], place: int) -> None:
        talk = self.open(script)
        try:
            OUTCOMES[script["outcome"]](self, talk, script)
        except FlowError as refusal:
            raise RuntimeError(
                f"Script {place} ({script['outcome']}): {refusal.sentence} {refusal.details}"
            ) from refusal
        catch_up()

    def open(self, script: dict[str, Any]) -> Talk:
        """Ask the assistant, then register the case with the talk so far."""
        person = self.people[script["person"]]
        channel = script["channel"]
        guest = Actor("guest", "guest:demo", channel=channel)
        turn = ask(guest, script["question"], None, channel)
        part = case_part_of(turn.session)
        opened = actions.open_case(
            guest,
            NewCase(
                question=script["question"],
                phone=person["phone"],
                name=person["name"],
                channel=channel,
                user_kind=person["kind"],
                region=person["region"],
                human_reason=turn.reason or "asked",
                transcript=part.transcript if part else (),
            ),
        )
        citizen = Actor("guest", "guest:demo", channel=channel, tokens=frozenset({digest(opened.token.encode())}))
        return Talk(opened.case.number, citizen)

    def claim(self, talk: Talk, script: dict[str, Any]) -> None:
        """The guide claims, greets and sorts."""
        self.later(20, 150)
        actions.claim(self.guide, talk.number)
        actions.post_message(self.guide, talk.number, "您好，请问有什么事我可以帮忙吗？我先了解一下您的情况。")
        self.later(40, 180)
        found = item_id_of(script["item"]) if script["item"] else None
        sorted_need = {
            "need_summary": script["guide_summary"],
            "question_type": self.dice.choice(["procedure", "process", "policy", "regulation"]),
            "scope": script["scope"],
            "complexity": script["complexity"],
            "item": str(found) if found else None,
        }
        actions.sort(self.guide, talk.number, sorted_need)

    def consult(self, talk: Talk, script: dict[str, Any], assigner: Actor | None = None) -> Actor:
        """A specialist accepts and answers; returns who."""
        actions.assign(assigner or self.guide, talk.number)
        self.later(10, 90)
        specialist = self.offered(talk)
        actions.accept(specialist, talk.number)
        self.answer(talk, specialist, script)
        return specialist

    def answer(self, talk: Talk, staff: Actor, script: dict[str, Any]) -> None:
        """Give the standard answer and let the citizen ask back."""
        self.later(30, 120)
        cited = {"knowledge": script["knowledge"][0]} if script["knowledge"] else {}
        actions.post_message(staff, talk.number, script["specialist_reply"], kind=Kind.ANSWER, data=cited)
        self.later(30, 200)
        if script["citizen_followup"]:
            actions.post_message(talk.citizen, talk.number, script["citizen_followup"])

    def offered(self, talk: Talk) -> Actor:
        """Return the specialist who was offered the case, or one of the unit when it went to all."""
        offer = Handover.objects.get(record_id=_id(talk), answer=Answer.OFFERED, kind=Move.ASSIGN)
        rows = Staff.objects.filter(body_id=offer.to_unit_id, duties__contains=["dedicated_consultant"])
        row = rows.filter(id=offer.to_staff_id or 0).first() or rows.order_by("id").first()
        assert row is not None
        return actor_of(row.account)

    def onward(self, talk: Talk, specialist: Actor) -> bool:
        """Ask for consent to the next stage; False when the service list does not offer it for this item."""
        try:
            actions.propose_stage(specialist, talk.number)
        except FlowError:
            return False
        self.later(15, 90)
        actions.answer_consent(talk.citizen, talk.number, True)
        return True

    def close(self, talk: Talk, staff: Actor, script: dict[str, Any], **more: Any) -> None:
        """Feed back and close; most people rate, and some say at once how it ended."""
        self.later(60, 400)
        actions.close(staff, talk.number, {"opinion": script["final_opinion"], **more})
        self.later(20, 300)
        given = script["rating"]
        if given and self.dice.random() < SHARE_RATED:
            rate(talk.citizen, talk.number, given["grade"], [str(code) for code in given["options"]], given["text"])
        if script["loop_outcome"] == "obtained" and self.dice.random() < SHARE_LOOPED:
            actions.follow_up(talk.citizen, talk.number, {"outcome": "obtained"})

    def later(self, least: int, most: int) -> None:
        """Let some seconds pass."""
        stand_at(now() + timedelta(seconds=self.dice.randint(least, most)))


def _id(talk: Talk) -> Any:
    return Case.objects.values_list("id", flat=True).get(number=talk.number)


def _simple(day: Day, talk: Talk, script: dict[str, Any]) -> None:
    day.claim(talk, script)
    day.answer(talk, day.guide, script)
    day.close(talk, day.guide, script)


def _guided(day: Day, talk: Talk, script: dict[str, Any]) -> None:
    day.claim(talk, script)
    specialist = day.consult(talk, script)
    day.onward(talk, specialist)
    day.close(talk, specialist, script)


def _assisted(day: Day, talk: Talk, script: dict[str, Any]) -> None:
    day.claim(talk, script)
    specialist = day.consult(talk, script)
    assisted = day.onward(talk, specialist) and day.onward(talk, specialist)
    day.close(talk, specialist, script, **({"reason": "referred_to_review", "acceptable": True} if assisted else {}))


def _adviser(day: Day, talk: Talk, script: dict[str, Any]) -> None:
    day.claim(talk, script)
    specialist = day.consult(talk, script)
    department = tree().named(script["adviser"]["department"])
    given = {"question": script["adviser"]["question"], "to": department.code if department else ""}
    actions.ask_adviser(specialist, talk.number, given)
    day.later(120, 2400)
    offer = Handover.objects.get(record_id=_id(talk), answer=Answer.OFFERED, kind=Move.ADVICE)
    row = Staff.objects.filter(body_id=offer.to_unit_id, duties__contains=["advisor"]).select_related("account").first()
    if row is not None:
        actions.advise(actor_of(row.account), talk.number, script["adviser"]["reply"])
    day.close(talk, specialist, script)


def _transferred(day: Day, talk: Talk, script: dict[str, Any]) -> None:
    day.claim(talk, script)
    actions.transfer_down(day.guide, talk.number, {"to": script["to_body"]})
    day.later(60, 500)
    local_guide = staff_with("triage_agent", script["to_body"])
    actions.accept(local_guide, talk.number)
    specialist = day.consult(talk, script, local_guide)
    day.close(talk, specialist, script)


def _help_card(day: Day, talk: Talk, script: dict[str, Any]) -> None:
    day.claim(talk, script)
    actions.help_card(day.guide, talk.number, {"to": script["to_body"]})
    day.close(talk, day.guide, script)


def _withdrawn(day: Day, talk: Talk, script: dict[str, Any]) -> None:
    day.later(60, 600)
    actions.withdraw(talk.citizen, talk.number, "已经自己解决了")


def _again(day: Day, talk: Talk, script: dict[str, Any]) -> None:
    """Two rounds under one number: the result was not there yet, the same specialist goes on."""
    day.claim(talk, script)
    specialist = day.consult(talk, script)
    actions.close(specialist, talk.number, {"opinion": script["final_opinion"]})
    more = script["second_round"]
    day.later(600, 1800)
    actions.follow_up(talk.citizen, talk.number, {"outcome": "needs_improvement", "explanation": more["citizen"]})
    day.later(30, 120)
    actions.claim(day.guide, talk.number)
    again = day.consult(talk, {**script, "specialist_reply": more["specialist_reply"], "citizen_followup": ""})
    day.close(talk, again, {**script, "final_opinion": more["final_opinion"]})


OUTCOMES: dict[str, Callable[[Day, Talk, dict[str, Any]], None]] = {
    "closed_simple": _simple,
    "guided": _guided,
    "assisted": _assisted,
    "transferred": _transferred,
    "help_card": _help_card,
    "adviser": _adviser,
    "withdrawn": _withdrawn,
    "needs_improvement": _again,
}


def last_working_day() -> date:
    """Return the last day whose service hours are over."""
    return previous_workday(now().astimezone(ZONE).date(), work_calendar())


def play_day() -> None:
    """Play the last working day and leave a few cases of this hour open, unless it was done before."""
    if Case.objects.exists():
        return
    Day(last_working_day()).play()
    play_halls(last_working_day(), now())
    play_desk(last_working_day(), now())
    _this_hour(Day(now().astimezone(ZONE).date()))
    play_hotline(now())


def _this_hour(day: Day) -> None:
    """Leave cases at every step for whoever signs in now: waiting, claimed, in consultation, asked for consent."""
    scripts = [script for script in read("dialogues")["dialogues"] if script["item"] and script["outcome"] == "guided"]
    for place, script in enumerate(scripts[:7]):
        with standing(now() - timedelta(minutes=12 - place)):
            talk = day.open(script)
            if place >= 3:
                day.claim(talk, script)
            if place >= 5:
                specialist = day.consult(talk, script)
            if place == 6:
                day.onward(talk, specialist)
    catch_up()
