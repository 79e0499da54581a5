"""Orders over the API: begun once for a key, saved by field, acted on by the flow, hidden from strangers."""

from __future__ import annotations

import pytest

from bangban.services.hotline import actions as hotline
from bangban.services.hotline.models import WorkOrder
from bangban.surfaces.api.routes_orders import ORDER_ROUTES
from tests.hotline import ASKED, NOISE, Hotline, make_hotline, registered_order
from tests.services.hotline.ways import later
from tests.surfaces.api.caller import guest, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(db: None) -> Hotline:
    return make_hotline()


def test_an_order_is_begun_once_for_a_key_and_answers_with_a_code(line: Hotline) -> None:
    given = {"source": "website", "contact": {"phone": "13800138000", "name": "李四"}, "text": "路灯坏了"}
    first = guest().post("/orders", given, Idempotency_Key="abc-123456")
    again = guest().post("/orders", given, Idempotency_Key="abc-123456")
    assert first.status == 201
    assert first.body == again.body
    assert WorkOrder.objects.count() == 1
    seen = guest(first.body["token"]).get(f"/orders/{first.body['number']}")
    assert seen.body["subject"]["name"] == "李四"


def test_an_order_of_nothing_is_refused_with_what_it_needs(line: Hotline) -> None:
    for caller in (guest(), staff(line.agent)):
        answer = caller.post("/orders", {})
        assert answer.status == 422
        assert "诉求内容" in answer.body["detail"]
    assert not WorkOrder.objects.exists()
    assert staff(line.agent).post("/orders", {"contact": {"phone": "13800138000"}}).status == 201


def test_fields_are_saved_and_an_order_is_dispatched_by_codes_of_units(line: Hotline) -> None:
    number = registered_order(line).number
    agent = staff(line.agent)
    saved = agent.call("PATCH", f"/orders/{number}", {"fields": {"place": "幸福路14号", "region": "nonsense"}})
    assert saved.body["saved"]["place"] == "幸福路14号"
    assert "region" in saved.body["problems"]
    given = {"lead": "zjj", "units": ["jtj"], "opinion": "请核实", "days": 5}
    done = agent.post(f"/orders/{number}/actions/dispatch", given)
    assert done.body["state"] == "dispatched"
    assert {one["role"] for one in done.body["units"]} == {"lead", "assisting"}
    refused = agent.post(f"/orders/{number}/actions/complete", {"handling": "x", "code": "solved"})
    assert refused.status == 409
    assert "state" in refused.body
    for nobody in ("nobody", "９", "9" * 40, "9" * 5000):
        assert agent.post(f"/orders/{number}/actions/dispatch", {"lead": nobody}).status == 422


def test_lists_are_of_the_duty_and_strangers_get_404(line: Hotline) -> None:
    number = registered_order(line).number
    assert [row["number"] for row in staff(line.agent).get("/orders?box=all").body["rows"]] == [number]
    assert staff(line.builder).get(f"/orders/{number}").status == 404
    assert staff(line.builder).get("/orders?box=all").status == 404
    assert guest().get(f"/orders/{number}").status in (401, 404)
    assert staff(line.agent).get("/orders?box=all&kind=nonsense").status == 422


def test_every_route_of_orders_is_known_here(line: Hotline) -> None:
    assert {(route.method, route.path) for route in ORDER_ROUTES} == {
        ("POST", "/orders"), ("GET", "/orders"), ("GET", "/orders/{number}"), ("PATCH", "/orders/{number}"),
        ("POST", "/orders/{number}/actions/{action}"),
    }  # fmt: skip


def test_a_second_round_of_what_was_answered_at_once_takes_units_and_class(line: Hotline) -> None:
    number = registered_order(line, "query", "").number
    hotline.answer(line.agent, number, "每月十五日发放。", "answered", "agent")
    later(days=1)
    hotline.visit(line.visitor, number, False, False, **ASKED)
    given = {"reason": "答复不准确", "days": 3, "lead": "jtj", "units": ["jtj"], "category": NOISE}
    told = staff(line.visitor).post(f"/orders/{number}/actions/redo", given)
    assert (told.status, told.body["state"], told.body["category"], told.body["round"]) == (200, "dispatched", NOISE, 2)
