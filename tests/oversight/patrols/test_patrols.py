"""A patrol: begun with the list in force, ticked member by member, ended, and never tidied up afterwards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.identifiers import is_valid_number
from bangban.foundation.ledger.verify import verify
from bangban.oversight.patrols import actions, reads
from bangban.oversight.patrols.defaults import install_checklist
from bangban.oversight.patrols.models import Checklist, ChecklistLine, Result
from bangban.oversight.patrols.rules import Tick
from bangban.registry.org import actions as org
from bangban.registry.org.models import Staff
from bangban.registry.org.reads import actor_of
from tests.cast import Cast

DRESS = ("dress_uniform", "dress_set", "dress_clean")


def ticks(*failed: str, only: tuple[str, ...] = ()) -> dict[str, Tick]:
    codes = only or tuple(ChecklistLine.objects.filter(checklist__kind="staff").values_list("code", flat=True))
    return {code: Tick("fail", "没有穿工装") if code in failed else Tick("pass") for code in codes}


@pytest.mark.clause("DB23-5.2.1")
def test_the_three_things_about_dress_are_ticked_each_by_itself_with_window_and_person(
    inspector: Actor, clerk: Staff
) -> None:
    patrol = actions.start_patrol(inspector)
    assert patrol.number.startswith("XC") and is_valid_number(patrol.number)
    actions.check_staff(patrol.number, inspector, clerk.id, ticks("dress_set", only=DRESS), window="3号窗口")
    rows = Result.objects.filter(line__code__in=DRESS).order_by("line__position")
    assert [(row.line.code, row.verdict, row.window, row.staff_id) for row in rows] == [
        ("dress_uniform", "pass", "3号窗口", clerk.id), ("dress_set", "fail", "3号窗口", clerk.id),
        ("dress_clean", "pass", "3号窗口", clerk.id),
    ]  # fmt: skip


@pytest.mark.clause("DB23-4.1")
@pytest.mark.clause("DB23-5.3")
@pytest.mark.clause("DB23-5.2.4")
def test_the_first_checklist_looks_at_conduct_dress_badges_and_appearance(inspector: Actor) -> None:
    checklist = reads.in_force(date(2026, 11, 18))
    assert checklist is not None
    clauses = [line.clause for line in reads.lines_of(checklist.id)]
    assert set(clauses) == {"DB23-4.1", "DB23-4.2", "DB23-5.2.1", "DB23-5.2.4", "DB23-5.3"}
    assert (clauses.count("DB23-5.2.1"), clauses.count("DB23-5.2.4")) == (3, 2)
    install_checklist()
    assert Checklist.objects.count() == 2, "one for people, one for premises"


@pytest.mark.clause("DB23-4.1")
def test_a_fail_needs_a_note_and_everything_missing_is_named_at_once(inspector: Actor, clerk: Staff) -> None:
    patrol = actions.start_patrol(inspector)
    wrong = {
        "badge": Tick("fail", " "),
        "conduct_duty": Tick("maybe"),
        "hat": Tick("pass"),
        "expression": Tick("pass", "长" * 201),
    }
    with pytest.raises(Incomplete) as refusal:
        actions.check_staff(patrol.number, inspector, clerk.id, wrong, window="窗" * 41)
    assert set(refusal.value.details["fields"]) == {"badge", "conduct_duty", "hat", "expression", "window"}
    with pytest.raises(Incomplete):
        actions.check_staff(patrol.number, inspector, clerk.id, {})
    assert not Result.objects.exists()
    line = ChecklistLine.objects.get(code="badge")
    with pytest.raises(IntegrityError), transaction.atomic():
        Result.objects.create(patrol=patrol, staff=clerk, line=line, verdict="fail", note="", at=now())


def test_ticking_again_replaces_and_after_the_end_nothing_changes(inspector: Actor, clerk: Staff) -> None:
    patrol = actions.start_patrol(inspector)
    with pytest.raises(NotAllowed, match="还没有记录"):
        actions.finish_patrol(patrol.number, inspector)
    actions.check_staff(patrol.number, inspector, clerk.id, ticks("badge"))
    actions.check_staff(patrol.number, inspector, clerk.id, ticks())
    assert not Result.objects.filter(verdict="fail").exists()
    done = actions.finish_patrol(patrol.number, inspector, "整体良好")
    assert (done.state, done.summary) == ("done", "整体良好")
    with pytest.raises(NotAllowed):
        actions.check_staff(patrol.number, inspector, clerk.id, ticks("badge"))
    assert not verify().broken


def test_only_the_inspector_ticks_and_nobody_oneself_or_another_house(
    city: Cast, inspector: Actor, clerk: Staff
) -> None:
    patrol = actions.start_patrol(inspector)
    other = actor_of(org.save_staff(org.NewStaff("second", "曾巡查", "gz", ("patrol_inspector",))).account)
    with pytest.raises(NotAllowed, match="不由您办理"):
        actions.check_staff(patrol.number, other, clerk.id, ticks())
    for stranger in (city.guide, city.stranger, actor_of(clerk.account)):
        with pytest.raises(NotYours):
            actions.check_staff(patrol.number, stranger, clerk.id, ticks())
        with pytest.raises(NotYours):
            reads.patrol_view(stranger, patrol.number)
        assert reads.patrol_page(stranger).rows == ()
    assert inspector.staff_id is not None and city.district_guide.staff_id is not None
    with pytest.raises(NotAllowed, match="不能巡查自己"):
        actions.check_staff(patrol.number, inspector, inspector.staff_id, ticks())
    with pytest.raises(NotYours):
        actions.check_staff(patrol.number, inspector, city.district_guide.staff_id, ticks())


def test_an_inspector_walks_the_own_body_and_those_below_it_only(city: Cast, inspector: Actor) -> None:
    assert actions.start_patrol(inspector, body_id=city.district.id).body_id == city.district.id
    below = actor_of(org.save_staff(org.NewStaff("yxin", "越巡", "yx", ("patrol_inspector",))).account)
    with pytest.raises(NotYours):
        actions.start_patrol(below, body_id=city.center.id)
    with pytest.raises(NotYours):
        actions.start_patrol(city.guide)


def test_a_patrol_keeps_the_version_it_was_begun_with(city: Cast, inspector: Actor, clerk: Staff) -> None:
    patrol = actions.start_patrol(inspector)
    line = actions.NewLine("badge", "标识", "胸牌端正", "DB23-5.2.4")
    with pytest.raises(NotYours):
        actions.publish_checklist(inspector, "新表", [line], date(2026, 11, 18))
    for lines in ([], [line, line], [actions.NewLine("x", "", "", "")]):
        with pytest.raises(Incomplete):
            actions.publish_checklist(city.manager, "新表", lines, date(2026, 11, 18))
    actions.publish_checklist(city.manager, "新表", [line], date(2026, 11, 19))
    assert len(reads.patrol_view(inspector, patrol.number).lines) == 10
    assert reads.patrol_view(inspector, actions.start_patrol(inspector).number).checklist_version == 1
    stand_at(now() + timedelta(days=1))
    assert [one.label for one in reads.patrol_view(inspector, actions.start_patrol(inspector).number).lines] == [
        "胸牌端正"
    ]


def test_the_sheet_leads_from_one_member_to_the_next_unseen(inspector: Actor, clerk: Staff) -> None:
    patrol = actions.start_patrol(inspector)
    members = reads.patrol_view(inspector, patrol.number).members
    assert inspector.staff_id not in [one.id for one in members]
    order, seen = [members[0].id], []
    while order[-1] not in seen:
        seen.append(order[-1])
        actions.check_staff(patrol.number, inspector, order[-1], ticks(), window="1号")
        following = reads.staff_sheet(inspector, patrol.number, order[-1]).following
        if following is None:
            break
        order.append(following)
    assert seen == [one.id for one in members]
    with pytest.raises(NotYours):
        reads.staff_sheet(inspector, patrol.number, 999_999)


def test_a_patrol_begun_by_mistake_is_cancelled_with_a_reason_and_counts_for_nothing(
    city: Cast, inspector: Actor, clerk: Staff
) -> None:
    patrol = actions.start_patrol(inspector)
    actions.check_staff(patrol.number, inspector, clerk.id, ticks("badge"))
    with pytest.raises(Incomplete):
        actions.cancel_patrol(patrol.number, inspector, " ")
    assert actions.cancel_patrol(patrol.number, inspector, "选错大厅").state == "cancelled"
    assert reads.appraisal(inspector, clerk.id, date(2026, 11, 18)).inspection is None


def test_pages_of_the_list_follow_each_other(inspector: Actor, clerk: Staff) -> None:
    made = [actions.start_patrol(inspector).number for _ in range(5)]
    actions.check_staff(made[0], inspector, clerk.id, ticks("badge", "dress_set"))
    seen, after = [], ""
    while True:
        page = reads.patrol_page(inspector, after=after, limit=2)
        seen += page.rows
        if not (after := page.after):
            break
    assert [row.number for row in seen] == made[::-1]
    assert (seen[-1].staff, seen[-1].failed) == (1, 2)
    with pytest.raises(Incomplete):
        reads.patrol_page(inspector, after="!")
