"""Staff, their duties, roster and presence (T637-6.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bangban.foundation.access.accounts import disable
from bangban.foundation.access.duties import PERMISSIONS, may
from bangban.foundation.access.models import Account
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete
from bangban.registry.org import actions as org
from bangban.registry.org.models import Staff
from bangban.registry.org.reads import actor_of, colleagues
from tests.cast import Cast


def on_duty(username: str, at: datetime) -> bool:
    """Tell whether somebody can be given work at a moment."""
    (found,) = colleagues(at, username=username)
    return found.on_duty


@pytest.mark.clause("T637-6.2.1")
def test_a_team_has_members_with_duties_items_and_a_roster(city: Cast) -> None:
    org.save_staff(
        org.NewStaff("new", "新专员", "gz", ("dedicated_consultant",), skills=("社会保障",), departments=("人社局",))
    )
    (member,) = colleagues(now(), username="new")
    assert (member.body_id, member.duties, member.skills, member.departments) == (
        city.center.id,
        ("dedicated_consultant",),
        ("社会保障",),
        ("人社局",),
    )
    assert not member.on_duty
    assert {found.name for found in colleagues(now(), body_id=city.center.id, duty="triage_agent")} == {
        "林引导",
        "周引导",
    }


@pytest.mark.clause("T637-6.2.1", "BJ-3.1.1-c")
def test_the_roster_counts_on_its_weekday_between_its_times_and_not_on_holidays(city: Cast) -> None:
    staff = Staff.objects.get(account__username="specialist")
    org.set_shifts(staff.id, [(2, time(9), time(12))])
    wednesday = datetime(2026, 11, 18, tzinfo=UTC)
    expected = {(0, 59): False, (1, 0): True, (3, 59): True, (4, 0): False}
    assert {key: on_duty("specialist", wednesday.replace(hour=key[0], minute=key[1])) for key in expected} == expected
    assert not on_duty("specialist", wednesday + timedelta(days=1, hours=2))
    staff.shifts.update(valid_from=datetime(2026, 1, 1, tzinfo=UTC).date())
    spring_festival = datetime(2026, 2, 18, 2, tzinfo=UTC)
    assert not on_duty("specialist", spring_festival)


def test_a_desk_that_falls_silent_counts_as_empty_after_a_minute(city: Cast) -> None:
    staff = Staff.objects.get(account__username="specialist")
    org.set_shifts(staff.id, [])
    at = now()
    org.be_present(city.specialist, at=at)
    assert on_duty("specialist", at + timedelta(seconds=59))
    assert not on_duty("specialist", at + timedelta(seconds=61))
    org.be_present(city.specialist, "busy", at=at)
    assert not on_duty("specialist", at)
    org.be_present(city.specialist, "available", at=at)
    org.leave(city.specialist)
    assert not on_duty("specialist", now() + timedelta(seconds=1))
    with pytest.raises(Incomplete):
        org.be_present(city.specialist, "asleep")


@pytest.mark.clause("T637-6.1.6-c")
def test_a_disabled_account_is_given_no_work(city: Cast) -> None:
    assert on_duty("specialist", now())
    disable(Account.objects.get(username="specialist"))
    assert colleagues(now(), username="specialist") == []


@pytest.mark.clause("T637-6.2.2-a")
@pytest.mark.parametrize("employment", ["full_time", "part_time", "third_party"])
def test_the_employment_is_kept_and_third_party_staff_have_an_employer(city: Cast, employment: str) -> None:
    staff = org.save_staff(org.NewStaff("e", "某人", "gz", ("triage_agent",), employment, employer="某公司"))
    assert (staff.employment, actor_of(staff.account).third_party) == (employment, employment == "third_party")
    if employment == "third_party":
        with pytest.raises(Incomplete) as refusal:
            org.save_staff(org.NewStaff("e", "某人", "gz", ("triage_agent",), employment))
        assert list(refusal.value.details["fields"]) == ["employer"]


def test_unknown_duties_bodies_and_forbidden_combinations_are_refused(city: Cast) -> None:
    for new in (
        org.NewStaff("x", "某人", "gz", ("emperor",)),
        org.NewStaff("x", "某人", "没有", ("triage_agent",)),
        org.NewStaff("x", "某人", "gz", ("system_admin", "security_admin")),
        org.NewStaff("x", "某人", "gz", ("audit_admin", "triage_agent")),
    ):
        with pytest.raises(Incomplete):
            org.save_staff(new)
    assert not Account.objects.filter(username="x").exists()


@pytest.mark.clause("T637-6.2.2-c")
def test_a_manager_looks_after_the_subtree_of_the_own_body(city: Cast) -> None:
    assert city.manager.subtree == {city.center.id, city.district.id, city.closed_district.id, city.department.id}
    assert city.guide.subtree == frozenset()


def test_permissions_follow_from_duties_alone_and_an_unknown_one_is_an_error(city: Cast) -> None:
    for name, permitted in PERMISSIONS.items():
        for duty in ("triage_agent", "advisor", "service_manager", "audit_admin"):
            assert may(replace(city.guide, duties=frozenset({duty})), name) == (duty in permitted)
    with pytest.raises(KeyError):
        may(city.guide, "everything")


def test_an_account_without_a_post_does_not_act(city: Cast) -> None:
    Staff.objects.filter(account__username="guide").update(active=False)
    with pytest.raises(LookupError):
        actor_of(Account.objects.get(username="guide"))


@pytest.mark.clause("DB23-5.2.4")
def test_everybody_has_a_work_number_that_stays_and_is_nobody_elses(city: Cast) -> None:
    first = org.save_staff(org.NewStaff("numbered", "工号", "gz", ("triage_agent",)))
    assert first.work_number == f"GZ{first.id:04d}"
    assert org.save_staff(org.NewStaff("numbered", "工号", "gz", ("window_clerk",))).work_number == first.work_number
    given = org.save_staff(org.NewStaff("given", "自带", "gz", ("window_clerk",), work_number=f"GZ{first.id + 2:04d}"))
    third = org.save_staff(org.NewStaff("third", "第三", "gz", ("window_clerk",)))
    assert third.work_number not in ("", first.work_number, given.work_number)
    with pytest.raises(Incomplete, match="有误") as refusal:
        org.save_staff(org.NewStaff("thief", "重号", "gz", ("window_clerk",), work_number=first.work_number))
    assert list(refusal.value.details["fields"]) == ["work_number"]
