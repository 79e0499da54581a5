"""All queries of appraisal."""

from bangban.oversight.appraisal.reads.appraisals import appraisal_page, one_appraisal, surveys
from bangban.oversight.appraisal.reads.improving import one_plan, one_review, plan_page, reviews, sheet
from bangban.oversight.appraisal.reads.public import public_appraisal, public_page
from bangban.oversight.appraisal.reads.sampling import averages, check_page, one_check, one_sampling, samplings

__all__ = [
    "appraisal_page", "averages", "check_page", "one_appraisal", "one_check", "one_plan", "one_review", "one_sampling",
    "plan_page", "public_appraisal", "public_page", "reviews", "samplings", "sheet", "surveys",
]  # fmt: skip
