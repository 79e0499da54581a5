"""All writes of the knowledge base."""

from bangban.registry.knowledge.actions.candidates import (
    answer_candidate,
    dismiss_candidate,
    draft_candidate,
    note_gap,
)
from bangban.registry.knowledge.actions.entries import (
    confirm_entry,
    create_entry,
    edit_entry,
    expire_entries,
    flag_entries,
    publish_entry,
    send_back_entry,
    submit_entry,
    withdraw_entry,
)
from bangban.registry.knowledge.actions.feedback import answer_report, confirm_read, count_use, rate_entry, report_error
from bangban.registry.knowledge.actions.imports import import_knowledge
from bangban.registry.knowledge.actions.wording import retire_path, retire_phrase, save_path, save_phrase

__all__ = [
    "answer_candidate",
    "answer_report",
    "confirm_entry",
    "confirm_read",
    "count_use",
    "create_entry",
    "dismiss_candidate",
    "draft_candidate",
    "edit_entry",
    "expire_entries",
    "flag_entries",
    "import_knowledge",
    "note_gap",
    "publish_entry",
    "rate_entry",
    "report_error",
    "retire_path",
    "retire_phrase",
    "save_path",
    "save_phrase",
    "send_back_entry",
    "submit_entry",
    "withdraw_entry",
]
