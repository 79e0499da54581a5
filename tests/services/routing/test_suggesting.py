"""From the first day the desk gets suggestions; they name what is in use, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bangban.foundation.access.actors import SYSTEM
from bangban.services.hotline.actions import catalogue
from bangban.services.hotline.reads.catalogue import forget
from bangban.services.routing import shelf
from bangban.services.routing.learning import train
from bangban.services.routing.models import Target
from bangban.services.routing.names import Named, Names
from bangban.services.routing.reads import called, suggest_category, suggest_unit
from tests.hotline import NOISE, PENSION, POTHOLE, Hotline, make_hotline
from tests.services.routing.messages import MESSAGES


@pytest.fixture
def line(db: None, settings: Any, tmp_path: Path) -> Iterator[Hotline]:
    settings.INDEX_DIR = tmp_path
    shelf.forget()
    yield make_hotline()
    shelf.forget()
    forget()


@pytest.mark.usefixtures("line")
def test_before_anything_is_learnt_names_and_key_words_suggest() -> None:
    for text, code in (
        ("楼下工地半夜打桩，噪声太大", NOISE), ("我爸退休了，养老金怎么领", PENSION), ("马路坑洼不平，路面塌了", POTHOLE)
    ):  # fmt: skip
        found = suggest_category(text)
        assert found[0].code == code
        assert 0 < found[0].share <= 1
        assert found[0].label


@pytest.mark.usefixtures("line")
def test_a_text_without_any_word_of_the_catalogue_gets_no_class() -> None:
    assert suggest_category("你好") == []
    assert suggest_category("") == []
    assert suggest_unit("你好") == []


def test_the_dispatch_catalogue_names_the_unit_until_orders_teach(line: Hotline) -> None:
    chosen = suggest_unit("很吵", NOISE, "440104000000")
    assert [(one.unit_id, one.label, one.share) for one in chosen] == [
        (line.building_unit.id, line.building_unit.name, 1.0)
    ]
    guessed = suggest_unit("马路坑洼不平，路面塌了")
    assert guessed[0].unit_id == line.roads_unit.id


def test_a_learnt_model_suggests_classes_in_use_only(line: Hotline) -> None:
    codes = {"道路交通": POTHOLE, "环境噪声": NOISE, "劳动社保": PENSION, "教育": "990000", "住房物业": "990001"}
    train([(text, codes[label]) for text, label in MESSAGES]).save(shelf.path_of(Target.CATEGORY))
    assert suggest_category("工地半夜打桩，睡不着")[0].code == NOISE
    assert all(one.code in (POTHOLE, NOISE, PENSION) for one in suggest_category("孩子上学转学籍"))
    catalogue.save_category(SYSTEM, NOISE, "施工噪声", active=False)
    forget()
    assert NOISE not in [one.code for one in suggest_category("工地半夜打桩，睡不着")]


def test_a_learnt_model_suggests_registered_units_only(line: Hotline) -> None:
    units = {"道路交通": line.roads_unit.id, "环境噪声": line.building_unit.id}
    learnt = [(text, str(units.get(label, line.unregistered_unit.id))) for text, label in MESSAGES]
    train(learnt).save(shelf.path_of(Target.UNIT))
    assert suggest_unit("路面塌了一块，骑车危险", POTHOLE, "440104000000")[0].unit_id == line.roads_unit.id
    assert line.unregistered_unit.id not in [one.unit_id for one in suggest_unit("公司拖欠工资")]


def test_learning_is_told_what_classes_and_units_are_called(line: Hotline) -> None:
    catalogue.save_category(SYSTEM, NOISE, "施工噪声", keywords=["打桩"], active=False)
    forget()
    classes, units = called(Target.CATEGORY), called(Target.UNIT)
    assert classes[NOISE].splitlines()[-1] == "打桩"
    assert "施工噪声" in classes[NOISE]
    assert units[str(line.roads_unit.id)] == line.roads_unit.name


def test_a_key_word_in_the_message_counts_for_more_than_a_likeness() -> None:
    names = Names([Named("a", "道路设施", ("井盖",)), Named("b", "道路照明", ("路灯",)), Named("c", "供水")])
    assert names.suggest("路上的井盖没了")[0].label == "a"
    assert names.suggest("路灯不亮")[0].label == "b"
    assert Names([]).suggest("路灯") == []
