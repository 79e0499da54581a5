"""From a guide to the questions about the person's situation, and from answers to what applies (T637-8.3.2-b).

The words that materials use are data (`DIMENSIONS`). A situation that these words do not wholly explain is asked back
as it stands in the guide, so that nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bangban.foundation.privacy.crypto import digest
from bangban.registry.catalog.guide import Guide, MaterialLine
from bangban.registry.catalog.rules import side_of
from bangban.registry.catalog.terms import Side

Answers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer, with the words by which guides name it."""

    code: str
    label: str
    words: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question about the situation."""

    code: str
    text: str
    options: tuple[Option, ...]


WHO = Question(
    "who",
    "以什么身份申请？",
    (
        Option("person", "个人", ("自然人", "个人", "居民")),
        Option("organisation", "单位", ("法人", "企业", "单位", "公司", "组织", "机构"), "企业、事业单位、社会组织等"),
    ),
)
BY = Question(
    "by",
    "由谁来办理？",
    (
        Option("self", "本人办理", ("本人", "亲自"), "单位申请的，指法定代表人"),
        Option("agent", "委托他人办理", ("委托代理", "委托", "代理", "代办", "代为", "经办")),
    ),
)
OCCASION = Question(
    "occasion",
    "这次办的是哪一种？",
    (
        Option("first", "首次办理", ("首次", "新办", "新设", "初次", "新申请")),
        Option("change", "变更", ("变更",)),
        Option("renew", "延续、换证", ("延续", "换证", "换发", "续期")),
        Option("reissue", "补发", ("补发", "补办", "补领", "遗失", "损毁")),
        Option("cancel", "注销", ("注销",)),
    ),
)
DIMENSIONS = (WHO, BY, OCCASION)
NEITHER = Option("none", "都不是")
BRANCH_ASKED = "是否属于这种情形："
YES_NO = (Option("yes", "是"), Option("no", "否"))
FILLER = re.compile(
    r"[的者时或、及和，,。；;/（）()“”\s]|申请人?|办理|情形|情况|提供|提交|需要?|适用于?|仅?限于?|如?为|由|人"
)
BRANCH = re.compile(
    r"[（(](?P<mark>适用于|仅?限于?|如为|若为|如|若)?(?P<text>[^（）()]{2,40}?)(?P<end>的|时|情形|项目|者)?[)）]\s*$"
)
AGENT_NAMES = re.compile(r"授权委托书|个人委托书|委托代理|代理人|代办人|受托人|经办人|^《?委托书》?$")
ORGANISATION_NAMES = re.compile(r"企业法人|事业单位法人|法人证书|法定代表人|统一社会信用代码|组织机构代码")


@dataclass(frozen=True)
class Branch:
    """When a material applies: for each question the answers that call for it; empty means always."""

    wanted: Mapping[str, frozenset[str]]
    text: str = ""

    def holds(self, answers: Answers) -> bool:
        """Tell whether the answers call for it."""
        return all(answers.get(code) in codes for code, codes in self.wanted.items())


def branch_of(line: MaterialLine, sides: frozenset[Side]) -> Branch:
    """Return when a material applies, from its situation, else from what its name says of itself."""
    text = line.situation.strip() or _branch_in(line.name)
    if text:
        return Branch(_understood(text, sides) or {_flag(text): frozenset({"yes"})}, text)
    wanted = {}
    if AGENT_NAMES.search(line.name):
        wanted[BY.code] = frozenset({"agent"})
    if len(sides) > 1 and ORGANISATION_NAMES.search(line.name):
        wanted[WHO.code] = frozenset({"organisation"})
    return Branch(wanted)


def _branch_in(name: str) -> str:
    found = BRANCH.search(name)
    if found is None or not (found["mark"] or found["end"]):
        return ""
    return found["text"] + (found["end"] if found["end"] == "项目" else "")


def _understood(text: str, sides: frozenset[Side]) -> dict[str, frozenset[str]]:
    """Return the answers that a text means; empty when any of its words remains unexplained."""
    rest, wanted = text, {}
    for question in DIMENSIONS:
        codes = frozenset(option.code for option in question.options if any(word in text for word in option.words))
        if codes:
            wanted[question.code] = codes
        for option in question.options:
            for word in option.words:
                rest = rest.replace(word, "")
    if FILLER.sub("", rest):
        return {}
    if len(sides) < 2:
        wanted.pop(WHO.code, None)
    return wanted


def _flag(text: str) -> str:
    return f"s{digest(text.encode()).hex()[:10]}"


def questions_of(guide: Guide) -> tuple[Question, ...]:
    """Return what must be known to list a person's materials: who (if both sides may), by whom, and each branch."""
    sides = side_of(guide.audience)
    branches = [branch_of(line, sides) for line in guide.materials]
    asked = [WHO] if len(sides) > 1 else []
    asked.append(BY)
    named = frozenset().union(*(branch.wanted.get(OCCASION.code, frozenset()) for branch in branches))
    if named:
        options = tuple(option for option in OCCASION.options if option.code in named)
        asked.append(Question(OCCASION.code, OCCASION.text, (*options, NEITHER)))
    own = {
        code: Question(code, f"{BRANCH_ASKED}{branch.text}？", YES_NO)
        for branch in branches
        for code in branch.wanted
        if code not in (WHO.code, BY.code, OCCASION.code)
    }
    return (*asked, *own.values())


def known_answers(guide: Guide, user_kind: str) -> dict[str, str]:
    """Return what is known without asking: the side that the item leaves open, else what the person is (T637-6.2.3-d)."""
    sides = side_of(guide.audience)
    if len(sides) == 1:
        return {WHO.code: "person" if Side.PERSON in sides else "organisation"}
    return {WHO.code: "person" if user_kind in ("", "natural_person") else "organisation"}


def check_answers(questions: tuple[Question, ...], answers: Answers) -> dict[str, str]:
    """Return a sentence for each question without a valid answer, all at once."""
    return {
        question.code: f"请选择：{question.text}"
        for question in questions
        if answers.get(question.code) not in {option.code for option in question.options}
    }


def answers_in_words(questions: tuple[Question, ...], answers: Answers) -> tuple[str, ...]:
    """Return the situation in short words: what was chosen, and the branches that were affirmed; no negations."""
    return tuple(
        question.text.removeprefix(BRANCH_ASKED).removesuffix("？") if option.code == "yes" else option.label
        for question in questions
        for option in question.options
        if answers.get(question.code) == option.code and option.code not in ("no", NEITHER.code)
    )
