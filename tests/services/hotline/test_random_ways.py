"""Whatever hotline, units, callers and the clock do in whatever order, an order never comes into a state that must not be."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks import moment
from bangban.foundation.clocks.models import Clock
from bangban.foundation.clocks.sweep import sweep
from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.foundation.handover.actions import expire_due
from bangban.foundation.handover.models import Handover
from bangban.foundation.jobs.following import catch_up, stuck
from bangban.foundation.ledger.verify import verify
from bangban.foundation.notify.models import Delivery
from bangban.services.hotline.actions import dispatching, filing, handling, merging, visiting
from bangban.services.hotline.actions.answering import answer, withdraw
from bangban.services.hotline.chores import archive_ended, end_undrawn
from bangban.services.hotline.models import Assignment, Extension, Visit, WorkOrder
from bangban.services.hotline.reads import order_view, visits
from bangban.services.hotline.reads.reaching import calls_made
from bangban.services.hotline.reads.results import agent_scores, unit_scores
from tests.cast import WORKING_MORNING
from tests.hotline import ASKED, PENSION, Hotline, registered_order
from tests.services.hotline.ways import OPINION, as_if_committed, later, load, requester, rung

SECRET_NAME, SECRET_PHONE = "赵隐名", "13912340077"
GUIDED = 0.85
LIKELY = {
    "registered": "dispatch dispatch dispatch dispatch answer merge",
    "dispatched": "sign sign sign return sign_part contact time",
    "handling": "reply reply complete complete complete ask_extension decide_extension sign_part report_part return_part"
    " return discuss contact merge",
    "returned": "redispatch redispatch designate merge",
    "completed": "time visit visit web_answer try_visit end_visit send_back",
    "visited": "redo redo redo decline_redo archive archive",
    "merged": "unmerge visit web_answer archive time",
    "archived": "ask_reopening reopen time",
}
"""What may happen next; now and then anything is tried."""
HANDLING = ("order_sign", "order_handle", "order_assist")
CLOCKS_OF = {
    "registered": {"order_transfer"}, "dispatched": {*HANDLING}, "handling": {"order_handle", "order_assist"},
    "returned": {"order_dispute"}, "completed": {"order_visit"}, "visited": {"order_archive"}, "merged": {"order_archive"},
    "archived": set(), "withdrawn": set(),
}  # fmt: skip


class Walk:
    """Four orders, one of them confidential, one a complaint about the building unit; everybody acts at random."""

    def __init__(self, line: Hotline, dice: random.Random) -> None:
        self.line, self.dice = line, dice
        plain = [registered_order(line).number, registered_order(line, "consultation", PENSION).number]
        self.secret = registered_order(
            line, confidential="yes", contact_name=SECRET_NAME, contact_phone=SECRET_PHONE
        ).number
        self.complaint = registered_order(line, "complaint", category=PENSION).number
        self.numbers = [*plain, self.secret, self.complaint]
        self.number = self.secret
        self.done: dict[str, int] = {}

    def step(self) -> None:
        self.number = self.dice.choice(self.numbers)
        likely = LIKELY.get(load(self.number).state, "time night").split()
        name = self.dice.choice(likely if self.dice.random() < GUIDED else list(STEPS))
        try:
            with transaction.atomic():
                STEPS[name](self)
            self.done[name] = self.done.get(name, 0) + 1
        except FlowError as refusal:
            assert refusal.sentence.endswith(("。", "？", "）")), refusal.sentence

    def one_of(self, *actors: Actor) -> Actor:
        return self.dice.choice(actors)

    @property
    def unit(self) -> Actor:
        everybody = (self.line.builder, self.line.second_builder, self.line.roads, self.line.rescue)
        lead = [one for one in everybody if one.unit_id == load(self.number).lead_unit_id]
        return self.one_of(*(lead if lead and self.dice.random() < GUIDED else everybody))

    @property
    def desk(self) -> Actor:
        return self.one_of(self.line.agent, self.line.second_agent, self.line.manager)

    def units(self) -> tuple[list[int], int]:
        known = [self.line.building_unit.id, self.line.roads_unit.id, self.line.emergency_body.id]
        chosen = self.dice.sample(known, self.dice.randint(1, 2))
        return chosen, self.dice.choice(chosen)

    def dispatch(self) -> None:
        dispatching.dispatch(self.desk, self.number, OPINION, *self.units(), self.dice.choice([0, 1, 5]))

    def redispatch(self) -> None:
        dispatching.redispatch(self.desk, self.number, OPINION, *self.units())

    def designate(self) -> None:
        dispatching.designate(self.line.manager, self.number, OPINION, *self.units(), reason="经研究裁定")

    def reply(self) -> None:
        number, unit = self.number, self.unit
        if self.dice.random() < 0.3:
            handling.reply(unit, number, "telephone", "已处理", call_id=rung(self.line, number, unit))
        else:
            handling.reply(unit, number, "sms", "已处理")

    def visit(self) -> None:
        number = visiting.claim_visit(self.line.visitor) or self.number
        yes = self.dice.random() < 0.5
        visiting.visit(self.line.visitor, number, yes, self.dice.random() < 0.5, **ASKED)

    def web_answer(self) -> None:
        number = self.number
        visiting.visit(requester(number), number, self.dice.random() < 0.5, self.dice.random() < 0.3)

    def merge(self) -> None:
        merging.merge(self.desk, self.number, self.dice.choice(self.numbers))

    def extension(self) -> None:
        handling.ask_extension(self.unit, self.number, self.dice.randint(1, 5), "law_longer", "需要鉴定")

    def pass_time(self) -> None:
        later(hours=self.dice.choice([1, 5, 20, 30, 80]))
        now = moment.now()
        sweep(now)
        expire_due(now)
        as_if_committed()
        catch_up()

    def night(self) -> None:
        end_undrawn(moment.now())
        archive_ended(moment.now())

    def check(self, *, everything: bool) -> None:
        for order in WorkOrder.objects.filter(number__in=self.numbers):
            self._one_lead(order)
            self._clocks(order)
            self._parts_end_with_the_work(order)
            self._round(order)
        self._accused_has_nothing()
        if everything:
            self._nobody_sees_the_secret()
            self._no_follower_failed()

    def _no_follower_failed(self) -> None:
        assert [one for one in stuck() if one.follower.startswith("hotline.")] == []

    def _one_lead(self, order: WorkOrder) -> None:
        leads = Assignment.objects.filter(order=order, role="lead", round=order.round, state__in=["offered", "signed"])
        with_unit = order.state in ("dispatched", "handling")
        assert leads.count() == (1 if with_unit else 0), f"{order.state}: {leads.count()} leads"
        if with_unit:
            lead = leads.get()
            assert lead.unit_id == order.lead_unit_id
            assert (lead.state == "offered") == (order.state == "dispatched")
            assert lead.due_at == order.due_at
            assert lead.unit_id in order.units

    def _clocks(self, order: WorkOrder) -> None:
        running = set(Clock.objects.filter(record_id=order.id, state="running").values_list("code", flat=True))
        assert running <= CLOCKS_OF[order.state], f"{order.state}: {running}"
        if order.state in ("dispatched", "handling"):
            assert Clock.objects.get(record_id=order.id, code="order_handle", state="running").due_at == order.due_at
        if order.state in ("registered", "returned", "visited"):
            assert running, f"{order.state} has no limit"

    def _parts_end_with_the_work(self, order: WorkOrder) -> None:
        offers = Handover.objects.filter(record_id=order.id, answer="offered").count()
        waiting = Assignment.objects.filter(order=order, state="offered").count()
        assert offers == waiting
        if order.state not in ("dispatched", "handling"):
            assert not Assignment.objects.filter(order=order, state__in=["offered", "signed"]).exists()
            assert not Extension.objects.filter(order=order, decision="").exists()

    def _round(self, order: WorkOrder) -> None:
        if order.state in ("completed", "visited", "archived") and order.merged_into_id is None:
            assert Visit.objects.filter(order=order, round=order.round).count() == 1
            assert order.direct or order.replied_at is not None
        if order.state == "archived":
            assert order.archive_number
            assert not Visit.objects.filter(order=order, done_at=None).exists()
            if order.process_satisfied is False and order.result_satisfied is False and order.merged_into_id is None:
                assert order.redo_decided

    def _nobody_sees_the_secret(self) -> None:
        for unit in (self.line.builder, self.line.roads, self.line.rescue):
            for number in self.numbers:
                try:
                    shown = order_view(unit, number)
                except NotYours:
                    continue
                parts = (shown.subject, shown.replies, shown.units, shown.extensions, shown.timeline, shown.originals)
                seen = repr((*parts, calls_made(unit, number)))
                assert SECRET_NAME not in seen
                assert SECRET_PHONE not in seen
            try:
                data = handling.reveal(unit, self.secret, "想看看是谁")
            except FlowError:
                continue
            raise AssertionError(f"{unit.name} saw {data}")
        days = (WORKING_MORNING.date(), WORKING_MORNING.date() + timedelta(days=200))
        figures = repr(
            (
                unit_scores(self.line.center.id, *days),
                agent_scores(self.line.center.id, *days),
                visits.due(self.line.visitor),
            )
        )
        for told in (figures, *(one.text for one in Delivery.objects.filter(purpose="order_unit"))):
            assert SECRET_NAME not in told
            assert SECRET_PHONE not in told

    def _accused_has_nothing(self) -> None:
        assert not Assignment.objects.filter(order__number=self.complaint, unit=self.line.building_unit).exists()
        main = load(self.complaint).merged_into
        if main is not None and load(self.complaint).state == "merged":
            lead = Assignment.objects.filter(order=main, unit=self.line.building_unit)
            assert not lead.exists(), "a complaint lies with whom it is about, inside another order"


STEPS: dict[str, Callable[[Walk], object]] = {
    "dispatch": Walk.dispatch,
    "redispatch": Walk.redispatch,
    "designate": Walk.designate,
    "sign": lambda walk: handling.sign(walk.unit, walk.number),
    "sign_part": lambda walk: handling.sign_part(walk.unit, walk.number),
    "return": lambda walk: handling.return_order(walk.unit, walk.number, "不属于本单位职责"),
    "return_part": lambda walk: handling.return_part(walk.unit, walk.number, "不属于本单位职责"),
    "report_part": lambda walk: handling.report_part(walk.unit, walk.number, "已核实"),
    "contact": lambda walk: handling.contact(walk.unit, walk.number, "sms", "请问何时方便？"),
    "reply": Walk.reply,
    "complete": lambda walk: handling.complete(walk.unit, walk.number, "已处理", "solved"),
    "send_back": lambda walk: handling.send_back(walk.line.manager, walk.number, "办理不充分"),
    "ask_extension": Walk.extension,
    "decide_extension": lambda walk: handling.decide_extension(
        walk.line.manager, walk.number, approve=walk.dice.random() < 0.5, note="意见"
    ),
    "discuss": lambda walk: handling.discuss(walk.one_of(walk.unit, walk.desk), walk.number, "会商意见"),
    "merge": Walk.merge,
    "unmerge": lambda walk: merging.unmerge(walk.line.manager, walk.number, "并错了"),
    "answer": lambda walk: answer(walk.desk, walk.number, "每月15日发放", "answered", "agent"),
    "withdraw": lambda walk: withdraw(walk.desk, walk.number, "诉求人不需要了") if walk.dice.random() < 0.1 else None,
    "visit": Walk.visit,
    "web_answer": Walk.web_answer,
    "try_visit": lambda walk: visiting.try_visit(walk.line.visitor, walk.number, "telephone"),
    "end_visit": lambda walk: visiting.end_visit(walk.line.visitor, walk.number, "诉求人不愿再接电话"),
    "redo": lambda walk: visiting.redo(walk.line.manager, walk.number, "仍未解决", walk.dice.choice([1, 3])),
    "decline_redo": lambda walk: visiting.decline_redo(walk.line.visitor, walk.number, "已说明"),
    "archive": lambda walk: filing.archive(walk.line.archivist, walk.number, "没有录音"),
    "ask_reopening": lambda walk: filing.ask_reopen(walk.line.archivist, walk.number, "补材料"),
    "reopen": lambda walk: filing.reopen(walk.line.manager, walk.number, "同意"),
    "time": Walk.pass_time,
    "night": Walk.night,
}


@pytest.mark.slow
@given(seed=st.integers(0, 2**32), length=st.integers(20, 80))
# A failing way is told by its seed; making a long way shorter takes longer than reading it.
@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_way_leads_to_two_leads_a_lost_clock_or_a_seen_secret(line: Hotline, seed: int, length: int) -> None:
    moment.stand_at(WORKING_MORNING)
    with transaction.atomic():
        walk = Walk(line, random.Random(seed))
        for step in range(length):
            walk.step()
            walk.check(everything=step % 20 == 0 or step == length - 1)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert verify().broken == ()
        transaction.set_rollback(True)
