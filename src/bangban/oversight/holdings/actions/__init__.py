"""All writes of holdings."""

from bangban.oversight.holdings.actions.equipment import (
    NewEquipment,
    change_equipment,
    check_equipment,
    register_equipment,
    retire_equipment,
)
from bangban.oversight.holdings.actions.regulations import (
    NewRegulation,
    abolish_regulation,
    register_regulation,
    review_regulation,
    revise_regulation,
)
from bangban.oversight.holdings.actions.reminding import remind

__all__ = [
    "NewEquipment",
    "NewRegulation",
    "abolish_regulation",
    "change_equipment",
    "check_equipment",
    "register_equipment",
    "register_regulation",
    "remind",
    "retire_equipment",
    "review_regulation",
    "revise_regulation",
]
