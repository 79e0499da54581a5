"""Seats, waiting audio and menus at the manager's desk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.foundation.access.duties import DUTIES, PERMISSIONS
from bangban.foundation.clocks.moment import now
from bangban.services.telephony.actions import propose_audio, receive, set_up_seat, sign_in, use_audio
from bangban.services.telephony.events import ExchangeEvent
from bangban.services.telephony.models import Audio, MenuReason, Seat
from tests.hotline import Hotline, hotline_staff
from tests.surfaces.desk.conftest import Desk

pytestmark = pytest.mark.django_db
OPEN_TO = {"seats": "orders.manage", "seats/use": "orders.manage", "audio": "calls.take", "menu": "calls.wall"}


@pytest.mark.parametrize("duty", sorted(DUTIES))
def test_each_page_opens_for_its_duties_only(line: Hotline, desk: Desk, duty: str) -> None:
    client = desk(hotline_staff("walker", "走访", "hl", duty))
    for page, permission in OPEN_TO.items():
        status = client.get(f"/desk/calls/{page}").status_code
        assert status == (200 if duty in PERMISSIONS[permission] else 403), (duty, page)
    if duty not in PERMISSIONS["orders.manage"]:
        assert client.post("/desk/calls/seats", {"number": "1"}).status_code == 403
        assert client.post("/desk/calls/audio/1/approve").status_code == 403
        assert client.post("/desk/calls/menu", {"first": "2026-11-18", "reason": "分流"}).status_code in (403, 404)
    assert not MenuReason.objects.exists()


def test_a_manager_adds_and_disables_a_seat_and_sees_who_sits_there(line: Hotline, desk: Desk) -> None:
    client = desk(line.manager)
    assert "还没有座席" in client.get("/desk/calls/seats").content.decode()
    assert client.post("/desk/calls/seats", {"number": "101", "area": "三楼东区", "active": "yes"}).status_code == 303
    sign_in(line.agent, "101")
    page = client.get("/desk/calls/seats").content.decode()
    assert "江话务" in page
    assert "三楼东区" in page
    assert "粤语" in page
    client.post("/desk/calls/seats", {"number": "101", "area": "三楼东区", "active": "no"})
    assert not Seat.objects.get().active


def test_a_seat_without_number_is_refused_and_the_rest_stays(line: Hotline, desk: Desk) -> None:
    answer = desk(line.manager).post("/desk/calls/seats", {"number": " ", "area": "四楼"})
    assert answer.status_code == 422
    assert 'value="四楼"' in answer.content.decode()
    assert "请填写20个字以内的座席号" in answer.content.decode()


def test_a_thousand_seats_come_in_pages(line: Hotline, desk: Desk) -> None:
    Seat.objects.bulk_create(Seat(number=f"{number:04}") for number in range(205))
    client = desk(line.manager)
    page = client.get("/desk/calls/seats").content.decode()
    assert "0099" in page and "0100" not in page
    last = client.get("/desk/calls/seats?after=0199").content.decode()
    assert "0204" in last and "下一页" not in last


def test_utilisation_of_a_day_shows_how_the_time_went(line: Hotline, desk: Desk) -> None:
    set_up_seat(line.manager, "101")
    client = desk(line.manager)
    assert "没有人签入座席" in client.get("/desk/calls/seats/use").content.decode()
    sign_in(line.agent, "101")
    assert "江话务" in client.get("/desk/calls/seats/use").content.decode()


@pytest.mark.clause("GB33358-5.1.2.2-b")
def test_audio_is_played_only_after_another_person_approved_it(line: Hotline, desk: Desk) -> None:
    manager, second = desk(line.manager), desk(line.second_manager)
    given = {"key": "queue.wait", "title": "排队提示", "text": "您好，请稍候。", "file": ""}
    assert manager.post("/desk/calls/audio", given).status_code == 303
    row = Audio.objects.get()
    own = manager.post(f"/desk/calls/audio/{row.id}/approve")
    assert own.status_code == 409
    assert "要由另一人审核" in own.content.decode()
    assert second.post(f"/desk/calls/audio/{row.id}/approve").status_code == 303
    assert use_audio("queue.wait").id == row.id
    kept = second.post(f"/desk/calls/audio/{row.id}/withdraw", {"reason": ""})
    assert kept.status_code == 422
    assert "请写明停用的理由" in kept.content.decode()
    second.post(f"/desk/calls/audio/{row.id}/withdraw", {"reason": "措辞过时"})
    assert "措辞过时" in second.get("/desk/calls/audio").content.decode()


def test_a_proposal_that_lacks_something_keeps_what_was_typed(line: Hotline, desk: Desk) -> None:
    answer = desk(line.agent).post("/desk/calls/audio", {"key": "两个字", "title": "排队提示", "text": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="排队提示"' in page
    assert "请写出全部播放内容" in page
    assert not Audio.objects.exists()


def test_agents_propose_but_do_not_decide(line: Hotline, desk: Desk) -> None:
    row = propose_audio(line.manager, "queue.wait", "排队提示", "您好，请稍候。")
    client = desk(line.agent)
    assert "批准播放" not in client.get("/desk/calls/audio").content.decode()
    assert client.post(f"/desk/calls/audio/{row.id}/approve").status_code == 403
    manager = desk(line.manager)
    assert manager.post(f"/desk/calls/audio/{'9' * 30}/approve").status_code == 404
    assert manager.post(f"/desk/calls/audio/{row.id}/dance").status_code == 422


@pytest.mark.clause("GB33358-5.1.2.2-a")
def test_a_day_with_a_menu_is_a_deviation_until_a_reason_is_recorded(line: Hotline, desk: Desk) -> None:
    at = now() - timedelta(minutes=9)
    say = {"exchange": "main", "call": "m", "caller": "13900000034", "at": at}
    receive([ExchangeEvent(id="1", kind="offered", **say), ExchangeEvent(id="2", kind="menu", **say)])  # type: ignore[arg-type]
    client = desk(line.manager)
    assert "有 1 天来电经过语音菜单而没有登记理由" in client.get("/desk/calls/menu").content.decode()
    day = now().date().isoformat()
    wrong = client.post("/desk/calls/menu", {"first": day, "last": "2020-01-01", "reason": "台风分流"})
    assert wrong.status_code == 422
    assert "结束日期不能早于开始日期" in wrong.content.decode()
    assert "台风分流" in wrong.content.decode()
    assert client.post("/desk/calls/menu", {"first": "never", "reason": "x"}).status_code == 422
    assert client.post("/desk/calls/menu", {"first": day, "last": "", "reason": "台风分流"}).status_code == 303
    page = client.get("/desk/calls/menu").content.decode()
    assert "没有登记理由。" not in page
    assert "台风分流" in page


@pytest.mark.clause("GB33358-4.2.3-a")
def test_a_seat_of_two_and_a_half_square_metres_is_flagged(line: Hotline, desk: Desk) -> None:
    client = desk(line.manager)
    given = {"number": "101", "area": "三楼", "square_metres": "2.5", "spacing_metres": "0.8"}
    assert client.post("/desk/calls/seats", given).status_code == 303
    page = client.get("/desk/calls/seats").content.decode()
    assert "2.5 ㎡ / 0.8 m" in page and "面积不足3平方米" in page and "1 个在用座席" in page
    client.post("/desk/calls/seats", given | {"square_metres": "3"})
    assert "面积不足" not in client.get("/desk/calls/seats").content.decode()


@pytest.mark.parametrize("measure", ["三", "-1", "NaN", "Infinity", "1e99999999", "1e9", "0", "²"])
def test_a_measure_that_is_none_is_refused_and_stays_in_the_field(line: Hotline, desk: Desk, measure: str) -> None:
    answer = desk(line.manager).post("/desk/calls/seats", {"number": "101", "area": "四楼", "square_metres": measure})
    assert answer.status_code == 422
    assert 'value="四楼"' in answer.content.decode() and f'value="{measure}"' in answer.content.decode()
    assert not Seat.objects.exists()
