"""Ratings."""

from __future__ import annotations

from bangban.oversight.evaluation.actions import rate
from bangban.surfaces.api.bodies import EvaluationIn, EvaluationOut
from bangban.surfaces.api.endpoint import Call, Reply


def evaluate(call: Call) -> Reply:
    """Rate a service once; a second rating is refused."""
    given: EvaluationIn = call.body
    rating = rate(call.actor, given.record, given.grade, given.options, given.text)
    return Reply(EvaluationOut(given.record, rating.round, rating.grade, list(rating.options)), 201)
