"""Tables of patrols."""

from bangban.oversight.patrols.models.checklists import Checklist, ChecklistLine
from bangban.oversight.patrols.models.patrols import Patrol, Result
from bangban.oversight.patrols.models.weights import PatrolWeight

__all__ = ["Checklist", "ChecklistLine", "Patrol", "PatrolWeight", "Result"]
