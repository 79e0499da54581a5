"""Finding records of any kind by type and id."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.apps import apps

from bangban.foundation.ledger.models import Record


@lru_cache(maxsize=64)
def model_of(record_type: str) -> type[Record]:
    """Return the model of a record kind; LookupError for an unknown one."""
    for model in record_models():
        if model.record_type == record_type:
            return model
    raise LookupError(f"No record kind {record_type!r}.")


def record_models() -> list[type[Record]]:
    """Return every record kind of the house."""
    return [model for model in apps.get_models() if issubclass(model, Record)]


def lock_by_id(record_type: str, record_id: Any) -> Record | None:
    """Lock one record of any kind inside the running transaction."""
    return model_of(record_type)._default_manager.select_for_update().filter(id=record_id).first()
