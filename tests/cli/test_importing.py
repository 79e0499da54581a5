"""`bangban import` of regions, organisation, staff and workdays: bad rows are named, good rows land."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from bangban.cli.importing import run_import
from bangban.foundation.clocks.models import CalendarDay
from bangban.registry.org.models import Body, Region, Staff
from bangban.services.hotline.reads.catalogue import units_for
from tests.cast import Cast
from tests.hotline import make_hotline

ROWS = (
    "date,workday,name,source\n2031-01-01,0,元旦,通知\n2031-01-02,maybe,x,y\n2031-13-01,1,x,y\n2031-01-04,1,上班,通知\n"
)


def _lines(refused: str) -> list[str]:
    return [line.split(":")[1] for line in refused.splitlines()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_year_of_workdays_is_read_in_every_usual_encoding(
    city: Cast, tmp_path: Path, encoding: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "workdays.csv"
    path.write_text(ROWS, encoding=encoding)
    assert run_import("workdays", path) == 2
    assert _lines(capsys.readouterr().err) == ["3", "4"]
    assert list(
        CalendarDay.objects.filter(day__year=2031).order_by("day").values_list("day", "is_workday", "name")
    ) == [(date(2031, 1, 1), False, "元旦"), (date(2031, 1, 4), True, "上班")]


def test_a_broken_line_does_not_stop_the_rows_after_it(
    city: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "regions.jsonl"
    good = {"code": "440198", "name": "测试区"}
    path.write_text("\n".join(["{broken", "[1]", '{"code":"440197"}', '{"code":"x","name":"y"}', json.dumps(good)]))
    assert run_import("regions", path) == 2
    assert _lines(capsys.readouterr().err) == ["1", "2", "3", "4"]
    assert Region.objects.get(code="440198000000").name == "测试区"
    assert not Region.objects.filter(code="440197000000").exists()


def test_a_body_of_an_unknown_kind_level_or_region_is_refused_by_field(
    city: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    region = Region.objects.order_by("code").first()
    assert region is not None
    body = {"code": "NEW", "name": "新部门", "kind": "department", "level": "city", "region": region.code}
    wrong = [{"kind": "x"}, {"level": "x"}, {"region": "999999"}, {"name": ""}, {"parent": "NO"}, {"latitude": "north"}]
    path = tmp_path / "organisation.jsonl"
    path.write_text("\n".join(json.dumps(body | change) for change in [*wrong, {}]))
    assert run_import("organisation", path) == 2
    refused = capsys.readouterr().err
    assert _lines(refused) == ["1", "2", "3", "4", "5", "6"]
    assert "department" in refused
    assert Body.objects.filter(code="NEW").count() == 1


def test_duties_in_a_table_are_parted_by_a_bar(city: Cast, tmp_path: Path) -> None:
    body = Body.objects.order_by("id").first()
    assert body is not None
    path = tmp_path / "staff.csv"
    path.write_text(f"用户名,姓名,机构,岗位\nnew.one,新一,{body.code},triage_agent|dedicated_consultant\n")
    assert run_import("staff", path) == 0
    assert Staff.objects.get(account__username="new.one").duties == ["dedicated_consultant", "triage_agent"]
    assert run_import("staff", path) == 0


def test_classes_and_the_dispatch_catalogue_are_imported_by_name(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = make_hotline()
    classes = tmp_path / "classes.csv"
    classes.write_text("编码,名称,关键词\n050000,城市管理,\n050101,占道经营,摆摊\n050100,市容,\nx,坏行,\n")
    assert run_import("categories", classes) == 2
    told = capsys.readouterr()
    assert _lines(told.err) == ["5"]
    assert "3 added" in told.out
    rules = tmp_path / "dispatch.csv"
    rules.write_text(f"分类编码,单位,角色\n050101,{line.roads_unit.name},主办\n050101,没有这个局,主办\n")
    assert run_import("dispatch", rules) == 2
    assert "没有找到单位“没有这个局”" in capsys.readouterr().err
    assert [one.unit_id for one in units_for("050101")] == [line.roads_unit.id]


def test_orders_are_not_imported_and_it_is_said_where_they_come_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("number\n1\n")
    assert run_import("orders", path) == 1
    assert "/api/v1/hotline/messages" in capsys.readouterr().err
