"""All queries of patrols, returning plain objects."""

from bangban.oversight.patrols.reads.appraisal import StaffAppraisal, appraisal, staff_overview, weight_of, weights_of
from bangban.oversight.patrols.reads.checklists import ChecklistView, LineView, in_force, lines_of
from bangban.oversight.patrols.reads.patrols import PatrolView, last_site_check, patrol_page, patrol_view, staff_sheet

__all__ = [
    "ChecklistView",
    "LineView",
    "PatrolView",
    "StaffAppraisal",
    "appraisal",
    "in_force",
    "last_site_check",
    "lines_of",
    "patrol_page",
    "patrol_view",
    "staff_overview",
    "staff_sheet",
    "weight_of",
    "weights_of",
]
