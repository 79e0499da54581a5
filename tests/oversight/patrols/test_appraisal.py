"""What inspections and ratings say about one person, side by side and weighed (DB23-4.2, DB23-5.3)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.oversight.evaluation.actions import rate
from bangban.oversight.evaluation.models import Rating
from bangban.oversight.evaluation.options import install_options
from bangban.oversight.patrols import actions, reads
from bangban.oversight.patrols.rules import share, weighed
from bangban.registry.catalog.models.items import Item
from bangban.registry.org import actions as org
from bangban.registry.org.models import Staff
from bangban.registry.org.reads import actor_of
from tests.cast import Cast
from tests.oversight.patrols.test_patrols import ticks
from tests.services.cases.steps import closed

TODAY = date(2026, 11, 18)


def inspected(inspector: Actor, staff_id: int, *failed: str) -> None:
    patrol = actions.start_patrol(inspector)
    actions.check_staff(patrol.number, inspector, staff_id, ticks(*failed), window="5号窗口")
    actions.finish_patrol(patrol.number, inspector)


def rated(city: Cast, item: Item, grade: str, *options: str) -> str:
    number, citizen = closed(city, item)
    rate(citizen, number, grade, options)
    return number


@pytest.mark.clause("DB23-4.2")
def test_a_poor_attitude_rating_stands_beside_the_inspection_result(city: Cast, item: Item, inspector: Actor) -> None:
    install_options()
    assert city.specialist.staff_id is not None
    inspected(inspector, city.specialist.staff_id, "badge")
    poor = rated(city, item, "dissatisfied", "214", "213")
    rated(city, item, "satisfied", "413")
    rated(city, item, "very_dissatisfied", "110")
    found = reads.appraisal(city.manager, city.specialist.staff_id, TODAY)
    assert (found.patrols, found.inspection) == (1, 90.0)
    assert [(one.label, one.note, one.window) for one in found.failures] == [
        ("佩戴工作标识、胸牌", "没有穿工装", "5号窗口")
    ]
    assert (found.ratings, found.attitude_count, found.attitude) == (3, 2, 50.0)
    assert found.attitude_said == {"服务态度较好": 1, "服务态度生硬": 1}
    assert [(one.number, one.said, one.rectified) for one in found.poor] == [(poor, ("服务态度生硬",), False)]
    (row,) = reads.staff_overview(city.manager, TODAY, TODAY)
    assert (row.id, row.failed, row.poor) == (city.specialist.staff_id, 1, 1)


@pytest.mark.clause("DB23-5.3")
def test_the_appraisal_uses_the_weight_that_management_set_and_says_who_set_it(
    city: Cast, item: Item, inspector: Actor
) -> None:
    install_options()
    assert city.specialist.staff_id is not None
    inspected(inspector, city.specialist.staff_id, "badge")
    rated(city, item, "dissatisfied", "214")
    assert reads.appraisal(city.manager, city.specialist.staff_id, TODAY).total == 45.0
    actions.set_weight(city.manager, city.center.id, 80, "第46周例会")
    found = reads.appraisal(inspector, city.specialist.staff_id, TODAY)
    assert (found.total, found.weight.percent, found.weight.set_by, found.weight.reason) == (
        72.0,
        80,
        "梁管理",
        "第46周例会",
    )
    assert [one.percent for one in reads.weights_of(city.center.id)] == [80]


def test_only_management_of_this_place_sets_the_weight(city: Cast, inspector: Actor) -> None:
    district = actor_of(org.save_staff(org.NewStaff("yxm", "越管", "yx", ("hall_manager",))).account)
    for actor, body in ((inspector, city.center.id), (city.guide, city.center.id), (district, city.center.id)):
        with pytest.raises(NotYours):
            actions.set_weight(actor, body, 50, "理由")
    with pytest.raises(Incomplete) as refusal:
        actions.set_weight(city.manager, city.center.id, 101, " ")
    assert set(refusal.value.details["fields"]) == {"percent", "reason"}


def test_ratings_that_do_not_count_and_days_outside_are_left_out(city: Cast, item: Item, inspector: Actor) -> None:
    install_options()
    assert city.specialist.staff_id is not None
    rated(city, item, "dissatisfied", "214")
    Rating.objects.update(is_excluded=True)
    inspected(inspector, city.specialist.staff_id)
    found = reads.appraisal(city.manager, city.specialist.staff_id, TODAY)
    assert (found.attitude, found.total, found.poor) == (None, 100.0, ())
    assert reads.appraisal(city.manager, city.specialist.staff_id, date(2027, 6, 1)).total is None


def test_colleagues_and_other_houses_do_not_read_it(city: Cast, clerk: Staff) -> None:
    for stranger in (city.guide, city.stranger, city.adviser):
        with pytest.raises(NotYours):
            reads.appraisal(stranger, clerk.id, TODAY)
    with pytest.raises(NotYours):
        reads.appraisal(city.manager, 999_999, TODAY)


@given(inspection=st.none() | st.floats(0, 100), attitude=st.none() | st.floats(0, 100), percent=st.integers(0, 100))
def test_the_total_lies_between_its_parts(inspection: float | None, attitude: float | None, percent: int) -> None:
    total = weighed(inspection, attitude, percent)
    parts = [part for part in (inspection, attitude) if part is not None]
    assert (total is None) == (not parts)
    if total is not None:
        assert min(parts) - 1e-9 <= total <= max(parts) + 1e-9


def test_nothing_counted_is_no_share() -> None:
    assert share(0, 0) is None and share(1, 4) == 25.0
