"""Everything that can be asked about cases; plain objects leave, models stay."""

from bangban.services.cases.reads.found import get_case, may_follow
from bangban.services.cases.reads.lists import BOXES, box_counts, list_cases, my_cases, other_cases_of_user
from bangban.services.cases.reads.one import CaseView, case_view, public_progress
from bangban.services.cases.reads.rows import Row
from bangban.services.cases.reads.story import Happening, timeline
from bangban.services.cases.reads.waiting import Waiting

__all__ = [
    "BOXES",
    "CaseView",
    "Happening",
    "Row",
    "Waiting",
    "box_counts",
    "case_view",
    "get_case",
    "list_cases",
    "may_follow",
    "my_cases",
    "other_cases_of_user",
    "public_progress",
    "timeline",
]
