"""Concentrated matters at the desk: the list with its trend, one matter with its orders, every step of its flow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bangban.foundation.access.duties import DUTIES, PERMISSIONS
from bangban.foundation.clocks.moment import now
from bangban.foundation.ledger.numbers import forget_all
from bangban.services.matters import reads, sources
from bangban.services.matters.models import Matter, Threshold
from bangban.services.matters.reads import rarities
from tests.hotline import Hotline, hotline_staff
from tests.services.matters import corpus
from tests.surfaces.desk.conftest import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    rarities.forget()
    forget_all()
    yield
    rarities.forget()
    forget_all()


@pytest.fixture
def told(line: Hotline, monkeypatch: pytest.MonkeyPatch) -> corpus.Hotline:
    """A hotline that was told of two matters in the last days: dust four times, parking four times."""
    made = corpus.Hotline()
    monkeypatch.setattr(sources, "told", made.told)
    since = (now() - corpus.START).total_seconds() / 86_400 - 3
    for text in (*corpus.DUST[:4], *corpus.PARKING):
        made.tell(text, day=since)
    return made


def number_of(order: str) -> str:
    found = reads.matter_of(order)
    assert found is not None
    return found.number


@pytest.mark.parametrize("duty", sorted(DUTIES))
def test_matters_open_for_their_duties_and_only_handlers_act(
    line: Hotline, told: corpus.Hotline, desk: Desk, duty: str
) -> None:
    number = number_of("GD000001")
    client = desk(hotline_staff("walker", "走访", "hl", duty))
    for address in ("/desk/matters/", f"/desk/matters/{number}/"):
        status = client.get(address).status_code
        assert status == (200 if duty in PERMISSIONS["matters.view"] else 403), (duty, address)
    done = client.post(f"/desk/matters/{number}/do/confirm").status_code
    assert (done == 303) is (duty in PERMISSIONS["matters.handle"]), duty
    assert (Matter.objects.get(number=number).state == "watched") is (done == 303)
    allowed = client.post("/desk/matters/threshold", {"orders": "4", "days": "20"}).status_code
    assert (allowed == 303) is (duty in PERMISSIONS["orders.manage"]), duty


@pytest.mark.clause("GB33358-5.6.2.1")
def test_the_list_names_size_tellers_and_trend(line: Hotline, told: corpus.Hotline, desk: Desk) -> None:
    page = desk(line.officer).get("/desk/matters/").content.decode()
    assert "4 件工单" in page
    assert "近一周上升" in page
    assert "待确认" in page
    assert number_of("GD000005") in page


def test_without_matters_the_list_says_when_one_appears(line: Hotline, desk: Desk) -> None:
    page = desk(line.officer).get("/desk/matters/").content.decode()
    assert "30天内有3件相似的工单时" in page


def test_one_matter_shows_its_orders_task_and_report(line: Hotline, told: corpus.Hotline, desk: Desk) -> None:
    page = desk(line.officer).get(f"/desk/matters/{number_of('GD000001')}/").content.decode()
    for words in ("GD000001", "GD000004", "每天的工单", "还没有督办任务", "还没有专题报告"):
        assert words in page, words


def test_orders_of_a_large_matter_come_in_pages(line: Hotline, told: corpus.Hotline, desk: Desk) -> None:
    since = (now() - corpus.START).total_seconds() / 86_400 - 2
    for place in range(52):
        told.tell(corpus.DUST[0], day=since + place / 1000)
    number = number_of("GD000001")
    client = desk(line.officer)
    page = client.get(f"/desk/matters/{number}/").content.decode()
    address = page.split('hx-get="')[-1].split('"')[0]
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "GD000001" not in page
    assert "GD000001" in part


def test_every_step_does_what_it_says_and_a_refusal_keeps_the_text(
    line: Hotline, told: corpus.Hotline, desk: Desk
) -> None:
    client = desk(line.officer)
    dust, parking = number_of("GD000001"), number_of("GD000005")

    def do(action: str, number: str = dust, **given: str) -> int:
        return client.post(f"/desk/matters/{number}/do/{action}", given).status_code

    refused = client.post(
        f"/desk/matters/{dust}/do/remove_order", {"orders": ["GD000004", "GD000005"], "reason": "不是一回事"}
    )
    assert refused.status_code == 422
    assert 'value="GD000004" checked' in refused.content.decode()
    assert 'value="不是一回事"' in refused.content.decode()
    assert do("remove_order", order="GD000004", reason="说的是别处") == 303
    assert do("add_order", order="GD000004") == 303
    assert do("close", reason="") == 409
    assert do("confirm") == 303
    assert do("close", reason="") == 422
    assert do("merge", parking, into="JZ404", reason="同一事项") == 422
    assert do("merge", parking, into=dust, reason="同一事项") == 303
    assert Matter.objects.get(number=dust).size == 8
    assert do("close", reason="搅拌站已停产") == 303
    assert "搅拌站已停产" in client.get(f"/desk/matters/{dust}/").content.decode()
    assert do("dance") == 422
    assert do("confirm", "JZ404") == 404


def test_dismissing_a_matter_closes_it_with_the_reason(line: Hotline, told: corpus.Hotline, desk: Desk) -> None:
    number = number_of("GD000001")
    desk(line.agent).post(f"/desk/matters/{number}/do/dismiss", {"reason": "并非同一事项"})
    assert Matter.objects.get(number=number).outcome == "dismissed"


def test_the_threshold_is_refused_at_its_fields(line: Hotline, desk: Desk) -> None:
    client = desk(line.manager)
    answer = client.post("/desk/matters/threshold", {"orders": "很多", "days": "20"})
    assert answer.status_code == 422
    assert 'value="很多"' in answer.content.decode()
    assert "请填写2到1000之间的件数" in answer.content.decode()
    assert client.post("/desk/matters/threshold", {"orders": "5", "days": "20"}).status_code == 303
    assert Threshold.objects.latest("id").orders == 5


def test_the_list_costs_the_same_queries_however_long(
    line: Hotline, told: corpus.Hotline, desk: Desk, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    client = desk(line.officer)
    client.get("/desk/matters/")
    with django_assert_max_num_queries(12):
        client.get("/desk/matters/")
