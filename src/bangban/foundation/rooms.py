"""What every room shares as a Django app: its reactions are loaded when the house opens."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class Room(AppConfig):
    """A room of the house; its `flow` and `reactions` modules register themselves on import."""

    default = False

    def ready(self) -> None:
        """Load the pieces of furniture that speak up by themselves."""
        for piece in ("flow", "reactions"):
            if find_spec(f"{self.name}.{piece}"):
                import_module(f"{self.name}.{piece}")
