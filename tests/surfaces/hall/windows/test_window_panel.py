"""The window panel: one press, one deed; what cannot be done is said and what was typed stays."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.services.queues import actions
from bangban.services.queues.models import Ticket, WindowSession
from tests.cast import Cast
from tests.hall import Hall
from tests.surfaces.desk.conftest import Desk
from tests.surfaces.hall.staffed import called, later, opened, text_of

pytestmark = pytest.mark.usefixtures("own_pace")

PANEL = "/desk/window/"


def do(action: str) -> str:
    return f"/desk/window/do/{action}"


@pytest.mark.clause("DB23-7.1", "DB23-6.3.2-b")
def test_a_clerk_opens_calls_serves_and_finishes(hall: Hall, desk: Desk) -> None:
    client = desk(hall.clerks[0])
    assert "开窗" in text_of(client, PANEL)
    answer = client.post("/desk/window/open", {"window": hall.windows[0].id})
    assert answer.status_code == 303
    assert "叫下一位" in text_of(client, PANEL)
    first, second = hall.ticket().ticket, hall.ticket().ticket
    client.post(do("next"), {"client_id": "n1"})
    page = text_of(client, PANEL)
    assert "A001" in page
    assert "开始办理" in page
    client.post(do("arrive"), {"number": first.number, "client_id": "a1"})
    assert "办理完成" in text_of(client, PANEL)
    client.post(do("finish"), {"number": first.number, "result": "accepted", "then": "next", "client_id": "f1"})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.result, second.state) == ("done", "accepted", "called")
    client.post(do("arrive"), {"number": second.number, "client_id": "a2"})
    client.post(do("finish"), {"number": second.number, "client_id": "f2"})
    client.post(do("close"), {"client_id": "c1"})
    assert WindowSession.objects.get().state == "closed"


@pytest.mark.clause("DB23-7.1")
def test_a_double_press_calls_one_person(hall: Hall, desk: Desk) -> None:
    client = desk(hall.clerks[0])
    opened(hall)
    hall.ticket()
    hall.ticket()
    for _ in range(2):
        assert client.post(do("next"), {"client_id": "same"}).status_code == 303
    assert Ticket.objects.filter(state="called").count() == 1


def test_finishing_twice_with_the_same_press_calls_one_person(hall: Hall, desk: Desk) -> None:
    client = desk(hall.clerks[0])
    opened(hall)
    for _ in range(3):
        hall.ticket()
    ticket = called(hall)
    actions.arrive(hall.clerks[0], ticket.number)
    for _ in range(2):
        client.post(do("finish"), {"number": ticket.number, "then": "next", "client_id": "same"})
    assert sorted(Ticket.objects.values_list("state", flat=True)) == ["called", "done", "waiting"]


def test_when_nobody_waits_the_panel_says_so(hall: Hall, desk: Desk) -> None:
    opened(hall)
    answer = desk(hall.clerks[0]).post(do("next"), {"client_id": "n"})
    assert answer.status_code == 200
    assert "现在没有人等候您窗口的业务" in answer.content.decode()


@pytest.mark.clause("DB23-7.1")
def test_missed_is_offered_only_after_all_calls_and_the_ticket_can_rejoin(hall: Hall, desk: Desk) -> None:
    client = desk(hall.clerks[0])
    opened(hall)
    hall.ticket()
    ticket = called(hall)
    assert "再叫 2 次" in text_of(client, PANEL)
    refused = client.post(do("recall"), {"number": ticket.number})
    assert refused.status_code == 409
    assert "秒后再叫" in refused.content.decode()
    for n in range(2):
        later(seconds=11)
        client.post(do("recall"), {"number": ticket.number, "client_id": f"r{n}"})
    client.post(do("miss"), {"number": ticket.number, "client_id": "m"})
    assert "重新排队" in text_of(client, PANEL)
    client.post(do("rejoin"), {"number": ticket.number, "client_id": "j"})
    ticket.refresh_from_db()
    assert ticket.state == "waiting"


@pytest.mark.clause("DB23-7.1")
def test_a_transfer_without_a_class_is_refused_and_keeps_the_reason(hall: Hall, desk: Desk) -> None:
    client = desk(hall.clerks[0])
    opened(hall)
    hall.ticket()
    ticket = called(hall)
    refused = client.post(do("transfer"), {"number": ticket.number, "reason": "还要办执照"})
    assert refused.status_code == 422
    assert 'value="还要办执照"' in refused.content.decode()
    client.post(do("transfer"), {"number": ticket.number, "klass": hall.company.id, "reason": "还要办执照"})
    ticket.refresh_from_db()
    assert (ticket.state, ticket.klass_id) == ("waiting", hall.company.id)


def test_a_pause_needs_a_reason_and_stops_calling(hall: Hall, desk: Desk) -> None:
    client = desk(hall.clerks[0])
    opened(hall)
    hall.ticket()
    assert client.post(do("pause"), {"why": "", "reason": ""}).status_code == 422
    client.post(do("pause"), {"why": "设备故障", "reason": "打印机"})
    page = text_of(client, PANEL)
    assert "设备故障 打印机" in page
    assert "叫下一位" not in page
    client.post(do("resume"), {})
    assert "叫下一位" in text_of(client, PANEL)


@pytest.mark.clause("DB23-6.3.2-b")
def test_a_clerk_changes_the_classes_of_the_own_window(hall: Hall, desk: Desk) -> None:
    client = desk(hall.clerks[0])
    opened(hall)
    client.post(do("serve"), {"classes": [hall.company.id]})
    assert WindowSession.objects.get().classes == [hall.company.id]
    refused = client.post(do("serve"), {"classes": []})
    assert refused.status_code == 422


def test_a_window_taken_by_somebody_else_is_refused_by_name(hall: Hall, desk: Desk) -> None:
    opened(hall)
    refused = desk(hall.clerks[1]).post("/desk/window/open", {"window": hall.windows[0].id})
    assert refused.status_code == 409
    assert "窗口员1" in refused.content.decode()
    for bad in ("", "abc", "9" * 40, "-1", "٣"):
        assert desk(hall.clerks[1]).post("/desk/window/open", {"window": bad}).status_code in (409, 422), bad


def test_tickets_of_other_windows_are_not_touched(hall: Hall, desk: Desk) -> None:
    opened(hall)
    hall.ticket()
    ticket = called(hall)
    other = desk(hall.clerks[1])
    for action in ("recall", "arrive", "miss", "finish", "transfer"):
        status = other.post(do(action), {"number": ticket.number, "klass": hall.company.id}).status_code
        assert 400 <= status < 500, action
    ticket.refresh_from_db()
    assert ticket.state == "called"
    assert other.post(do("nonsense"), {}).status_code == 422
    assert other.post(do("finish"), {}).status_code in (404, 422)


def test_who_has_no_window_duty_or_no_hall_is_told_so(hall: Hall, city: Cast, desk: Desk) -> None:
    assert desk(city.guide).get(PANEL).status_code == 403
    answer = desk(city.district_specialist).get(PANEL)
    assert answer.status_code == 404
    assert "还没有设置大厅" in answer.content.decode()


@pytest.mark.clause("BJ-3.1.3-c")
def test_a_specialist_finds_the_way_to_the_case_at_the_window(hall: Hall, city: Cast, desk: Desk) -> None:
    hall.ticket(reserved_staff_id=city.specialist.staff_id, case_number="GZ-1")
    actions.open_window(city.specialist, hall.body_id, hall.windows[3].id)
    client = desk(city.specialist)
    assert "约见您" in text_of(client, PANEL)
    client.post(do("next"), {"client_id": "n"})
    assert "/desk/cases/GZ-1/" in text_of(client, PANEL)


def test_scripts_get_the_panel_alone_and_refusals_inside_it(hall: Hall, desk: Desk) -> None:
    client = desk(hall.clerks[0])
    opened(hall)
    answer = client.post(do("pause"), {}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    body = answer.content.decode()
    assert body.lstrip().startswith('<div id="window"')
    assert "notice" in body
    assert "等候" in client.get("/desk/window/coming", headers={"HX-Request": "true"}).content.decode()


def test_the_panel_needs_the_same_queries_for_few_and_for_many_waiting(hall: Hall, desk: Desk) -> None:
    client = desk(hall.clerks[0])
    opened(hall)
    for _ in range(4):
        hall.ticket()
    called(hall)
    client.get(PANEL)
    with CaptureQueriesContext(connection) as few:
        client.get(PANEL)
    for _ in range(60):
        hall.ticket()
    with CaptureQueriesContext(connection) as many:
        client.get(PANEL)
    assert len(many) == len(few)
