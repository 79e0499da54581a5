"""What citizens, screens and boards fetch (DB23-6.2.1.1, DB23-6.2-d)."""

from __future__ import annotations

import json
from datetime import date

import pytest

from bangban.registry.catalog.models.items import Item
from bangban.registry.org import actions as org
from bangban.registry.org import reads as org_reads
from bangban.registry.org.models import Body, Staff
from bangban.services.cases import actions as cases
from bangban.services.publications.models import Output
from bangban.services.publications.terms import Target
from tests.cast import Cast
from tests.services.publications.steps import LED, drafted, published
from tests.surfaces.portal.browser import PAGE, Browser


@pytest.mark.clause("DB23-6.2.1.1")
def test_a_notice_shows_on_touch_screen_board_sheet_led_and_website(city: Cast, browser: Browser) -> None:
    row = published(city, **{**LED, "targets": ("board_sheet", "touch_screen", "led", "website")})
    for address in ("/hall/gz/notices/", f"/hall/gz/notices/{row.number}/", "/hall/gz/board-sheet/", "/notices/"):
        assert row.title in browser.open(address), address
    feed = json.loads(browser.get("/hall/gz/led.json?device=大门").content)
    assert [(one["text"], one["playing"]) for one in feed["messages"]] == [(row.led_text, True)]
    assert feed["messages"][0]["spans"] == [{"from": "09:00", "to": "17:00"}]
    by = dict(Output.objects.values_list("target", "last_refreshed_by"))
    assert by == {"touch_screen": "127.0.0.1", "board_sheet": "127.0.0.1", "led": "大门", "website": "网站"}


def test_a_draft_is_nowhere(city: Cast, browser: Browser) -> None:
    row = drafted(city, targets=tuple(Target.values), led_text="未审核")
    assert browser.get(f"/notices/{row.number}/", **PAGE).status_code == 404
    for address in ("/hall/gz/notices/", "/hall/gz/board-sheet/", "/notices/", "/hall/gz/led.json"):
        answer = browser.get(address)
        assert answer.status_code == 200 and row.title not in answer.content.decode()
    assert not Output.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["/hall/none/notices/", "/hall/none/board-sheet/", "/hall/none/led.json", "/hall/gz/notices/GG1/", "/notices/GG1/",
     "/notices/end/guessed", "/hall/gz/board-sheet/?number=GG1"],
)  # fmt: skip
def test_what_is_not_there_is_told_in_a_sentence(city: Cast, browser: Browser, address: str) -> None:
    answer = browser.get(address, **PAGE)
    assert answer.status_code == 404
    assert "没有找到" in answer.content.decode() or "无效" in answer.content.decode()


@pytest.mark.parametrize("query", ["?page=0", "?page=99", "?page=x", "?page=१", "?device=" + "长" * 500, "?size=a9"])
def test_a_screen_with_a_strange_address_still_shows_its_page(city: Cast, browser: Browser, query: str) -> None:
    published(city)
    assert "元旦" in browser.open(f"/hall/gz/notices/{query}")
    assert "元旦" in browser.open(f"/hall/gz/board-sheet/{query}")


def test_a_full_screen_turns_its_pages_and_keeps_its_name(city: Cast, browser: Browser) -> None:
    for place in range(9):
        published(city, title=f"第{place}条通知")
    first = browser.open("/hall/gz/notices/?device=东门")
    assert "第8条通知" in first and "第1条通知" not in first and "1 / 2" in first
    assert "page=2&amp;device=" in first
    assert "第1条通知" in browser.open("/hall/gz/notices/?page=2")


def test_screens_ask_again_by_themselves_and_nothing_between_may_answer(city: Cast, browser: Browser) -> None:
    row = published(city)
    answer = browser.get("/hall/gz/notices/")
    assert answer["Cache-Control"] == "no-store"
    assert 'http-equiv="refresh" content="60"' in answer.content.decode()
    assert 'content="120;url=/hall/gz/notices/"' in browser.open(f"/hall/gz/notices/{row.number}/")


def test_the_list_of_the_website_is_narrowed_and_paged(city: Cast, browser: Browser) -> None:
    for place in range(21):
        published(city, title=f"第{place}条通知", kind="notice")
    published(city, title="一条政策", kind="policy")
    first = browser.open("/notices/?kind=notice")
    assert "一条政策" not in first and "第20条通知" in first and "第0条通知" not in first
    following = first.split('class="btn btn--secondary" href="')[-1].split('"')[0].replace("&amp;", "&")
    assert "第0条通知" in browser.open(following)
    assert browser.get("/notices/?after=broken", **PAGE).status_code == 422


def test_the_pages_speak_english_but_for_the_notices_themselves(city: Cast, browser: Browser) -> None:
    row = published(city, title="Closed on 1 January", text="Open again on the 4th.")
    browser.cookies["language"] = "en"
    for address in ("/notices/", f"/notices/{row.number}/", "/notices/subscribe/"):
        page = browser.open(address)
        for name in (
            "广州市政务服务中心",
            "广州市越秀区政务服务中心",
            "广州市从化区政务服务中心",
            "广州市",
            "切换为中文",
            "中文",
            "测试路1号",
            "工作日9:00-17:00",
        ):
            page = page.replace(name, "")
        left = {mark for mark in page if "\u3400" <= mark <= "\u9fff"}
        assert left == set(), (address, left)


@pytest.mark.clause("DB23-6.2-d")
def test_item_and_centre_pages_show_both_channels_from_the_register(city: Cast, item: Item, browser: Browser) -> None:
    Body.objects.filter(code__in=["gz", "rsj"]).update(
        supervision_phone="020-00009999", supervision_address="测试路2号"
    )
    org_reads.forget()
    for address in (f"/items/{item.code}", "/bodies/gz", "/bodies/rsj"):
        page = browser.open(address)
        asks, hears = page.index("咨询渠道"), page.index("监督投诉渠道")
        for words in ("咨询电话", "测试路1号", "在线咨询", "工作日9:00-17:00"):
            assert words in page[asks:hears], (address, words)
        after = page[hears : hears + 2500]
        for words in ("测试路2号", "怎样投诉和建议", "受理时间"):
            assert words in after, (address, words)
    assert "020-00009999" in browser.open("/bodies/gz")


@pytest.mark.clause("DB23-6.2-d")
def test_a_body_that_names_no_channel_of_supervision_falls_back_to_the_city_hotline(
    city: Cast, browser: Browser
) -> None:
    org.save_body(
        org.NewBody("bare", "广州市越秀区北京街道便民服务中心", "convenience_center", "township", "440104", "yx")
    )
    page = browser.open("/bodies/bare")
    hears = page.index("监督投诉渠道")
    assert "12345" in page[hears : hears + 600] and "全天受理" in page[hears : hears + 1500]


def test_the_page_of_a_centre_shows_its_latest_notices(city: Cast, browser: Browser) -> None:
    row = published(city, valid_to=date(2026, 12, 31))
    assert f"/notices/{row.number}/" in browser.open("/bodies/gz")
    assert row.number not in browser.open("/bodies/yx")


@pytest.mark.clause("DB23-5.2.4")
def test_the_talk_names_who_serves_with_post_and_work_number(city: Cast, item: Item, browser: Browser) -> None:
    case = browser.case()
    cases.claim(city.guide, case.number)
    number = Staff.objects.get(id=city.guide.staff_id).work_number
    page = browser.open(f"/cases/{case.number}")
    assert f"为您服务：林引导 · 引导专员 · 工号 {number}" in page
    assert f"林引导（引导专员，工号 {number}）" in browser.open(f"/cases/{case.number}/progress")
    browser.cookies["language"] = "en"
    assert f"Serving you: 林引导 · guide · work number {number}" in browser.open(f"/cases/{case.number}")


@pytest.mark.parametrize(
    "address",
    ["/notices/%00/", "/notices/?after=%00", "/hall/gz/notices/?device=%00", "/hall/gz/notices/%00/", "/hall/%00/led.json",
     "/hall/gz/led.json?device=a%00b", "/hall/gz/board-sheet/?number=%00", "/notices/end/%00"],
)  # fmt: skip
def test_a_character_that_no_column_holds_is_refused(city: Cast, browser: Browser, address: str) -> None:
    assert browser.get(address, **PAGE).status_code == 400
