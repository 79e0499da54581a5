"""All writes of the catalogue."""

from bangban.registry.catalog.actions.counters import count_demand, count_download
from bangban.registry.catalog.actions.forms import attach_form
from bangban.registry.catalog.actions.imports import import_items
from bangban.registry.catalog.actions.items import (
    bring_into_effect,
    create_item,
    edit_item,
    publish_item,
    resume_item,
    send_back_item,
    set_places,
    submit_item,
    suspend_item,
    withdraw_item,
)
from bangban.registry.catalog.actions.navigation import save_life_event, save_section, save_theme
from bangban.registry.catalog.actions.service_lists import (
    NewLine,
    confirm_list,
    discard_list,
    draft_list,
    edit_list,
    publish_list,
    send_back_list,
    submit_list,
)

__all__ = [
    "NewLine",
    "attach_form",
    "bring_into_effect",
    "confirm_list",
    "count_demand",
    "count_download",
    "create_item",
    "discard_list",
    "draft_list",
    "edit_item",
    "edit_list",
    "import_items",
    "publish_item",
    "publish_list",
    "resume_item",
    "save_life_event",
    "save_section",
    "save_theme",
    "send_back_item",
    "send_back_list",
    "set_places",
    "submit_item",
    "submit_list",
    "suspend_item",
    "withdraw_item",
]
