"""Can a threshold tell questions that the entries answer from those they do not?"""

from __future__ import annotations

import random
from collections.abc import Sequence

from bangban.bench.assistant.figures import Line, auc, line
from bangban.bench.assistant.rankings import Result, ask_assistant, ask_baselines
from bangban.bench.assistant.sets import Asked, Collection

__all__ = ["refusal"]

_REMOVED = 0.12
_SEED = 637


def refusal(collection: Collection) -> list[Line]:
    """Return the AUC of the best score, answerable against not.

    Where the collection has no unanswerable questions, 12 % of the entries that are asked for are taken out.
    """
    name, passages = "given", collection.passages
    has_answer = [asked.answerable for asked in collection.questions]
    if all(has_answer):
        name = "simulated"
        gone = _chosen(collection.questions)
        passages = [passage for passage in passages if passage.id not in gone]
        has_answer = [not asked.gold <= gone for asked in collection.questions]
    if all(has_answer) or not any(has_answer):
        return []
    own = ask_assistant(passages, collection.questions)
    others = ask_baselines(passages, collection.questions)
    figures = {key: _separation(result, has_answer) for key, result in others.items()}
    base = max(figures.items(), key=lambda figure: figure[1])
    count = len(has_answer)
    return [
        line(f"{collection.name}.refusal_{name}", _separation(own, has_answer), "AUC", count, base),
        *(line(f"{collection.name}.refusal_{name} {key}", value, "AUC", count) for key, value in figures.items()),
    ]


def _chosen(questions: Sequence[Asked]) -> frozenset[str]:
    wanted = sorted({id_ for asked in questions for id_ in asked.gold})
    return frozenset(random.Random(_SEED).sample(wanted, round(len(wanted) * _REMOVED)))


def _separation(result: Result, has_answer: Sequence[bool]) -> float:
    pairs = list(zip(result.tops, has_answer, strict=True))
    return auc([top for top, has in pairs if has], [top for top, has in pairs if not has])
