"""Any sequence of intake leaves an order that keeps its constraints, and raises nothing but refusals."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangban.foundation.clocks.models import Clock
from bangban.foundation.flows.flow import FlowError
from bangban.foundation.ledger.models import Event
from bangban.services.hotline import actions
from bangban.services.hotline.actions import NewOrder
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.terms import COMPLAINTS, NEEDS_MATTER, Kind
from tests.hotline import MATTER, NOISE, PENSION, PHONE, Hotline

TEXT = st.sampled_from(["", "路灯不亮", "着火了", "\0", "长" * 50, "昨晚"])
CHANGES = st.fixed_dictionaries({}, optional={
    "kind": st.sampled_from([*Kind.values, "", "wish"]),
    "category": st.sampled_from([NOISE, PENSION, "999999", ""]),
    "confidential": st.sampled_from(["yes", "no", "", "maybe"]),
    "subject_kind": st.sampled_from(["anonymous", "natural_person", ""]),
    "contact_phone": st.sampled_from([PHONE, "12", ""]),
    "aspect": st.sampled_from(["style", "", "mood"]),
    "about_unit": st.sampled_from(["unit", "0", ""]),
    "urgency": st.sampled_from(["ordinary", "emergency", ""]),
    "wished_reply": st.sampled_from(["sms", "mail", "none", "telephone"]),
    "consultation_kind": st.sampled_from(["law", ""]),
    "fact.site": TEXT, "skip.site": TEXT,
    **dict.fromkeys(MATTER, TEXT),
})  # fmt: skip
WHOLE = st.just({"kind": "help_request", "category": NOISE, "fact.site": "幸福工地", **MATTER})
STEPS = st.lists(st.one_of(
    st.tuples(st.just("save"), st.one_of(CHANGES, CHANGES, WHOLE)),
    st.tuples(st.just("register")),
    st.tuples(st.just("take")),
    st.tuples(st.just("confirm"), st.booleans()),
    st.tuples(st.just("respond"), TEXT, st.sampled_from(["", "sms", "mail", "website", "drum"])),
    st.tuples(st.just("answer"), TEXT, st.sampled_from(["answered", "", "not_true"]), st.sampled_from(["agent", "knowledge", "three_party"])),
    st.tuples(st.just("call_unit"), st.booleans(), st.just(0)),
    st.tuples(st.just("end_three_party"), st.sampled_from(["answered", "refused", "no_answer", ""]), TEXT, TEXT),
    st.tuples(st.just("use_knowledge"), TEXT),
    st.tuples(st.just("report_emergency"), st.sampled_from(["public_health", "accident_disaster", ""]), st.sampled_from(["", "119", "1"])),
    st.tuples(st.just("put_through"), st.sampled_from(["110", "112"])),
    st.tuples(st.just("acknowledge")),
    st.tuples(st.just("receive_emergency"), TEXT),
    st.tuples(st.just("refuse"), st.sampled_from(["petition", ""]), TEXT),
    st.tuples(st.just("withdraw"), TEXT),
), min_size=4, max_size=14)  # fmt: skip


def check(number: str) -> None:
    """Hold what must be true of an order whatever happened to it."""
    order = WorkOrder.objects.get(number=number)
    ledger = Event.objects.filter(number=number)
    assert order.chain_length == ledger.count()
    running = set(Clock.objects.filter(record_id=order.id).exclude(state="stopped").values_list("code", flat=True))
    if order.state == "registered":
        assert order.registered_at is not None
        assert order.kind
        assert "order_transfer" in running
        if order.kind in NEEDS_MATTER:
            assert all(getattr(order, name) for name in ("happened", "place", "course", "present_state", "request"))
        if order.kind in COMPLAINTS:
            assert order.confidential is not None
            assert order.confidential_asked_at is not None
    if order.state == "completed":
        assert order.direct
        assert order.result_text
        assert order.replies.filter(final=True).exists()
    if order.state in ("completed", "refused", "withdrawn"):
        assert not running & {"order_transfer", "sms_response", "mailbox_response"}
        assert not order.three_parties.filter(ended_at=None).exists()
    assert order.path_told or order.state != "refused"
    assert "\0" not in order.request


@pytest.mark.slow
@settings(
    max_examples=50, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(
    source=st.sampled_from(["telephone", "sms", "mailbox", "website"]),
    begun=st.sampled_from([None, "help_request", "consultation", "complaint"]),
    steps=STEPS,
    parts=st.lists(st.integers(0, 5), min_size=14, max_size=14),
)
def test_no_sequence_of_intake_breaks_an_order(
    line: Hotline, source: str, begun: str | None, steps: list[tuple[Any, ...]], parts: list[int]
) -> None:
    actors = [line.agent, line.agent, line.agent, line.second_agent, line.manager, line.rescue]
    with transaction.atomic():
        call = uuid4() if source == "telephone" else None
        number = actions.open_order(line.agent, NewOrder(source, phone=PHONE, call_id=call)).order.number
        if begun:
            whole = {**MATTER, "kind": begun, "category": PENSION, "confidential": "no", "aspect": "style"}
            actions.save(line.agent, number, {**whole, "about_unit": line.roads_unit.id})
            actions.register(line.agent, number)
        for (name, *given_), part in zip(steps, parts, strict=False):
            values = [
                line.building_unit.id if name == "call_unit" and one == 0 and not isinstance(one, bool) else one
                for one in given_
            ]
            if name == "save" and values[0].get("about_unit") == "unit":
                values = [{**values[0], "about_unit": line.building_unit.id}]
            try:
                with transaction.atomic():
                    getattr(actions, name)(actors[part], number, *values)
            except FlowError:
                pass
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            check(number)
        transaction.set_rollback(True)
