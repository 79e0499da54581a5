"""Booking through the API: from live periods to the ticket, and what the centre does when it must close."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bangban.foundation.clocks.moment import now, stand_at
from bangban.registry.catalog.models.items import Item
from bangban.surfaces.api import limits
from bangban.surfaces.api.routes_hall import APPOINTMENT_ROUTES
from tests.cast import Cast
from tests.hall import KIOSK_KEY
from tests.services.appointments.conftest import Book, make_book
from tests.surfaces.api.caller import Answer, Caller, guest, staff


@pytest.fixture
def book(city: Cast, item: Item) -> Book:
    return make_book(city, item)


def free_slots(day: str = "2026-11-19") -> list[dict[str, Any]]:
    found = guest().get(f"/appointments/slots?hall=gz&class=A&day={day}").body
    return [slot for slot in found["slots"] if slot["state"] == "open"]


def booked(book: Book, slot: int, **more: Any) -> Answer:
    body = {"hall": "gz", "slot": slot, "item": book.item.code, "phone": "13900000001", "name": "张三", **more}
    return guest().post("/appointments", body)


@pytest.mark.clause("DB23-6.5.1.3-b", "DB23-6.5.1.1-b")
def test_a_person_books_arrives_and_holds_the_ticket(book: Book) -> None:
    places = guest().get(f"/appointments/places?item={book.item.code}").body["places"]
    assert [(place["hall"], place["class"]) for place in places] == [("gz", "社保医保")]
    slot = free_slots()[0]
    answer = booked(book, slot["id"], client_id="c1")
    assert answer.status == 201
    assert answer.body["appointment"]["starts_at"] == slot["starts_at"]
    assert answer.body["appointment"]["materials"]
    again = booked(book, slot["id"], client_id="c1")
    assert (again.status, again.body["number"]) == (200, answer.body["number"])
    number, holder = answer.body["number"], guest(answer.body["token"])
    assert holder.get("/appointments").body["appointments"][0]["number"] == number
    kiosk = Caller({"X-Device-Key": KIOSK_KEY})
    arriving = {"hall": "gz", "code": answer.body["check_in_code"]}
    early = kiosk.post("/appointments/check-in", arriving)
    assert early.status == 409
    stand_at(now() + timedelta(hours=23, minutes=1))
    ticket = kiosk.post("/appointments/check-in", arriving)
    assert (ticket.status, ticket.body["appointment"], ticket.body["label"]) == (201, number, "A001")
    assert holder.get(f"/appointments/{number}").body["ticket"] == ticket.body["number"]


def test_a_full_period_is_refused_with_the_nearest_free_ones(book: Book) -> None:
    slot = free_slots()[0]
    for n in range(3):
        assert booked(book, slot["id"], phone=f"1390000001{n}").status == 201
    refused = booked(book, slot["id"], phone="13900000019")
    assert refused.status == 409
    assert refused.body["state"] == "full"
    assert refused.body["nearest"][0]["id"] != slot["id"]


@pytest.mark.clause("DB23-6.5.2")
def test_a_closure_waits_until_every_booking_has_an_outcome(book: Book) -> None:
    slot = free_slots()[0]
    answer = booked(book, slot["id"])
    manager, holder = staff(book.hall.hall_manager), guest(answer.body["token"])
    closing = {"hall": "gz", "class": "A", "from": "2026-11-19T09:00", "to": "2026-11-19T12:00", "reason": "设备检修"}
    closed = manager.post("/closures", closing)
    assert (closed.status, closed.body["unhandled"]) == (201, 1)
    refused = manager.post(f"/closures/{closed.body['number']}/actions/finish")
    assert refused.status == 409
    mine = holder.get(f"/appointments/{answer.body['number']}").body
    assert (mine["state"], mine["closure_reason"]) == ("affected", "设备检修")
    assert mine["offered"]["id"] != slot["id"]
    moved = holder.post(f"/appointments/{answer.body['number']}/actions/accept_offer")
    assert (moved.status, moved.body["state"]) == (200, "booked")
    assert manager.post(f"/closures/{closed.body['number']}/actions/finish").body["state"] == "closed"


def test_wrong_input_is_told_by_field(book: Book) -> None:
    slot = free_slots()[0]["id"]
    assert "phone" in booked(book, slot, phone="12").body["fields"]
    assert "slot" in booked(book, 999_999_999).body["fields"]
    assert "item" in booked(book, slot, item="none").body["fields"]
    assert "day" in guest().get("/appointments/slots?hall=gz&class=A&day=tomorrow").body["fields"]
    assert "class" in guest().get("/appointments/slots?hall=gz&class=Q").body["fields"]
    manager = staff(book.hall.hall_manager)
    closing = {"hall": "gz", "from": "morgen", "to": "2026-11-19T12:00", "reason": "x"}
    assert "from" in manager.post("/closures", closing).body["fields"]


# nobody, the person, a kiosk of the hall, a clerk of the hall, the manager of the hall, staff elsewhere
RULES: dict[tuple[str, str], tuple[int, int, int, int, int, int]] = {
    ("GET", "/appointments/places"): (200, 200, 200, 200, 200, 200),
    ("GET", "/appointments/slots"): (200, 200, 200, 200, 200, 200),
    ("POST", "/appointments"): (201, 201, 201, 201, 201, 404),
    ("GET", "/appointments"): (200, 200, 200, 200, 200, 200),
    ("POST", "/appointments/check-in"): (404, 409, 409, 409, 409, 404),
    ("GET", "/appointments/{number}"): (404, 200, 200, 200, 200, 404),
    ("POST", "/appointments/{number}/actions/{action}"): (404, 200, 409, 422, 422, 404),
    ("POST", "/closures"): (401, 401, 403, 404, 201, 404),
    ("GET", "/closures/{number}"): (401, 401, 403, 404, 200, 404),
    ("POST", "/closures/{number}/actions/{action}"): (401, 401, 403, 404, 200, 404),
}


def test_every_route_of_booking_keeps_its_access_rule(book: Book, city: Cast) -> None:
    assert set(RULES) == {(route.method, route.path) for route in APPOINTMENT_ROUTES}
    slots = [slot["id"] for day in ("2026-11-19", "2026-11-20", "2026-11-23") for slot in free_slots(day)]
    manager = staff(book.hall.hall_manager)
    callers = [
        guest(),
        None,
        Caller({"X-Device-Key": KIOSK_KEY}),
        staff(book.hall.clerks[0]),
        manager,
        staff(city.stranger),
    ]
    phone = iter(range(13_911_110_000, 13_911_119_999))
    spans = iter((day, hour) for day in (24, 25, 26, 27, 30) for hour in (9, 10, 11, 14, 15))
    for (method, path), expected in RULES.items():
        found = []
        for caller in callers:
            limits.forget()
            own = (
                booked(book, slots[0], phone=str(next(phone))).body if "{number}" in path or "check-in" in path else {}
            )
            slots.append(slots.pop(0))
            number = own.get("number", "")
            day, hour = next(spans) if "closures" in path else (24, 9)
            span = {"from": f"2026-11-{day}T{hour:02d}:00", "to": f"2026-11-{day}T{hour + 1:02d}:00"}
            closing = {"hall": "gz", **span, "reason": "设备检修"}
            if "closures" in path and "{number}" in path:
                number = manager.post("/closures", closing).body["number"]
            body = {
                "/appointments": {
                    "hall": "gz",
                    "slot": slots[0],
                    "item": book.item.code,
                    "name": "李四",
                    "phone": str(next(phone)),
                },
                "/appointments/check-in": {"hall": "gz", "number": number},
                "/closures": closing,
            }.get(path, {})
            query = f"?item={book.item.code}&hall=gz&class=A" if path.startswith("/appointments/") else ""
            action = "finish" if "closures" in path else "cancel"
            address = path.format(number=number, action=action) + (query if method == "GET" else "")
            who = caller or guest(own.get("token", "none"))
            found.append(who.call(method, address, body if method == "POST" else None).status)
        assert found == list(expected), (method, path)
