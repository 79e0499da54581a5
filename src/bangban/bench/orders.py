"""Lists of a unit and of the hotline out of many orders: everyday filters, pairs of them, and words found in sealed text.

`bangban bench orders [COUNT]`: a million orders by default, of three hundred units of very different size (order_stock.py).
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import combinations_with_replacement
from pathlib import Path
from statistics import median
from typing import Any

from bangban.bench.household import MORNING, BenchHouse, line
from bangban.bench.order_stock import fill

COUNT = 1_000_000
TIMES = 15


def run(*arguments: Path, as_json: bool = False) -> Iterator[dict[str, Any]]:
    """Yield median and slowest time of each list, as a ratio of the newest page of the whole table."""
    del as_json
    count = int(str(arguments[0])) if arguments else COUNT
    with tempfile.TemporaryDirectory(prefix="bangban-bench-") as folder, BenchHouse(Path(folder)) as house:
        house.prepare_city()
        big, small, desk = fill(count)
        base = _times(_bare)
        yield line("orders.newest_bare", base[0], "ms", n=count)
        for name, look in _looks(big, small, desk):
            found = look()
            middle, worst = _times(look)
            yield line(f"orders.{name}", middle, "ms", base=f"newest page bare; slowest {worst:.1f} ms, {len(found.rows)} rows",
                       ratio=middle / base[0], n=count)  # fmt: skip
        for name, looks in _pairs(desk, big.unit_id, small.unit_id):
            spent = [(*_times(look, 3), label) for label, look in looks]
            slowest = max(spent)
            yield line(f"orders.{name}", median(one[0] for one in spent), "ms", n=len(spent), ratio=slowest[0] / base[0],
                       base=f"slowest {slowest[0]:.1f} ms: {slowest[2]}; the ratio is this one's")  # fmt: skip


def _looks(big: Any, small: Any, desk: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    from bangban.services.hotline.reads import Filters, page

    day = (MORNING - timedelta(days=30)).date().isoformat()
    for name, actor in (("big_unit", big), ("small_unit", small)):
        for box in ("offered", "handling", "late", "assisting", "unit", "done"):
            yield f"{name}.{box}", partial(page, actor, box)
        for label, filters in (
            ("kind", Filters(kind="complaint")), ("rare_kind", Filters(kind="query")), ("category", Filters(category="0302")),
            ("region", Filters(region="440117000000")), ("month", Filters(first=day)), ("state", Filters(state="returned")),
            ("round", Filters(round="2")), ("urgent", Filters(urgency="urgent")), ("confidential", Filters(confidential="yes")),
            ("kind_region_month", Filters(kind="complaint", region="440117000000", first=day)),
            ("words", Filters(search="电梯故障")), ("two_words", Filters(search="石牌村 油烟")),
            ("rare_words", Filters(search="红棉巷77号")), ("absent_words", Filters(search="火星登陆")),
        ):  # fmt: skip
            yield f"{name}.unit.{label}", partial(page, actor, "unit", filters)
    for box in ("incoming", "registered", "with_units", "overdue", "completed", "all"):
        yield f"desk.{box}", partial(page, desk, box)
    for label, filters in (
        ("words", Filters(search="电梯故障")), ("two_words", Filters(search="石牌村 油烟")), ("rare_words", Filters(search="红棉巷77号")),
        ("absent_words", Filters(search="火星登陆")), ("sentence", Filters(search="半夜还在响 解放中路 噪音")),
        ("common_word", Filters(search="噪音")), ("words_urgent", Filters(search="电梯故障", urgency="urgent")),
        ("words_second_round", Filters(search="电梯故障", round="2")), ("words_returned", Filters(search="噪音", state="returned")),
        ("word_of_all", Filters(search="尽快处理")), ("phone", Filters(search="13900000077")),
        ("category_state", Filters(category="0302", state="handling")),
        ("kind_urgent_month", Filters(kind="complaint", urgency="urgent", first=day)),
    ):  # fmt: skip
        yield f"desk.all.{label}", partial(page, desk, "all", filters)


def _pairs(desk: Any, big: int, small: int) -> Iterator[tuple[str, list[tuple[str, Callable[[], Any]]]]]:
    """Yield every single filter and every pair of filters over the whole hotline, with no, rare, common and two words."""
    from bangban.services.hotline.reads import Filters, page

    known = (
        ("state", "archived"), ("state", "returned"), ("kind", "complaint"), ("kind", "suggestion"), ("source", "website"),
        ("source", "media"), ("category", "0201"), ("category", "0603"), ("region", "440106000000"), ("region", "440117000000"),
        ("unit", str(big)), ("unit", str(small)), ("urgency", "urgent"), ("urgency", "emergency"), ("round", "2"),
        ("confidential", "yes"), ("confidential", "no"), ("supervised", "yes"), ("first", "2026-10-18"), ("last", "2026-03-31"),
    )  # fmt: skip
    chosen = [
        dict(pair) for pair in combinations_with_replacement(known, 2) if pair[0] == pair[1] or pair[0][0] != pair[1][0]
    ]
    for name, words in (
        ("no_word", ""),
        ("rare_word", "红棉巷77号"),
        ("common_word", "噪音"),
        ("two_words", "石牌村 油烟"),
    ):
        yield (
            f"desk.all.pairs.{name}",
            [(" ".join(one.values()), partial(page, desk, "all", Filters(**one, search=words))) for one in chosen],
        )


def _bare() -> Any:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM hotline_workorder ORDER BY received_at DESC, id DESC LIMIT 51")
        return cursor.fetchall()


def _times(look: Callable[[], Any], times: int = TIMES) -> tuple[float, float]:
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        look()
        spent.append((time.perf_counter() - began) * 1000)
    return median(spent), max(spent)
