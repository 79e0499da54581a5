"""All queries of holdings, returning plain objects."""

from bangban.oversight.holdings.reads.equipment import (
    EquipmentView,
    RestoreLine,
    equipment_page,
    equipment_view,
    restores,
)
from bangban.oversight.holdings.reads.regulations import (
    RegulationView,
    in_force,
    regulation_page,
    regulation_view,
)

__all__ = [
    "EquipmentView",
    "RegulationView",
    "RestoreLine",
    "equipment_page",
    "equipment_view",
    "in_force",
    "regulation_page",
    "regulation_view",
    "restores",
]
