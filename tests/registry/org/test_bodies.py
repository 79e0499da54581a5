"""Bodies and their names: four levels, five naming patterns, hours of their own (T637-2, BJO-1.3, BJO-2.1, BJO-2.3)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangban.foundation.clocks.reads import service_hours, work_calendar
from bangban.foundation.flows.flow import Incomplete
from bangban.registry.org import actions as org
from bangban.registry.org import reads
from bangban.registry.org.models import Body, BodyKind, Level, Region
from bangban.registry.org.reads import front_door, place, tree
from bangban.registry.org.rules import check_body_name, level_of_code
from tests.cast import Cast

GOOD = {
    "management_body": ("广州市政务服务和数据管理局", "成都市行政审批局", "越秀区政务服务管理办公室"),
    "service_center": ("广东省政务服务中心", "广州市政务服务中心", "广州市越秀区政务服务中心"),
    "branch_center": ("广州市政务服务中心不动产登记分中心", "广州市税务办事大厅"),
    "convenience_center": ("北京街道便民服务中心", "太平镇便民服务中心", "吕田乡党群服务中心"),
    "service_station": ("盐运西社区便民服务站", "吕田村便民服务站"),
}


@pytest.mark.clause("BJO-2.3")
@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in GOOD.items() for name in names])
def test_a_name_of_the_pattern_of_its_kind_is_taken(kind: str, name: str) -> None:
    assert check_body_name(name, kind) == ""


@pytest.mark.clause("BJO-2.3")
@pytest.mark.parametrize("kind", GOOD)
def test_a_name_of_another_pattern_is_refused_unless_a_reason_is_written(kind: str) -> None:
    assert "统一格式" in check_body_name("市民之家", kind)
    assert check_body_name("市民之家", kind, override="  ") != ""
    assert check_body_name("市民之家", kind, override="历史名称，市编办批准") == ""


@pytest.mark.clause("BJO-2.3")
def test_saving_a_body_with_a_wrong_name_changes_nothing(city: Cast) -> None:
    new = {"code": "x", "kind": "service_center", "level": "district", "region": "440104", "parent": "gz"}
    with pytest.raises(Incomplete) as refusal:
        org.save_body(org.NewBody(name="市民之家", **new))
    assert list(refusal.value.details["fields"]) == ["name"]
    assert not Body.objects.filter(code="x").exists()
    assert org.save_body(org.NewBody(name="市民之家", name_override_reason="市编办批准", **new)).id


def test_a_body_without_its_parent_is_refused(city: Cast) -> None:
    with pytest.raises(Incomplete) as refusal:
        org.save_body(org.NewBody("x", "广州市税务办事大厅", "branch_center", "city", "440100", parent="没有"))
    assert list(refusal.value.details["fields"]) == ["parent"]


@pytest.fixture
def four_levels(city: Cast) -> dict[str, Body]:
    """Province, city, district, township and village, one below the other."""
    chain = [
        ("gd", "广东省政务服务中心", "service_center", "province", "440000", ""),
        ("gz", "广州市政务服务中心", "service_center", "city", "440100", "gd"),
        ("yx", "广州市越秀区政务服务中心", "service_center", "district", "440104", "gz"),
        ("bj", "北京街道便民服务中心", "convenience_center", "township", "440104003", "yx"),
        ("sq", "盐运西社区便民服务站", "service_station", "village", "440104003001", "bj"),
    ]
    org.save_region("440104003", "北京街道")
    org.save_region("440104003001", "盐运西社区")
    return {
        code: org.save_body(org.NewBody(code, name, kind, level, region, parent))
        for code, name, kind, level, region, parent in chain
    }


@pytest.mark.clause("BJO-1.3")
def test_a_body_looks_after_everything_below_it_and_nothing_beside_or_above(four_levels: dict[str, Body]) -> None:
    ids = {code: body.id for code, body in four_levels.items()}
    assert tree().subtree(ids["yx"]) == {ids["yx"], ids["bj"], ids["sq"]}
    assert tree().subtree(ids["sq"]) == {ids["sq"]}
    found = place(ids["sq"])
    assert found is not None
    assert found.path == tuple(ids.values())
    assert {body.level for body in four_levels.values()} == set(Level.values)


@pytest.mark.clause("BJO-1.3")
def test_children_of_a_body_cover_its_subtree_without_overlap(four_levels: dict[str, Body]) -> None:
    places = tree()
    for body in places.by_id.values():
        children = [places.subtree(child.id) for child in places.by_id.values() if child.parent_id == body.id]
        assert sum(len(part) for part in children) + 1 == len(places.subtree(body.id))


@pytest.mark.clause("T637-2")
def test_the_register_lists_bodies_by_kind_and_level(four_levels: dict[str, Body]) -> None:
    assert [body.level for body in tree().of_kind("service_center")] == ["province", "city", "district", "district"]
    assert [body.code for body in tree().of_kind("department")] == ["rsj"]
    assert {kind for kind, _ in BodyKind.choices} >= {"management_body", "service_center", "department", "provider"}


def test_regions_know_level_and_parent_from_their_code(four_levels: dict[str, Body]) -> None:
    street = Region.objects.get(code="440104003000")
    assert (street.level, street.parent_id) == ("township", "440104000000")
    station = Region.objects.get(code="440104003001")
    assert (station.level, station.parent_id) == ("village", "440104003000")
    assert four_levels["sq"].region_id == station.code


@given(code=st.from_regex(r"[1-9]\d{11}", fullmatch=True))
def test_following_the_parents_of_any_code_ends_at_a_province(code: str) -> None:
    levels = []
    while code:
        level, code = level_of_code(code)
        levels.append(level)
    order = ["village", "township", "district", "city", "province"]
    assert levels[-1] == "province"
    assert levels == [level for level in order if level in levels]


@pytest.mark.parametrize("code", ["4401", "44010000000x", ""])
def test_a_code_that_is_not_twelve_digits_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="12 digits"):
        level_of_code(code)


@pytest.mark.clause("BJ-8")
def test_hours_of_one_body_change_nobody_elses(city: Cast) -> None:
    evening = datetime(2026, 11, 18, 11, tzinfo=UTC)
    before = service_hours("online_human", city.center.id)
    org.set_hours("online_human", "yx", {str(day): [["18:00", "20:00"]] for day in range(5)})
    assert service_hours("online_human", city.district.id).is_open(evening, work_calendar())
    assert service_hours("online_human", city.center.id) == before
    assert not service_hours("online_human", city.center.id).is_open(evening, work_calendar())
    assert service_hours("online_human", None) == before


def test_what_names_no_place_goes_to_the_citys_open_centre_and_else_to_the_highest(city: Cast) -> None:
    assert front_door().code == "gz"
    Body.objects.filter(code="gz").update(online_since=None)
    reads.forget()
    assert front_door().code == "yx"
    Body.objects.update(online_since=None)
    reads.forget()
    with pytest.raises(LookupError, match="还没有开通"):
        front_door()


@pytest.mark.clause("BJO-1.3")
def test_a_body_that_moves_takes_everything_below_along(four_levels: dict[str, Body]) -> None:
    yx = four_levels["yx"]
    org.save_body(org.NewBody("yx", yx.name, yx.kind, yx.level, "440104", "gd"))
    ids = {code: body.id for code, body in four_levels.items()}
    assert tree().subtree(ids["gz"]) & {ids["yx"], ids["bj"], ids["sq"]} == set()
    assert tree().by_code["sq"].path == (ids["gd"], ids["yx"], ids["bj"], ids["sq"])


def test_a_body_cannot_come_under_itself(four_levels: dict[str, Body]) -> None:
    for parent in ("yx", "sq"):
        with pytest.raises(Incomplete) as refusal:
            org.save_body(org.NewBody("yx", "广州市越秀区政务服务中心", "service_center", "district", "440104", parent))
        assert list(refusal.value.details["fields"]) == ["parent"]
