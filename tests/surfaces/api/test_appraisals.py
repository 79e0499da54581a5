"""Published appraisals over the API: the same for everybody, and only what is public."""

from __future__ import annotations

import pytest

from bangban.oversight.appraisal import actions
from bangban.surfaces.api import limits
from bangban.surfaces.api.routes_orders import APPRAISAL_ROUTES
from tests.hotline import Hotline, make_hotline
from tests.oversight.appraisal.test_publishing import earlier, published
from tests.surfaces.api.caller import guest, staff

pytestmark = pytest.mark.django_db
LIST = "/hotline/appraisals"


@pytest.fixture
def line(db: None) -> Hotline:
    return make_hotline()


@pytest.mark.clause("GB33358-6.1")
def test_everybody_reads_the_public_ones_and_nobody_the_others(line: Hotline) -> None:
    number = published(line, "internal")
    earlier(line, 1)
    callers = [guest, lambda: staff(line.builder), lambda: staff(line.manager)]
    for caller in callers:
        limits.forget()
        assert [one["number"] for one in caller().get(LIST).body["rows"]] == ["KH-1"]
        assert caller().get(f"{LIST}/KH-1").body["appraisal"]["hotline"] == "hl"
        assert caller().get(f"{LIST}/{number}").status == 404
    actions.set_circle(line.manager, number, "public", "公开")
    for caller in callers:
        found = caller().get(f"{LIST}/{number}")
        assert found.status == 200
        unit = found.body["units"][0]
        assert (unit["code"], unit["score"]) == ("zjj", None)
        assert {one["amount"] for one in unit["figures"]} == {None}
        assert "rank" not in str(found.body)


def test_pages_and_what_is_wrong_with_an_address(line: Hotline) -> None:
    for months in range(1, 4):
        earlier(line, months)
    first = guest().get(f"{LIST}?limit=2").body
    assert [one["number"] for one in first["rows"]] == ["KH-1", "KH-2"]
    rest = guest().get(f"{LIST}?limit=2&after={first['after']}").body
    assert ([one["number"] for one in rest["rows"]], rest["after"]) == (["KH-3"], "")
    for limit in ("0", "-1", "x", "9" * 400, "９"):
        assert guest().get(f"{LIST}?limit={limit}").status == 200
    for mark in ("x", "9" * 400, "%00", "W10="):
        assert guest().get(f"{LIST}?after={mark}").status == 422, mark
    assert guest().get(f"{LIST}?hotline=nowhere").body["rows"] == []
    for number in ("nobody", "9" * 400, "%00", "９"):
        assert guest().get(f"{LIST}/{number}").status == 404, number


def test_every_route_is_known_here() -> None:
    assert {(one.method, one.path, one.staff) for one in APPRAISAL_ROUTES} == {
        ("GET", LIST, False), ("GET", f"{LIST}/{{number}}", False),
    }  # fmt: skip
