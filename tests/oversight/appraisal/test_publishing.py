"""Publishing to whom: a manager chooses, everybody reads only what is public, and nobody is told from a figure."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.models import Event
from bangban.oversight.appraisal import actions, reads
from bangban.oversight.appraisal.models import Appraisal, ScoreRow
from bangban.oversight.appraisal.terms import Circle
from tests.hotline import Hotline
from tests.oversight.appraisal.months import drafted, judged, next_month

pytestmark = pytest.mark.django_db
PAIR = {code: [24, 6] for code in ("attitude", "efficiency", "process", "result")}
RATES = {"responded": [6, 6], "solved": [5, 6], "satisfied": [3, 6]}


def published(line: Hotline, circle: str = Circle.PUBLIC) -> str:
    """November, through all steps."""
    judged(line)
    number = drafted(line).number
    actions.consult(line.manager, number)
    next_month(day=20)
    actions.approve(line.manager, number)
    actions.publish(line.manager, number, circle)
    return number


def earlier(line: Hotline, months: int, **changes: object) -> Appraisal:
    """One more that was published so many months before, with a row of each unit."""
    at = now() - timedelta(days=30 * months)
    made = Appraisal.objects.create(
        **{
            "number": f"KH-{months}", "state": "published", "center": line.center, "period": "month",
            "first": date(2020, 1, 1) + timedelta(days=31 * months), "last": date(2020, 1, 31) + timedelta(days=31 * months),
            "counted_at": at, "weights": {"responded": 30, "solved": 35, "satisfied": 35}, "agent_weights": {},
            "approved_by_id": line.manager.staff_id, "approved_at": at, "published_at": at, "circle": "public",
            "created_at": at, "updated_at": at, **changes,
        }
    )  # fmt: skip
    for unit in line.units:
        ScoreRow.objects.create(
            appraisal=made, unit=unit, figures={**PAIR, **RATES, "on_time": [4, 4], "completed": [4, 0]}, score=80.5
        )
    ScoreRow.objects.create(appraisal=made, staff_id=line.agent.staff_id, figures={"satisfied": [6, 6]}, score=100)
    return made


@pytest.mark.clause("GB33358-6.1")
def test_everybody_reads_an_appraisal_once_it_is_published_to_the_public_and_not_a_step_before(line: Hotline) -> None:
    judged(line)
    number = drafted(line).number

    def hidden() -> bool:
        with pytest.raises(NotYours):
            reads.public_appraisal(number)
        return reads.public_page().rows == ()

    for state in ("counting", "failed", "drafted"):
        Appraisal.objects.update(state=state)
        assert hidden(), state
    actions.consult(line.manager, number)
    made = actions.object_to(line.builder, number, "有一件不属于本单位")
    assert hidden()
    actions.answer(line.manager, number, str(made.id), False, "经核实无误")
    next_month(day=20)
    actions.approve(line.manager, number)
    assert hidden()
    for wrong in ("", "everybody", "PUBLIC"):
        with pytest.raises(Incomplete):
            actions.publish(line.manager, number, wrong)
    actions.publish(line.manager, number)
    assert Appraisal.objects.get().circle == Circle.INTERNAL and hidden()
    for stranger in (line.builder, line.agent, line.outsider):
        with pytest.raises((NotYours, NotAllowed)):
            actions.set_circle(stranger, number, "public", "公开")
    with pytest.raises(Incomplete, match="调整理由"):
        actions.set_circle(line.manager, number, "public", " ")
    actions.set_circle(line.manager, number, "public", "按年度计划公开")
    shown = reads.public_appraisal(number.lower())
    assert (shown.line.number, shown.line.center) == (number, line.center.name)
    assert [one.number for one in reads.public_page().rows] == [number]
    assert Event.objects.get(kind="appraisal.set_circle").data["reason"] == "按年度计划公开"
    with pytest.raises(Incomplete, match="已经是"):
        actions.set_circle(line.manager, number, "public", "再公开")
    actions.set_circle(line.manager, number, "internal", "数字有误，撤下")
    assert hidden()
    assert reads.one_appraisal(line.builder, number).units


@pytest.mark.clause("GB33358-6.1")
def test_a_figure_of_fewer_than_five_is_not_told_and_neither_is_a_score_that_rests_on_it(line: Hotline) -> None:
    made = earlier(line, 1)
    row = ScoreRow.objects.get(appraisal=made, unit=line.building_unit)
    row.figures = {**row.figures, "attitude": [20, 4], "process": [0, 0], "solved": [4, 4]}
    row.corrected, row.correction = {"result": [20, 4]}, "有一件不属于本单位"
    row.save()
    units = {one.code: one for one in reads.public_appraisal(made.number).units}
    shown = {one.figure.code: (one.text, one.amount) for one in units["zjj"].figures}
    assert shown["attitude"] == shown["result"] == shown["solved"] == shown["on_time"] == ("不公布", None)
    assert shown["process"] == ("未评价", None)
    assert shown["efficiency"] == ("4.00", 4.0) and shown["satisfied"] == ("50.0%", 50.0)
    assert {"returned", "supervised", "completed"}.isdisjoint(shown)
    assert units["zjj"].score is None
    assert units["jtj"].score == 80.5


def test_units_stand_in_the_order_of_the_register_whatever_their_score(line: Hotline) -> None:
    made = earlier(line, 1)
    for score, best in ((90, line.building_unit), (10, line.roads_unit)):
        ScoreRow.objects.filter(unit=best).update(score=score, rank=1 if score == 90 else 2)
    assert [one.code for one in reads.public_appraisal(made.number).units] == ["jtj", "zjj"]


def test_pages_go_on_from_a_mark_and_take_one_query_however_long(line: Hotline) -> None:
    for months in range(1, 8):
        earlier(line, months)
    same = Appraisal.objects.get(number="KH-3").published_at
    Appraisal.objects.filter(number="KH-4").update(published_at=same)
    earlier(line, 9, circle="internal")
    seen: list[str] = []
    mark = ""
    while True:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            found = reads.public_page(after=mark, limit=2)
        assert len(asked) == 1
        seen += [one.number for one in found.rows]
        mark = found.after
        if not mark:
            break
    assert len(seen) == len(set(seen)) == 7
    assert seen[:2] == ["KH-1", "KH-2"] and set(seen[2:4]) == {"KH-3", "KH-4"} and seen[4:] == ["KH-5", "KH-6", "KH-7"]
    assert reads.public_page(hotline="hl", limit=2).rows and not reads.public_page(hotline="elsewhere").rows
    with CaptureQueriesContext(connection) as asked:
        reads.public_appraisal("KH-1")
    assert len(asked) == 2
