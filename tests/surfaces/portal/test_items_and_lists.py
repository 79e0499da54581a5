"""Guides, lists and places: complete where the source is complete, honest where it is not, safe to take home."""

from __future__ import annotations

import re

import pytest

from bangban.registry.catalog.models import GuideDownload, ServiceLine
from bangban.registry.catalog.models.items import Item
from bangban.surfaces.portal.views.services import defused
from tests.cast import Cast
from tests.goods import published_item
from tests.surfaces.portal.browser import PAGE, Browser


@pytest.mark.clause("BJ-1")
def test_an_item_page_offers_to_ask_and_what_the_list_offers(item: Item, browser: Browser) -> None:
    page = browser.open(f"/items/{item.code}")
    assert f'name="item" value="{item.code}"' in page
    assert f"/cases/new?service=guide&amp;item={item.code}" in page
    assert "服务清单为这个事项开放咨询、导办、帮办服务。" in page


def test_what_the_guide_does_not_state_is_said_once(item: Item, browser: Browser) -> None:
    page = browser.open(f"/items/{item.code}")
    assert "办事指南没有写明的内容" in page
    assert "设定依据" in page


def test_an_item_that_only_offers_advice_has_no_button_for_more(city: Cast, browser: Browser) -> None:
    plain = published_item(city.department.id, "公园年票", code="T009", services=("consult",))
    page = browser.open(f"/items/{plain.code}")
    assert "申请导办" not in page
    assert "服务清单为这个事项开放咨询服务。" in page


@pytest.mark.clause("T637-7.2-c")
def test_the_guide_can_be_taken_home_and_is_counted(item: Item, browser: Browser) -> None:
    answer = browser.get(f"/items/{item.code}/guide", **PAGE)
    assert answer["Content-Disposition"].startswith("attachment")
    assert "失业保险金申领" in answer.content.decode("utf-8-sig")
    assert GuideDownload.objects.get(item=item).count == 1


def test_an_unpublished_item_does_not_exist_for_citizens(item: Item, browser: Browser) -> None:
    Item.objects.filter(id=item.id).update(state="draft")
    assert browser.get(f"/items/{item.code}", **PAGE).status_code == 404
    assert browser.get("/items/none", **PAGE).status_code == 404


def test_a_suspended_item_says_so(item: Item, browser: Browser) -> None:
    Item.objects.filter(id=item.id).update(state="suspended")
    page = browser.open(f"/items/{item.code}")
    assert "已暂停" in page
    assert "申请导办" not in page


def test_words_find_an_item(item: Item, browser: Browser) -> None:
    assert "失业保险金申领" in browser.open("/items?q=失业保险金")


def test_a_search_without_result_shows_the_way_on(item: Item, browser: Browser) -> None:
    page = browser.open("/items?q=qqqqqqqq")
    assert "没有找到与“qqqqqqqq”有关的事项" in page
    assert "转人工" in page


WAYS = (
    "by=all", "by=audience&value=person", "by=hot&value=person", "by=text&value=失业", "by=theme&value=就业创业",
    "by=department&value=广州市人力资源和社会保障局", "by=region&value=440100", "by=life_event&value=none",
)  # fmt: skip


@pytest.mark.parametrize("query", WAYS)
def test_each_way_of_browsing_lists_items(item: Item, browser: Browser, query: str) -> None:
    assert browser.open(f"/items?{query}")


@pytest.mark.parametrize("query", ["by=nonsense", "by=all&after=damaged", "by=audience&value=robot"])
def test_a_wrong_address_is_refused_in_words(item: Item, browser: Browser, query: str) -> None:
    answer = browser.get(f"/items?{query}", **PAGE)
    assert answer.status_code == 422
    assert "返回首页" in answer.content.decode()


@pytest.mark.clause("T637-7.1-b")
def test_the_published_list_is_there_without_signing_in_and_can_be_searched(item: Item, browser: Browser) -> None:
    page = browser.open("/services")
    assert "其他全部事项" in page and "第1版" in page and "广州市政务服务中心" in page
    assert "清单中没有“护照”" in browser.open("/services?q=护照")


def test_a_spreadsheet_runs_nothing_from_the_exported_list(item: Item, browser: Browser) -> None:
    ServiceLine.objects.update(note='=HYPERLINK("http://x")')
    sheet = browser.get("/services/export", **PAGE).content.decode("utf-8-sig")
    assert "'=HYPERLINK" in sheet
    assert not re.search(r"(^|,)\"?=", sheet, re.MULTILINE)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_every_beginning_of_a_formula_is_defused(cell: str) -> None:
    assert defused(cell) == f"'{cell}"


@pytest.mark.clause("BJ-3.2.3-c")
def test_bodies_show_phone_hours_and_whether_they_serve_online(city: Cast, browser: Browser) -> None:
    page = browser.open("/bodies")
    assert "020-00000001" in page and "工作日9:00-17:00" in page
    assert "未开通在线服务" in page
    assert "从化区" in browser.open("/bodies?region=440117")
    assert "越秀区政务服务中心" not in browser.open("/bodies?region=440117").split("<article")[1]


def test_a_body_has_its_own_front_page(city: Cast, browser: Browser) -> None:
    assert 'href="tel:02000000001"' in browser.open("/bodies/yx")
    assert browser.get("/bodies/none", **PAGE).status_code == 404
