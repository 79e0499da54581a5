"""What is done about a crowd stands in its alert; figures and any past minute come from what happened."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.foundation.clocks.moment import now
from bangban.registry.halls import actions as halls
from bangban.services.queues import actions
from bangban.services.queues.models import CrowdAlert
from tests.hall import Hall
from tests.surfaces.desk.conftest import Desk
from tests.surfaces.hall.staffed import called, later, opened, text_of

pytestmark = pytest.mark.usefixtures("own_pace")

PAGE = "/desk/hall/"


def crowded(hall: Hall) -> CrowdAlert:
    halls.save_class(hall.body_id, "B", "企业开办", hall.company.area, crowd_threshold=3)
    for _ in range(4):
        hall.ticket(hall.company)
    actions.watch_hall(hall.body_id)
    return CrowdAlert.objects.get(klass=hall.company)


@pytest.mark.clause("DB23-6.3.2-f")
def test_the_manager_sees_the_alert_its_options_and_what_was_done(hall: Hall, desk: Desk) -> None:
    opened(hall)
    alert = crowded(hall)
    client = desk(hall.hall_manager)
    page = text_of(client, PAGE)
    assert "现场疏导安抚" in page
    assert "让其他窗口分担" in page
    path = f"/desk/hall/alerts/{alert.number}/measure"
    refused = client.post(path, {"measure": "soothe", "note": ""})
    assert refused.status_code == 422
    assert "请写明在现场做了什么" in refused.content.decode()
    form = {"measure": "soothe", "note": "增派引导员，为老人搬椅子", "client_id": "m"}
    for _ in range(2):
        assert client.post(path, form).status_code == 303
    alert.refresh_from_db()
    assert len(alert.measures) == 1
    assert "增派引导员" in text_of(client, PAGE)


@pytest.mark.clause("DB23-6.3.2-f", "DB23-6.3.2-b")
def test_a_measure_gives_the_class_to_another_window(hall: Hall, desk: Desk) -> None:
    session = opened(hall)
    alert = crowded(hall)
    path = f"/desk/hall/alerts/{alert.number}/measure"
    assert desk(hall.hall_guide).post(path, {"measure": "serve", "session": session}).status_code == 403
    assert desk(hall.hall_manager).post(path, {"measure": "serve", "session": session}).status_code == 303
    later(minutes=1)
    ticket = called(hall)
    assert ticket.klass_id == hall.company.id
    wrong = desk(hall.hall_manager).post(path, {"measure": "serve", "session": "x", "window_id": "9" * 40})
    assert wrong.status_code == 422


@pytest.mark.clause("DB23-7.1")
def test_a_past_minute_is_shown_as_it_was(hall: Hall, desk: Desk) -> None:
    opened(hall)
    hall.ticket()
    hall.ticket()
    later(minutes=3)
    ticket = called(hall)
    actions.arrive(hall.clerks[0], ticket.number)
    later(minutes=10)
    actions.finish(hall.clerks[0], ticket.number)
    client = desk(hall.hall_manager)
    before = text_of(client, "/desk/hall/statistics/minute?hall=gz&day=2026-11-18&clock=10:01")
    assert "空闲" in before
    during = text_of(client, "/desk/hall/statistics/minute?hall=gz&day=2026-11-18&clock=10:05")
    assert "A001" in during
    assert "办理中" in during
    assert "还没有到" in text_of(client, "/desk/hall/statistics/minute?hall=gz&day=2026-11-19&clock=10:05")
    for bad in ("day=x&clock=99:99", "minute=99999", "minute=-1", "clock=٣:٣", "day=0001-01-01&clock=00:00"):
        assert client.get(f"/desk/hall/statistics/minute?hall=gz&{bad}").status_code == 200, bad


def test_figures_are_shown_for_any_span_and_bad_dates_are_said(hall: Hall, desk: Desk) -> None:
    opened(hall)
    hall.ticket()
    later(minutes=6)
    ticket = called(hall)
    actions.arrive(hall.clerks[0], ticket.number)
    later(minutes=5)
    actions.finish(hall.clerks[0], ticket.number)
    client = desk(hall.hall_manager)
    today = (now() + timedelta(hours=8)).date()
    page = text_of(client, f"/desk/hall/statistics/?from={today}&to={today}")
    assert "平均等候" in page
    assert "6.0" in page
    assert "社保医保" in page
    assert "日期写法有误" in text_of(client, "/desk/hall/statistics/?from=gestern")
    assert "最多看一年" in text_of(client, "/desk/hall/statistics/?from=2001-01-01")
    assert desk(hall.hall_guide).get("/desk/hall/statistics/").status_code == 403
