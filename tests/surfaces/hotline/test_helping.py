"""The right pane of an order: what is like it in a constant number of queries, and the way into merging."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bangban.foundation.ledger.numbers import forget_all
from bangban.services.hotline import actions as hotline
from bangban.services.hotline.models import WorkOrder
from bangban.services.matters import actions, sources
from bangban.services.matters.reads import rarities
from tests.hotline import Hotline, registered_order
from tests.services.matters.corpus import DUST
from tests.surfaces.desk.conftest import Desk

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    rarities.forget()
    forget_all()
    yield
    rarities.forget()


def told(line: Hotline, text: str, number: int) -> str:
    phone = f"139000001{number:02d}"
    order = registered_order(line, contact_phone=phone, title="", course=text, request=text, place="锦绣新城")
    told = sources.told(order.number)
    assert told is not None
    actions.take_in(told)
    return order.number


def queries(client: object, name: str, number: str) -> int:
    address = reverse(f"hotline:{name}", args=[number])
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(address, headers=PART).status_code == 200  # type: ignore[attr-defined]
    return len(caught)


def test_the_right_pane_costs_few_queries_however_many_orders_are_alike(line: Hotline, desk: Desk) -> None:
    numbers = [told(line, DUST[0], 0), told(line, DUST[1], 1)]
    client = desk(line.agent)
    for name in ("similar", "knowledge", "talk", "suggested", "caller"):
        queries(client, name, numbers[0])
    few = queries(client, "similar", numbers[0])
    for place, text in enumerate((*DUST[2:], *DUST[:2]), 2):
        numbers.append(told(line, text, place))
    hotline.dispatch(line.agent, numbers[1], "请核实", [line.building_unit.id], line.building_unit.id, days=5)
    page = client.get(reverse("hotline:similar", args=[numbers[0]]), headers=PART).content.decode()
    assert page.count('class="knowledge"') == 6
    assert queries(client, "similar", numbers[0]) <= few + 2, "assignments are one query for all"
    for name, most in (("similar", 16), ("knowledge", 12), ("talk", 10), ("suggested", 12), ("caller", 20)):
        assert queries(client, name, numbers[0]) <= most, name


def test_a_similar_order_that_the_viewer_may_not_see_is_left_out(line: Hotline, desk: Desk) -> None:
    mine, other = told(line, DUST[0], 0), told(line, DUST[1], 1)
    hotline.dispatch(line.agent, mine, "请核实", [line.building_unit.id], line.building_unit.id, days=5)
    address = reverse("hotline:similar", args=[mine])
    assert other in desk(line.agent).get(address, headers=PART).content.decode()
    assert other not in desk(line.builder).get(address, headers=PART).content.decode()


@pytest.mark.clause("GB33358-5.1.2.6")
def test_a_unit_is_not_told_that_a_hidden_caller_told_an_open_order_as_well(line: Hotline, desk: Desk) -> None:
    """One open name would tell whose the confidential order is."""
    unit, numbers = line.building_unit.id, []
    for text in DUST[:2]:
        order = registered_order(
            line, title="", course=text, request=text, place="锦绣新城", confidential="no" if numbers else "yes"
        )
        found = sources.told(order.number)
        assert found is not None
        actions.take_in(found)
        hotline.dispatch(line.agent, order.number, "请核实", [unit], unit, days=5)
        hotline.sign(line.builder, order.number)
        numbers.append(order.number)
    for one, other in (numbers, reversed(numbers)):
        address = reverse("hotline:similar", args=[one])
        assert "同一诉求人" in desk(line.agent).get(address, headers=PART).content.decode()
        seen = desk(line.builder).get(address, headers=PART).content.decode()
        assert other in seen
        assert "同一诉求人" not in seen


def test_merging_into_a_similar_order_opens_the_form_with_its_number(line: Hotline, desk: Desk) -> None:
    mine, other = told(line, DUST[0], 0), told(line, DUST[1], 1)
    client = desk(line.agent)
    page = client.get(reverse("hotline:similar", args=[mine]), headers=PART).content.decode()
    form = reverse("hotline:form", args=[mine, "merge"])
    assert f"{form}?into={other}" in page
    assert f'value="{other}"' in client.get(f"{form}?into={other}", headers=PART).content.decode()
    away = client.get(f"{form}?into={other}")
    assert away.status_code == 303
    assert f'value="{other}"' in client.get(away["Location"]).content.decode()


def test_an_address_fills_only_fields_of_the_action_and_only_choices_that_are_offered(
    line: Hotline, desk: Desk
) -> None:
    number = registered_order(line).number
    client = desk(line.agent)
    form = reverse("hotline:form", args=[number, "dispatch"])
    page = client.get(f"{form}?lead=987654&opinion=请今日办结&title=外来的标题", headers=PART).content.decode()
    assert "请今日办结" in page
    assert "987654" not in page
    assert "外来的标题" not in page
    assert f'value="{line.building_unit.id}" selected' in page
    listed = client.get(reverse("hotline:order", args=[number]) + f"?do=call_unit&unit={line.roads_unit.id}")
    assert f'value="{line.roads_unit.id}" selected' not in listed.content.decode(), "that is a filter of the list"
    assert WorkOrder.objects.get(number=number).state == "registered"
