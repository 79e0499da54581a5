"""The phone page of a ticket: state, people ahead, wait, window, coming back, leaving, rating."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bangban.foundation.clocks.moment import now, stand_at
from bangban.oversight.evaluation.models import Rating
from bangban.oversight.evaluation.options import install_options
from bangban.services.queues.actions import arrive, open_window
from bangban.services.queues.models import Ticket
from bangban.surfaces.portal.language import CHINESE
from tests.hall import Hall
from tests.surfaces.hall.kiosk.conftest import called, missed, served
from tests.surfaces.portal.browser import Browser

pytestmark = pytest.mark.usefixtures("own_pace")


def follow(phone: Browser, ticket: Ticket) -> str:
    """Open the ticket by the code of its slip and return the page."""
    answer = phone.get(f"/t/{ticket.code}")
    assert (answer.status_code, answer["Location"]) == (303, f"/tickets/{ticket.number}/")
    return phone.open(f"/tickets/{ticket.number}/")


@pytest.mark.clause("DB23-7.1", "DB23-6.3.2-b")
def test_a_slip_opens_number_people_ahead_wait_and_way(house: Hall, phone: Browser) -> None:
    house.ticket()
    page = follow(phone, house.ticket().ticket)
    for words in ("A002", "前面还有 1 人", "暂无窗口开放，请咨询引导台", "1层 西侧等候区", "进门左转"):
        assert words in page
    assert f"hall:{house.body_id}" in page
    open_window(house.clerks[0], house.body_id, house.windows[0].id)
    now_ = phone.open(f"/tickets/{Ticket.objects.get(label='A002').number}/now")
    assert re.search(r"约 1\d 分钟", now_)


def test_a_ticket_without_its_code_is_nobodys(house: Hall, phone: Browser) -> None:
    ticket = house.ticket().ticket
    for address in (f"/tickets/{ticket.number}/", f"/tickets/{ticket.number}/now", "/tickets/QH1/", "/t/wrong"):
        assert phone.get(address).status_code == 404
    assert phone.send(f"/tickets/{ticket.number}/leave").status_code == 404
    assert Ticket.objects.get().state == "waiting"


def test_codes_of_slips_cannot_be_tried_quickly(house: Hall, phone: Browser) -> None:
    assert [phone.get(f"/t/guess{n}").status_code for n in range(25)][-1] == 429


def test_a_call_is_told_strongly_with_window_and_way(house: Hall, phone: Browser) -> None:
    ticket = called(house)
    page = follow(phone, ticket)
    assert "请到1号窗口" in page and 'data-state="called"' in page and re.search(r'data-call="\d+"', page)
    assert "进门左转" in page
    arrive(house.clerks[0], ticket.number)
    assert "正在1号窗口办理" in phone.open(f"/tickets/{ticket.number}/now")


@pytest.mark.clause("DB23-7.1")
def test_a_missed_call_may_rejoin_within_the_grace_time_only(house: Hall, phone: Browser) -> None:
    ticket = missed(house)
    page = follow(phone, ticket)
    assert "叫号没有到，已过号" in page and "还有 30 分钟可以重新排队一次" in page
    assert phone.send(f"/tickets/{ticket.number}/rejoin").status_code == 303
    assert Ticket.objects.get(id=ticket.id).state == "waiting"


def test_after_the_grace_time_the_page_says_what_to_do(house: Hall, phone: Browser) -> None:
    ticket = missed(house)
    stand_at(now() + timedelta(minutes=31))
    page = follow(phone, ticket)
    assert "重新取号" in page and "/rejoin" not in page
    answer = phone.send(f"/tickets/{ticket.number}/rejoin")
    assert answer.status_code == 409 and "过号已超过30分钟" in answer.content.decode()


def test_leaving_gives_the_place_away_once(house: Hall, phone: Browser) -> None:
    ticket = house.ticket().ticket
    follow(phone, ticket)
    assert phone.send(f"/tickets/{ticket.number}/leave").status_code == 303
    page = phone.open(f"/tickets/{ticket.number}/")
    assert "您已不再等候" in page and "data-live-topics" not in page
    assert phone.send(f"/tickets/{ticket.number}/leave").status_code == 409


@pytest.mark.clause("DB23-8.1.1")
def test_after_the_service_the_phone_leads_to_one_rating(house: Hall, phone: Browser) -> None:
    install_options()
    ticket = served(house)
    page = follow(phone, ticket)
    assert "已办完：当场办结" in page and f"/tickets/{ticket.number}/rate/" in page
    form = phone.open(f"/tickets/{ticket.number}/rate/")
    assert "checked" not in form
    wrong = phone.send(f"/tickets/{ticket.number}/rate/", grade="satisfied", options=["115"], text="写过的话")
    assert wrong.status_code == 422 and "写过的话" in wrong.content.decode()
    assert "评价已收到" in phone.send(f"/tickets/{ticket.number}/rate/", grade="satisfied").content.decode()
    assert Rating.objects.get().number == ticket.number
    assert "您已经评价过" in phone.open(f"/tickets/{ticket.number}/rate/")
    assert phone.send(f"/tickets/{ticket.number}/rate/", grade="satisfied").status_code == 409


def test_a_service_that_goes_on_is_not_rated(house: Hall, phone: Browser) -> None:
    ticket = called(house)
    follow(phone, ticket)
    assert phone.get(f"/tickets/{ticket.number}/rate/").status_code == 409


def test_the_page_speaks_english_but_for_names(house: Hall, phone: Browser) -> None:
    phone.cookies["language"] = "en"
    for ticket in (house.ticket().ticket, missed(house)):
        page = follow(phone, ticket)
        for name in (
            "广州市政务服务中心",
            "广州市",
            "社保医保",
            "1层 西侧等候区",
            "进门左转",
            "1号窗口",
            "切换为中文",
            "中文",
        ):
            page = page.replace(name, "")
        assert sorted(set(CHINESE.findall(page)) - set("“”　")) == []


@pytest.mark.clause("DB23-6.3.2-c")
def test_the_floor_directory_is_on_the_phone_in_both_languages(house: Hall, phone: Browser) -> None:
    page = phone.open("/hall/gz/directory/?q=洗手间")
    assert "等候区北侧尽头" in page and "3号窗口" not in page.split("places__one", 1)[1]
    phone.cookies["language"] = "en"
    assert "Hall directory" in phone.open("/hall/gz/directory/")
    assert phone.get("/hall/nowhere/directory/").status_code == 404
    assert phone.get("/hall/yx/directory/").status_code == 404
