"""Published appraisals on the portal: what everybody reads, in both languages, and what no address reveals."""

from __future__ import annotations

from typing import Any

import pytest

from bangban.oversight.appraisal import actions
from bangban.oversight.appraisal.models import ScoreRow
from bangban.surfaces.portal.language import CHINESE, say
from tests.cast import Cast
from tests.hotline import Hotline, make_hotline
from tests.oversight.appraisal.test_publishing import earlier, published
from tests.surfaces.portal.browser import PAGE, Browser

LIST = "/hotline/appraisals"
HOSTILE = ("nobody", "%00", "KH%00", "９", "..%2f..", "9" * 3000, "%27%3B--", "%F0%9F%98%80", "<script>")


@pytest.fixture
def line(city: Cast) -> Hotline:
    return make_hotline()


@pytest.mark.clause("GB33358-6.1")
def test_a_citizen_finds_the_appraisal_from_the_hotline_and_reads_who_published_it_and_what_it_means(
    line: Hotline, browser: Browser
) -> None:
    number = published(line)
    assert f'href="{LIST}"' in browser.open("/hotline") and f'href="{LIST}"' in browser.open("/help")
    assert f'href="{LIST}/{number}"' in browser.open(LIST)
    page = browser.open(f"{LIST}/{number}")
    for words in (
        "2026年11月承办考核", line.center.name, "2026年12月20日", "2026年11月1日 – 2026年11月30日", "服务态度", "工作效率",
        "办理过程", "办理结果", line.building_unit.name, "不排名次", 'href="tel:12345"', 'href="/hotline"',
    ):  # fmt: skip
        assert words in page, words
    row = ScoreRow.objects.get(unit=line.building_unit)
    assert (
        row.score is not None
        and row.rank is None
        and "名次</" not in page
        and "江话务" not in page
        and "100.00" not in page
    )
    assert "各项数字都不公布" in page
    ScoreRow.objects.filter(id=row.id).update(figures={**row.figures, "attitude": [25, 6], "process": [0, 0]})
    page = browser.open(f"{LIST}/{number}")
    assert "4.17" in page and "未评价" in page and "不公布：工作效率、办理结果、响应率" in page


def test_what_is_not_public_is_as_unknown_as_a_number_that_never_was(line: Hotline, browser: Browser) -> None:
    number = published(line, "internal")
    unknown = browser.get(f"{LIST}/KH-NONE", **PAGE)
    answer = browser.get(f"{LIST}/{number}", **PAGE)
    assert (answer.status_code, unknown.status_code) == (404, 404)
    assert "可能没有向社会公布" in answer.content.decode() and "可能没有向社会公布" in unknown.content.decode()
    assert "还没有公布的考核" in browser.open(LIST)
    actions.set_circle(line.manager, number, "public", "公开")
    assert number in browser.open(LIST)
    actions.set_circle(line.manager, number, "internal", "数字有误")
    assert browser.get(f"{LIST}/{number}", **PAGE).status_code == 404


@pytest.mark.parametrize("given", HOSTILE)
def test_no_address_is_an_error_of_ours(line: Hotline, browser: Browser, given: str) -> None:
    earlier(line, 1)
    assert browser.get(f"{LIST}/{given}", **PAGE).status_code in (400, 404)
    assert browser.get(f"{LIST}?after={given}", **PAGE).status_code in (400, 422)
    assert browser.get(f"{LIST}?hotline={given}", **PAGE).status_code in (400, 404)
    assert browser.get(f"{LIST}?hotline=hl", **PAGE).status_code == 200


def test_the_list_goes_on_page_by_page(line: Hotline, browser: Browser) -> None:
    for months in range(1, 24):
        earlier(line, months)
    first = browser.open(LIST)
    assert first.count('class="rowitem"') == 20
    more = first.split('class="pager"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    assert browser.open(more).count('class="rowitem"') == 3


def test_the_pages_ask_a_constant_number_of_queries(
    line: Hotline, browser: Browser, django_assert_max_num_queries: Any
) -> None:
    for months in range(1, 12):
        earlier(line, months)
    browser.open(LIST)
    with django_assert_max_num_queries(4):
        browser.open(LIST)
    with django_assert_max_num_queries(5):
        browser.open(f"{LIST}/KH-1")


@pytest.mark.parametrize("mode", ["standard", "elder"])
def test_english_pages_are_english(line: Hotline, browser: Browser, mode: str) -> None:
    earlier(line, 1)
    earlier(line, 2, period="quarter")
    earlier(line, 3, period="year")
    browser.cookies["language"], browser.cookies["mode"] = "en", mode
    names = [line.center.name, *(one.name for one in line.units)]
    for address in (LIST, *(f"{LIST}/KH-{place}" for place in (1, 2, 3))):
        text = browser.open(address).split("<main")[1].split("</main>")[0]
        for name in names:
            text = text.replace(name, "")
        assert not CHINESE.search(text), (address, CHINESE.search(text))
    assert say("en", "2026年第3季度承办考核") == "Appraisal of units, 2026, quarter 3"


def test_an_appraisal_of_a_period_without_units_opens(line: Hotline, browser: Browser) -> None:
    made = earlier(line, 1)
    ScoreRow.objects.filter(appraisal=made).delete()
    assert "这个周期没有承办单位的数据" in browser.open(f"{LIST}/{made.number}")
