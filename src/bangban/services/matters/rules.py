"""Pure rules of matters: when one opens, what it is called, how hot it is, whether it rises."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log2

from bangban.services.matters.words import common_terms, name_parts, normalise

AT_LEAST, WITHIN_DAYS = 3, 30
"""The third similar order within thirty days opens a matter, until the hotline sets it otherwise (GB33358-5.2.3.1-b)."""

FADES_AFTER = timedelta(days=60)
"""A matter that nobody confirmed ends by itself when nothing new was told for so long."""

HALVES_AFTER = timedelta(days=7)
MOST_WORDS, MOST_PLACES = 8, 4
SHORTEST, LONGEST = 6, 32
"""Characters of a heading."""

MOSTLY = 0.6
"""So much of a quoted sentence is said by several."""

_END = re.compile(r"[。！？!?；;\n\r]+")
_COMMA = re.compile(r"[，,：:、\s]+")
_LEAD_IN = re.compile(
    r"^(?:(?:尊敬的|敬爱的)\w*|您好|你好|请问|咨询|反映|投诉|举报|建议|关于|来电人?|诉求人|市民|希望|请求|要求|本人|我是|我们?|再次|称|说)+(?:[的是]|一下)?"
)
_PERSONAL = re.compile(
    r"\d{5,}|\d+ *(?:栋|幢|座|号楼|单元|室|房)|[\u4e00-\u9fff](?:先生|女士|小姐|阿姨|大爷|某)|我叫|姓名|身份证|手机号|电话号|[a-zA-Z]\w*@"
)


@dataclass(frozen=True)
class Words:
    """What several messages share, most shared first."""

    title: str
    words: tuple[str, ...]
    places: tuple[str, ...]


def shared_words(messages: Sequence[tuple[str, str]]) -> Words:
    """Name a group by what at least half of its messages, and never fewer than two, share; each is (title and place, text).

    A word of only one message never shows, so a matter tells nothing about one person.
    """
    enough = max(2, (len(messages) + 1) // 2)
    places: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for head, text in messages:
        named, said = name_parts(f"{head} {text}")
        places.update(set(named))
        words.update(set(said))
    where = [name for name, times in _ranked(places) if times >= enough][:MOST_PLACES]
    inside = normalise("".join(where))
    what = [
        word for word, times in _ranked(words) if times >= enough and word not in common_terms() and word not in inside
    ][:MOST_WORDS]
    title = "".join(where[:1]) + ("：" if where and what else "") + "、".join(what[:4])
    return Words(title or "多人反映的同类事项", tuple(what), tuple(where))


def heading(messages: Sequence[tuple[str, str]], shared: Words) -> str:
    """Return the sentence of the most central message, fit for a heading, with the shared place; "" when none fits.

    Each message is (title, text). A sentence is quoted only when several messages say most of its words, and never with
    a long number, a name or a door number in it, so that nobody can be told from it.
    """
    said = [
        {word for word in name_parts(f"{title} {text}")[1] if word not in common_terms()} for title, text in messages
    ]
    tellers = Counter(word for words in said for word in words)
    wanted = frozenset(shared.words)
    best = max(
        (
            (_centrality(sentence, tellers, len(messages), wanted), -place, sentence)
            for place, (title, text) in enumerate(messages)
            for sentence in _sentences(title or text)
        ),
        default=(0.0, 0, ""),
    )
    if best[0] <= 0:
        return ""
    where = shared.places[0] if shared.places else ""
    return f"{where}：{best[2]}" if where and where[:2] not in normalise(best[2]) else best[2]


def _sentences(text: str) -> list[str]:
    """Return what could be a heading in the beginning of a text: its first sentences and clauses, trimmed."""
    found: list[str] = []
    for sentence in _END.split(text.strip())[:3]:
        clauses = [clause for clause in (_LEAD_IN.sub("", one).strip() for one in _COMMA.split(sentence)) if clause]
        grown = ""
        for clause in clauses[:4]:
            grown = f"{grown}，{clause}" if grown else clause
            found += [one for one in (clause, grown) if SHORTEST <= len(one) <= LONGEST]
        if not found and clauses and len(clauses[0]) > LONGEST:
            found.append(clauses[0][: LONGEST - 1] + "…")
    return [one for one in found if not _PERSONAL.search(one)]


def _centrality(sentence: str, tellers: Counter[str], messages: int, wanted: frozenset[str]) -> float:
    """Return how much of a sentence several messages say, and how much of what they share it says; 0 for one of its own."""
    words = {word for word in name_parts(sentence)[1] if word not in common_terms()}
    together = sum(tellers[word] > 1 for word in words)
    if len(words) < 2 or together < MOSTLY * len(words):
        return 0.0
    precision = sum(tellers[word] for word in words) / (len(words) * messages)
    recall = len(words & wanted) / max(len(wanted), 1)
    return 2 * precision * recall / (precision + recall) if recall else 0.0


def _ranked(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda pair: (-pair[1], -len(pair[0]), pair[0]))


def heat(moments: Sequence[datetime], tellers: int, at: datetime, votes: int = 0) -> float:
    """Return how hot a matter is: orders weigh half after each week, tellers and votes lift it.

    Two equal crowds are as hot; a crowd of one teller is cooler than one of many.
    """
    weight = sum(0.5 ** (max(at - moment, timedelta()) / HALVES_AFTER) for moment in moments)
    return float(weight * (1 + log2(1 + max(tellers, 1))) + log2(1 + max(votes, 0)))


def trend(moments: Sequence[datetime], at: datetime) -> str:
    """Return "rising", "steady" or "falling": the last seven days against the seven before."""
    week = timedelta(days=7)
    late = sum(at - week < moment <= at for moment in moments)
    early = sum(at - 2 * week < moment <= at - week for moment in moments)
    if late > early:
        return "rising"
    return "falling" if late < early else "steady"
