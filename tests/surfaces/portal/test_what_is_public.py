"""What everybody may read without signing in: the column, the list, guides, forms, figures, and where to turn."""

from __future__ import annotations

import pytest
from django.conf import settings

from bangban.foundation.access.reveals import reveal
from bangban.foundation.clocks.moment import now
from bangban.registry.catalog import actions, reads
from bangban.registry.catalog.actions.service_lists import NewLine
from bangban.registry.catalog.models.items import Item
from tests.cast import Cast
from tests.foundation.access.conftest import last_code
from tests.surfaces.portal.browser import PAGE, Browser

PHONE = "Mozilla/5.0 (Linux; Android 14) Mobile Safari"
PDF = b"%PDF-1.7 form"
NAME = "失业保险金申领"


@pytest.mark.clause("T637-6.1.4-a")
@pytest.mark.parametrize("device", ["Mozilla/5.0 (X11; Linux x86_64)", PHONE])
def test_the_column_stands_on_the_first_page_of_every_layout(city: Cast, item: Item, device: str) -> None:
    browser = Browser(HTTP_USER_AGENT=device)
    actions.count_demand(item.id, "natural_person", now())
    first = browser.open("/")
    for words in ("咨询 · 导办 · 帮办", "人工服务时间：", "热门事项", NAME, "我的办件", "第1版"):
        assert words in first, words
    for way in ("/ask", "/cases/new?service=guide", "/cases/new?service=assist", "/mine", "/services"):
        assert f'href="{way}"' in first, way
        assert browser.open(way)


@pytest.mark.clause("T637-7.1-b")
def test_the_published_list_is_read_searched_and_taken_along_by_anybody(city: Cast, item: Item) -> None:
    browser = Browser()
    page = browser.open("/services")
    for words in ("政务服务清单", "广州市政务服务中心", "第1版", "2026年11月18日"):
        assert words in page, words
    assert "清单中没有“排水许可”" in browser.open("/services?q=排水许可")
    line = NewLine(
        services=("consult", "guide"), body_id=city.center.id, item_id=item.id, channels=("web",), hours="工作日",
    )  # fmt: skip
    drafted = actions.draft_list(city.center.id, "政务服务清单", [line], city.editor)
    actions.submit_list(drafted.id, city.editor)
    assert "第1版" in browser.open("/services")
    actions.publish_list(drafted.id, city.reviewer)
    assert NAME in browser.open("/services") and "第2版" in browser.open("/services")
    file = browser.get("/services/export")
    assert file["Content-Type"].startswith("text/csv")
    assert NAME in file.content.decode("utf-8-sig")


@pytest.mark.clause("T637-7.2-c")
def test_the_guide_is_taken_home_as_a_file_with_version_and_date(city: Cast, item: Item) -> None:
    file = Browser().get(f"/items/{item.code}/guide")
    text = file.content.decode("utf-8-sig")
    assert "attachment" in file["Content-Disposition"]
    published = reads.item(item.code)
    assert published is not None
    for words in ("版本：第1版", published.guide.conditions, published.guide.place, "5个工作日", "居民身份证"):
        assert words in text, words


@pytest.mark.clause("T637-7.2-d")
def test_an_old_link_to_a_form_leads_to_the_current_one(city: Cast, item: Item) -> None:
    given = {"key": "apply", "kind": "blank", "title": "申请表", "file_name": "申请表.pdf"}
    actions.attach_form(item.id, city.reviewer, content=PDF, **given)
    browser = Browser()
    assert browser.get("/forms/apply/1").content == PDF
    actions.attach_form(item.id, city.reviewer, content=PDF + b" 2", **given)
    old = browser.get("/forms/apply/1", **PAGE)
    assert (old.status_code, old["Location"]) == (303, "/forms/apply/2")
    assert browser.get(old["Location"]).content == PDF + b" 2"


@pytest.mark.clause("DB23-6.2-d")
def test_every_item_page_names_where_to_ask_and_where_to_complain(city: Cast, item: Item) -> None:
    page = Browser().open(f"/items/{item.code}")
    asked, complained = page.index("咨询电话"), page.index("监督投诉")
    assert "020-00000002" in page[asked : asked + 200]
    assert "12345" in page[complained : complained + 200]


@pytest.mark.clause("BJP-9")
def test_the_counters_are_public(city: Cast, item: Item) -> None:
    page = Browser().open("/figures")
    found = reads.navigation()
    assert (found.guides, found.bookable, found.fileable) == (1, 1, 0)
    assert "办事指南" in page and "网上预约" in page


@pytest.mark.clause("BJP-1")
def test_the_six_sections_are_reachable_and_not_empty(city: Cast, item: Item) -> None:
    browser = Browser()
    first = browser.open("/")
    for title in ("公共服务", "公共查询", "在线办事", "便民服务", "政务公开", "数据统计"):
        before = first.index(f">{title}<") if f">{title}<" in first else first.index(title)
        address = first[:before].rsplit('href="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
        assert browser.open(address), title


@pytest.mark.clause("BJP-4")
def test_people_read_on_their_page_who_looked_at_their_data(city: Cast) -> None:
    browser = Browser()
    browser.send("/signin/code", phone="13900000001")
    answer = browser.send("/signin", phone="13900000001", code=last_code())
    assert answer.status_code == 303
    case = browser.case()
    reveal(city.guide, f"case:{case.number}", "phone", "核对联系方式", str)
    page = browser.open("/me")
    assert "核对联系方式" in page and "林引导" in page
    assert "13900000001" not in page
    assert settings.SESSION_COOKIE_HTTPONLY


@pytest.mark.clause("T637-6.1.2-a")
def test_one_sign_in_opens_every_page_of_the_citizen_and_none_of_the_staff(city: Cast) -> None:
    browser = Browser()
    browser.send("/signin/code", phone="13900000001")
    browser.send("/signin", phone="13900000001", code=last_code())
    case = browser.case()
    for phone in ("Mozilla/5.0 (X11; Linux x86_64)", PHONE):
        for address in ("/me", "/mine", f"/cases/{case.number}", f"/cases/{case.number}/progress"):
            assert browser.get(address, HTTP_USER_AGENT=phone, **PAGE).status_code == 200, address
    assert browser.get("/desk/")["Location"].startswith("/desk/signin")
