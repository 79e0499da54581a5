"""From a case to the specialist's own window: paper with a reason, the own roster, the person's agreement (BJ-3.1.3-b)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from bangban.foundation.access.actors import Actor
from bangban.services.appointments.models import Appointment, Slot
from bangban.surfaces.web.actors import CASE_CODES
from tests.services.cases.steps import consulting
from tests.surfaces.appointments.conftest import World, text_of
from tests.surfaces.portal.browser import PAGE, Browser

Desk = Callable[..., Client]


@pytest.fixture
def number(world: World) -> str:
    return consulting(world.city, world.item)[0]


def url(number: str) -> str:
    return f"/desk/cases/{number}/appointment/"


def own_slot(world: World, client: Client, number: str) -> Slot:
    text_of(client, f"{url(number)}?day=2026-11-19")
    return Slot.objects.filter(staff_id=world.city.specialist.staff_id, starts_at__date="2026-11-19").order_by(
        "starts_at"
    )[2]


def propose(world: World, client: Client, number: str, **changes: object) -> tuple[int, str]:
    sent = {
        "book": "1", "slot": own_slot(world, client, number).id, "paper-0": "1", "reason-0": "original",
        "own-0": "劳动合同", "reason-own-0": "other", "words-own-0": "合同上有手写改动",
    }  # fmt: skip
    answer = client.post(url(number), {k: v for k, v in (sent | changes).items() if v is not None}, **PAGE)
    return answer.status_code, answer.content.decode()


@pytest.mark.clause("BJ-3.1.3-b")
def test_the_specialist_proposes_paper_materials_with_reasons_in_the_own_roster(
    world: World, number: str, desk: Desk
) -> None:
    client = desk(world.city.specialist)
    page = text_of(client, url(number))
    assert "居民身份证" in page and "须核验原件" in page
    assert propose(world, client, number)[0] == 303
    made = Appointment.objects.get()
    assert (made.case_number, made.staff_id, made.confirmed_at) == (number, world.city.specialist.staff_id, None)
    assert made.paper_materials == [
        {"material": "居民身份证", "reason": "须核验原件", "code": "original"},
        {"material": "劳动合同", "reason": "合同上有手写改动", "code": "other"},
    ]
    assert "待本人确认" in text_of(client, url(number))


@pytest.mark.clause("BJ-3.1.3-b")
def test_the_person_finds_it_in_the_case_and_agrees(world: World, desk: Desk) -> None:
    number, citizen = consulting(world.city, world.item)
    propose(world, desk(world.city.specialist), number)
    browser, made = _browser_of(world, number, citizen), Appointment.objects.get()
    page = browser.open(f"/cases/{number}/progress")
    assert "预约到窗口" in page and "待您确认" in page
    link = f"/appointments/{made.number}/?case={number}"
    assert link in page
    assert browser.get(link, **PAGE)["Location"] == f"/appointments/{made.number}/"
    page = browser.open(f"/appointments/{made.number}/")
    assert "由专员陈专员在窗口接待" in page and "这些材料请带纸质的来" in page and "须核验原件" in page
    assert browser.send(f"/appointments/{made.number}/confirm/").status_code == 303
    made.refresh_from_db()
    assert made.confirmed_at is not None
    assert browser.send(f"/appointments/{made.number}/confirm/").status_code == 409


def _browser_of(world: World, number: str, citizen: Actor) -> Browser:
    """Return the browser that opened the case: its code is known by the digest only, so the case takes a known one."""
    from bangban.foundation.privacy.crypto import digest
    from bangban.services.cases.models import Case

    Case.objects.filter(number=number).update(token_digest=digest(b"the-code-of-the-case"))
    browser = world.browser()
    session = browser.session
    session[CASE_CODES] = ["the-code-of-the-case"]
    session.save()
    browser.cookies["bangban_session"] = session.session_key
    return browser


def test_a_case_opens_only_the_bookings_that_were_made_for_it(world: World, browser: Browser) -> None:
    number, citizen = consulting(world.city, world.item)
    foreign = world.booked(browser)
    other = _browser_of(world, number, citizen)
    assert other.get(f"/appointments/{foreign.number}/?case={number}", **PAGE).status_code == 404
    assert world.browser().get(f"/appointments/{foreign.number}/?case={number}", **PAGE).status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"slot": None}, "请选择一个时段。"),
        ({"paper-0": None, "own-0": ""}, "请至少写一项材料和理由"),
        ({"reason-0": ""}, "写明名称和理由"),
        ({"slot": "999999"}, "没有找到这个时段"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_chosen_stays(
    world: World, number: str, desk: Desk, changes: dict[str, object], sentence: str
) -> None:
    status, page = propose(world, desk(world.city.specialist), number, **changes)
    assert status == 422 and sentence in page
    assert "合同上有手写改动" in page
    assert not Appointment.objects.exists()


def test_only_who_serves_the_case_arranges_it_and_strangers_find_nothing(world: World, number: str, desk: Desk) -> None:
    assert "只有承办这个办件的专员" in text_of(desk(world.city.guide), url(number))
    text_of(desk(world.city.stranger), url(number), 404)
    assert desk(world.city.stranger).post(url(number), {"book": "1"}, **PAGE).status_code == 404
    assert desk(world.hall.hall_guide).get(url(number), **PAGE).status_code == 403


def test_the_case_page_of_the_desk_leads_there(world: World, number: str, desk: Desk) -> None:
    assert url(number) in text_of(desk(world.city.specialist), f"/desk/cases/{number}/")
    assert url(number) not in text_of(desk(world.city.guide), f"/desk/cases/{number}/")


def test_another_specialist_takes_over_with_a_reason(world: World, number: str, desk: Desk) -> None:
    client = desk(world.city.specialist)
    propose(world, client, number)
    made = Appointment.objects.get()
    address = f"/desk/appointments/{made.number}/do/substitute/"
    assert "更换接待专员" in text_of(client, f"/desk/appointments/{made.number}/")
    other = world.city.second_specialist
    assert client.post(address, {"to": other.staff_id, "reason": ""}, **PAGE).status_code == 422
    assert client.post(address, {"to": "x", "reason": "临时外出"}, **PAGE).status_code == 422
    assert client.post(address, {"to": other.staff_id, "reason": "临时外出"}, **PAGE).status_code == 303
    made.refresh_from_db()
    assert (made.staff_id, made.substitute_reason) == (other.staff_id, "临时外出")
