"""One service, one rating; a bad one becomes work with due times (T637-9.1-a)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.models import Event
from bangban.oversight.evaluation.actions import rate
from bangban.oversight.evaluation.models import Grade, Invitation, Option, Rating, Rectification
from bangban.oversight.evaluation.options import LABELS, install_options
from bangban.oversight.evaluation.reads import invitation_for, options, satisfaction
from bangban.oversight.evaluation.rules import check_rating, grade_from_gbt_39046, grade_from_interface, rates
from bangban.registry.catalog.models.items import Item
from bangban.services.cases import actions
from tests.cast import WORKING_MORNING, Cast, guest
from tests.services.cases.steps import SORTED, closed, consulting, opened


@pytest.fixture(autouse=True)
def _options(city: Cast) -> None:
    install_options()


@pytest.mark.clause("T637-9.1-a")
def test_one_service_is_rated_once(city: Cast, item: Item) -> None:
    number, citizen = closed(city, item)
    rating = rate(citizen, number, "satisfied", ["410"], "讲得很清楚", guide_grade="very_satisfied")
    with pytest.raises(NotAllowed, match="已经评价过"):
        rate(citizen, number, "very_satisfied")
    assert Rating.objects.count() == 1
    assert (rating.staff_id, rating.guide_id, rating.unit_id, rating.item_id, rating.number) == (
        city.specialist.staff_id,
        city.guide.staff_id,
        city.center.id,
        item.id,
        number,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.create(
            **{f.attname: getattr(rating, f.attname) for f in Rating._meta.concrete_fields if f.name != "id"}
        )


@pytest.mark.clause("T637-9.1-a")
def test_each_round_brings_one_invitation_and_may_be_rated_for_itself(city: Cast, item: Item) -> None:
    number, citizen = closed(city, item)
    rate(citizen, number, "satisfied")
    actions.follow_up(citizen, number, {"outcome": "needs_improvement"})
    with pytest.raises(NotAllowed, match="已经评价过"):
        rate(citizen, number, "satisfied")
    actions.claim(city.specialist, number)
    actions.close(city.specialist, number, {"opinion": "已补充说明。"})
    rate(citizen, number, "very_satisfied")
    rounds = Invitation.objects.filter(number=number).order_by("round")
    assert [(row.round, row.state) for row in rounds] == [(1, "rated"), (2, "rated")]


def test_a_service_that_is_not_finished_cannot_be_rated(city: Cast, item: Item) -> None:
    number, citizen = consulting(city, item)
    with pytest.raises(NotAllowed, match="还没有结束"):
        rate(citizen, number, "satisfied")


def test_nobody_but_the_user_rates(city: Cast, item: Item) -> None:
    number, _ = closed(city, item)
    for actor in (city.specialist, city.guide, city.manager):
        with pytest.raises(NotAllowed):
            rate(actor, number, "very_satisfied")
    for stranger in (guest("other"), city.stranger):
        with pytest.raises(NotYours):
            rate(stranger, number, "very_satisfied")
    assert invitation_for(city.specialist, number) is None
    assert not Rating.objects.exists()


def test_silence_is_never_counted_as_good(city: Cast, item: Item) -> None:
    number, citizen = closed(city, item)
    invitation = Invitation.objects.get(number=number)
    stand_at(invitation.closes_at + timedelta(seconds=1))
    with pytest.raises(NotAllowed, match="评价期已过"):
        rate(citizen, number, "satisfied")
    told = satisfaction([city.center.id], WORKING_MORNING.date(), now().date())
    assert (told.invited, told.rated, told.positive_rate, told.coverage) == (1, 0, None, 0.0)


@pytest.mark.clause("T637-9.1-a")
@pytest.mark.parametrize(
    ("grade", "guide_grade"), [("dissatisfied", ""), ("very_dissatisfied", ""), ("satisfied", "dissatisfied")]
)
def test_a_bad_rating_opens_a_rectification_with_times_to_contact_and_to_rectify(
    city: Cast, item: Item, grade: str, guide_grade: str
) -> None:
    number, citizen = closed(city, item)
    rating = rate(citizen, number, grade, guide_grade=guide_grade)
    task = Rectification.objects.get(rating=rating)
    assert task.unit_id == city.center.id
    assert WORKING_MORNING < task.contact_due_at < task.due_at
    assert (task.contact_due_at.day, task.due_at.day) == (19, 25)
    event = Event.objects.get(number=number, kind="evaluation.bad")
    assert f"unit:{city.center.id}" in event.topics


@pytest.mark.clause("T637-9.1-a")
@pytest.mark.parametrize("grade", ["very_satisfied", "satisfied", "basically_satisfied"])
def test_a_good_rating_opens_none(city: Cast, item: Item, grade: str) -> None:
    number, citizen = closed(city, item)
    rate(citizen, number, grade)
    assert not Rectification.objects.exists()


@pytest.mark.parametrize(
    ("given_", "field"),
    [
        (("five stars", []), "grade"),
        (("satisfied", ["510"]), "options"),
        (("satisfied", ["000"]), "options"),
        (("satisfied", [], "字" * 1001), "text"),
        (("satisfied", [], "", "five stars"), "guide_grade"),
    ],
)
def test_wrong_ratings_are_refused_and_leave_the_invitation_open(
    city: Cast, item: Item, given_: tuple[str, ...], field: str
) -> None:
    number, citizen = closed(city, item)
    grade, chosen, *rest = given_
    with pytest.raises(Incomplete) as refusal:
        rate(citizen, number, grade, chosen, *rest[:1], guide_grade=rest[1] if len(rest) > 1 else "")
    assert list(refusal.value.details["fields"]) == [field]
    assert Invitation.objects.get(number=number).state == "open"


def test_guide_and_specialist_are_asked_about_apart_only_when_they_are_two(city: Cast, item: Item) -> None:
    number, citizen = closed(city, item)
    view = invitation_for(citizen, number)
    assert view is not None
    assert view.with_guide
    alone, asker = opened()
    actions.claim(city.guide, alone)
    actions.sort(city.guide, alone, {**SORTED, "complexity": "simple"})
    actions.close(city.guide, alone, {"opinion": "可以。"})
    view = invitation_for(asker, alone)
    assert view is not None
    assert not view.with_guide


def test_the_national_options_stand_under_their_grades_once(city: Cast) -> None:
    install_options()
    assert Option.objects.count() == sum(len(labels) for labels in LABELS.values()) == 40
    assert {grade: len(found) for grade, found in options().items()} == dict.fromkeys(Grade.values, 8)
    codes = [code for labels in LABELS.values() for code in labels]
    assert len(set(codes)) == 40
    known = dict(Option.objects.values_list("code", "grade"))
    for code, grade in known.items():
        assert check_rating(grade, [code], known) == {}


def test_the_two_national_ways_of_counting_run_in_opposite_directions() -> None:
    assert (grade_from_interface(5), grade_from_gbt_39046(1)) == ("very_satisfied", "very_satisfied")
    for digit in range(1, 6):
        assert grade_from_interface(digit) == grade_from_gbt_39046(6 - digit)


@given(counts=st.dictionaries(st.sampled_from(Grade.values), st.integers(0, 1000)), more=st.integers(0, 1000))
def test_rates_are_shares_and_nothing_counted_is_no_rate(counts: dict[str, int], more: int) -> None:
    total = sum(counts.values())
    found = rates(counts, total + more)
    if total == 0:
        assert found["positive_rate"] is found["negative_rate"] is None
    else:
        assert found["positive_rate"] + found["negative_rate"] == pytest.approx(1)  # type: ignore[operator]
        assert found["coverage"] == total / (total + more)


@pytest.mark.clause("BJ-7.3-b")
def test_services_of_lower_levels_are_rated_by_the_same_rules_and_counted_by_body(city: Cast, item: Item) -> None:
    here, citizen = closed(city, item)
    rate(citizen, here, "satisfied")
    below, other = opened(unit_id=city.district.id)
    actions.claim(city.district_guide, below)
    actions.sort(city.district_guide, below, {**SORTED, "complexity": "simple"})
    actions.close(city.district_guide, below, {"opinion": "可以。"})
    rate(other, below, "dissatisfied")
    day = WORKING_MORNING.date()
    assert satisfaction([city.center.id], day, day).positive_rate == 1.0
    assert satisfaction([city.district.id], day, day).positive_rate == 0.0
    both = satisfaction([city.center.id, city.district.id], day, day)
    assert (both.invited, both.rated, both.positive_rate, both.coverage) == (2, 2, 0.5, 1.0)
