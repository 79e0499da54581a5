"""A city with a few items and standard answers, and a shelf that knows nothing yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.registry.knowledge import actions as knowledge
from bangban.registry.knowledge.answer import Answer
from bangban.registry.knowledge.models import Entry
from bangban.registry.knowledge.reads.wording import forget
from bangban.services.assistant.shelf import shelf
from tests.cast import Cast, make_city
from tests.goods import published_items

GUEST = Actor("guest", "guest:test", channel="web")
PATHS = (
    ("daily_life", "供电", "停电报修请拨95598。", "95598", ("停电", "没电")),
    ("daily_life", "供水", "停水请拨96968。", "96968", ("停水", "水费")),
    ("daily_life", "心理援助", "请拨12356，免费保密。", "12356", ("失眠", "想死")),
    ("complaint", "投诉行政机关和工作人员", "投诉由12345登记转办。", "12345", ("投诉",)),
    ("not_on_application", "行政处罚", "请拨打决定书上的电话。", "12345", ("罚款",)),
    ("emergency", "火灾和抢险", "请马上拨119，说清地址。", "119", ("着火", "冒烟")),
    ("other", "殡葬用品价格", "请拨12358询问。", "12358", ("殡葬用品", "骨灰盒")),
)


@pytest.fixture(autouse=True)
def _fresh_shelf() -> Iterator[None]:
    shelf.clear()
    forget()
    yield
    shelf.clear()
    forget()


@pytest.fixture
def town(db: None) -> Cast:
    """A working morning in a city with three items and one standard answer linked to the first."""
    return furnish()


def furnish() -> Cast:
    """Build the city, its items, answers and directory."""
    city = make_city()
    published_items("失业保险金申领", "律师事务所设立许可", "居住证办理")
    answered(
        city, "失业金怎么领", "网上或者窗口申领，满一年缴费即可。", item_ref="T0001", similar=("失业了怎么拿补助",)
    )
    answered(city, "公积金贷款额度怎么算", "按账户余额和缴存年限计算。")
    for path_class, topic, answer, phone, keywords in PATHS:
        knowledge.save_path(path_class, topic, answer, phone, SYSTEM, keywords=keywords, department="12345热线")
    forget()
    return city


def answered(city: Cast, question: str, answer: str, **given: Any) -> Entry:
    """Return a published standard answer."""
    content = Answer(
        question=question,
        answer=answer,
        unit_name="广州市人力资源和社会保障局",
        basis="《失业保险条例》第十四条",
        theme="就业创业",
        **given,
    )
    entry = knowledge.create_entry(content, city.editor)
    knowledge.submit_entry(entry.id, city.editor)
    return knowledge.publish_entry(entry.id, city.reviewer)
