"""Concentrated matters at the desk: the list with its trend, one matter with its orders, every step of its flow."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.foundation.access.duties import DUTIES, PERMISSIONS
from bangban.foundation.clocks.moment import now
from bangban.foundation.ledger.numbers import forget_all
from bangban.oversight.supervision import actions as supervision
from bangban.registry.org import actions as org
from bangban.registry.org import reads as places
from bangban.services.hotline import actions as hotline
from bangban.services.hotline.reads import order_view
from bangban.services.matters import actions, reads, sources
from bangban.services.matters.flow import FLOW
from bangban.services.matters.models import Matter, Threshold
from bangban.services.matters.reads import rarities
from bangban.surfaces.hotline.printing import form_of
from bangban.surfaces.web.live import _may_hear
from tests.cast import guest
from tests.hotline import Hotline, hotline_staff, registered_order
from tests.services.matters import corpus
from tests.surfaces.desk.conftest import Desk

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


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


def real(line: Hotline, count: int) -> list[str]:
    """Return orders of the real hotline that tell one matter, gathered."""
    numbers = []
    for place, text in enumerate((corpus.DUST * 2)[:count]):
        fields = {"title": f"搅拌站扬尘{place}", "course": text, "request": text, "place": "锦绣新城"}
        order = registered_order(line, contact_phone=f"1390000020{place}", **fields)
        found = sources.told(order.number)
        assert found is not None
        actions.take_in(found)
        numbers.append(order.number)
    return numbers


def test_each_order_of_a_matter_is_a_line_with_title_state_unit_and_place(line: Hotline, desk: Desk) -> None:
    first, *_ = real(line, 4)
    hotline.dispatch(line.agent, first, "请核实", [line.building_unit.id], line.building_unit.id, days=5)
    address = f"/desk/matters/{number_of(first)}/"
    page = desk(line.officer).get(address).content.decode()
    for words in ("搅拌站扬尘0", "待签收", "待转办", line.building_unit.name, f"/desk/orders/{first}/", ">锦绣新城<"):
        assert words in page, words
    unit = desk(line.builder).get(address).content.decode()
    assert "搅拌站扬尘0" in unit
    assert "搅拌站扬尘1" not in unit
    assert "不在您的岗位范围内" in unit


def test_a_matter_costs_the_same_queries_however_many_orders(line: Hotline, desk: Desk) -> None:
    numbers = real(line, 3)
    client = desk(line.officer)
    address = f"/desk/matters/{number_of(numbers[0])}/"
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    more = real(line, 6)
    assert number_of(more[-1]) == number_of(numbers[0])
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_of_two_hotlines_each_sees_its_own_matters_and_who_sits_above_both_chooses(
    line: Hotline, told: corpus.Hotline, desk: Desk
) -> None:
    above = hotline_staff("above", "沙主任", "jtj", "hotline_manager")
    other = org.save_body(org.NewBody("hl2", "从化便民热线", "hotline", "district", "440117", phone="020-8555 0000"))
    places.forget()
    their = hotline_staff("hl2_manager", "龚值班", "hl2", "hotline_manager")
    Matter.objects.update(center_id=line.center.id)
    number, address = number_of("GD000001"), "/desk/matters/"
    mine, theirs = desk(line.manager), desk(their)
    assert number in mine.get(address).content.decode()
    page = theirs.get(address).content.decode()
    assert number not in page and f'data-live-topic="matters:{other.id}"' in page
    assert theirs.get(f"{address}{number}/").status_code == 404
    assert theirs.post(f"{address}{number}/do/confirm").status_code == 404
    assert not _may_hear(their, f"matters:{line.center.id}") and not _may_hear(their, f"matter:{number}")
    assert not _may_hear(their, "matters:all") and _may_hear(their, f"matters:{other.id}")
    theirs.post(f"{address}threshold", {"orders": "5", "days": "9"})
    assert (reads.threshold(other.id), reads.threshold(line.center.id)) == ((5, 9), (3, 30))
    both = desk(above)
    assert number in both.get(f"{address}?hotline={line.center.id}").content.decode()
    assert number not in both.get(f"{address}?hotline={other.id}").content.decode()
    assert number not in both.get(f"{address}rows", headers=PART).content.decode()


def test_list_and_matter_follow_what_happens(line: Hotline, told: corpus.Hotline, desk: Desk) -> None:
    client = desk(line.officer)
    number = number_of("GD000001")
    page = client.get(f"/desk/matters/{number}/").content.decode()
    listed = client.get("/desk/matters/").content.decode()
    assert f'data-live-topic="matter:{number}"' in page
    assert 'data-live-topic="matters:all"' in listed
    parts = re.findall(r'data-live-url="(/desk/matters/[^"]*)"', page + listed)
    assert len(parts) == 3
    for part in parts:
        answer = client.get(part, headers=PART).content.decode()
        assert "<html" not in answer
        assert "GD000001" in answer or number in answer, part
    assert FLOW.topics(Matter.objects.get(number=number)) == ["matters:all", "matters:0", f"matter:{number}"]
    for topic in ("matters:all", f"matter:{number}"):
        assert _may_hear(line.officer, topic)
        assert not _may_hear(guest("x"), topic)


def test_orders_are_parted_and_taken_out_by_ticking_them(line: Hotline, told: corpus.Hotline, desk: Desk) -> None:
    client = desk(line.officer)
    number = number_of("GD000001")
    page = client.get(f"/desk/matters/{number}/sort").content.decode()
    assert page.count('name="orders"') == 4
    address = f"/desk/matters/{number}/do/split"
    refused = client.post(address, {"orders": ["GD000001"], "reason": "另一家"})
    assert refused.status_code == 422
    assert 'value="GD000001" checked' in refused.content.decode()
    assert 'value="另一家"' in refused.content.decode()
    assert client.post(address, {"orders": ["GD000001", "GD000002"], "reason": "另一家"}).status_code == 303
    assert number_of("GD000001") == number_of("GD000002") != number
    taken = client.post(f"/desk/matters/{number}/do/remove_order", {"orders": ["GD000003"], "reason": "不相干"})
    assert taken.status_code == 303
    assert "人工移出" in client.get(f"/desk/matters/{number}/").content.decode()
    client.post(f"/desk/matters/{number}/do/dismiss", {"reason": "不是一回事"})
    assert client.get(f"/desk/matters/{number}/sort").status_code == 409


def test_a_manager_names_a_matter_on_its_page(line: Hotline, told: corpus.Hotline, desk: Desk) -> None:
    number = number_of("GD000001")
    assert desk(line.officer).post(f"/desk/matters/{number}/do/rename", {"title": "搅拌站"}).status_code == 409
    manager = desk(line.manager)
    assert manager.post(f"/desk/matters/{number}/do/rename", {"title": "锦绣新城搅拌站扰民"}).status_code == 303
    assert "锦绣新城搅拌站扰民" in manager.get("/desk/matters/").content.decode()


@pytest.mark.clause("GB33358-5.2.3.4")
def test_the_page_and_the_print_of_an_order_show_the_supervision_of_its_matter(line: Hotline, desk: Desk) -> None:
    first, *_ = real(line, 3)
    task = supervision.open_for_matter(number_of(first), "集中反映")
    assert task is not None
    supervision.record(line.officer, task.number, "phone", "请今晚复查", {"person": "许科长", "call": "x-1"})
    page = desk(line.agent).get(f"/desk/orders/{first}/").content.decode()
    assert f"/desk/supervision/{task.number}" in page
    assert "请今晚复查" in str(form_of(order_view(line.agent, first))["supervision"])


@pytest.mark.clause("GB33358-5.1.2.6")
def test_a_unit_cannot_tell_by_a_repeated_matter_whose_a_confidential_order_is(line: Hotline, desk: Desk) -> None:
    """Three orders of one caller, one of them confidential: the unit has all three and knows the name of two."""
    unit, numbers = line.building_unit.id, []
    for place, text in enumerate(corpus.DUST[:3]):
        secret = "no" if place else "yes"
        fields = {"title": f"搅拌站扬尘{place}", "course": text, "request": text, "place": "锦绣新城"}
        order = registered_order(line, confidential=secret, **fields)
        found = sources.told(order.number)
        assert found is not None
        actions.take_in(found)
        hotline.dispatch(line.agent, order.number, "请核实", [unit], unit, days=5)
        hotline.sign(line.builder, order.number)
        numbers.append(order.number)
    matter = Matter.objects.get(number=number_of(numbers[0]))
    assert (matter.kind, matter.tellers, matter.size) == ("repeated", 1, 3)
    task = supervision.open_for_matter(matter.number, "多次反映")
    assert task is not None
    supervision.record(line.officer, task.number, "phone", "请今晚复查", {"person": "许科长", "call": "x-1"})
    hidden, known = numbers[0], numbers[1]
    unit_desk, hotline_desk = desk(line.builder), desk(line.officer)
    listed = f"/desk/matters/{matter.number}/"
    assert known in unit_desk.get(listed).content.decode()
    assert hidden in hotline_desk.get(listed).content.decode()
    assert hidden not in unit_desk.get(listed).content.decode()
    assert matter.number in unit_desk.get(f"/desk/orders/{known}/similar", headers=PART).content.decode()
    for address in (f"/desk/orders/{hidden}/", f"/desk/orders/{hidden}/similar"):
        page = unit_desk.get(address, headers=PART if address.endswith("similar") else {}).content.decode()
        assert matter.number not in page, address
        assert task.number not in page, address
    assert task.number in hotline_desk.get(f"/desk/orders/{hidden}/").content.decode()
    assert "请今晚复查" not in str(form_of(order_view(line.builder, hidden))["supervision"])
    assert "请今晚复查" in str(form_of(order_view(line.builder, known))["supervision"])
