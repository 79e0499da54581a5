"""Closing a period with an outcome for everybody, and the weekly plan (DB23-6.5.2, DB23-6.5.1)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from bangban.services.appointments.models import Appointment, Closure, SlotPlan
from tests.surfaces.appointments.conftest import World, text_of
from tests.surfaces.portal.browser import PAGE, Browser

CLOSURES, PLANS = "/desk/appointments/closures/", "/desk/appointments/plans/"
Desk = Callable[..., Client]


def close(client: Client, **changes: str) -> tuple[int, str, str]:
    sent = {"starts": "2026-11-19T09:00", "ends": "2026-11-19T09:30", "reason": "系统升级，暂停办理", "client_id": "c1"}
    answer = client.post(CLOSURES, sent | changes, **PAGE)
    return answer.status_code, answer.headers.get("Location", ""), answer.content.decode()


@pytest.fixture
def made(world: World, browser: Browser) -> Appointment:
    return world.booked(browser)


@pytest.mark.clause("DB23-6.5.2")
def test_a_closed_period_lists_everybody_with_offer_and_outcome(world: World, made: Appointment, desk: Desk) -> None:
    client = desk(world.manager)
    status, where, _ = close(client)
    assert status == 303 and where.startswith(CLOSURES)
    page = text_of(client, where)
    assert made.number in page and "系统升级，暂停办理" in page and "09:30—10:00" in page and "对方接受" in page
    made.refresh_from_db()
    assert made.state == "affected"
    assert "未处理 1" in text_of(client, CLOSURES)


@pytest.mark.clause("DB23-6.5.2")
def test_the_closure_cannot_end_while_bookings_are_unhandled(world: World, made: Appointment, desk: Desk) -> None:
    client = desk(world.manager)
    where = close(client)[1]
    answer = client.post(f"{where}do/finish/", {}, **PAGE)
    assert answer.status_code == 409
    assert "还有1个受影响的预约没有处理" in answer.content.decode()
    accept = {"back": where, "slot": re.search(r'name="slot" value="(\d+)"', text_of(client, where))[1]}  # type: ignore[index]
    answer = client.post(f"/desk/appointments/{made.number}/do/accept_offer/", accept, **PAGE)
    assert (answer.status_code, answer["Location"]) == (303, where)
    page = text_of(client, where)
    assert "已改约" in page
    assert client.post(f"{where}do/finish/", {}, **PAGE).status_code == 303
    assert "已处理完毕" in text_of(client, where)


def test_a_withdrawn_closure_lets_the_booking_stand(world: World, made: Appointment, desk: Desk) -> None:
    client = desk(world.manager)
    where = close(client)[1]
    assert client.post(f"{where}do/withdraw/", {"reason": ""}, **PAGE).status_code == 422
    assert client.post(f"{where}do/withdraw/", {"reason": "升级提前完成"}, **PAGE).status_code == 303
    made.refresh_from_db()
    assert (made.state, made.outcome) == ("booked", "kept")
    assert client.post(f"{where}do/explode/", {}, **PAGE).status_code == 404


def test_the_same_form_sent_twice_is_one_closure(world: World, made: Appointment, desk: Desk) -> None:
    client = desk(world.manager)
    assert close(client)[0] == close(client)[0] == 303
    assert Closure.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [{"reason": ""}, {"starts": "soon"}, {"starts": "0001-01-01T00:00"}, {"ends": "2026-11-19T08:00"}, {"starts": ""}],
)
def test_what_is_wrong_with_a_closure_is_said_and_kept(
    world: World, made: Appointment, desk: Desk, changes: dict[str, str]
) -> None:
    status, _, page = close(desk(world.manager), **changes)
    assert status == 422 and "没有停约" in page
    assert not Closure.objects.exists()


def test_only_managers_of_the_hall_close_and_plan(world: World, made: Appointment, desk: Desk) -> None:
    where = close(desk(world.manager))[1]
    for actor, status in ((world.hall.hall_guide, 403), (world.city.stranger, 403)):
        for address in (CLOSURES, where, PLANS):
            assert desk(actor).get(address, **PAGE).status_code == status, address


def test_the_lists_ask_the_database_the_same_for_any_length(
    world: World, browser: Browser, desk: Desk, django_assert_max_num_queries: object
) -> None:
    for place, slot in enumerate(world.slots()[:3]):
        world.booked(browser, slot=slot.id, form_id=f"f{place}")
    client = desk(world.manager)
    where = close(client, ends="2026-11-19T11:00")[1]
    for address in (where, CLOSURES):
        text_of(client, address)
        with django_assert_max_num_queries(18):  # type: ignore[operator]
            text_of(client, address)


def plan(client: Client, world: World, **changes: object) -> tuple[int, str]:
    sent = {
        "klass": world.hall.company.id, "weekdays": ["0", "2"], "starts": "09:00", "ends": "11:00", "step": "30",
        "capacity": "4", "network": "2",
    }  # fmt: skip
    answer = client.post(PLANS, sent | changes, **PAGE)
    return answer.status_code, answer.content.decode()


def test_the_week_is_planned_for_several_days_at_once(world: World, desk: Desk) -> None:
    client = desk(world.manager)
    assert plan(client, world)[0] == 303
    rows = SlotPlan.objects.filter(klass=world.hall.company).order_by("weekday")
    assert [(row.weekday, row.capacity, row.network_limit) for row in rows] == [(0, 4, 2), (2, 4, 2)]
    page = text_of(client, PLANS)
    assert "B 企业开办" in page and "每30分钟 4 个，网上 2" in page


def test_a_plan_is_changed_and_removed(world: World, desk: Desk) -> None:
    client, row = desk(world.manager), SlotPlan.objects.order_by("id")[0]
    assert 'name="plan" value="' + str(row.id) in text_of(client, f"{PLANS}?edit={row.id}")
    changed = {"klass": row.klass_id, "plan": row.id, "weekdays": [str(row.weekday)], "capacity": "6", "network": ""}
    assert plan(client, world, **changed)[0] == 303
    row.refresh_from_db()
    assert (row.capacity, row.network_limit) == (6, None)
    assert client.post(f"{PLANS}{row.id}/remove/", {}, **PAGE).status_code == 303
    assert not SlotPlan.objects.filter(id=row.id).exists()
    assert client.post(f"{PLANS}{row.id}/remove/", {}, **PAGE).status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"starts": "nine"}, "请填写时间"),
        ({"starts": "09:00+08:00"}, "请填写时间"),
        ({"capacity": "0"}, "每个时段至少一个名额"),
        ({"capacity": "many"}, "请填写一个整数"),
        ({"capacity": "99999999999"}, "请填写一个整数"),
        ({"network": "9"}, "网上名额应在0和总名额之间"),
        ({"weekdays": []}, "请至少选一天"),
        ({"valid_from": "soon"}, "请填写日期"),
        ({"klass": "x"}, "请选择本大厅的业务类别"),
        ({"step": "3"}, "分钟之间"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said(world: World, desk: Desk, changes: dict[str, object], sentence: str) -> None:
    status, page = plan(desk(world.manager), world, **changes)
    assert status == 422 and sentence in page and "没有保存" in page
