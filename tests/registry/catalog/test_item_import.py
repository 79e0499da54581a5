"""Importing items: good rows land, bad rows are named, twice is once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.flows.flow import NotYours
from bangban.foundation.ledger.models import Event
from bangban.foundation.ledger.verify import verify
from bangban.registry.catalog import reads
from bangban.registry.catalog.actions import import_items, withdraw_item
from bangban.registry.catalog.models import Item, ItemVersion, Material
from tests.cast import Cast
from tests.registry.conftest import Office

ROW: dict[str, Any] = {
    "id": "gd1", "code": "1144000000", "name": "普通护照签发", "parent": "护照签发", "variant": "（首次）",
    "type": "行政许可", "dept": "广州市人力资源和社会保障局", "area_code": "440100", "area": "广东省广州市",
    "themes": ["出境入境", "外国人"], "who": ["自然人"], "conditions": "年满16周岁。",
    "materials": ["居民身份证", "照片", "照片"], "legal_limit": "20(工作日)",
    "promised_limit": "7(工作日)", "place": "办理地点：测试路1号", "phone": "电话咨询：020-1", "visits": "1",
    "online_booking": "是", "courier": "不支持", "url": "https://example.test/1",
}  # fmt: skip


def write(folder: Path, *rows: object, name: str = "items.jsonl") -> Path:
    path = folder / name
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_row_becomes_a_published_item_with_everything_it_says(city: Cast, tmp_path: Path) -> None:
    report = import_items(write(tmp_path, ROW), SYSTEM)
    assert (report.added, report.refused, report.encoding) == (1, 0, "UTF-8")
    item = reads.item("1144000000")
    assert item is not None
    assert (item.state, item.revision, item.department_id) == ("published", 1, city.department.id)
    assert (item.statutory_limit, item.promised_limit) == ("20个工作日", "7个工作日")
    assert [view.line.name for view in item.materials] == ["居民身份证", "照片"]
    assert (item.guide.place, item.guide.phone) == ("测试路1号", "020-1")
    assert (item.guide.visits, item.guide.courier, item.guide.online_booking) == (1, False, True)
    assert item.guide.region == "440100000000"
    assert item.author_name == "导入（import）"
    assert reads.item_id_of("gd1") == item.id


def test_what_a_row_lacks_is_listed_for_the_editor_and_does_not_keep_it_out(
    city: Cast, office: Office, tmp_path: Path
) -> None:
    import_items(
        write(tmp_path, {"id": "ga1", "name": "开锁业备案", "dept": "区公安分局", "item_code": "512B"}), SYSTEM
    )
    item = reads.item("512B")
    assert item is not None
    assert "basis_missing" in item.gaps
    assert "department_unmatched" in item.gaps
    assert item.department_id == city.center.id
    assert item.guide.department_name == "区公安分局"
    assert [row.code for row in reads.incomplete(office.reviewer, "basis_missing")] == ["512B"]


def test_the_same_file_twice_changes_nothing(city: Cast, tmp_path: Path) -> None:
    path = write(tmp_path, ROW, {**ROW, "id": "gd2", "code": "2"})
    import_items(path, SYSTEM)
    events = Event.objects.count()
    report = import_items(path, SYSTEM)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 2)
    assert Event.objects.count() == events
    assert ItemVersion.objects.count() == 2


def test_a_changed_row_makes_a_new_version_and_keeps_the_old_one(city: Cast, tmp_path: Path) -> None:
    import_items(write(tmp_path, ROW), SYSTEM)
    report = import_items(write(tmp_path, {**ROW, "promised_limit": "5(工作日)"}), SYSTEM)
    assert (report.added, report.changed) == (0, 1)
    new, old = reads.item("1144000000"), reads.item("1144000000", 1)
    assert new is not None and old is not None
    assert (new.revision, new.promised_limit, new.in_effect) == (2, "5个工作日", True)
    assert (old.promised_limit, old.in_effect) == ("7个工作日", False)
    assert reads.browse("all").rows[0].limit == "5个工作日"
    assert Material.objects.count() == 4


def test_bad_rows_are_named_with_line_and_reason_and_good_rows_land(city: Cast, tmp_path: Path) -> None:
    path = write(
        tmp_path,
        ROW,
        "{broken",
        {**ROW, "code": "3", "name": ""},
        {**ROW, "code": "4", "legal_limit": "很快"},
        {**ROW, "code": "5", "type": "行政魔法"},
        {**ROW, "code": "x" * 65},
        {**ROW, "name": "又一次"},
        {**ROW, "code": "6", "url": "javascript:alert(1)"},
        {**ROW, "code": "7", "conditions": "坏\x00字"},
        "[1]",
        {**ROW, "code": "8"},
    )
    report = import_items(path, SYSTEM)
    assert (report.added, report.refused, report.rows) == (2, 9, 11)
    reasons = {problem.line: problem.reason for problem in report.problems}
    assert "JSON" in reasons[2]
    assert reasons[3] == "name不能为空。"
    assert "法定办结时限“很快”无法识别" in reasons[4]
    assert "行政魔法" in reasons[5]
    assert "过长" in reasons[6]
    assert reasons[7] == "编号“1144000000”在本文件第1行已经出现过。"
    assert "http" in reasons[8]
    assert "NUL" in reasons[9]
    assert "对象" in reasons[10]


def test_every_landed_row_has_one_event_in_a_chain_that_verifies(city: Cast, tmp_path: Path) -> None:
    import_items(write(tmp_path, *({**ROW, "code": f"c{place}"} for place in range(7))), SYSTEM)
    import_items(write(tmp_path, {**ROW, "code": "c0", "phone": "020-9"}), SYSTEM)
    assert Event.objects.filter(kind="item.opened").count() == 7
    changed = Event.objects.get(kind="item.import")
    assert changed.data["revision"] == 2
    assert verify().broken == ()


def test_a_withdrawn_item_is_not_brought_back_by_a_file(city: Cast, office: Office, tmp_path: Path) -> None:
    import_items(write(tmp_path, ROW), SYSTEM)
    withdraw_item("1144000000", office.reviewer, "已取消")
    for row in (ROW, {**ROW, "phone": "020-8"}):
        report = import_items(write(tmp_path, row), SYSTEM)
        assert report.refused == 1
    assert Item.objects.get().state == "withdrawn"


def test_a_file_from_an_editor_waits_for_review_and_foreign_departments_are_refused(
    office: Office, tmp_path: Path
) -> None:
    report = import_items(write(tmp_path, ROW), office.editor)
    assert report.added == 1
    assert Item.objects.get().state == "in_review"
    assert reads.browse("all").rows == ()
    report = import_items(write(tmp_path, {**ROW, "code": "9"}), office.foreign_editor)
    assert (report.added, report.refused) == (0, 1)
    with pytest.raises(NotYours):
        import_items(write(tmp_path, ROW), office.clerk)


@pytest.mark.parametrize("name", ["gd-service-items/corpus.jsonl", "ga-district-items/items.jsonl"])
def test_the_columns_of_both_licensed_sets_are_understood(city: Cast, tmp_path: Path, name: str) -> None:
    gd = {**ROW, "promised_limit": None, "conditions": None, "materials": None, "variant": None}
    ga = {
        "id": "ga0001",
        "name": "缓学审批",
        "main_item": "未分类",
        "dept": "区教科体局",
        "item_code": "511A",
        "area_code": "511602",
    }
    report = import_items(write(tmp_path, gd if name.startswith("gd") else ga), SYSTEM)
    assert (report.added, report.refused) == (1, 0)
