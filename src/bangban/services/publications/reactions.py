"""Loads the recurring work of this room when the house opens."""

from __future__ import annotations

from bangban.services.publications import chores

__all__ = ["chores"]
