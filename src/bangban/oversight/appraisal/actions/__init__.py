"""All writes of appraisal."""

from bangban.oversight.appraisal.actions.appraising import (
    answer,
    approve,
    consult,
    correct,
    draft,
    object_to,
    publish,
    set_circle,
)
from bangban.oversight.appraisal.actions.counting import count_asked, recount
from bangban.oversight.appraisal.actions.improving import (
    cancel_plan,
    finish_plan,
    hold_review,
    open_plan,
    open_review,
    report_progress,
    warn_late,
)
from bangban.oversight.appraisal.actions.sampling import draw, score, set_aside
from bangban.oversight.appraisal.actions.sheets import ask_sheet, count_sheets, keep_sheets
from bangban.oversight.appraisal.actions.surveying import import_survey, withdraw_survey
from bangban.oversight.appraisal.schemes import set_scheme

__all__ = [
    "answer", "approve", "ask_sheet", "cancel_plan", "consult", "correct", "count_asked", "count_sheets", "draft", "draw",
    "finish_plan", "hold_review", "import_survey", "keep_sheets", "object_to", "open_plan", "open_review", "publish",
    "recount", "report_progress", "score", "set_aside", "set_circle", "set_scheme", "warn_late", "withdraw_survey",
]  # fmt: skip
