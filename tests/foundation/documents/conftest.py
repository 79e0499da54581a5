"""A paper with every kind of block."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bangban.foundation.clocks.moment import stand_at
from bangban.foundation.documents import ready
from bangban.foundation.documents.charts import Bar, Bars, Forecast, Lines, Part, Shares
from bangban.foundation.documents.paper import (
    Cell,
    Chapter,
    Column,
    Drawing,
    Facts,
    Paper,
    Prose,
    Section,
    Table,
)  # fmt: skip

needs_fonts = pytest.mark.skipif(not ready(), reason="make frontend has not installed the fonts of documents")
ROWS = tuple((Cell(f"指标{place}"), Cell(f"{place},234", "orders:all"), Cell("无")) for place in range(60))


@pytest.fixture
def paper() -> Paper:
    """A report of some pages, made at a fixed moment."""
    stand_at(datetime(2026, 12, 1, 6, 30, tzinfo=UTC))
    return Paper(
        title="政务服务便民热线运行月报",
        issuer="广州市12345热线",
        subtitle="2026年11月",
        reference="BG000000018",
        footer="数据截至2026年12月1日",
        closing=("责任人：王统计",),
        blocks=(
            Chapter("总体情况"),
            Prose("本月共受理群众诉求1,234件，比上月增加12件。"),
            Facts((("统计周期", "11月1日至30日"), ("责任人", "王统计"))),
            Table((Column("指标", weight=2), Column("本期", number=True), Column("去年同期", number=True)), ROWS, "表1　受理情况"),
            Table((Column("单位"),), (), "表2　超期单位", empty="本期没有超期。"),
            Section("（一）诉求类别"),
            Drawing(Bars((Bar("住房", 320, 280), Bar("交通", 211))), "图1　诉求类别"),
            Drawing(Lines(("1日", "2日"), (4, 9), (None, 7), Forecast(("3日",), (11,), (6,), (15,))), "图2　每日受理"),
            Drawing(Shares((Part("咨询", 3), Part("投诉", 1))), "图3　诉求类型"),
            Chapter("意见建议"),
        ),
    )  # fmt: skip
