"""The wall and its lists: who may open them, the figures as they stand, the way to what lies behind them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client

from bangban.foundation.access.duties import DUTIES, PERMISSIONS
from bangban.foundation.clocks.moment import now
from bangban.registry.org import actions as org
from bangban.registry.org import reads as places
from bangban.services.telephony.actions import judge, receive, set_lines, set_up_seat, sign_in
from bangban.services.telephony.events import ExchangeEvent
from tests.hotline import Hotline, hotline_staff
from tests.surfaces.desk.conftest import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_pace")]
PAGES = ("wall", "wall/now", "late", "missed", "lost", "languages", "alarms", "hours")


def ring(name: str, at: datetime, answered: int | None, *, agent: str = "801", language: str = "") -> None:
    """Let a call come at a moment and be answered after so many seconds, or be lost after a minute."""
    say = lambda kind, after, **more: ExchangeEvent(  # noqa: E731
        exchange="main", id=f"{name}-{kind}", call=name, kind=kind, at=at + timedelta(seconds=after),
        caller="13900000034", called="12345", **more,
    )  # fmt: skip
    told = [say("offered", 0, language=language), say("queued", 0, language=language)]
    if answered is None:
        told.append(say("abandoned", 60, by="caller"))
    else:
        told += [
            say("ringing", 0, agent=agent),
            say("answered", answered, agent=agent),
            say("hung_up", answered + 60, agent=agent),
        ]
    receive(told)


def text(client: Client, page: str, query: str = "") -> str:
    answer = client.get(f"/desk/calls/{page}{query}")
    assert answer.status_code == 200, answer.content.decode()[:400]
    return answer.content.decode()


@pytest.mark.parametrize("duty", sorted(DUTIES))
def test_the_wall_opens_for_its_duties_and_for_nobody_else(line: Hotline, desk: Desk, duty: str) -> None:
    client = desk(hotline_staff("walker", "走访", "hl", duty))
    for page in PAGES:
        status = client.get(f"/desk/calls/{page}").status_code
        assert status == (200 if duty in PERMISSIONS["calls.wall"] else 403), (duty, page)


def test_an_empty_wall_says_what_is_missing(line: Hotline, desk: Desk) -> None:
    page = text(desk(line.manager), "wall")
    assert "没有话务员签入座席" in page
    assert "近24小时没有来电" in page
    for name in ("late", "missed", "languages", "alarms", "hours"):
        assert "blank__title" in text(desk(line.manager), name), name


@pytest.mark.clause("GB33358-5.1.2.3-a")
def test_share_answered_in_time_stands_with_numerator_and_denominator_and_late_ones_are_listed(
    line: Hotline, desk: Desk
) -> None:
    for place, seconds in enumerate((5, 15, 16)):
        ring(f"c{place}", now() - timedelta(minutes=10 - place), seconds)
    client = desk(line.manager)
    page = text(client, "wall")
    assert "66.6" in page
    assert "2 / 3" in page
    assert "100.0" in text(client, "hours")
    listed = text(client, "late")
    assert "16 秒" in listed
    assert "15 秒" not in listed


def test_hours_without_a_call_keep_their_place_and_no_lost_call_is_said_to_be_none(line: Hotline, desk: Desk) -> None:
    ring("c", now() - timedelta(minutes=1), 5)
    page = text(desk(line.manager), "wall")
    plots = [part.split("</svg>")[0] for part in page.split('<svg class="columns__plot"')[1:3]]
    assert [plot.count("<rect ") for plot in plots] in ([24, 24], [25, 25])
    assert "最高 1个" in page
    assert "最高 0个" in page


def test_a_caller_who_waits_longer_than_15_seconds_is_marked(line: Hotline, desk: Desk) -> None:
    at = now() - timedelta(seconds=40)
    receive([ExchangeEvent(exchange="main", id="w1", call="w", kind="offered", at=at, caller="13900000034")])
    part = text(desk(line.manager), "wall/now")
    assert "1 人已超过15秒" in part
    assert "40 秒" in part
    assert "<html" not in part


@pytest.mark.clause("GB33358-5.1.2.3-b")
def test_a_rate_under_95_percent_alarms_with_the_hours_that_caused_it(line: Hotline, desk: Desk) -> None:
    judge(now())
    for place in range(10):
        ring(f"r{place}", now() - timedelta(minutes=20), 5 if place else None)
    judge(now() + timedelta(minutes=1))
    client = desk(line.manager)
    page = text(client, "wall")
    assert "接通率告警" in page
    assert "90.0%（9 / 10）" in page
    assert "来电10，接通9" in page
    assert "告警中" in text(client, "alarms")


@pytest.mark.clause("GB33358-4.2.3-b")
def test_a_call_answered_in_another_language_is_listed_as_a_shortage(line: Hotline, desk: Desk) -> None:
    ring("lang", now() - timedelta(minutes=5), 4, agent="801", language="english")
    page = text(desk(line.manager), "languages")
    assert "英语" in page
    assert "江话务" in page
    assert "粤语" in page


@pytest.mark.clause("GB33358-5.1.2.1")
def test_hours_without_an_agent_on_the_roster_are_named(line: Hotline, desk: Desk) -> None:
    client = desk(line.manager)
    assert "7天每个时段都有话务员排班" in text(client, "wall")
    for agent in (line.agent, line.second_agent):
        org.set_shifts(agent.staff_id, [(d, time(0, 0), time(20, 0)) for d in range(7)], workdays_only=False)
    page = text(client, "wall")
    assert "这些时段没有话务员排班" in page
    assert "7 段" in page


def test_lost_calls_show_masked_numbers_and_seats_their_state(line: Hotline, desk: Desk) -> None:
    ring("lost", now() - timedelta(minutes=3), None)
    set_up_seat(line.manager, "101")
    sign_in(line.agent, "101")
    client = desk(line.manager)
    listed = text(client, "missed")
    assert "139****0034" in listed
    assert "13900000034" not in listed
    assert "1 人在席" in text(client, "wall")


def test_a_lost_call_stays_in_the_record_of_its_day_when_its_caller_came_through_later(
    line: Hotline, desk: Desk
) -> None:
    ring("lost", now() - timedelta(minutes=9), None)
    client = desk(line.manager)
    assert "待回拨" in text(client, "lost").partition("139****0034")[2]
    ring("again", now() - timedelta(minutes=3), 5)
    assert "139****0034" not in text(client, "missed")
    assert "来电人已再次打入" in text(client, "lost")
    assert "这一天没有漏接的来电" in text(client, "lost", "?day=2026-01-05")


def test_a_broken_mark_of_a_next_page_is_refused_with_a_sentence(line: Hotline, desk: Desk) -> None:
    answer = desk(line.manager).get("/desk/calls/late?after=x")
    assert answer.status_code == 422
    assert "请从第一页看起" in answer.content.decode()
    assert desk(line.manager).get("/desk/calls/late?day=never").status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "²", "９９９９", "9" * 40])
def test_a_day_that_nobody_can_count_with_is_taken_for_none(line: Hotline, desk: Desk, day: str) -> None:
    client = desk(line.manager)
    for page in (*PAGES, "rates", "menu", "roster", "seats", "seats/use"):
        query = urlencode(dict.fromkeys(("day", "from", "to", "week"), day))
        assert client.get(f"/desk/calls/{page}?{query}").status_code == 200, page


def test_the_wall_costs_few_queries(line: Hotline, desk: Desk, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for place in range(20):
        ring(f"q{place}", now() - timedelta(hours=place), 5 if place % 3 else None)
    client = desk(line.manager)
    text(client, "wall/now")
    with django_assert_max_num_queries(12):
        text(client, "wall/now")


def test_of_two_hotlines_each_sees_its_own_and_who_sits_above_both_chooses(line: Hotline, desk: Desk) -> None:
    at = now() - timedelta(minutes=9)
    ring("only", at, 3)
    assert "未归属" not in text(desk(hotline_staff("above1", "容总管", "zjj", "hotline_manager")), "wall")
    org.save_body(org.NewBody("hl2", "从化区便民热线", "hotline", "district", "440117"))
    places.forget()
    theirs = hotline_staff("hl2_manager", "龚值班", "hl2", "hotline_manager")
    set_lines(line.manager, ["12345"])
    places.forget()
    ring("city", at, None)
    receive([ExchangeEvent(id="x", call="x", kind="offered", at=at, called="999"),
             ExchangeEvent(id="y", call="x", kind="abandoned", at=at + timedelta(seconds=50))])  # fmt: skip
    own, other = desk(line.manager), desk(theirs)
    for page in ("wall", "late", "missed", "alarms", "seats"):
        assert "从化区便民热线" not in text(own, page), page
    assert "139****0034" in text(own, "missed")
    assert "139****0034" not in text(other, "missed")
    assert "另有 1 个来电不知属于哪条热线" in text(other, "wall/now")
    above = desk(hotline_staff("above", "总管", "zjj", "hotline_manager"))
    assert "从化区便民热线" in text(above, "wall")
    chosen = places.tree().by_code["hl2"].id
    assert "139****0034" in text(above, "missed", f"?hotline={line.center.id}")
    assert "139****0034" not in text(above, "missed", f"?hotline={chosen}")
    assert "139****0034" not in text(above, "missed")  # the choice is kept
    assert above.post("/desk/calls/seats", {"number": "从化B7"}).status_code == 303
    assert "从化B7" in text(other, "seats")
    assert "从化B7" not in text(own, "seats")
    for wrong in ("9" * 5000, "x", "99999999999999999999", "-1", "²", "0"):
        assert text(above, "wall", f"?hotline={wrong}")


def test_a_manager_says_under_which_numbers_the_hotline_is_called(line: Hotline, desk: Desk) -> None:
    assert "接入号码" not in text(desk(line.manager), "seats")
    org.save_body(org.NewBody("hl2", "从化区便民热线", "hotline", "district", "440117"))
    places.forget()
    client = desk(line.manager)
    assert client.post("/desk/calls/seats", {"lines": "12345、020-1234 5678"}).status_code == 303
    assert 'value="02012345678、12345"' in text(client, "seats")
    refused = client.post("/desk/calls/seats", {"lines": "12345、一二三"})
    assert refused.status_code == 422
    assert 'value="12345、一二三"' in refused.content.decode()
