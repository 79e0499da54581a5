"""What pages read: few queries whatever the size, masked by default, and only of what one may see."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.registry.catalog.models.items import Item
from bangban.registry.org import actions as org
from bangban.registry.org.reads import actor_of
from bangban.services.cases import actions
from bangban.services.cases.reads import box_counts, case_view, list_cases, my_cases, other_cases_of_user
from bangban.services.conversation.reads import messages
from tests.cast import Cast
from tests.services.cases.steps import claimed, consulting, opened


def counted(read: object) -> int:
    """Return how many queries a read needs once reference data is in memory."""
    assert callable(read)
    read()
    with CaptureQueriesContext(connection) as queries:
        read()
    return len(queries)


def test_a_list_needs_the_same_queries_for_one_case_as_for_fifty(city: Cast, item: Item) -> None:
    claimed(city, item)
    one = counted(lambda: list_cases(city.guide, "mine"))
    for _ in range(49):
        claimed(city, item)
    assert len(list_cases(city.guide, "mine").rows) == 50
    assert counted(lambda: list_cases(city.guide, "mine")) == one == 1
    assert counted(lambda: box_counts(city.guide)) == 1


def test_the_page_of_a_case_needs_the_same_queries_for_three_events_as_for_thirty(city: Cast, item: Item) -> None:
    number, citizen = consulting(city, item)
    few = {
        name: counted(lambda a=actor: case_view(a, number))
        for name, actor in (("staff", city.specialist), ("user", citizen))
    }
    for turn in range(14):
        actions.ask_adviser(city.specialist, number, {"question": f"问题{turn}"})
        actions.advise(city.adviser, number, f"意见{turn}")
    assert len(case_view(city.specialist, number).timeline) >= 30
    many = {
        name: counted(lambda a=actor: case_view(a, number))
        for name, actor in (("staff", city.specialist), ("user", citizen))
    }
    assert many == few
    assert max(few.values()) <= 10


def test_clock_lines_in_the_story_need_no_query_each(city: Cast, item: Item) -> None:
    from bangban.foundation.clocks.moment import now
    from bangban.foundation.clocks.sweep import sweep
    from tests.services.cases.waiting import later

    number, _ = consulting(city, item)
    plain = counted(lambda: case_view(city.specialist, number))
    actions.ask_adviser(city.specialist, number, {"question": "能否合并？"})
    later(days=9)
    assert sweep(now()) >= 2
    kinds = [line.kind for line in case_view(city.specialist, number).timeline]
    assert kinds.count("clock.breached") >= 2
    assert counted(lambda: case_view(city.specialist, number)) <= plain + 1


def test_messages_of_any_length_come_in_one_query(city: Cast) -> None:
    number, citizen = opened()
    record = case_view(citizen, number).id
    for place in range(30):
        actions.post_message(citizen, number, str(place))
    assert counted(lambda: messages(record)) == 1


def test_pages_of_a_list_join_without_gap_or_repetition(city: Cast) -> None:
    numbers = [opened()[0] for _ in range(25)]
    read, after = [], ""
    while True:
        page = list_cases(city.guide, "waiting", after=after, limit=7)
        read += [row.number for row in page.rows]
        if not (after := page.after):
            break
    assert read == numbers[::-1]


def test_a_line_of_a_list_shows_item_owner_and_the_limit_that_ends_first(city: Cast, item: Item) -> None:
    number, _ = consulting(city, item)
    actions.ask_adviser(city.specialist, number, {"question": "能否合并？"})
    (row,) = list_cases(city.specialist, "mine").rows
    view = case_view(city.specialist, number)
    running = [clock for clock in view.clocks if clock.state == "running"]
    assert view.item
    assert (row.number, row.owner, row.item_name) == (number, city.specialist.name, view.item.name)
    assert row.clock == min(running, key=lambda clock: clock.due_at)
    assert row.gist == view.need_summary


def test_a_number_that_cannot_be_one_is_unknown_like_any_other(city: Cast) -> None:
    with pytest.raises(NotYours):
        case_view(city.guide, "ZX\x00")


@pytest.mark.parametrize("broken", ["x", "W10=", "bnVsbA==", "eyJhIjoxfQ=="])
def test_a_broken_page_mark_is_refused_with_a_sentence(city: Cast, broken: str) -> None:
    with pytest.raises(Incomplete, match="翻页标记"):
        list_cases(city.guide, "waiting", after=broken)


def test_an_unknown_list_is_refused(city: Cast) -> None:
    with pytest.raises(Incomplete):
        list_cases(city.guide, "everything")


@pytest.mark.clause("T637-6.2.2-a")
def test_everybody_sees_name_and_phone_masked_third_party_staff_too(city: Cast, item: Item) -> None:
    staff = org.save_staff(
        org.NewStaff("outside", "外包员", "gz", ("triage_agent",), employment="third_party", employer="某公司")
    )
    outside = replace(actor_of(staff.account), unsigned=False)
    assert outside.third_party
    number, citizen = claimed(city, item, name="张三丰", phone="13912345678")
    for actor in (outside, city.guide, city.manager, citizen):
        view = case_view(actor, number)
        assert (view.contact_name, view.contact_phone) == ("张**", "139****5678")
    assert list_cases(outside, "unit").rows[0].contact_name == "张**"
    with pytest.raises(Incomplete):
        org.save_staff(org.NewStaff("nobody", "无单位", "gz", ("triage_agent",), employment="third_party"))


@pytest.mark.clause("T637-6.2.2-c", "BJ-8")
def test_a_manager_sees_the_own_subtree_and_nothing_beside_or_above(city: Cast, item: Item) -> None:
    below, _ = opened(unit_id=city.district.id)
    above, _ = opened()
    assert case_view(city.manager, below).state == "queued"
    staff = org.save_staff(org.NewStaff("yxmanager", "区管理", "yx", ("service_manager",)))
    district_manager = replace(actor_of(staff.account), unsigned=False)
    assert case_view(district_manager, below).state == "queued"
    with pytest.raises(NotYours):
        case_view(district_manager, above)
    with pytest.raises(NotYours):
        actions.reassign(district_manager, above, {"to": "guide", "reason": "越级"})
    assert [row.number for row in list_cases(district_manager, "unit").rows] == [below]
    assert {row.number for row in list_cases(city.manager, "unit").rows} == {below, above}


@pytest.mark.clause("BJ-8")
def test_bodies_do_not_see_each_others_cases(city: Cast) -> None:
    number, _ = opened(unit_id=city.district.id)
    for box in ("inbox", "waiting", "mine", "followed", "advice", "after", "unit"):
        assert number not in [row.number for row in list_cases(city.guide, box).rows], box
    with pytest.raises(NotYours):
        case_view(city.guide, number)


def test_a_case_is_found_by_number_and_by_phone_in_any_spelling(city: Cast) -> None:
    number, _ = opened(phone="13912345678")
    opened(phone="13900000000")
    for search in (number, number.lower(), "13912345678", "139 1234 5678", "139-1234-5678"):
        assert [row.number for row in list_cases(city.guide, "waiting", search=search).rows] == [number]


def test_the_helper_shows_the_persons_other_cases(city: Cast) -> None:
    first, _ = opened(phone="13912345678")
    second, citizen = opened(phone="139 1234 5678")
    assert [row.number for row in other_cases_of_user(case_view(citizen, second).id)] == [first]


def test_what_a_person_sees_is_not_what_staff_note_down(city: Cast, item: Item) -> None:
    number, citizen = claimed(city, item)
    theirs, ours = case_view(citizen, number), case_view(city.guide, number)
    assert theirs.need_summary == ""
    assert ours.need_summary
    assert {line.kind for line in theirs.timeline} < {line.kind for line in ours.timeline}
    assert my_cases(citizen).rows[0].gist == "失业了怎么领失业金"


def test_a_note_among_staff_is_no_unread_message_of_the_person(city: Cast, item: Item) -> None:
    number, citizen = claimed(city, item)
    before = my_cases(citizen).rows[0].unread
    actions.post_message(city.guide, number, "只给同事看", internal=True)
    assert my_cases(citizen).rows[0].unread == before
    actions.post_message(city.guide, number, "给您的答复")
    assert my_cases(citizen).rows[0].unread == before + 1
    actions.post_message(citizen, number, "收到")
    assert my_cases(citizen).rows[0].unread == 0
    assert list_cases(city.guide, "mine").rows[0].unread == 1
