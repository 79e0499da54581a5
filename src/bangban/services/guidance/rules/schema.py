"""What a draft form asks: identity, the matter, acceptance conditions, certificates; data, with a default from the guide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from bangban.registry.catalog.guide import Guide
from bangban.services.guidance.rules.materials import NeedLine
from bangban.services.guidance.rules.situations import BY, WHO, Answers
from bangban.services.guidance.terms import Delivery


class Kind(StrEnum):
    """How a value is written and checked."""

    TEXT = "text"
    LONG = "long"
    NAME = "name"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    CREDIT_CODE = "credit_code"
    DATE = "date"
    CHOICE = "choice"


@dataclass(frozen=True, kw_only=True, slots=True)
class FormField:
    """One field. `role` says what a value is compared with; `need` is the material it describes."""

    code: str
    label: str
    section: str
    kind: Kind = Kind.TEXT
    required: bool = True
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    limit: int = 200
    sensitive: bool = False
    role: str = ""
    need: str = ""
    right: str = ""


Schema = tuple[FormField, ...]
APPLICANT, AGENT, MATTER, CONDITIONS, CERTIFICATES = "申请人", "代理人", "申请事项", "受理条件", "证照信息"
PERSON = (
    FormField(
        code="name", label="姓名", section=APPLICANT, kind=Kind.NAME, limit=100, role="applicant", hint="与身份证件一致"
    ),
    FormField(
        code="id_number",
        label="身份证号码",
        section=APPLICANT,
        kind=Kind.ID_NUMBER,
        limit=18,
        sensitive=True,
        hint="18位居民身份证号码",
    ),
    FormField(code="phone", label="联系电话", section=APPLICANT, kind=Kind.PHONE, limit=20, sensitive=True),
    FormField(code="address", label="联系地址", section=APPLICANT, sensitive=True, hint="写到门牌号"),
)
ORGANISATION = (
    FormField(
        code="org_name",
        label="单位名称",
        section=APPLICANT,
        kind=Kind.NAME,
        limit=100,
        role="applicant",
        hint="与登记证照一致",
    ),
    FormField(
        code="credit_code", label="统一社会信用代码", section=APPLICANT, kind=Kind.CREDIT_CODE, limit=18, hint="18位"
    ),
    FormField(code="legal_name", label="法定代表人姓名", section=APPLICANT, kind=Kind.NAME, limit=100),
    FormField(
        code="legal_id_number",
        label="法定代表人身份证号码",
        section=APPLICANT,
        kind=Kind.ID_NUMBER,
        limit=18,
        sensitive=True,
    ),
    FormField(code="phone", label="联系电话", section=APPLICANT, kind=Kind.PHONE, limit=20, sensitive=True),
    FormField(code="address", label="单位地址", section=APPLICANT, hint="写到门牌号"),
)
HANDLER = (
    FormField(code="agent_name", label="代理人（经办人）姓名", section=AGENT, kind=Kind.NAME, limit=100),
    FormField(
        code="agent_id_number", label="代理人身份证号码", section=AGENT, kind=Kind.ID_NUMBER, limit=18, sensitive=True
    ),
    FormField(code="agent_phone", label="代理人联系电话", section=AGENT, kind=Kind.PHONE, limit=20, sensitive=True),
)
REQUEST = FormField(
    code="request", label="申请内容", section=MATTER, kind=Kind.LONG, limit=1000, hint="写明要办什么、有什么具体情况"
)
POINT = re.compile(
    r"(?:^|(?<=[\s。；;：:]))[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:[)）]\s*|[、．]\s*|\.(?!\d)\s*)|[①②③④⑤⑥⑦⑧⑨⑩]"
)
ANY_OF = re.compile(r"条件之一|之一的|任一|任意一|以下一条|其中一")
CERTIFICATE = re.compile(r"(证书?|执照|许可证|护照)》?([（(].*)?$")
NOT_A_CERTIFICATE = re.compile(r"身份证|户口簿|证明|申请|公证|照片|签证")
LONGEST_CONDITION = 160


def default_schema(guide: Guide, answers: Answers, needs: Sequence[NeedLine]) -> Schema:
    """Return the form of an item in a situation, derived from its guide."""
    identity = ORGANISATION if answers.get(WHO.code) == "organisation" else PERSON
    agent = HANDLER if answers.get(BY.code) == "agent" else ()
    return (*identity, *agent, REQUEST, *_conditions(guide.conditions), *_certificates(needs))


def points_of(conditions: str) -> tuple[str, tuple[str, ...]]:
    """Return the words before a numbered list of conditions and its points; no points when nothing is numbered."""
    text = conditions.strip()
    marks = list(POINT.finditer(text))
    if len(marks) < 2:
        return text, ()
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    points = [text[mark.end() : end].strip(" \n\r\t；;。") for mark, end in zip(marks, ends, strict=True)]
    return text[: marks[0].start()].strip(), tuple(point for point in points if point)


def _conditions(text: str) -> Iterable[FormField]:
    lead, points = points_of(text)
    if not points and not lead:
        return ()
    if points and ANY_OF.search(lead):
        options = [(f"c{place}", _short(point)) for place, point in enumerate(points, 1)]
        options.append(("none", "以上都不符合"))
        label = _short(lead) or "符合哪一条"
        return (
            FormField(
                code="condition", label=label, section=CONDITIONS, kind=Kind.CHOICE, options=tuple(options), role="any"
            ),
        )
    return tuple(_condition(place, point) for place, point in enumerate(points or (lead,), 1))


def _condition(place: int, point: str) -> FormField:
    return FormField(
        code=f"condition_{place}",
        label=_short(point),
        section=CONDITIONS,
        kind=Kind.CHOICE,
        options=(("yes", "符合"), ("no", "不符合")),
        role="condition",
        right="yes",
    )


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_CONDITION else text[: LONGEST_CONDITION - 1] + "…"


def _certificates(needs: Sequence[NeedLine]) -> Iterable[FormField]:
    """Ask for holder and validity of certificates that the applicant brings: both are compared with the form."""
    for need in needs:
        if need.delivery == Delivery.EXEMPT or NOT_A_CERTIFICATE.search(need.name) or not CERTIFICATE.search(need.name):
            continue
        name = need.name.strip("《》")
        yield FormField(
            code=f"{need.key}_holder", label=f"《{name}》上的姓名或名称", section=CERTIFICATES, kind=Kind.NAME,
            required=False, limit=100, role="holder", need=need.key, hint="照证照抄写",
        )  # fmt: skip
        yield FormField(
            code=f"{need.key}_until", label=f"《{name}》有效期至", section=CERTIFICATES, kind=Kind.DATE,
            required=False, limit=10, role="until", need=need.key, hint="长期有效的不填",
        )  # fmt: skip


def merged(schema: Schema, own: Schema, left_out: Iterable[str]) -> Schema:
    """Return the schema with an item's own fields: the same code replaces, a new code is added, `left_out` go."""
    gone, by_code = set(left_out), {field.code: field for field in own}
    known = {field.code for field in schema}
    kept = [by_code.get(field.code, field) for field in schema if field.code not in gone]
    return (*kept, *(field for field in own if field.code not in known))


def sections_of(schema: Schema) -> tuple[tuple[str, Schema], ...]:
    """Return the fields by section, in the order of the form."""
    names = dict.fromkeys(field.section for field in schema)
    return tuple((name, tuple(field for field in schema if field.section == name)) for name in names)


def stored(schema: Schema) -> list[Any]:
    """Return the schema as plain data for the database."""
    return list(msgspec.to_builtins(schema))


def read(data: Any) -> Schema:
    """Return a stored schema; msgspec.ValidationError names what is wrong with it."""
    return msgspec.convert(data, Schema)
