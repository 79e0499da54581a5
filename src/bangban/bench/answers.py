"""What the assistant says to the demo city's own questions, asked through its action and judged one by one.

The figure that matters is wrong answers: something was said with confidence, and it was not what was asked. A question
handed over to a person is not lost, one answered wrongly is. A file of the form of demo/data/questions.json may be
given in place of the city's own.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bangban.bench.assistant.figures import speed
from bangban.bench.assistant.verdicts import KINDS, Expected, Verdict, follow_up_verdict, verdict
from bangban.bench.household import BenchHouse, line

__all__ = ["judged", "run"]

_DEMO = Path(__file__).parents[1] / "demo" / "data"
_TO_FIND = ("knowledge", "item")


def run(*arguments: Path, as_json: bool = False) -> Iterator[dict[str, Any]]:
    """Yield the figures over the questions of each file, or of the demo city; OSError when one cannot be read."""
    del as_json
    with tempfile.TemporaryDirectory(prefix="bangban-bench-") as folder, BenchHouse(Path(folder)) as house:
        del house
        built_city()
        for file in arguments or (_DEMO / "questions.json",):
            yield from figures(list(judged(file)))


def built_city() -> None:
    """Build the demo city where it is not built yet."""
    from bangban.demo.city import build, is_built

    if not is_built():
        build()


def judged(file: Path) -> Iterator[Verdict]:
    """Ask every question of a file in a talk of its own, then what follows it; yield what was made of each."""
    from bangban.foundation.access.actors import Actor
    from bangban.services.assistant.actions import ask
    from bangban.services.assistant.shelf import shelf

    names = _internal_ids()
    shelf.search("办事")
    person = Actor("guest", "guest:bench", channel="web")
    for row in json.loads(file.read_text(encoding="utf-8"))["questions"]:
        expected = Expected.of(row["expect"], names)
        began = time.perf_counter()
        turn = ask(person, row["text"])
        yield verdict(row["text"], turn, expected, time.perf_counter() - began)
        first = turn
        for text in row["follow_ups"]:
            began = time.perf_counter()
            turn = ask(person, text, first.session)
            yield follow_up_verdict(text, turn, first, expected, time.perf_counter() - began)


def _internal_ids() -> dict[str, str]:
    """Return the ids under which the assistant cites what the questions name by its id outside."""
    from bangban.registry.catalog.models.items import Item
    from bangban.registry.knowledge.models import Entry
    from bangban.registry.knowledge.reads import paths

    names = {one.external_id: str(one.id) for one in Entry.objects.exclude(external_id="")}
    names |= {one.external_id: str(one.id) for one in Item.objects.exclude(external_id="")}
    numbers = {(path.path_class, path.topic): path.number for path in paths()}
    lines = (_DEMO / "knowledge" / "paths.jsonl").read_text(encoding="utf-8").splitlines()
    for row in map(json.loads, lines):
        names[row["id"]] = numbers[row["class"], row["topic"]]
    return names


def figures(verdicts: list[Verdict]) -> Iterator[dict[str, Any]]:
    """Yield the shares by kind of question, the wrong answers, and the time of a whole turn."""
    first = [one for one in verdicts if not one.follows]
    to_find = [one for one in first if one.kind in _TO_FIND]
    for outcome in ("right", "asked_back", "asked_back_beside", "handed_over", "wrong"):
        yield _share(f"answers.to_find.{outcome}", to_find, outcome)
    for kind in KINDS:
        if kind not in _TO_FIND and any(one.kind == kind for one in first):
            yield _share(f"answers.{kind}.right", [one for one in first if one.kind == kind], "right")
    yield _share("answers.WRONG", first, "wrong")
    yield _share("answers.follow_ups.right", [one for one in verdicts if one.follows], "right")
    for name, value in speed([one.seconds for one in verdicts]).items():
        yield line(f"answers.ask_{name}", value, "ms", n=len(verdicts))


def _share(name: str, verdicts: list[Verdict], outcome: str) -> dict[str, Any]:
    count = sum(one.outcome == outcome for one in verdicts)
    return line(name, count / max(len(verdicts), 1), "share", n=len(verdicts))


def main() -> None:
    """Print one line a question that did not go right, then the figures."""
    parser = argparse.ArgumentParser(prog="python -m bangban.bench.answers", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=_DEMO / "questions.json")
    parser.add_argument("--data", type=Path, help="folder to keep the built city in, for asking again")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bangban-bench-") as scratch, BenchHouse(given.data or Path(scratch)):
        built_city()
        verdicts = list(judged(given.file))
        for one in verdicts:
            if one.outcome != "right":
                print(one)
        for each in figures(verdicts):
            print(f"{each['name']:40} {each['value']:.4g} {each['unit']}  n={each['n']}")


if __name__ == "__main__":
    main()
