"""Concentrated matters in streams of messages, beside grouping by plain cosine of character n-grams; duplicates at intake.

`concentrated DIR` reads every *.jsonl with a `text` (and `title`, `time` or `date` where given). Both ways are judged by
one rule that neither of them uses: two messages of a group agree when their titles are nearly equal, or when both name a
place in common and share another word of the title. The other way is DBSCAN at the distance at which it groups about as
many messages as ours. Without DIR the look for duplicates among a million remembered orders is measured.
"""

from __future__ import annotations

import itertools
import json
import random
import re
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bangban.bench.household import line
from bangban.services.matters.grouping import Told, groups
from bangban.services.matters.likeness import plain_mark, sketch
from bangban.services.matters.rarity import Rarity, count
from bangban.services.matters.words import common_terms, name_parts, normalise

AT_LEAST = 3
LARGEST = 10
NEARLY_EQUAL = 0.6
MOST_PAIRS = 20_000
DISTANCES = (0.5, 0.6, 0.7, 0.75, 0.775, 0.8, 0.825, 0.85, 0.875, 0.9)
_OPENING = 40


def run(*arguments: Path, as_json: bool = False) -> Iterator[dict[str, Any]]:
    """Yield the figures of each file of a folder, or those of duplicates at intake when no folder is given."""
    del as_json
    if not arguments:
        from bangban.bench.intake_duplicates import run as duplicates

        yield from duplicates()
        return
    for folder in arguments:
        for path in sorted(folder.glob("*.jsonl")):
            messages = read(path)
            if len(messages) >= AT_LEAST:
                yield from _measured(f"concentrated.{path.stem}", messages)


def read(path: Path) -> list[dict[str, Any]]:
    """Return the records of a file that hold a text."""
    records = (json.loads(row) for row in path.read_text("utf-8").splitlines() if row.strip())
    return [one for one in records if isinstance(one.get("text"), str)]


def moment(message: dict[str, Any]) -> datetime | None:
    """Return when a message was told, in any of the spellings of the sets; None when it does not say."""
    numbers = [int(number) for number in re.findall(r"\d+", str(message.get("time") or message.get("date") or ""))[:6]]
    try:
        return datetime(*numbers, tzinfo=UTC) if len(numbers) >= 3 else None  # type: ignore[misc, arg-type]
    except ValueError:
        return None


def _measured(name: str, messages: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    began = time.perf_counter()
    told = [
        Told(str(place), moment(one), sketch(one["text"], str(one.get("title") or ""), at=moment(one)))
        for place, one in enumerate(messages)
    ]
    rarity = Rarity(plain_mark, *count(one.sketch.terms for one in told))
    found = groups(told, rarity)
    took = time.perf_counter() - began
    ours = [[int(place) for place in group.ids] for group in found]
    grouped = sum(map(len, ours))
    theirs, distance, plain_took = _plain(messages, grouped)
    base = f"DBSCAN of character TF-IDF at distance {distance}"
    size = len(messages)
    yield line(
        f"{name}.groups",
        len(ours),
        "groups",
        base=f"{base}: {len(theirs)}",
        ratio=_ratio(len(ours), len(theirs)),
        n=size,
    )
    yield line(f"{name}.grouped", grouped, "messages", base=f"{base}: {sum(map(len, theirs))}", n=size)
    dense = sum(group.densest >= AT_LEAST for group in found)
    yield line(f"{name}.within_30_days", dense, "groups", n=len(ours))
    for rank, group in enumerate(found[:LARGEST], 1):
        yield line(f"{name}.largest_{rank}", len(group.ids), "messages", base=_shown(group, messages), n=size)
    biggest = [len(group) for group in sorted(theirs, key=len, reverse=True)[:5]]
    yield line(f"{name}.plain_largest", max(biggest, default=0), "messages", base=f"sizes {biggest}", n=size)
    right, pairs = _agreeing(ours, messages)
    plain_right, plain_pairs = _agreeing(theirs, messages)
    mine, other = right / max(pairs, 1), plain_right / max(plain_pairs, 1)
    yield line(f"{name}.pair_precision", mine, "share", base=f"{base}: {other:.3f}", ratio=_ratio(mine, other), n=pairs)
    agreed, plain_agreed = mine * _pairs(ours), other * _pairs(theirs)
    yield line(
        f"{name}.agreeing_pairs",
        round(agreed),
        "pairs",
        base=f"{base}: {plain_agreed:.0f}",
        ratio=_ratio(agreed, plain_agreed),
        n=size,
    )
    each, plain_each = took / size * 1000, plain_took / size * 1000
    yield line(
        f"{name}.time_per_message",
        each,
        "ms",
        base=f"{base}: {plain_each:.2f} ms",
        ratio=_ratio(plain_each, each),
        n=size,
    )


def _ratio(one: float, other: float) -> float | None:
    return one / other if other else None


def _shown(group: Any, messages: Sequence[dict[str, Any]]) -> str:
    """Return a group's beginning and its days: labels are not shown in full."""
    title = str(messages[int(group.ids[0])].get("title") or messages[int(group.ids[0])]["text"])[:8]
    days = f"{group.first:%Y-%m-%d} to {group.last:%Y-%m-%d}" if group.first else "no dates"
    return f"{title}…, {days}, {group.densest} within 30 days"


def _plain(messages: Sequence[dict[str, Any]], wanted: int) -> tuple[list[list[int]], float, float]:
    """Group by cosine of character n-grams with DBSCAN, at the distance that groups about as many messages."""
    from sklearn.cluster import DBSCAN  # type: ignore[import-untyped]
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]

    texts = [f"{one.get('title') or ''} {one['text']}" for one in messages]
    best: tuple[float, list[list[int]], float, float] | None = None
    for distance in DISTANCES:
        began = time.perf_counter()
        matrix = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), sublinear_tf=True).fit_transform(texts)
        labels = DBSCAN(eps=distance, min_samples=AT_LEAST, metric="cosine").fit_predict(matrix)
        took = time.perf_counter() - began
        made: dict[int, list[int]] = {}
        for place, label in enumerate(labels):
            if label >= 0:
                made.setdefault(int(label), []).append(place)
        off = abs(sum(map(len, made.values())) - wanted)
        if best is None or off < best[0]:
            best = (off, list(made.values()), distance, took)
    assert best is not None
    return best[1], best[2], best[3]


def _pairs(found: Sequence[Sequence[int]]) -> int:
    return sum(len(group) * (len(group) - 1) // 2 for group in found)


def _agreeing(found: Sequence[Sequence[int]], messages: Sequence[dict[str, Any]]) -> tuple[int, int]:
    """Return how many pairs of messages in the same group agree, of a sample of at most MOST_PAIRS, and its size."""
    pairs = [pair for group in found for pair in itertools.combinations(group, 2)]
    if len(pairs) > MOST_PAIRS:
        pairs = random.Random(0).sample(pairs, MOST_PAIRS)
    heads = {place: _head(messages[place]) for pair in pairs for place in pair}
    return sum(agree(heads[one], heads[other]) for one, other in pairs), len(pairs)


def _head(message: dict[str, Any]) -> tuple[set[str], set[str], set[str]]:
    """Return pairs of characters and words of the title (or of the text's beginning), and the places named anywhere."""
    title = normalise(str(message.get("title") or message["text"][:_OPENING]))
    places = {name[:2] for name in name_parts(f"{title} {message['text']}")[0]}
    words = {word for word in name_parts(title)[1] if word not in common_terms()}
    return {title[at : at + 2] for at in range(len(title) - 1)}, words, places


def agree(one: tuple[set[str], set[str], set[str]], other: tuple[set[str], set[str], set[str]]) -> bool:
    """Tell whether two messages agree by the rule of this measurement."""
    shared = 2 * len(one[0] & other[0]) / max(len(one[0]) + len(other[0]), 1)
    if shared >= NEARLY_EQUAL:
        return True
    places = one[2] & other[2]
    return bool(places) and any(word[:2] not in places for word in one[1] & other[1])
