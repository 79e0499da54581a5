"""The statistics officer and the manager at their desks."""

from __future__ import annotations

from tests.oversight.reports.conftest import _own_documents, busy, line, reader
from tests.surfaces.desk.conftest import _quick_hashes, desk

__all__ = ["_own_documents", "_quick_hashes", "busy", "desk", "line", "reader"]
