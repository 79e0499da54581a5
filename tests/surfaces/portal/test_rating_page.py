"""Rating: five grades with their own options, nothing chosen beforehand, once."""

from __future__ import annotations

import pytest

from bangban.oversight.evaluation.models import Rating
from bangban.oversight.evaluation.options import install_options
from bangban.registry.catalog.models.items import Item
from bangban.services.cases.models import Case
from tests.cast import Cast
from tests.surfaces.portal.browser import PAGE, Browser
from tests.surfaces.portal.test_case_page import closed


def finished(city: Cast, item: Item, browser: Browser) -> Case:
    install_options()
    case = browser.case()
    closed(city, case, item)
    return case


@pytest.mark.clause("T637-9.1-a")
def test_a_finished_service_invites_and_takes_one_rating(city: Cast, item: Item, browser: Browser) -> None:
    case = finished(city, item, browser)
    assert f"/rate/{case.number}" in browser.open(f"/cases/{case.number}")
    page = browser.open(f"/rate/{case.number}")
    assert "checked" not in page.split('<form class="rating"')[1]
    assert "服务热情效率高" in page and "服务态度差效率低" in page
    thanks = browser.send(f"/rate/{case.number}", grade="very_satisfied", options=["517"], text="很快")
    assert "评价已收到" in thanks.content.decode()
    assert Rating.objects.get().options == ["517"]
    assert "您已经评价过" in browser.open(f"/rate/{case.number}")


def test_a_second_rating_and_foreign_options_are_refused(city: Cast, item: Item, browser: Browser) -> None:
    case = finished(city, item, browser)
    wrong = browser.send(f"/rate/{case.number}", grade="very_satisfied", options=["115"], text="写好的话")
    assert wrong.status_code == 422
    assert "写好的话" in wrong.content.decode()
    browser.send(f"/rate/{case.number}", grade="dissatisfied")
    assert browser.send(f"/rate/{case.number}", grade="satisfied").status_code == 409
    assert Rating.objects.count() == 1


def test_a_bad_rating_is_told_what_follows(city: Cast, item: Item, browser: Browser) -> None:
    case = finished(city, item, browser)
    assert "核实情况并整改" in browser.send(f"/rate/{case.number}", grade="very_dissatisfied").content.decode()


def test_a_running_service_cannot_be_rated(city: Cast, item: Item, browser: Browser) -> None:
    case = browser.case()
    answer = browser.get(f"/rate/{case.number}", **PAGE)
    assert (answer.status_code, "服务还没有结束" in answer.content.decode()) == (409, True)
