"""Everything that can be done in guidance and assistance; each is one deed on the case."""

from bangban.services.guidance.actions.checks import (
    conclude_checks,
    confirm_findings,
    review_finding,
    start_checks,
)
from bangban.services.guidance.actions.entries import send_entry, visit_entry
from bangban.services.guidance.actions.fields import Saved, save_field, save_fields
from bangban.services.guidance.actions.form import start_form, submit_draft
from bangban.services.guidance.actions.item_forms import set_item_form
from bangban.services.guidance.actions.materials import attach_material, save_answers, send_list, tick_material
from bangban.services.guidance.actions.reveals import reveal_field
from bangban.services.guidance.actions.suggestions import answer_suggestion, suggest_value

__all__ = [
    "Saved",
    "answer_suggestion",
    "attach_material",
    "conclude_checks",
    "confirm_findings",
    "reveal_field",
    "review_finding",
    "save_answers",
    "save_field",
    "save_fields",
    "send_entry",
    "send_list",
    "set_item_form",
    "start_checks",
    "start_form",
    "submit_draft",
    "suggest_value",
    "tick_material",
    "visit_entry",
]
