"""How fast the index is built and asked when there are a hundred thousand entries."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Sequence

from bangban.bench.assistant.figures import Line, line, speed
from bangban.services.assistant.retrieval import Index, Passage

__all__ = ["scale"]

_SEED = 637
_QUESTIONS = 1000
_SENTENCE = re.compile(r"[^。；！？\n]{8,90}")
_PLACES = ("越秀区", "海珠区", "荔湾区", "天河区", "白云区", "黄埔区", "花都区", "番禺区", "南沙区", "从化区")
_ASKED = ("需要什么材料", "在哪里办理", "多久能办好", "怎么收费", "可以网上办吗", "有什么条件", "怎么申请")
_BEFORE = ("", "", "请问", "您好，", "我想问一下", "咨询一下")


def scale(passages: Sequence[Passage], count: int) -> list[Line]:
    """Return build time, change time and query latency over `count` entries recombined from some real ones."""
    chance = random.Random(_SEED)
    names = [text[:20] for passage in passages for text in (passage.title or passage.text,) if text]
    sentences = [found for passage in passages for found in _SENTENCE.findall(f"{passage.title}。{passage.text}")]
    entries = [_entry(row, names, sentences, chance) for row in range(count)]
    began = time.perf_counter()
    index = Index.build(entries)
    built = time.perf_counter() - began
    asked = [
        chance.choice(_BEFORE) + chance.choice(names)[: chance.randint(4, 14)] + chance.choice(_ASKED)
        for _ in range(_QUESTIONS)
    ]
    seconds = [_timed(index, question) for question in asked]
    changes = [_publish(index, entry) for entry in chance.sample(entries, 30)]
    return [
        line("scale.build", built, "s", count),
        *(line(f"scale.query_{name}", value, "ms", count) for name, value in speed(seconds).items()),
        line("scale.publish_p50", speed(changes)["p50"], "ms", count),
    ]


def _entry(row: int, names: Sequence[str], sentences: Sequence[str], chance: random.Random) -> Passage:
    name = chance.choice(names)
    title = chance.choice(_PLACES) + name[:12] + chance.choice(names)[-8:] + chance.choice(_ASKED)
    return Passage(id=str(row), kind="knowledge", title=title, text="。".join(chance.choices(sentences, k=3))[:110])


def _timed(index: Index, question: str) -> float:
    began = time.perf_counter()
    index.search(question)
    return time.perf_counter() - began


def _publish(index: Index, entry: Passage) -> float:
    began = time.perf_counter()
    index.add([entry])
    return time.perf_counter() - began
