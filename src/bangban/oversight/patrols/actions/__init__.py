"""All writes of patrols."""

from bangban.oversight.patrols.actions.checklists import NewLine, publish_checklist
from bangban.oversight.patrols.actions.patrolling import (
    cancel_patrol,
    check_site,
    check_staff,
    finish_patrol,
    start_patrol,
)
from bangban.oversight.patrols.actions.weights import set_weight

__all__ = [
    "NewLine",
    "cancel_patrol",
    "check_site",
    "check_staff",
    "finish_patrol",
    "publish_checklist",
    "set_weight",
    "start_patrol",
]
