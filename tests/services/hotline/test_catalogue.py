"""Keeping classes, dispatch catalogue, undertakers and call-back policy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.services.hotline.actions import catalogue
from bangban.services.hotline.actions.importing import import_categories, import_dispatch
from bangban.services.hotline.models import CatalogueChange, Category, DispatchRule, Undertaker
from bangban.services.hotline.reads.catalogue import (
    categories,
    category,
    emergency_bodies,
    undertaker,
    undertakers,
    units_for,
    visit_share,
)
from tests.hotline import NOISE, POTHOLE, Hotline


def test_a_class_stands_where_its_code_says_and_renaming_renames_what_is_below(line: Hotline) -> None:
    catalogue.save_category(line.manager, "040100", "工地管理")
    known = category(NOISE)
    assert known is not None
    assert (known.path, known.leaf) == ("城乡建设 / 工地管理 / 施工噪声", True)
    assert {one.code for one in categories() if one.leaf} == {NOISE, POTHOLE, "020101"}
    change = CatalogueChange.objects.filter(what="category", key="040100").last()
    assert change is not None
    assert (change.before or {})["name"] == "施工管理"
    assert (change.by_name, change.after) == ("崔值班", (change.after or {}) | {"name": "工地管理"})


def test_questions_of_an_upper_class_hold_for_what_is_below_it(line: Hotline) -> None:
    catalogue.save_category(
        SYSTEM, "040000", "城乡建设", questions=[{"code": "since", "ask": "多久了？", "required": True}]
    )
    known = category(NOISE)
    assert known is not None
    assert [(one.code, one.required) for one in known.questions] == [("since", True), ("site", True), ("hours", False)]


def test_a_wrong_class_is_refused_field_by_field(line: Hotline) -> None:
    with pytest.raises(Incomplete) as refusal:
        catalogue.save_category(SYSTEM, "9901", " ", questions=[{"code": "X", "ask": ""}], limit_days=0)
    assert set(refusal.value.details["fields"]) == {"code", "name", "questions", "limit_days"}
    with pytest.raises(Incomplete, match="内容"):
        catalogue.save_category(SYSTEM, "990101", "没有上级")
    with pytest.raises(Incomplete):
        catalogue.save_category(SYSTEM, "040000", "城乡建设", active=False)


def test_only_managers_and_the_system_keep_reference_data(line: Hotline) -> None:
    for name, actor in line.staff().items():
        deeds = (
            lambda actor=actor: catalogue.save_category(actor, "050000", "城市管理"),
            lambda actor=actor: catalogue.save_dispatch(actor, NOISE, line.building_unit.id),
            lambda actor=actor: catalogue.register_undertaker(actor, line.roads_unit.id, "曾", "13800000102"),
            lambda actor=actor: catalogue.save_visit_policy(actor, "", True, 50),
            lambda actor=actor: catalogue.remove_dispatch(actor, 0),
        )
        for deed in deeds:
            try:
                deed()
                assert name in ("manager", "second_manager"), name
            except NotYours:
                assert name not in ("manager", "second_manager"), name


def test_the_lead_of_a_class_is_the_nearest_and_there_is_one(line: Hotline) -> None:
    catalogue.save_dispatch(SYSTEM, NOISE, line.roads_unit.id, region="440104000000")
    catalogue.save_dispatch(SYSTEM, NOISE, line.emergency_body.id, role="assisting")
    assert [one.unit_id for one in units_for(NOISE, "440104001000")] == [line.roads_unit.id, line.emergency_body.id]
    assert units_for(NOISE, "440117000000")[0].unit_id == line.building_unit.id
    catalogue.save_dispatch(SYSTEM, NOISE, line.roads_unit.id)
    assert [one.unit_id for one in units_for(NOISE) if one.role == "lead"] == [line.roads_unit.id]
    assert CatalogueChange.objects.filter(what="dispatch", after__isnull=True).count() == 1
    with pytest.raises(Incomplete):
        catalogue.save_dispatch(SYSTEM, NOISE, line.unregistered_unit.id)


@pytest.mark.clause("GB33358-4.1.4")
def test_an_undertaker_has_contact_phone_duties_and_limits_and_leaves_the_register_without_a_trace_lost(
    line: Hotline,
) -> None:
    with pytest.raises(Incomplete) as refusal:
        catalogue.register_undertaker(SYSTEM, 0, "", "12", duty_phone="x", sign_days=0, emergency=("war",))
    assert set(refusal.value.details["fields"]) == {
        "unit", "contact_name", "contact_phone", "duty_phone", "limit_days", "emergency",
    }  # fmt: skip
    known = undertaker(line.building_unit.id)
    assert known is not None
    assert (known.contact_phone, known.duty_phone, known.duties) == (
        "13800000101",
        "02000012301",
        ("按职责承办热线工单",),
    )
    catalogue.register_undertaker(
        line.manager, line.building_unit.id, known.contact_name, known.contact_phone, active=False
    )
    assert undertaker(line.building_unit.id) is None
    assert Undertaker.objects.get(unit=line.building_unit).active is False
    assert len(undertakers(retired=True)) == len(undertakers()) + 1


def test_the_emergency_body_nearest_to_the_place_comes_first(line: Hotline) -> None:
    catalogue.register_undertaker(SYSTEM, line.roads_unit.id, "曾", "13800000102", emergency=("natural_disaster",))
    assert {one.unit_id for one in emergency_bodies("natural_disaster", "440104000000")} == {
        line.roads_unit.id, line.emergency_body.id,
    }  # fmt: skip
    assert emergency_bodies("public_health") == ()


def test_the_share_of_call_backs_is_of_the_kind_or_of_all(line: Hotline) -> None:
    today = now().date()
    assert visit_share("query", direct=True, day=today) == 100
    catalogue.save_visit_policy(line.manager, "", True, 30)
    catalogue.save_visit_policy(line.manager, "query", True, 10)
    assert [visit_share(kind, direct=True, day=today) for kind in ("query", "consultation")] == [10, 30]
    assert visit_share("query", direct=False, day=today) == 100
    with pytest.raises(Incomplete):
        catalogue.save_visit_policy(line.manager, "wish", True, 101)


def test_classes_are_imported_from_csv_in_any_order_and_refused_rows_are_told(line: Hotline, tmp_path: Path) -> None:
    path = tmp_path / "classes.csv"
    path.write_text(
        "分类编码,名称,关键词,引导问题,办理时限\n"
        "050101,占道经营,摆摊|流动摊贩,place=在哪个路口？*|hours=几点？,3\n"
        "050100,市容,,,\n050000,城市管理,,,\n060101,没有上级,,,\n05,短,,,\n050102,坏问题,,在哪里,\n050100,又一次,,,\n",
        encoding="utf-8",
    )
    report = import_categories(path, line.manager)
    assert (report.added, report.refused) == (3, 4)
    assert {problem.line for problem in report.problems} == {5, 6, 7, 8}
    known = category("050101")
    assert known is not None
    assert (known.path, known.keywords, known.limit_days) == ("城市管理 / 市容 / 占道经营", ("摆摊", "流动摊贩"), 3)
    assert [(one.code, one.required) for one in known.questions] == [("place", True), ("hours", False)]
    assert import_categories(path, line.manager).unchanged == 3
    with pytest.raises(NotYours):
        import_categories(path, line.agent)


def test_the_dispatch_catalogue_is_imported_from_json_lines(line: Hotline, tmp_path: Path) -> None:
    path = tmp_path / "dispatch.jsonl"
    rows = [
        {"category": POTHOLE, "unit": "广州市住房和城乡建设局", "region": "440104", "role": "主办"},
        {"category": POTHOLE, "unit": "yjj", "role": "协办"},
        {"category": "999999", "unit": "yjj"},
        {"category": POTHOLE, "unit": "不存在的局"},
        {"category": POTHOLE, "unit": "广州市文物局", "role": "协办"},
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    report = import_dispatch(path, line.manager)
    assert (report.added, report.refused) == (2, 3)
    assert {problem.line: problem.reason for problem in report.problems}[5].startswith("这个单位还没有登记")
    assert DispatchRule.objects.filter(category__code=POTHOLE).count() == 3
    assert Category.objects.filter(code="999999").count() == 0
