"""Tables of holdings."""

from bangban.oversight.holdings.models.equipment import Equipment, EquipmentCheck
from bangban.oversight.holdings.models.regulations import Regulation, Revision

__all__ = ["Equipment", "EquipmentCheck", "Regulation", "Revision"]
