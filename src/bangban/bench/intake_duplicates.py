"""The look for duplicates while an order is written, among a million remembered orders in PostgreSQL.

Orders are generated from a vocabulary whose words are as unevenly used as those of a language, with twenty thousand
places; every fourth look repeats a remembered order in part, which must be found.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from bangban.bench.household import MORNING, BenchHouse, line

ORDERS, LOOKS, SPREAD_DAYS = 1_000_000, 400, 170
WORDS, PLACES, LENGTH = 60_000, 20_000, 28
BUDGET_MS = 50.0
_COPIES = 200
_HEAD, _CHANGED = 13, 8
_FILL = f"""
INSERT INTO matters_ordersketch (order_number, at, teller, packed, keys)
SELECT 'GX' || s.id || '-' || n, s.at - make_interval(secs => n * 977), s.teller, overlay(s.packed PLACING (
  SELECT string_agg(decode(md5(s.id || '-' || n || '-' || k), 'hex'), '') FROM generate_series(1, {_CHANGED}) AS k
) FROM {_HEAD}), s.keys
FROM matters_ordersketch s CROSS JOIN generate_series(1, {_COPIES - 1}) AS n
"""
_KEYS = """
INSERT INTO matters_sketchkey (key, at, sketch_id)
SELECT CASE WHEN place > 10 OR order_number LIKE 'GD%' THEN key ELSE hashint8(id * 16 + place) END, at, id
FROM matters_ordersketch CROSS JOIN LATERAL unnest(keys) WITH ORDINALITY AS held(key, place)
"""
"""Copies of a remembered order say other things: most of their terms and their ten rarest keys are their own."""


def run() -> Iterator[dict[str, Any]]:
    """Yield latencies of the look, how many repeated orders it found, and the time that remembering one takes."""
    with tempfile.TemporaryDirectory(prefix="bangban-bench-") as folder, BenchHouse(Path(folder)):
        from bangban.services.matters import actions, reads

        dice = random.Random(0)
        speech = _Speech(dice)
        texts = [speech.order() for _ in range(ORDERS // _COPIES)]
        took = _remember(texts, dice)
        rows = _fill()
        actions.count_terms(MORNING)
        looks, missed = [], 0
        for turn in range(LOOKS):
            repeated = turn % 4 == 0
            at = dice.randrange(len(texts))
            text = speech.again(texts[at]) if repeated else speech.order()
            began = time.perf_counter()
            found = reads.like(text, at=MORNING + timedelta(seconds=turn))
            looks.append(time.perf_counter() - began)
            missed += repeated and f"GD{at:07d}" not in {one.number for one in found}
    looks.sort()
    for share in (50, 99):
        value = looks[min(len(looks) - 1, len(looks) * share // 100)] * 1000
        yield line(
            f"concentrated.like_p{share}", value, "ms", base=f"{BUDGET_MS:.0f} ms", ratio=BUDGET_MS / value, n=rows
        )
    yield line("concentrated.like_missed", missed, "repeated orders", n=LOOKS // 4)
    yield line("concentrated.remember", took * 1000, "ms", n=len(texts))


class _Speech:
    """Says orders: words as uneven as a language's, one place, and now and then the same again in part."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        letters = [chr(0x4E00 + n) for n in range(3000)]
        self.words = ["".join(dice.choices(letters, k=2)) for _ in range(WORDS)]
        self.weights = list(accumulate(1 / (rank + 10) for rank in range(WORDS)))
        self.places = ["".join(dice.choices(letters, k=3)) + dice.choice(("小区", "路", "村")) for _ in range(PLACES)]

    def order(self) -> str:
        """Return a new order."""
        said = self.dice.choices(self.words, cum_weights=self.weights, k=LENGTH)
        return f"{self.dice.choice(self.places)}，{'，'.join(said)}"

    def again(self, text: str) -> str:
        """Return an order told again: the same place, half of its words, and other ones."""
        place, *said = text.split("，")
        kept = self.dice.sample(said, len(said) // 2)
        return "，".join([place, *kept, *self.dice.choices(self.words, cum_weights=self.weights, k=LENGTH // 3)])


def _remember(texts: list[str], dice: random.Random) -> float:
    """Remember a part of the orders as the hotline does; returns seconds each."""
    from django.db import transaction

    from bangban.services.matters import actions

    began = time.perf_counter()
    with transaction.atomic():
        for number, text in enumerate(texts):
            actions.remember(f"GD{number:07d}", text, "", _moment(dice))
    return (time.perf_counter() - began) / len(texts)


def _moment(dice: random.Random) -> datetime:
    return MORNING - timedelta(seconds=dice.randrange(SPREAD_DAYS * 86400))


def _fill() -> int:
    """Multiply the remembered orders; returns how many there are then."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_FILL)
        cursor.execute("TRUNCATE matters_sketchkey")
        cursor.execute(_KEYS)
        for table in ("matters_ordersketch", "matters_sketchkey"):
            cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("SELECT count(*) FROM matters_ordersketch")
        return int(cursor.fetchone()[0])
