"""The list: boxes, filters, search, pages, and how many queries it takes."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.services.cases import actions
from tests.cast import Cast
from tests.services.cases.steps import opened
from tests.surfaces.desk.conftest import Desk


def numbers(html: str) -> list[str]:
    return re.findall(r'data-row="([^"]+)"', html)


def test_a_waiting_case_stands_in_the_inbox_of_every_guide_until_one_takes_it(city: Cast, desk: Desk) -> None:
    number, _ = opened()
    first, second = desk(city.guide), desk(city.second_guide)
    assert numbers(first.get("/desk/").content.decode()) == [number]
    assert first.post(f"/desk/cases/{number}/do/claim").headers["Location"] == f"/desk/cases/{number}/"
    assert numbers(second.get("/desk/rows?box=inbox").content.decode()) == []
    assert numbers(first.get("/desk/?box=mine").content.decode()) == [number]


def test_the_loser_of_a_race_is_told_who_was_faster(city: Cast, desk: Desk) -> None:
    number, _ = opened()
    actions.claim(city.guide, number)
    answer = desk(city.second_guide).post(f"/desk/cases/{number}/do/claim")
    assert answer.status_code == 409
    assert "林引导已经受理了这件事" in answer.content.decode()


def test_a_number_in_the_search_leads_to_the_case_and_a_phone_to_its_cases(city: Cast, desk: Desk) -> None:
    number, _ = opened()
    opened(phone="13900000002")
    client = desk(city.guide)
    assert client.get(f"/desk/?q={number}").headers["Location"].startswith(f"/desk/cases/{number}/")
    assert numbers(client.get("/desk/?box=unit&q=13900000001").content.decode()) == [number]


def test_filters_that_are_no_codes_are_left_out(city: Cast, desk: Desk) -> None:
    opened()
    assert len(numbers(desk(city.guide).get("/desk/?box=nonsense&state=%27--&channel=web").content.decode())) == 1


def test_the_list_goes_on_where_the_page_ended(city: Cast, desk: Desk) -> None:
    known = {opened()[0] for _ in range(52)}
    client = desk(city.guide)
    first = client.get("/desk/rows?box=waiting").content.decode()
    more = re.search(r'hx-get="([^"]+)"', first)
    assert more
    rest = client.get(more[1].replace("&amp;", "&")).content.decode()
    assert len(numbers(first)) == 50
    assert set(numbers(first)) | set(numbers(rest)) == known
    assert "hx-get" not in rest


@pytest.mark.parametrize("url", ["/desk/?box=waiting", "/desk/rows?box=waiting"])
def test_the_list_takes_the_same_number_of_queries_however_long_it_is(city: Cast, desk: Desk, url: str) -> None:
    client = desk(city.guide)
    opened()
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for _ in range(49):
        opened()
    with CaptureQueriesContext(connection) as fifty:
        assert len(numbers(client.get(url).content.decode())) == 50
    assert len(fifty) == len(one)
    assert len(fifty) <= 26


def test_what_a_person_typed_is_never_markup(city: Cast, desk: Desk) -> None:
    number, _ = opened(question="<script>alert(1)</script> 怎么办", name="<b>张</b>")
    for url in ("/desk/?box=waiting", f"/desk/cases/{number}/"):
        page = desk(city.guide).get(url).content.decode()
        assert "<script>alert" not in page
        assert not re.search(r"<script(?![^>]*\bsrc=)", page)
        assert " style=" not in page
        assert not re.search(r"\son[a-z]+=", page)
