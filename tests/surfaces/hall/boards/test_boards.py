"""Boards show the whole state of a hall or an area, from the server's time, at every fetch."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from bangban.foundation.clocks.moment import stand_at
from bangban.foundation.live.reads import frames_after
from bangban.registry.halls import actions as halls
from bangban.services.queues import actions
from bangban.services.queues.reads import BoardState, board_state
from bangban.surfaces.hall.boards import feed, keeping
from bangban.surfaces.hall.boards.words import spoken_call
from tests.cast import make_city
from tests.hall import BOARD_KEY, Hall, make_hall
from tests.surfaces.hall.staffed import called, later, opened, text_of

pytestmark = pytest.mark.usefixtures("own_pace")

BOARD, STATE = "/hall/gz/board/", "/hall/gz/board/board.json"


@pytest.fixture(autouse=True)
def _moving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing commits in these tests and only commits are numbered: here the hall's stream always has moved on."""
    keeping.forget()
    monkeypatch.setattr(keeping, "frames_after", lambda *given: [object()])


@pytest.mark.clause("DB23-7.1")
def test_digits_are_spoken_one_by_one() -> None:
    assert spoken_call("A001", "1号窗口") == "请A零零一号到1号窗口"
    assert spoken_call("AB1020", "综合窗口") == "请AB一零二零号到综合窗口"


@pytest.mark.clause("DB23-7.1", "DB23-6.3.2-b")
def test_a_board_shows_the_call_who_comes_next_and_what_was_missed(hall: Hall, client: Client) -> None:
    for _ in range(3):
        hall.ticket()
    opened(hall)
    called(hall)
    page = text_of(client, BOARD)
    assert "A001" in page
    assert "1号窗口" in page
    assert "A002" in page
    assert "10:00" in page
    assert "11月18日 星期三" in page
    state = client.get(STATE).json()
    assert [(call["say"], call["waits"]) for call in state["calls"]] == [("请A零零一号到1号窗口", True)]
    for _ in range(2):
        later(seconds=11)
        actions.recall(hall.clerks[0], state["calls"][0]["key"].split(":")[0])
    actions.miss(hall.clerks[0], state["calls"][0]["key"].split(":")[0])
    state = client.get(STATE).json()
    assert state["calls"] == []
    assert "过号" in state["html"]


@pytest.mark.clause("DB23-6.3.2-b")
def test_an_area_board_shows_only_its_area(hall: Hall, client: Client) -> None:
    hall.ticket(hall.company)
    opened(hall, 2)
    called(hall, 2)
    assert client.get(f"{STATE}?area=W").json()["calls"] == []
    assert len(client.get(f"{STATE}?area=E").json()["calls"]) == 1
    assert "2层" in text_of(client, f"{BOARD}?area=E")
    assert "区域代码" in text_of(client, f"{BOARD}?area=XX", 404)
    assert "机构代码" in text_of(client, "/hall/nowhere/board/", 404)
    assert "application/problem+json" in client.get("/hall/nowhere/board/board.json").headers["Content-Type"]


@pytest.mark.clause("DB23-7.1")
def test_a_recall_is_a_new_call_to_the_voice(hall: Hall, client: Client) -> None:
    hall.ticket()
    opened(hall)
    ticket = called(hall)
    first = client.get(STATE).json()["calls"][0]["key"]
    later(seconds=11)
    actions.recall(hall.clerks[0], ticket.number)
    assert client.get(STATE).json()["calls"][0]["key"] != first


def test_the_age_of_a_call_is_counted_by_the_house_also_when_the_state_was_kept(hall: Hall, client: Client) -> None:
    hall.ticket()
    opened(hall)
    called(hall)
    assert client.get(STATE).json()["calls"][0]["age"] == pytest.approx(0, abs=1)
    later(seconds=50)
    assert client.get(STATE).json()["calls"][0]["age"] == pytest.approx(50, abs=1)


def test_thirty_screens_cost_one_computation_until_something_happens(
    hall: Hall, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[int] = []

    def counted(body_id: int, area_id: int | None = None) -> BoardState | None:
        computed.append(body_id)
        return board_state(body_id, area_id)

    monkeypatch.setattr(feed, "board_state", counted)
    hall.ticket()
    monkeypatch.setattr(keeping, "frames_after", lambda *given: [])
    for _ in range(30):
        client.get(STATE)
    assert len(computed) == 1
    opened(hall)
    called(hall)
    monkeypatch.setattr(keeping, "frames_after", lambda *given: [object()])
    assert client.get(STATE).json()["calls"]
    assert len(computed) == 2


@pytest.mark.clause("DB23-7.1")
def test_a_board_empties_when_the_day_of_the_place_turns(hall: Hall, client: Client) -> None:
    stand_at(datetime(2026, 11, 18, 15, 59, 0, tzinfo=UTC))
    hall.ticket()
    opened(hall)
    called(hall)
    state = client.get(STATE).json()
    assert 1 < state["turns_in"] <= 60
    assert len(state["calls"]) == 1
    later(seconds=60)
    state = client.get(STATE).json()
    assert state["calls"] == []
    assert "现在没有叫号" in state["html"]
    assert state["date"] == "11月19日 星期四"
    assert state["clock"] == "00:00"


def test_a_change_of_the_plan_shows_without_any_event(hall: Hall, client: Client) -> None:
    assert "社保医保" in client.get(STATE).json()["html"]
    area = hall.social.area
    halls.save_class(hall.body_id, "A", "社会保障", area)
    assert "社会保障" in client.get(STATE).json()["html"]


@pytest.mark.clause("DB23-5.2.4")
def test_the_screen_above_a_window_says_who_serves_there(hall: Hall, client: Client) -> None:
    path = f"/hall/gz/window/{hall.windows[0].id}/"
    assert "未开放" in text_of(client, path)
    session = opened(hall)
    hall.ticket()
    called(hall)
    page = text_of(client, path)
    assert "A001" in page
    assert "窗口员1" in page
    assert "窗口人员" in page
    actions.pause_window(hall.clerks[0], session, "换班")
    assert "暂停服务" in text_of(client, path)
    assert text_of(client, "/hall/gz/window/999999/", 404)


def test_a_board_that_was_set_up_finds_its_own_screen(hall: Hall, client: Client) -> None:
    assert "还没有登记" in text_of(client, "/hall/board/", 404)
    client.cookies["bangban_device"] = BOARD_KEY
    answer = client.get("/hall/board/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/hall/gz/board/?area=W"


def test_a_board_that_fetches_is_seen_alive(hall: Hall, client: Client) -> None:
    from bangban.registry.halls.reads import devices

    client.cookies["bangban_device"] = BOARD_KEY
    client.get(STATE)
    assert next(one.seen_at for one in devices(hall.body_id) if one.code == "B1") is not None


def test_script_in_names_stays_text_on_a_board(hall: Hall, client: Client) -> None:
    halls.save_class(hall.body_id, "A", "<script>alert(1)</script>", hall.social.area)
    assert "<script>alert" not in text_of(client, BOARD)
    assert "<script>alert" not in client.get(STATE).json()["html"]


@pytest.mark.django_db(transaction=True)
def test_a_committed_call_is_shown_although_the_state_before_it_was_kept(client: Client) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeping, "frames_after", frames_after)
        hall = make_hall(make_city())
        hall.ticket()
        opened(hall)
        assert client.get(STATE).json()["calls"] == []
        called(hall)
        assert len(client.get(STATE).json()["calls"]) == 1
