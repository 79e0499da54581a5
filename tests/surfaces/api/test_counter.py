"""The consultation desk and crowd alerts through the API, as a hall's own program, a machine and a phone would use them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.foundation.clocks.moment import now
from bangban.foundation.ledger.verify import verify
from bangban.registry.catalog.models.items import Item
from bangban.registry.halls import actions as halls
from bangban.services.counter import actions as counter
from bangban.services.counter.models import HelpRequest, Inquiry
from bangban.services.queues import actions as queues
from bangban.services.queues.models import CrowdAlert, Ticket
from bangban.surfaces.api import limits
from bangban.surfaces.api.routes_counter import COUNTER_ROUTES
from tests.cast import Cast, add_staff
from tests.hall import KIOSK_KEY, Hall, make_hall
from tests.surfaces.api.caller import Caller, assert_problem, guest, staff

INSTANT = {"answered": True, "topic": "where", "channel": "phone"}


@pytest.fixture
def hall(city: Cast) -> Hall:
    return make_hall(city)


def kiosk() -> Caller:
    return Caller({"X-Device-Key": KIOSK_KEY})


def promise(**changes: object) -> dict[str, object]:
    return {
        "answered": False, "topic": "policy", "question": "外地户籍能否申领失业保险金", "name": "张三丰", "phone": "13800001234",
        "agreed_at": (now() + timedelta(hours=5)).isoformat(), **changes,
    }  # fmt: skip


def crowd(hall: Hall) -> CrowdAlert:
    """Let four people wait where four are too many."""
    halls.save_class(hall.body_id, "A", "社保医保", hall.social.area, crowd_threshold=4, wait_threshold=60)
    queues.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id, [hall.social.id])
    for _ in range(4):
        hall.ticket()
    assert queues.watch_hall(hall.body_id) == 1
    return CrowdAlert.objects.get()


@pytest.mark.clause("DB23-6.4.3-a")
def test_an_answer_on_the_spot_is_entered_once_for_a_key(hall: Hall) -> None:
    guide = staff(hall.hall_guide)
    made = guide.post("/inquiries", INSTANT, Idempotency_Key="press-1")
    assert made.status == 201
    row = made.body["inquiry"]
    assert (row["state"], row["topic"], row["channel"], row["instant"]) == ("answered", "窗口与设施", "电话", True)
    assert made.body["tell"] == ""
    assert guide.post("/inquiries", INSTANT, Idempotency_Key="press-1").body == made.body
    assert Inquiry.objects.count() == 1


@pytest.mark.clause("DB23-6.4.1-b", "DB23-6.4.1-c")
def test_a_promise_is_told_handed_on_and_kept(hall: Hall) -> None:
    guide, clerk = staff(hall.hall_guide), staff(hall.clerks[0])
    made = guide.post("/inquiries", promise())
    assert made.status == 201
    number = made.body["inquiry"]["number"]
    assert number in made.body["tell"] and "前答复您" in made.body["tell"]
    assert (made.body["inquiry"]["name"], made.body["inquiry"]["phone"]) == ("张**", "138****1234")
    assert "张三丰".encode() not in made.content and b"13800001234" not in made.content
    path = f"/inquiries/{number}/actions"
    assert "to" in guide.post(f"{path}/hand_on", {"to": "nobody", "reason": "换班"}).body["fields"]
    moved = guide.post(f"{path}/hand_on", {"to": "clerk1", "reason": "换班"})
    assert moved.body["inquiry"]["owner"] == "窗口员1"
    assert clerk.get("/inquiries?box=mine").body["inquiries"][0]["number"] == number
    answered = clerk.post(f"{path}/reply", {"reply": "可以申领。", "basis": "失业保险条例"})
    assert (answered.body["inquiry"]["state"], answered.body["reply"]) == ("answered", "可以申领。")
    again = clerk.post(f"{path}/reply", {"reply": "可以申领。"})
    problem = assert_problem(again, 409)
    assert (problem["state"], problem["allowed_actions"]) == ("answered", ["give_material"])
    assert not verify().broken


@pytest.mark.clause("DB23-6.4.3-b")
def test_material_is_noted_as_it_was_handed_out(hall: Hall, item: Item) -> None:
    guide = staff(hall.hall_guide)
    number = guide.post("/inquiries", {**INSTANT, "item": item.code}).body["inquiry"]["number"]
    given = guide.post(f"/inquiries/{number}/actions/give_material", {"kind": "guide"})
    assert [(m["kind"], m["how"]) for m in given.body["materials"]] == [("办事指南", "打印")]
    refused = guide.post(f"/inquiries/{number}/actions/give_material", {"kind": "guide", "how": "sent"})
    assert "phone" in assert_problem(refused, 422)["fields"]


def test_the_ledger_is_paged_and_chosen(hall: Hall) -> None:
    guide = staff(hall.hall_guide)
    for _ in range(3):
        guide.post("/inquiries", INSTANT)
    guide.post("/inquiries", promise())
    first = guide.get("/inquiries?limit=3").body
    assert len(first["inquiries"]) == 3 and first["after"]
    rest = guide.get(f"/inquiries?limit=3&after={first['after']}").body
    assert len(rest["inquiries"]) == 1 and rest["after"] == ""
    assert len(guide.get("/inquiries?box=promised").body["inquiries"]) == 1
    assert guide.get("/inquiries?from=2026-11-19").status == 422
    assert guide.get("/inquiries?from=2026-11-18&to=2026-11-18").body["inquiries"]


@pytest.mark.clause("DB23-6.3.2-d", "DB23-6.4.3-c")
def test_a_machine_calls_to_where_it_stands_and_learns_that_somebody_comes(hall: Hall) -> None:
    called = kiosk().post("/help-requests", {"kind": "kiosk"})
    assert (called.status, called.body["state"], called.body["detail"]) == (201, "waiting", None)
    number = called.body["number"]
    assert kiosk().post("/help-requests", {"kind": "kiosk"}).body["number"] == number
    call = HelpRequest.objects.get()
    assert (call.location, call.terminal) == ("大厅入口", "K1")
    assert staff(hall.hall_guide).post(f"/help-requests/{number}/actions/take").body["state"] == "taken"
    assert kiosk().get(f"/help-requests/{number}").body == {
        "number": number, "state": "taken", "state_label": "正在协助", "detail": None
    }  # fmt: skip
    assert_problem(kiosk().post("/help-requests", {"kind": "kiosk", "hall": "yx"}), 404)


@pytest.mark.clause("DB23-6.4.3-c")
def test_an_emergency_is_closed_only_after_it_was_reported(hall: Hall) -> None:
    number = guest().post("/help-requests", {"kind": "emergency", "hall": "gz", "location": "东侧楼梯"}).body["number"]
    assert guest().get(f"/help-requests/{number}?hall=gz").body["state"] == "waiting"
    assert_problem(guest().get(f"/help-requests/{number}?hall=yx"), 404)
    assert_problem(guest().get(f"/help-requests/{number}"), 422)
    guide, path = staff(hall.hall_guide), f"/help-requests/{number}/actions"
    guide.post(f"{path}/take")
    assert "take" not in assert_problem(guide.post(f"{path}/close", {"measures": "已送医"}), 409)["allowed_actions"]
    long_ago = {"contacted": "120", "contacted_at": "0001-01-01T00:00:00+14:00"}
    assert "contacted_at" in assert_problem(guide.post(f"{path}/contact", long_ago), 422)["fields"]
    assert guide.post(f"{path}/contact", {"contacted": "120"}).body["detail"]["contacted"] == "120"
    assert guide.post(f"{path}/close", {"measures": "已送医"}).body["state"] == "closed"


def test_a_guest_cannot_call_without_end(hall: Hall) -> None:
    body = {"kind": "other", "hall": "gz", "location": "门口"}
    assert [guest().post("/help-requests", body).status for _ in range(7)] == [201] * 6 + [429]
    nowhere = guest(address="10.0.0.9").post("/help-requests", {**body, "location": ""})
    assert "location" in assert_problem(nowhere, 422)["fields"]


@pytest.mark.clause("DB23-6.4.2")
def test_one_search_brings_places_items_and_answers(hall: Hall, item: Item) -> None:
    found = guest().get("/counter/gz/search?q=失业保险金申领在社保哪个窗口").body
    assert "1号窗口" in [place["name"] for place in found["places"]]
    best = found["items"][0]
    assert best["name"] == "失业保险金申领"
    assert best["guide"]["conditions"]
    assert guest().get("/counter/gz/search?q=").body == {"text": "", "places": [], "items": [], "answers": []}


@pytest.mark.clause("DB23-6.4.1-a")
def test_gaps_of_the_roster_are_told_to_the_desk(city: Cast, hall: Hall) -> None:
    assert staff(hall.hall_guide).get("/counter/gz/roster-gaps").body == {"hall": "gz", "gaps": []}


@pytest.mark.clause("DB23-6.3.2-f")
def test_a_crowd_is_seen_with_its_options_and_a_measure_is_taken(hall: Hall) -> None:
    alert = crowd(hall)
    manager = staff(hall.hall_manager)
    (shown,) = manager.get("/queues/gz/alerts").body["alerts"]
    assert (shown["number"], shown["class"], shown["reason"], shown["waiting_now"]) == (alert.number, "A", "crowd", 4)
    move = next(option for option in shown["options"] if option["measure"] == "open_window")
    assert move["window"] in {window.id for window in hall.windows}
    path = f"/alerts/{alert.number}/actions/take_measure"
    assert "window" in assert_problem(manager.post(path, {"measure": "open_window"}), 422)["fields"]
    assert "class" in assert_problem(manager.post(path, {"measure": "move", "class": "A"}), 422)["fields"]
    done = manager.post(path, {"measure": "move", "class": "Z", "count": 2}, Idempotency_Key="m1")
    assert (done.body["state"], done.body["measures"][0]["measure"]) == ("handled", "move")
    assert manager.post(path, {"measure": "move", "class": "Z", "count": 2}, Idempotency_Key="m1").body == done.body
    assert Ticket.objects.filter(klass_id=hall.general.id).count() == 2


def test_a_token_needs_the_scope_of_the_desk(hall: Hall) -> None:
    caller = staff(hall.hall_guide, ("counter:read",))
    assert caller.get("/inquiries").status == 200
    assert assert_problem(caller.post("/inquiries", INSTANT), 403)["scope"] == "counter:write"


# nobody, a kiosk of the hall, the hall's guide, the hall's manager, another duty of the centre, a guide elsewhere
RULES: dict[tuple[str, str], tuple[int, int, int, int, int, int]] = {
    ("POST", "/inquiries"): (401, 403, 201, 201, 404, 201),
    ("GET", "/inquiries"): (401, 403, 200, 200, 404, 200),
    ("GET", "/inquiries/{number}"): (401, 403, 200, 200, 404, 404),
    ("POST", "/inquiries/{number}/actions/{action}"): (401, 403, 200, 200, 404, 404),
    ("POST", "/help-requests"): (201, 201, 201, 201, 201, 201),
    ("GET", "/help-requests/{number}"): (200, 200, 200, 200, 404, 404),
    ("POST", "/help-requests/{number}/actions/{action}"): (401, 403, 200, 200, 404, 404),
    ("GET", "/counter/{code}/search"): (200, 200, 200, 200, 200, 200),
    ("GET", "/counter/{code}/roster-gaps"): (401, 403, 200, 200, 404, 404),
    ("GET", "/queues/{code}/alerts"): (401, 403, 200, 200, 404, 404),
    ("POST", "/alerts/{number}/actions/{action}"): (401, 403, 409, 200, 404, 404),
}


def test_every_route_of_the_desk_keeps_its_access_rule(hall: Hall, city: Cast) -> None:
    assert set(RULES) == {(route.method, route.path) for route in COUNTER_ROUTES}
    alert = crowd(hall)
    elsewhere = staff(add_staff("yxhall", "梅引导", "yx", "hall_guide"))
    who = [guest(), kiosk(), staff(hall.hall_guide), staff(hall.hall_manager), staff(city.specialist), elsewhere]
    for (method, path), expected in RULES.items():
        found = []
        for caller in who:
            limits.forget()
            asked, body = _prepare(hall, path, alert.number)
            found.append(caller.call(method, asked, body if method == "POST" else None).status)
        assert found == list(expected), (method, path)


def _prepare(hall: Hall, path: str, alert: str) -> tuple[str, dict[str, object]]:
    """Return a fresh record's address and a right body for one call."""
    if path.startswith("/inquiries"):
        made = counter.log_inquiry(
            hall.hall_guide,
            counter.NewInquiry(answered=False, topic="fee", question="要多少钱", name="李明", phone="13800001234",
                               agreed_at=now() + timedelta(hours=2)),
        )  # fmt: skip
        body: dict[str, object] = {"reason": "不再需要"} if "{" in path else dict(INSTANT)
        return path.format(number=made.number, action="withdraw"), body
    if path.startswith("/help-requests"):
        call = counter.request_help(hall.kiosk, hall.body_id, "other", "二层")
        body = {} if "{" in path else {"kind": "other", "hall": "gz", "location": "二层"}
        return path.format(number=call.number, action="take") + ("?hall=gz" if "{" in path else ""), body
    return path.format(code="gz", number=alert, action="take_measure"), {"measure": "soothe", "note": "已安抚"}
