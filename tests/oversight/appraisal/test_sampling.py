"""Calls for quality checks: drawn, never chosen; scored by somebody else (GB33358-4.3.2)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.flows.flow import FlowError, Incomplete, NotAllowed, NotYours
from bangban.oversight.appraisal import actions, reads
from bangban.oversight.appraisal.drawing import drawn
from bangban.oversight.appraisal.models import Check, Sampling
from bangban.oversight.appraisal.terms import CRITERIA
from bangban.services.hotline.models import WorkOrder
from tests.hotline import Hotline, registered_order
from tests.oversight.appraisal.months import FIRST, LAST, drafted, next_month

pytestmark = pytest.mark.django_db
GOOD = dict.fromkeys(CRITERIA, 5)


@pytest.fixture
def sampling(line: Hotline) -> Sampling:
    for _ in range(4):
        registered_order(line)
    next_month()
    return actions.draw(SYSTEM, line.center.id, FIRST, LAST, 2)


@pytest.mark.clause("GB33358-4.3.2-c")
def test_the_draw_is_the_same_for_everybody_and_whatever_happens_afterwards(line: Hotline, sampling: Sampling) -> None:
    rows = set(sampling.checks.values_list("order_id", "agent_id"))
    assert len(rows) == 2
    assert set(drawn(line.center.id, FIRST, LAST, 2, sampling.seed)) == rows
    WorkOrder.objects.update(state="withdrawn")
    assert set(drawn(line.center.id, FIRST, LAST, 2, sampling.seed)) == rows
    assert actions.draw(line.inspector, line.center.id, FIRST, LAST, 4).id == sampling.id
    others = {tuple(sorted(drawn(line.center.id, FIRST, LAST, 2, str(seed)))) for seed in range(20)}
    assert len(others) > 1


def test_an_agent_neither_draws_nor_sees_nor_scores(line: Hotline, sampling: Sampling) -> None:
    row = sampling.checks.first()
    assert row is not None
    with pytest.raises(NotYours):
        actions.draw(line.agent, line.center.id, FIRST, LAST, 1)
    with pytest.raises(NotYours):
        reads.samplings(line.agent)
    with pytest.raises(FlowError):
        actions.score(line.agent, sampling.number, str(row.id), GOOD)
    both = replace(line.inspector, duties=frozenset({"quality_inspector", "hotline_agent"}))
    with pytest.raises(FlowError):
        actions.score(both, sampling.number, str(row.id), GOOD)


@pytest.mark.clause("GB33358-4.3.2-e")
@pytest.mark.clause("GB33358-4.3.2-c")
def test_each_call_is_scored_on_four_criteria_and_averaged_per_agent(line: Hotline, sampling: Sampling) -> None:
    first, second = sampling.checks.order_by("id")
    for name in CRITERIA:
        for wrong in (None, 0, 6):
            with pytest.raises(Incomplete) as refused:
                actions.score(line.inspector, sampling.number, str(first.id), {**GOOD, name: wrong})  # type: ignore[dict-item]
            assert list(refused.value.details["fields"]) == [name]
    actions.score(line.inspector, sampling.number, str(first.id), GOOD, "记录完整")
    with pytest.raises(NotAllowed, match="已经评过"):
        actions.score(line.inspector, sampling.number, str(first.id), GOOD)
    actions.score(
        line.inspector, sampling.number, str(second.id), {"accuracy": 3, "phrases": 4, "speed": 2, "attitude": 3}
    )
    (mean,) = reads.averages(line.inspector, sampling.number)
    assert (mean.calls, mean.accuracy, mean.phrases, mean.speed, mean.attitude) == (2, 4.0, 4.5, 3.5, 4.0)
    assert mean.percent == pytest.approx(80)
    assert Sampling.objects.get(id=sampling.id).state == "done"
    sheet = reads.one_appraisal(line.manager, drafted(line).number).agents[0]
    assert sheet.cell("quality").text == "80.0%"


def test_what_cannot_be_scored_is_set_aside_with_a_reason_and_counts_nowhere(line: Hotline, sampling: Sampling) -> None:
    first, second = sampling.checks.order_by("id")
    with pytest.raises(Incomplete):
        actions.set_aside(line.inspector, sampling.number, str(first.id), " ")
    actions.set_aside(line.inspector, sampling.number, str(first.id), "录音缺失")
    actions.score(line.inspector, sampling.number, str(second.id), GOOD)
    assert reads.averages(line.inspector, sampling.number)[0].calls == 1


def test_the_inspector_is_never_the_agent(line: Hotline, sampling: Sampling) -> None:
    row = sampling.checks.first()
    assert row is not None
    own = replace(line.inspector, staff_id=row.agent_id)
    with pytest.raises(NotAllowed, match="自己"):
        actions.score(own, sampling.number, str(row.id), GOOD)
    with pytest.raises(IntegrityError), transaction.atomic():
        Check.objects.filter(id=row.id).update(inspector_id=row.agent_id)


def test_nonsense_ids_and_days_are_answered_with_a_sentence(line: Hotline, sampling: Sampling) -> None:
    for wrong in ("", "x", str(sampling.id)):
        with pytest.raises(NotYours):
            actions.score(line.inspector, sampling.number, wrong, GOOD)
    with pytest.raises(Incomplete):
        actions.draw(line.inspector, line.center.id, LAST, FIRST, 2)
    with pytest.raises(Incomplete):
        actions.draw(line.inspector, line.center.id, FIRST.replace(month=10), FIRST.replace(month=10), 0)
