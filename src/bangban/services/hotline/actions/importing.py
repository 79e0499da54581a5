"""Importing the tree of requests and the dispatch catalogue from CSV or JSON lines; refused rows are told by line and reason."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import Incomplete
from bangban.registry.catalog.intake import fields
from bangban.registry.catalog.intake.engine import Outcome, run_import
from bangban.registry.catalog.intake.report import BadRow, ImportReport
from bangban.registry.org.reads import tree
from bangban.services.hotline.actions.catalogue import (
    LONGEST_LIMIT,
    dispatch_key,
    may_keep,
    save_category,
    save_dispatch,
)
from bangban.services.hotline.models import CatalogueChange
from bangban.services.hotline.terms import Role

T = TypeVar("T")
ROLES = {str(label): value for value, label in Role.choices} | {value: value for value in Role.values}


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One class of the tree."""

    code: str
    name: str
    keywords: tuple[str, ...]
    questions: tuple[Mapping[str, Any], ...]
    limit_days: int | None
    active: bool


@dataclass(frozen=True, slots=True)
class DispatchRow:
    """One line of the dispatch catalogue."""

    code: str
    unit_id: int
    region: str
    role: str

    @property
    def key(self) -> str:
        """Return what tells lines apart."""
        return dispatch_key(self.code, self.region, self.unit_id)


def import_categories(path: Path, actor: Actor) -> ImportReport:
    """Import classes {code, name, keywords, questions, limit_days, active}; upper classes may stand after lower ones.

    A question in CSV is written `code=ask`, with `*` at its end when it is required; several are parted by `|`.
    """
    may_keep(actor)
    return run_import(Path(path), CategoryImporter(actor))


def import_dispatch(path: Path, actor: Actor) -> ImportReport:
    """Import lines {category, unit, region, role} of the dispatch catalogue; a unit is named by its name or code."""
    may_keep(actor)
    return run_import(Path(path), DispatchImporter(actor))


class CatalogueImporter(ABC, Generic[T]):
    """What both imports share: each row lands by itself, or is refused with the sentences of the action."""

    lock: ClassVar[str]
    headings: ClassVar[dict[str, str]]
    what: ClassVar[str]

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    @abstractmethod
    def key_of(self, row: T) -> str:
        """Return what must be unique in a file."""

    @abstractmethod
    def save(self, row: T) -> None:
        """Write one row by its action."""

    def land(self, rows: Sequence[T]) -> Sequence[Outcome | BadRow]:
        """Write the rows, upper classes first, and return what became of each in the order of the file."""
        outcomes = {self.key_of(row): self._land_one(row) for row in sorted(rows, key=self.key_of)}
        return [outcomes[self.key_of(row)] for row in rows]

    def _land_one(self, row: T) -> Outcome | BadRow:
        before = self._last_change(row)
        try:
            with transaction.atomic():
                self.save(row)
        except Incomplete as refusal:
            return BadRow(" ".join(refusal.details["fields"].values()))
        after = self._last_change(row)
        if after == before:
            return "unchanged"
        return "added" if before is None else "changed"

    def _last_change(self, row: T) -> int | None:
        rows = CatalogueChange.objects.filter(what=self.what, key=self.key_of(row)).order_by("-at", "-id")
        return rows.values_list("id", flat=True).first()

    def remark(self, row: T, report: ImportReport) -> None:
        """Nothing is to be told beside the counts."""


class CategoryImporter(CatalogueImporter[CategoryRow]):
    """What the import engine asks about rows of classes."""

    lock = "import hotline categories"
    what = "category"
    headings: ClassVar[dict[str, str]] = {
        "编码": "code", "分类编码": "code", "名称": "name", "分类名称": "name", "关键词": "keywords", "引导问题": "questions",
        "办理时限": "limit_days", "办理时限（工作日）": "limit_days", "启用": "active",
    }  # fmt: skip

    def judge(self, data: dict[str, Any]) -> CategoryRow:
        """Check one row."""
        active = fields.yes_no(data, "active")
        return CategoryRow(
            code=fields.text(data, "code", 6, required=True),
            name=fields.text(data, "name", 40, required=True),
            keywords=fields.texts(data, "keywords", 50, 100),
            questions=_questions(data),
            limit_days=fields.number(data, "limit_days", LONGEST_LIMIT),
            active=active is not False,
        )

    def key_of(self, row: CategoryRow) -> str:
        """The code is what a class is known by."""
        return row.code

    def save(self, row: CategoryRow) -> None:
        """Add or change the class."""
        save_category(
            self.actor, row.code, row.name, keywords=row.keywords, questions=row.questions, limit_days=row.limit_days,
            active=row.active,
        )  # fmt: skip


def _questions(data: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    value = data.get("questions")
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        return tuple(value)
    found = []
    for part in fields.texts(data, "questions", 150, 20):
        code, found_sign, ask = part.partition("=")
        if not found_sign or not ask.strip(" *"):
            raise BadRow(f"引导问题“{part[:20]}”应写成“编码=问法”，必问的在末尾加*。")
        found.append({"code": code.strip(), "ask": ask.strip(" *"), "required": ask.rstrip().endswith("*")})
    return tuple(found)


class DispatchImporter(CatalogueImporter[DispatchRow]):
    """What the import engine asks about lines of the dispatch catalogue."""

    lock = "import hotline dispatch"
    what = "dispatch"
    headings: ClassVar[dict[str, str]] = {
        "分类编码": "category", "编码": "category", "单位": "unit", "承办单位": "unit", "区域": "region", "区域代码": "region",
        "角色": "role", "主办协办": "role",
    }  # fmt: skip

    def judge(self, data: dict[str, Any]) -> DispatchRow:
        """Check one row."""
        name = fields.text(data, "unit", 200, required=True)
        body = tree().by_code.get(name) or tree().named(name)
        if body is None:
            raise BadRow(f"没有找到单位“{name}”。")
        role = fields.text(data, "role", 20) or Role.LEAD.value
        if role not in ROLES:
            raise BadRow(f"角色“{role}”应为主办或协办。")
        region = fields.text(data, "region", 12)
        if region and not (region.isascii() and region.isdigit() and len(region) in (6, 9, 12)):
            raise BadRow("区域代码应为6、9或12位数字。")
        code = fields.text(data, "category", 6, required=True)
        return DispatchRow(code, body.id, region.ljust(12, "0") if region else "", ROLES[role])

    def key_of(self, row: DispatchRow) -> str:
        """Class, region and unit tell lines apart."""
        return row.key

    def save(self, row: DispatchRow) -> None:
        """Add or change the line."""
        save_dispatch(self.actor, row.code, row.unit_id, region=row.region, role=row.role)
