"""Rows of knowledge files `{id, question, answer, …}` to one answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bangban.registry.catalog.intake import fields
from bangban.registry.catalog.intake.report import BadRow
from bangban.registry.knowledge.answer import Answer, answer_digest
from bangban.registry.knowledge.terms import EntryKind

HEADINGS = {
    "编号": "id", "问题": "question", "标准问题": "question", "标题": "question", "答案": "answer",
    "标准答案": "answer", "相似问": "similar", "相似问题": "similar", "部门": "unit", "单位": "unit", "事项": "item",
    "事项编码": "item", "生效日期": "valid_from", "失效日期": "valid_to", "主题": "theme", "依据": "basis",
    "服务对象": "audience", "方面": "aspect", "关键词": "keywords", "类型": "kind", "区域": "region",
}  # fmt: skip
AUDIENCES = {
    "person": "person", "个人": "person", "自然人": "person", "natural_person": "person", "群众": "person",
    "enterprise": "enterprise", "company": "enterprise", "企业": "enterprise", "法人": "enterprise",
    "legal_person": "enterprise", "general": "", "all": "", "全部": "", "通用": "", "both": "",
}  # fmt: skip
KINDS = {label: value for value, label in EntryKind.choices} | {value: value for value in EntryKind.values}


@dataclass(frozen=True, slots=True)
class KnowledgeRow:
    """One judged row."""

    external_id: str
    content: Answer
    digest: bytes


def knowledge_row(data: Mapping[str, Any]) -> KnowledgeRow:
    """Return a row as an answer; BadRow with the reason when it cannot be one."""
    external_id = fields.text(data, "id", 128, required=True)
    content = Answer(
        question=fields.text(data, "question", 500, required=True),
        answer=fields.text(data, "answer", 20_000, required=True),
        kind=_kind(data),
        similar=fields.texts(data, "similar", 500, 300),
        unit_name=fields.text(data, "unit", 200),
        region=_region(data),
        item_ref=fields.text(data, "item", 128),
        theme=fields.text(data, "theme", 100),
        basis=fields.text(data, "basis", 4_000),
        basis_valid_to=fields.day(data, "basis_valid_to"),
        audience=_audience(data),
        aspect=fields.text(data, "aspect", 50),
        keywords=fields.texts(data, "keywords", 50, 100),
        tags=fields.texts(data, "tags", 50, 50),
        source_title=fields.text(data, "source_title", 500),
        source_url=fields.text(data, "source_url", 2_000),
        valid_from=fields.day(data, "valid_from"),
        valid_to=fields.day(data, "valid_to"),
    )
    if content.valid_from and content.valid_to and content.valid_to < content.valid_from:
        raise BadRow("失效日期早于生效日期。")
    return KnowledgeRow(external_id, content, answer_digest(content))


def _kind(data: Mapping[str, Any]) -> EntryKind:
    said = fields.text(data, "kind", 50)
    if said and said not in KINDS:
        raise BadRow(f"类型“{said}”不在代码表中。")
    return EntryKind(KINDS[said]) if said else EntryKind.ANSWER


def _audience(data: Mapping[str, Any]) -> str:
    said = fields.text(data, "audience", 50)
    if said and said not in AUDIENCES:
        raise BadRow(f"服务对象“{said}”无法识别，应为个人、企业或通用。")
    return AUDIENCES[said] if said else ""


def _region(data: Mapping[str, Any]) -> str:
    code = fields.text(data, "region", 12)
    if code and not (code.isascii() and code.isdigit()):
        raise BadRow("region应为行政区划代码（数字）。")
    return code.ljust(12, "0") if code else ""
