"""The hall through the API: the visit that a kiosk, a window program and a board of other makers would live."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.foundation.clocks.moment import now, stand_at
from bangban.oversight.evaluation.options import install_options
from bangban.surfaces.api import limits
from bangban.surfaces.api.routes_hall import HALL_ROUTES
from tests.cast import Cast
from tests.hall import BOARD_KEY, KIOSK_KEY, RATING_KEY, Hall, make_hall
from tests.surfaces.api.caller import Caller, guest, staff

pytestmark = pytest.mark.usefixtures("own_pace")


@pytest.fixture
def hall(city: Cast) -> Hall:
    install_options()
    return make_hall(city)


def kiosk() -> Caller:
    return Caller({"X-Device-Key": KIOSK_KEY})


@pytest.mark.clause("DB23-6.3.2-a", "DB23-7.1")
def test_a_visit_from_kiosk_to_rating(hall: Hall) -> None:
    issued = kiosk().post("/queues/gz/tickets", {"says": "我来交社保", "client_id": "tap-1"})
    assert issued.status == 201
    assert (issued.body["label"], issued.body["class"], issued.body["ahead"]) == ("A001", "社保医保", 0)
    assert kiosk().post("/queues/gz/tickets", {"says": "我来交社保", "client_id": "tap-1"}).status == 200
    number, holder = issued.body["number"], guest(issued.body["code"])
    assert holder.get(f"/tickets/{number}").body["allowed_actions"] == ["leave"]
    window, clerk = hall.windows[0].id, staff(hall.clerks[0])
    assert clerk.post(f"/windows/{window}/open", {}).status == 201
    called = clerk.post(f"/windows/{window}/call-next", {"key": "p1"})
    assert called.body["ticket"]["number"] == number
    assert clerk.post(f"/windows/{window}/call-next", {"key": "p1"}).body == called.body
    refused = clerk.post(f"/windows/{window}/call-next", {"key": "p2"})
    assert (refused.status, refused.body["state"]) == (409, "called")
    assert {"arrive", "recall", "transfer"} <= set(refused.body["allowed_actions"])
    board = guest().get("/boards/gz").body
    assert [(call["label"], call["window"]) for call in board["calls"]] == [("A001", "1号窗口")]
    for action, body in (("arrive", {}), ("finish", {"result": "accepted"})):
        assert clerk.post(f"/tickets/{number}/actions/{action}", body).status == 200
    assert holder.post("/evaluations", {"record": number, "grade": "satisfied"}).status == 201
    assert clerk.post(f"/windows/{window}/call-next").body == {"ticket": None}
    queue = guest().get("/queues/gz").body
    assert queue["classes"][0]["waiting"] == 0
    assert clerk.post(f"/windows/{window}/actions/close").body["state"] == "closed"


def test_recall_miss_and_rejoin(hall: Hall) -> None:
    number = kiosk().post("/queues/gz/tickets", {"class": "A"}).body["number"]
    clerk, window = staff(hall.clerks[0]), hall.windows[0].id
    clerk.post(f"/windows/{window}/open")
    clerk.post(f"/windows/{window}/call-next")
    assert clerk.post(f"/tickets/{number}/actions/miss").status == 409
    for _ in range(2):
        stand_at(now() + timedelta(seconds=11))
        assert clerk.post(f"/tickets/{number}/actions/recall").status == 200
    assert clerk.post(f"/tickets/{number}/actions/miss").body["state"] == "missed"
    assert kiosk().post(f"/tickets/{number}/actions/rejoin").body["state"] == "waiting"


def test_wrong_input_is_told_by_field(hall: Hall) -> None:
    assert "class" in kiosk().post("/queues/gz/tickets", {"class": "Q"}).body["fields"]
    assert "class" in kiosk().post("/queues/gz/tickets", {}).body["fields"]
    assert "flags" in kiosk().post("/queues/gz/tickets", {"class": "A", "flags": ["vip"]}).body["fields"]
    assert "phone" in kiosk().post("/queues/gz/tickets", {"class": "A", "phone": "12"}).body["fields"]
    assert "item" in kiosk().post("/queues/gz/tickets", {"item": "none"}).body["fields"]
    assert guest().get("/boards/gz?area=Q").status == 422
    assert guest().get("/queues/nowhere").status == 404
    assert staff(hall.clerks[0]).post("/windows/999999/open").status == 404


# nobody, the holder, a kiosk of the hall, a clerk of the hall, the hall's guide, staff elsewhere
RULES: dict[tuple[str, str], tuple[int, int, int, int, int, int]] = {
    ("GET", "/halls"): (200, 200, 200, 200, 200, 200),
    ("GET", "/queues/{code}"): (200, 200, 200, 200, 200, 200),
    ("POST", "/queues/{code}/tickets"): (404, 404, 201, 201, 201, 404),
    ("GET", "/tickets/{number}"): (404, 200, 200, 200, 200, 404),
    ("POST", "/tickets/{number}/actions/{action}"): (404, 200, 409, 200, 200, 404),
    ("POST", "/windows/{id}/open"): (401, 401, 403, 201, 404, 404),
    ("POST", "/windows/{id}/call-next"): (401, 401, 403, 200, 404, 404),
    ("POST", "/windows/{id}/actions/{action}"): (401, 401, 403, 422, 404, 404),
    ("GET", "/boards/{code}"): (200, 200, 200, 200, 200, 200),
}


def test_every_route_of_the_hall_keeps_its_access_rule(hall: Hall, city: Cast) -> None:
    assert set(RULES) == {(route.method, route.path) for route in HALL_ROUTES}
    for (method, path), expected in RULES.items():
        found = []
        for place in range(6):
            limits.forget()
            issued = hall.ticket()
            who = [
                guest(),
                guest(issued.code),
                kiosk(),
                staff(hall.clerks[0]),
                staff(hall.hall_guide),
                staff(city.stranger),
            ]
            address = path.format(code="gz", number=issued.ticket.number, action="leave", id=hall.windows[0].id)
            body = {"class": "A"} if path.endswith("/tickets") else {}
            found.append(who[place].call(method, address, body if method == "POST" else None).status)
        assert found == list(expected), (method, path)


def test_only_a_kiosk_issues_tickets_and_an_unknown_key_is_refused(hall: Hall) -> None:
    for key in (BOARD_KEY, RATING_KEY):
        assert Caller({"X-Device-Key": key}).post("/queues/gz/tickets", {"class": "A"}).status == 404
    unknown = Caller({"X-Device-Key": "made-up"}).post("/queues/gz/tickets", {"class": "A"})
    assert unknown.status == 401
    assert hall.ticket().ticket.label == "A001"
