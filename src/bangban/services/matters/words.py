"""A message taken apart: what it says, which places it names, in which districts.

Places are read by rule (the words that Chinese place names end with); a name is kept as its pairs of characters, so that
"丽景新城", "丽景新城小区" and "旁边的丽景新城" agree without knowing where a name begins.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import rjieba

LONGEST = 1200
"""Characters of a text that are read; what a message is about is said by then."""

TITLE_WEIGHT = 2.0
_OPENING = 60
_LONGEST_NAME = 4
_LITTLE = frozenset("请的了着过吧呢吗啊我你您他她在和与及或也都就还又很")

_SEPARATORS = re.compile(r"(?:[\W_])+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_PARTING = re.compile(
    r"关于|投诉|反映|咨询|请问|请求|举报|建议|位于|坐落|座落|地处|我是|我们|本人|我家|住在|家住|附近|旁边|对面|门口|楼下|整个|一个|这个|"
    r"该|[在的和与到从至离是将对把被让给请盼及或等有本各全某]"
)
_ENDING = re.compile(
    "小区|新城|花园|公馆|山庄|大厦|公寓|家园|社区|广场|市场|学校|中学|小学|幼儿园|医院|公园|工地|楼盘|工业园|产业园|车站|地铁站|大道|"
    "大桥|街道|水库|菜场|商场|超市|项目|苑|城|园|湾|村|镇|乡|路|街|巷|桥|河|湖|府|滩|渠|涌|溪|港|线"
)
_THING = frozenset({"工地", "项目", "楼盘", "线"})
"""Endings that may be the trouble itself: “路旁工地” says where by its road."""

_BY = re.compile(r"(?:旁边|旁|附近|对面|门口|路口|交叉口|一带|一处|周边|口|边|上|段)?")
_ABOVE = re.compile(r"[市县区镇乡]|街道|[a-z]\d*[市县区]")
_CODED = re.compile(r"[a-z]\d+(?=[市县区])")
_DISTRICT = re.compile(r"([\u4e00-\u9fff]{2})(?:区|县)")
_NO_DISTRICT = re.compile(
    "[小社片园城新地郊景街校厂辖库山矿住宅生活商业开发高技保税工业院病险林湿市大老旧该本全各整]$|(?:居住|风景|自治)$"
)


@dataclass(frozen=True)
class Parts:
    """What a message consists of.

    `places` are all places it names; `named` those that it is about: of its title and its own place, or, where these name
    none (“噪音扰民”), of its first words. `aside` are the terms that say nothing of the thing itself: where it is, and how
    people ask a hotline.
    """

    terms: Counter[str]
    places: frozenset[str]
    named: frozenset[str]
    districts: frozenset[str]
    aside: frozenset[str]


def normalise(text: str) -> str:
    """Return the text in half width and lower case, with single blanks for everything that is no letter or digit."""
    return _SEPARATORS.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()


def take_apart(text: str, title: str = "", place: str = "") -> Parts:
    """Return the parts of a message; empty parts for an empty message, never an error."""
    head, body = normalise(f"{title[:LONGEST]} {place[:LONGEST]}"), normalise(text[:LONGEST])
    terms: Counter[str] = Counter()
    for said, weight in ((head, TITLE_WEIGHT), (body, 1.0)):
        for term in _terms(said):
            terms[term] += weight  # type: ignore[assignment]
    named = _places(head) or _places(body[:_OPENING])
    where = " ".join(_spans(head) + _spans(body) + _whereabouts(normalise(place[:LONGEST])))
    things = _things(head) | _things(body)
    aside = frozenset(term for term in terms if term in where or term not in things)
    return Parts(terms, _places(head) | _places(body), named, _districts(f"{head} {body[:_OPENING]}"), aside)


def _terms(text: str) -> list[str]:
    """Return words of two or more characters and all pairs of Chinese characters: either finds what the other misses."""
    return _words(text) + _pairs(text)


def _words(text: str) -> list[str]:
    return [word for word in rjieba.cut(text) if len(word) > 1 and not word.isspace()]


def _pairs(text: str) -> list[str]:
    return [run[at : at + 2] for run in _CHINESE.findall(text) for at in range(len(run) - 1)]


def _things(text: str) -> set[str]:
    """Return the terms beyond what everybody says; no pair reaches into such a word (“请马”, “上派” of “请马上派人”)."""
    kept = [" " if word in common_terms() or word in _LITTLE else word for word in rjieba.cut(text)]
    return {word for word in kept if len(word) > 1} | set(_pairs("".join(kept)))


def _spans(text: str) -> list[str]:
    """Return the names of places in a text as they stand there, with what lies beside them (“某路旁”)."""
    found = []
    for run in text.split():
        for part in _PARTING.split(run):
            for ending in _ENDING.finditer(part):
                before = part[max(0, ending.start() - _LONGEST_NAME) : ending.start()]
                if ending.group() not in _THING and len(_ABOVE.split(before)[-1]) > 1:
                    by = _BY.match(part, ending.end())
                    found.append(before + part[ending.start() : by.end() if by else ending.end()])
    return found


def _whereabouts(place: str) -> list[str]:
    """Return each run of a place as far as it is an address: what stands behind the last name is the thing there."""
    found = []
    for run in place.split():
        ends = [ending.end() for ending in _ENDING.finditer(run) if ending.group() not in _THING]
        by = _BY.match(run, ends[-1]) if ends else None
        found.append(run[: by.end()] if by else "")
    return found


def _places(text: str) -> frozenset[str]:
    found: set[str] = set()
    for run in text.split():
        for part in _PARTING.split(run):
            for ending in _ENDING.finditer(part):
                before = part[max(0, ending.start() - _LONGEST_NAME) : ending.start()]
                name = _ABOVE.split(before)[-1]
                found |= {name[at : at + 2] for at in range(len(name) - 1)} if len(name) > 1 else set()
                found |= {name + ending.group()} if len(name) == 1 else set()
    return frozenset(found)


def _districts(text: str) -> frozenset[str]:
    named = {name for name in _DISTRICT.findall(text) if not _NO_DISTRICT.search(name)}
    return frozenset({*_CODED.findall(text), *named})


@lru_cache(maxsize=1)
def common_terms() -> frozenset[str]:
    """Return the terms of everyday speech to a hotline: they tell nothing before anything was counted."""
    text = files("bangban.services.matters").joinpath("common.txt").read_text("utf-8")
    return frozenset(term for line in text.splitlines() if not line.startswith("#") for term in line.split())


def name_parts(text: str) -> tuple[list[str], list[str]]:
    """Return (places, words) as people read them: names with their ending, words of two or more letters."""
    told = normalise(text[:LONGEST])
    places = [
        name + ending.group()
        for run in told.split()
        for part in _PARTING.split(run)
        for ending in _ENDING.finditer(part)
        for name in (_ABOVE.split(part[max(0, ending.start() - _LONGEST_NAME) : ending.start()])[-1],)
        if len(name) > 1
    ]
    words = [word for word in rjieba.cut(told) if len(word) > 1 and _CHINESE.search(word)]
    return places, words
