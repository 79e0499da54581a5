from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bangban.foundation.access.actors import Actor
from bangban.registry.catalog import reads as catalog
from tests.cast import Cast
from tests.registry.factories import member


@pytest.fixture(autouse=True)
def _forget_navigation() -> Iterator[None]:
    catalog.forget()
    yield
    catalog.forget()


@dataclass(frozen=True)
class Office:
    """Editors and reviewers: of the department, of the managing centre, of a foreign district."""

    editor: Actor
    second_editor: Actor
    reviewer: Actor
    foreign_editor: Actor
    foreign_reviewer: Actor
    clerk: Actor
    department_id: int
    center_id: int
    district_id: int


@pytest.fixture
def office(city: Cast) -> Office:
    both_edit, both_review = ("catalog_editor", "knowledge_editor"), ("catalog_reviewer", "knowledge_reviewer")
    return Office(
        editor=member("rsj-editor", "文编辑", "rsj", *both_edit),
        second_editor=member("rsj-editor2", "武编辑", "rsj", *both_edit),
        reviewer=member("gz-reviewer", "审核员", "gz", *both_review),
        foreign_editor=member("yxeditor", "外编辑", "yx", *both_edit),
        foreign_reviewer=member("yxreviewer", "外审核", "yx", *both_review),
        clerk=member("rsj-clerk", "普通员", "rsj", "advisor"),
        department_id=city.department.id,
        center_id=city.center.id,
        district_id=city.district.id,
    )
