"""All writes of the matters room."""

from bangban.services.matters.actions.gathering import take_in
from bangban.services.matters.actions.handling import (
    add_order,
    close,
    confirm,
    dismiss,
    merge,
    remove_order,
    rename,
    set_threshold,
    split,
)
from bangban.services.matters.actions.leaving import keep_apart, keep_together, leave
from bangban.services.matters.actions.nightly import count_terms, drop_old, fade, regroup
from bangban.services.matters.actions.remembering import forget, remember, remember_anew

__all__ = [
    "add_order",
    "close",
    "confirm",
    "count_terms",
    "dismiss",
    "drop_old",
    "fade",
    "forget",
    "keep_apart",
    "keep_together",
    "leave",
    "merge",
    "regroup",
    "remember",
    "remember_anew",
    "remove_order",
    "rename",
    "set_threshold",
    "split",
    "take_in",
]
