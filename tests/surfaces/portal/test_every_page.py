"""What holds for all pages: no dead link, no inline script or style, every form with its token, readable without a city."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.test import override_settings

from bangban.registry.catalog.models.items import Item
from bangban.services.cases.models import Case
from tests.cast import Cast
from tests.surfaces.portal.browser import PAGE, Browser

PAGES = (
    "/", "/ask", "/items", "/items?by=all", "/items?q=失业", "/services", "/bodies", "/bodies?kind=department", "/bodies/gz",
    "/figures", "/help", "/privacy", "/accessibility", "/signin", "/cases/find", "/cases/new", "/mine",
)  # fmt: skip


class Links(HTMLParser):
    """Collects addresses and everything that the policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: set[str] = set()
        self.blocked: list[str] = []
        self.ids: list[str] = []
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.addresses.add(str(given["href"]))
        if given.get("id"):
            self.ids.append(str(given["id"]))
        self._script = tag == "script" and not given.get("src")
        self.blocked += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        if tag == "style":
            self.blocked.append("style element")

    def handle_data(self, data: str) -> None:
        if self._script and data.strip():
            self.blocked.append("inline script")
        self._script = False


def read(page: str) -> Links:
    links = Links()
    links.feed(page)
    return links


@pytest.fixture
def case(item: Item, browser: Browser) -> Case:
    return browser.case(item=item.code)


def all_pages(item: Item, case: Case) -> Iterator[str]:
    yield from PAGES
    yield f"/items/{item.code}"
    yield f"/cases/{case.number}"
    yield f"/cases/{case.number}/progress"


@pytest.mark.parametrize("mode", ["standard", "elder"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_has_anything_that_the_policy_blocks(
    item: Item, case: Case, browser: Browser, mode: str, language: str
) -> None:
    browser.cookies["mode"], browser.cookies["language"] = mode, language
    for address in all_pages(item, case):
        answer = browser.get(address, **PAGE)
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert read(answer.content.decode()).blocked == [], address


def test_no_link_is_dead(item: Item, case: Case, browser: Browser) -> None:
    known: dict[str, int] = {}
    for address in all_pages(item, case):
        for link in read(browser.open(address)).addresses:
            bare = link.split("#")[0]
            if not bare.startswith("/") or bare in known:
                continue
            known[bare] = browser.get(bare, **PAGE).status_code
    assert len(known) > 30
    assert {link: status for link, status in known.items() if status not in (200, 303)} == {}


@pytest.mark.clause("BJP-1")
def test_the_six_sections_lead_to_live_content(item: Item, browser: Browser) -> None:
    page = browser.open("/")
    for title in ("公共服务", "公共查询", "在线办事", "便民服务", "政务公开", "数据统计"):
        assert f'tile__title">{title}<' in page, title


def test_ids_are_unique_so_that_labels_find_their_fields(item: Item, case: Case, browser: Browser) -> None:
    for address in all_pages(item, case):
        ids = read(browser.open(address)).ids
        assert [one for one in set(ids) if ids.count(one) > 1] == [], address


def test_every_posting_form_carries_its_token(item: Item, case: Case, browser: Browser) -> None:
    for address in all_pages(item, case):
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", browser.open(address), re.DOTALL):
            assert "csrfmiddlewaretoken" in form, (address, form[:200])


def test_large_type_keeps_help_and_a_person_in_sight(city: Cast, browser: Browser) -> None:
    browser.cookies["mode"] = "elder"
    page = browser.open("/")
    assert 'href="tel:12345"' in page
    assert 'href="/ask/human"' in page


def test_an_installation_without_a_city_still_opens(db: None, browser: Browser) -> None:
    for address in ("/", "/ask", "/items", "/services", "/bodies", "/figures", "/help", "/cases/new", "/mine"):
        assert browser.open(address)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_failure_says_what_to_do_and_a_number_to_quote(
    browser: Browser, db: None, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.cookies["language"] = language
    browser.raise_request_exception = False
    monkeypatch.setattr("bangban.surfaces.portal.views.home.catalog.navigation", lambda: 1 / 0)
    with override_settings(DEBUG=False):
        answer = browser.get("/", **PAGE)
    page = answer.content.decode()
    assert answer.status_code == 500
    assert ("Try again" if language == "en" else "重试") in page
    assert answer["X-Request-Id"] in page


def test_an_unknown_address_leads_back(db: None, browser: Browser) -> None:
    answer = browser.get("/nothing/here", **PAGE)
    assert answer.status_code == 404
    assert "返回首页" in answer.content.decode()
