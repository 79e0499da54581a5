"""An order is found again by any field: by who had it, what was answered, its class, and marks of its caller."""

from __future__ import annotations

import pytest

from bangban.foundation.access.actors import Actor
from bangban.services.hotline.actions import handling, renewing
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.reads import Filters, page
from tests.hotline import POTHOLE, Hotline
from tests.services.hotline.ways import archived, handled, load

pytestmark = pytest.mark.django_db


def found(actor: Actor, box: str, text: str) -> set[str]:
    """The numbers that a search gives."""
    return {row.number for row in page(actor, box, Filters(search=text)).rows}


@pytest.mark.clause("GB33358-5.5.2")
def test_an_archived_order_is_found_by_unit_clerk_agent_class_reply_surname_and_last_digits(line: Hotline) -> None:
    number = archived(line, contact_name="冯小红", contact_phone="13911118077")
    other = handled(line, category=POTHOLE, contact_name="陆先生", contact_phone="13922223366")
    texts = (
        "住房和城乡建设局", "施承办", "江话务", "施工噪声", "约谈施工单位", "冯", "8077", number[-4:], "冯 约谈", "8077 施承办",
    )  # fmt: skip
    for text in texts:
        assert found(line.archivist, "archive", text) == {number}, text
    assert found(line.manager, "all", "3366") == found(line.manager, "all", "陆") == {other}
    assert found(line.manager, "all", "冯 3366") == set()


@pytest.mark.clause("GB33358-5.1.2.6")
def test_a_unit_finds_nobody_by_surname_or_telephone(line: Hotline) -> None:
    number = handled(line, contact_name="冯小红", contact_phone="13911118077")
    assert found(line.builder, "handling", "冯") == found(line.builder, "handling", "8077") == set()
    assert found(line.builder, "handling", "施承办") == found(line.builder, "handling", number[-4:]) == {number}


def test_orders_from_before_are_found_after_their_words_were_renewed(line: Hotline) -> None:
    number = handled(line, contact_name="冯小红")
    handling.reply(line.builder, number, "sms", "已依法罚款")
    WorkOrder.objects.update(words=[], words_version=0)
    assert found(line.manager, "all", "罚款") == set()
    assert renewing.renew(10) == 1
    assert renewing.renew(10) == 0
    for text in ("罚款", "施承办", "冯", "幸福工地"):
        assert found(line.manager, "all", text) == {number}, text
    assert load(number).words_version == 2
