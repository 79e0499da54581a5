"""Lists of items: every way in, page by page, with a constant number of queries (BJP-8, BJP-9)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.registry.catalog import reads
from bangban.registry.catalog.actions import count_demand, import_items, save_life_event, save_section, save_theme
from bangban.registry.catalog.defaults import SECTIONS, install_defaults
from bangban.registry.catalog.models import Item
from tests.cast import Cast
from tests.registry.conftest import Office

BASE: dict[str, Any] = {
    "dept": "广州市人力资源和社会保障局",
    "area_code": "440100",
    "area": "广州市",
    "who": ["自然人"],
}


def items(folder: Path, *rows: dict[str, Any]) -> dict[str, Item]:
    path = folder / "items.jsonl"
    path.write_text("\n".join(json.dumps({**BASE, **row}, ensure_ascii=False) for row in rows), encoding="utf-8")
    assert import_items(path, SYSTEM).problems == []
    return {item.code: item for item in Item.objects.all()}


@pytest.fixture
def shelf(city: Cast, tmp_path: Path) -> dict[str, Item]:
    return items(
        tmp_path,
        {"code": "a", "name": "出生登记", "themes": ["生育收养"], "online_booking": "是"},
        {"code": "b", "name": "社保卡申领", "themes": ["社会保障（社会保险、社会救助）"], "self_service": "是"},
        {
            "code": "c",
            "name": "社保登记",
            "themes": ["社会保障"],
            "who": ["企业法人"],
            "online_filing": "是",
            "url": "https://e.test",
        },
        {"code": "d", "name": "排水许可", "dept": "广州市水务局", "area_code": "440104", "area": "越秀区", "who": []},
        {"code": "e", "name": "医保报销", "themes": ["社会保障", "医疗卫生"], "tags": ["老年人"]},
    )


def names(**question: Any) -> list[str]:
    return [card.name for card in reads.browse(**question).rows]


def test_every_way_in_finds_its_items(shelf: dict[str, Item]) -> None:
    save_theme("security", "社会保障", "person", ["社会保障（社会保险、社会救助）"], 1, SYSTEM)
    assert set(names()) == {"医保报销", "出生登记", "排水许可", "社保卡申领", "社保登记"}
    assert set(names(by="theme", value="security")) == {"医保报销", "社保卡申领", "社保登记"}
    assert names(by="theme", value="医疗卫生") == ["医保报销"]
    assert names(by="department", value="广州市水务局") == ["排水许可"]
    assert names(by="region", value="440104000000") == ["排水许可"]
    assert len(names(by="region", value="440100000000")) == 5
    assert len(names(by="region", value="440000000000")) == 5
    assert set(names(by="audience", value="enterprise")) == {"排水许可", "社保登记"}
    assert names(by="audience", value="enterprise_legal_person") == ["社保登记"]
    assert set(names(by="text", value="社保")) == {"社保卡申领", "社保登记"}
    assert names(by="tag", value="老年人") == ["医保报销"]
    assert names(by="mode", value="self_service") == ["社保卡申领"]
    assert names(by="online", value="booking") == ["出生登记"]
    assert names(by="text", value="' OR 1=1 --") == []


@pytest.mark.clause("T637-4-a")
def test_items_are_found_by_power_type(city: Cast, tmp_path: Path) -> None:
    items(
        tmp_path,
        {"code": "p", "name": "排水许可", "type": "行政许可"},
        {"code": "c", "name": "工伤认定", "type": "行政确认"},
    )
    assert names(by="type", value="administrative_license") == ["排水许可"]
    assert names(by="type", value="administrative_confirmation") == ["工伤认定"]
    with pytest.raises(Incomplete):
        names(by="type", value="magic")


def test_pages_follow_each_other_without_gap_or_double(city: Cast, tmp_path: Path) -> None:
    items(tmp_path, *({"code": f"c{place}", "name": f"同名{place % 3}"} for place in range(23)))
    seen, cursor = [], ""
    for _ in range(10):
        page = reads.browse(limit=4, after=cursor)
        seen += [card.code for card in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 23


def test_a_life_event_keeps_its_own_order_over_pages(shelf: dict[str, Item]) -> None:
    order = [shelf[code].id for code in ("e", "a", "c")]
    save_life_event("birth", "出生", "person", order, SYSTEM, position=1)
    first = reads.browse("life_event", "birth", limit=2)
    second = reads.browse("life_event", "birth", after=first.next_cursor, limit=2)
    assert [card.id for card in (*first.rows, *second.rows)] == order
    assert second.next_cursor == ""


@pytest.mark.parametrize("question", [{"by": "magic"}, {"by": "audience", "value": "x"}, {"by": "mode", "value": "x"}])
def test_unknown_ways_are_refused(city: Cast, question: dict[str, Any]) -> None:
    with pytest.raises(Incomplete):
        reads.browse(**question)


@pytest.mark.parametrize("cursor", ["x", "!!!!", "bnVsbA", "WyJhIl0", "WzEsMl0"])
def test_a_damaged_cursor_is_refused(city: Cast, cursor: str) -> None:
    with pytest.raises(Incomplete):
        reads.browse(after=cursor)


@pytest.mark.parametrize("size", [3, 30])
def test_lists_take_the_same_queries_however_long(
    city: Cast, tmp_path: Path, size: int, django_assert_num_queries: Any
) -> None:
    shelf = items(
        tmp_path,
        *(
            {"code": f"c{p}", "name": f"事项{p}", "themes": ["社会保障"], "materials": ["甲", "乙"]}
            for p in range(size)
        ),
    )
    ids = [item.id for item in shelf.values()]
    save_life_event("birth", "出生", "person", ids, SYSTEM)
    for one in ids:
        count_demand(one, "person", now())
    with django_assert_num_queries(1):
        reads.browse()
    with django_assert_num_queries(2):
        reads.browse("theme", "社会保障")
    with django_assert_num_queries(2):
        reads.browse("life_event", "birth")
    with django_assert_num_queries(1):
        reads.cards(ids)
    with django_assert_num_queries(2):
        reads.hot_items("person", today=date(2026, 11, 18))
    with django_assert_num_queries(6):
        reads.navigation()
    with django_assert_num_queries(0):
        reads.navigation()
    with django_assert_num_queries(2):
        reads.item(ids[0])
    with django_assert_num_queries(2):
        list(reads.passages())
    with django_assert_num_queries(2):
        reads.history(ids[0])


@pytest.mark.clause("BJP-9")
def test_navigation_counts_what_stands_behind_each_way(shelf: dict[str, Item]) -> None:
    save_theme("p", "社会保障", "person", ["社会保障（社会保险、社会救助）"], 1, SYSTEM)
    save_theme("l", "社会保障", "enterprise", [], 1, SYSTEM)
    save_life_event("birth", "出生", "person", [shelf["a"].id], SYSTEM)
    install_defaults()
    found = reads.navigation()
    assert len(found.sections) == len(SECTIONS) == 12
    assert {(theme.code, theme.count) for theme in found.themes} == {("p", 2), ("l", 1)}
    assert ("广州市水务局", 1) in {(choice.name, choice.count) for choice in found.departments}
    assert [(event.name, event.count) for event in found.life_events] == [("出生", 1)]
    assert {(region.name, region.count) for region in found.regions} == {("广州市", 4), ("越秀区", 1)}
    assert (found.guides, found.bookable, found.fileable) == (5, 1, 1)


@pytest.mark.clause("T637-5-a")
def test_hot_items_follow_demand_and_differ_by_side(shelf: dict[str, Item]) -> None:
    today = date(2026, 11, 18)
    for code, side, times, ago in (
        ("a", "natural_person", 2, 0),
        ("b", "", 3, 1),
        ("c", "enterprise_legal_person", 1, 0),
        ("e", "person", 9, 40),
    ):
        for _ in range(times):
            count_demand(shelf[code].id, side, now() - timedelta(days=ago))
    assert [(hot.card.code, hot.count) for hot in reads.hot_items("person", today=today)] == [("b", 3), ("a", 2)]
    assert [hot.card.code for hot in reads.hot_items("person", window=60, today=today)] == ["e", "b", "a"]
    assert [hot.card.code for hot in reads.hot_items("enterprise", today=today)] == ["c"]


def test_one_record_counts_once_for_an_item(shelf: dict[str, Item]) -> None:
    record = uuid4()
    for _ in range(3):
        count_demand(shelf["a"].id, "person", now(), record_id=record)
    count_demand(shelf["b"].id, "person", now(), record_id=record)
    assert {(hot.card.code, hot.count) for hot in reads.hot_items("person", today=date(2026, 11, 18))} == {
        ("a", 1),
        ("b", 1),
    }


def test_only_reviewers_arrange_the_column(office: Office) -> None:
    save_section("x", "板块", "theme", "", 1, office.reviewer)
    with pytest.raises(NotYours):
        save_theme("x", "主题", "person", [], 1, office.editor)
    with pytest.raises(Incomplete):
        save_section("x", "板块", "magic", "", 1, office.reviewer)
    with pytest.raises(Incomplete):
        save_life_event("x", "事", "person", [uuid4()], office.reviewer)


def test_changes_reach_the_search_index_and_withdrawals_leave_it(office: Office, shelf: dict[str, Item]) -> None:
    from bangban.registry.catalog.actions import withdraw_item

    moment = now()
    withdraw_item(shelf["a"].id, office.reviewer, "取消")
    found = list(reads.changed_since(moment, batch=2))
    assert {type(one).__name__ for one in found if one.id == shelf["a"].id} == {"Removed"}
    assert len(found) == 5
    assert list(reads.changed_since(moment + timedelta(hours=1))) == []
    texts = {passage.title: passage for passage in reads.passages(batch=2)}
    assert len(texts) == 4
    assert "医疗卫生" in texts["医保报销"].text
    assert texts["社保登记"].audience == ("enterprise",)
    after = sorted(passage.id for passage in texts.values())[1]
    assert len(list(reads.passages(after))) == 2
