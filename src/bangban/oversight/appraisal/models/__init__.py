"""Tables of appraisal."""

from bangban.oversight.appraisal.models.appraisals import Appraisal, Objection, Scheme, ScoreRow
from bangban.oversight.appraisal.models.improving import EvaluationSheet, Plan, Progress, Review
from bangban.oversight.appraisal.models.sampling import Check, Sampling
from bangban.oversight.appraisal.models.surveys import Survey, SurveyAnswer

__all__ = [
    "Appraisal", "Check", "EvaluationSheet", "Objection", "Plan", "Progress", "Review", "Sampling", "Scheme", "ScoreRow", "Survey",
    "SurveyAnswer",
]  # fmt: skip
