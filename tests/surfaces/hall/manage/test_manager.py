"""The hall manager's page: what stands how, and what is done about it."""

from __future__ import annotations

import pytest

from bangban.services.queues import actions
from bangban.services.queues.models import Ticket, WindowSession
from tests.cast import Cast
from tests.hall import Hall
from tests.surfaces.desk.conftest import Desk
from tests.surfaces.hall.staffed import called, later, opened, text_of

PAGE = "/desk/hall/"


@pytest.mark.clause("DB23-6.3.2-f")
def test_the_manager_sees_each_class_against_its_threshold(hall: Hall, desk: Desk) -> None:
    opened(hall)
    for _ in range(5):
        hall.ticket()
    hall.ticket(hall.company)
    later(minutes=5)
    page = text_of(desk(hall.hall_manager), PAGE)
    assert "社保医保" in page
    assert "预计超过阈值" in page
    assert "没有窗口办理" in page
    assert "窗口员1" in page
    assert "5 分" in page


@pytest.mark.clause("DB23-6.3.2-b", "DB23-6.3.2-f")
def test_the_manager_gives_a_class_to_a_window_and_closes_a_forgotten_one(hall: Hall, desk: Desk) -> None:
    opened(hall)
    client = desk(hall.hall_manager)
    window = hall.windows[0].id
    assert "加办" in text_of(client, f"/desk/hall/classes/{hall.company.id}")
    answer = client.post(f"/desk/hall/windows/{window}/do/add", {"classes": [hall.company.id], "client_id": "a"})
    assert answer.status_code == 303
    assert hall.company.id in WindowSession.objects.get().classes
    hall.ticket()
    ticket = called(hall)
    refused = client.post(f"/desk/hall/windows/{window}/do/close", {"client_id": "b"})
    assert refused.status_code == 409
    assert f"{ticket.label}号还在窗口" in refused.content.decode()
    actions.arrive(hall.clerks[0], ticket.number)
    actions.finish(hall.clerks[0], ticket.number)
    client.post(f"/desk/hall/windows/{window}/do/close", {"client_id": "c"})
    assert WindowSession.objects.get().state == "closed"


@pytest.mark.clause("BJ-3.1.3-c")
def test_a_substitute_is_named_with_a_reason(hall: Hall, city: Cast, desk: Desk) -> None:
    ticket = hall.ticket(reserved_staff_id=city.specialist.staff_id).ticket
    client = desk(hall.hall_manager)
    assert "陈专员" in text_of(client, PAGE)
    path = f"/desk/hall/substitute/{ticket.number}"
    refused = client.post(path, {"reason": "", "to": city.second_specialist.staff_id})
    assert refused.status_code == 422
    client.post(path, {"reason": "专员外出", "to": city.second_specialist.staff_id, "client_id": "s"})
    ticket.refresh_from_db()
    assert ticket.reserved_staff_id == city.second_specialist.staff_id


def test_others_do_not_manage_the_hall(hall: Hall, city: Cast, desk: Desk) -> None:
    opened(hall)
    for actor in (hall.clerks[0], hall.hall_guide, city.guide):
        assert desk(actor).get(PAGE).status_code == 403
        path = f"/desk/hall/windows/{hall.windows[0].id}/do/close"
        assert desk(actor).post(path, {}).status_code == 403
    assert desk(city.manager).get(PAGE).status_code == 200
    assert desk(hall.hall_manager).get("/desk/hall/?hall=yx").status_code == 404
    assert desk(hall.hall_manager).get("/desk/hall/windows/999999").status_code == 404
    assert desk(hall.hall_manager).get("/desk/hall/classes/999999").status_code == 404


def test_the_page_takes_the_same_number_of_queries_however_many_wait(
    hall: Hall, desk: Desk, django_assert_max_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = desk(hall.hall_manager)
    counts = []
    for more in (1, 20):
        for _ in range(more):
            hall.ticket()
        text_of(client, "/desk/hall/part")
        with CaptureQueriesContext(connection) as asked:
            text_of(client, "/desk/hall/part")
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert Ticket.objects.count() == 21
