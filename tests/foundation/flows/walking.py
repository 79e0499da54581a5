"""A random visitor to a case: whoever may do something does it, others try; what must always hold is checked after each step."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Max

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks import moment
from bangban.foundation.clocks.models import Clock
from bangban.foundation.clocks.sweep import sweep
from bangban.foundation.flows.flow import FlowError
from bangban.foundation.flows.models import Interval
from bangban.foundation.handover.actions import expire_due
from bangban.foundation.handover.models import Handover
from bangban.registry.catalog.models.items import Item
from bangban.services.cases import actions
from bangban.services.cases.flow import FLOW
from bangban.services.cases.models import Case, Round
from bangban.services.cases.parties import parties_of
from bangban.services.conversation.models import Kind, Message
from bangban.services.conversation.models import Thread as Talk
from tests.cast import Cast
from tests.services.cases.steps import SORTED, opened

SERVING = {"claimed", "consult", "guide", "assist"}
MOVES = {
    ("bot", "queued"), ("bot", "closed"), ("bot", "claimed"), ("queued", "claimed"), ("claimed", "consult"),
    ("consult", "claimed"), ("consult", "guide"), ("guide", "assist"), ("closed", "following"),
    *((state, "closed") for state in SERVING),
    *((state, "withdrawn") for state in {"bot", "queued", *SERVING}),
    *((state, goal) for state in ("closed", "following") for goal in ("queued", "loop_closed")),
}  # fmt: skip
"""Every step between two states that the standards know, written down apart from the flow table."""


class Walk:
    """One case and everybody around it."""

    def __init__(self, city: Cast, item: Item, dice: random.Random) -> None:
        self.dice, self.item = dice, item
        self.number, self.citizen = opened(to_bot=dice.random() < 0.3)
        self.people: list[Actor] = [*city.staff().values(), self.citizen, self.citizen, SYSTEM]
        self.before = Case.objects.get(number=self.number)
        self.first_contact: int | None = None
        self.steps_after_the_end = 0

    @property
    def finished(self) -> bool:
        """Tell whether the case had come to its end before this step."""
        return self.before.state in ("loop_closed", "withdrawn")

    def step(self) -> str:
        """Let somebody do or try something; returns what it was."""
        self.before = Case.objects.get(number=self.number)
        self.steps_after_the_end += self.finished
        name, deed = self.dice.choice(self.sensible() if self.dice.random() < 0.8 else self.anything())
        try:
            deed()
        except FlowError as refusal:
            self.check_untouched(name, refusal)
            return f"{name} refused"
        self.check(name)
        return name

    def anything(self) -> list[tuple[str, Callable[[], Any]]]:
        """Return what one person could try, allowed or not."""
        return self.deeds(self.dice.choice(self.people))

    def sensible(self) -> list[tuple[str, Callable[[], Any]]]:
        """Return what the buttons of everybody's page offer now; giving up is chosen seldom."""
        seldom = {"withdraw", "solved", "time", "say"} if self.dice.random() < 0.9 else set()
        return [
            (name, deed)
            for actor in self.people
            for allowed in [{line.action for line in FLOW.allowed(self.before, parties_of(self.before, actor))}]
            for name, deed in self.deeds(actor)
            if name in allowed - seldom
        ] or self.anything()

    def deeds(self, actor: Actor) -> list[tuple[str, Callable[[], Any]]]:
        """Return everything that anybody could try, with words that make sense."""
        pick, number = self.dice.choice, self.number
        sorting = {**SORTED, "item": str(self.item.id), "scope": pick(["own", "own", "out_of_scope"])}
        outcome = pick(["obtained", "needs_improvement", "unattainable"])
        return [
            ("request_human", lambda: actions.request_human(actor, number)),
            ("solved", lambda: actions.solved(actor, number)),
            ("claim", lambda: actions.claim(actor, number)),
            ("sort", lambda: actions.sort(actor, number, sorting)),
            ("assign", lambda: actions.assign(actor, number, pick([{}, {"to": "specialist"}, {"to": "yxspecialist"}]))),
            ("transfer_down", lambda: actions.transfer_down(actor, number, {"to": pick(["yx", "gz", "ch"])})),
            ("take_back", lambda: actions.take_back(actor, number)),
            ("accept", lambda: actions.accept(actor, number)),
            ("accept", lambda: actions.accept(actor, number)),
            ("return", lambda: actions.return_offer(actor, number, "不熟悉")),
            ("help_card", lambda: actions.help_card(actor, number, {"to": "ch"})),
            ("ask_adviser", lambda: actions.ask_adviser(actor, number, {"question": "能否合并？"})),
            ("advise", lambda: actions.advise(actor, number, "可以。")),
            ("ask_unit", lambda: actions.ask_unit(actor, number, {"to": "yx", "task": "核对"})),
            ("reply_task", lambda: actions.reply_task(actor, number, "已核对。")),
            ("propose_stage", lambda: actions.propose_stage(actor, number)),
            ("consent", lambda: actions.answer_consent(actor, number, self.dice.random() < 0.8)),
            ("close", lambda: actions.close(actor, number, {"opinion": "可以。", "path": self.path()})),
            ("withdraw", lambda: actions.withdraw(actor, number)),
            ("follow_up", lambda: actions.follow_up(actor, number, {"outcome": outcome, "explanation": "说明", "basis": "条例"})),
            ("ask_result", lambda: actions.ask_result(number, actor)),
            ("reassign", lambda: actions.reassign(actor, number, {"to": pick(["specialist2", "guide"]), "reason": "请假"})),
            ("say", lambda: actions.post_message(actor, number, "您好", kind=pick([Kind.TEXT, Kind.ANSWER, Kind.OPINION]))),
            ("time", self.pass_time),
        ]  # fmt: skip

    def path(self) -> dict[str, str] | None:
        """Return a path for one in three closings."""
        return {"department": "公安局", "phone": "110"} if self.dice.random() < 0.3 else None

    def pass_time(self) -> None:
        """Let some hours pass, with what the house does by itself."""
        moment.set_shift(moment._shift + timedelta(minutes=self.dice.choice([1, 10, 90, 1500])))
        expire_due(moment.now())
        sweep(moment.now())

    def check_untouched(self, name: str, refusal: FlowError) -> None:
        """A refusal says something and changes nothing."""
        assert refusal.sentence
        after = Case.objects.get(number=self.number)
        assert (after.version, after.chain_length) == (self.before.version, self.before.chain_length), name

    def check(self, name: str) -> None:
        """What must hold after every deed."""
        case = Case.objects.get(number=self.number)
        if case.state != self.before.state:
            assert (self.before.state, case.state) in MOVES, f"{name}: {self.before.state} -> {case.state}"
        if case.state in SERVING:
            assert case.owner_id is not None, f"{name} left nobody responsible"
            assert case.first_contact_id is not None
        self.first_contact = self.first_contact or case.first_contact_id
        assert case.first_contact_id == self.first_contact, f"{name} changed the first contact"
        self._check_rows(case)

    def _check_rows(self, case: Case) -> None:
        open_ones = Interval.objects.filter(record_id=case.id, ended_at=None)
        places = [(row.state, row.owner_id, row.unit_id) for row in open_ones]
        finished = case.state in ("loop_closed", "withdrawn")
        assert places == ([] if finished else [(case.state, case.owner_id, case.unit_id)])
        rounds = Round.objects.filter(case_id=case.id).order_by("number")
        assert [row.number for row in rounds] == list(range(1, case.round + 1))
        assert [row.closed_at is None for row in rounds] == [False] * (case.round - 1) + [
            case.state not in ("closed", "following", "loop_closed", "withdrawn")
        ]
        if finished:
            assert not Handover.objects.filter(record_id=case.id, answer="offered").exists()
            assert not Clock.objects.filter(record_id=case.id).exclude(state="stopped").exists()

    def check_whole(self) -> None:
        """What must hold at the end of the walk: stretches join without gap, and messages are numbered without one."""
        case = Case.objects.get(number=self.number)
        stretches = list(Interval.objects.filter(record_id=case.id).order_by("began_at", "ended_at"))
        assert stretches[0].began_at == case.created_at
        for earlier, following in pairwise(stretches):
            assert earlier.ended_at == following.began_at
        told = Message.objects.filter(record_id=case.id)
        assert (
            told.count() == told.aggregate(last=Max("position"))["last"] == Talk.objects.get(record_id=case.id).length
        )
