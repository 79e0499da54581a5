"""The small hall, and browsers of its staff."""

from tests.surfaces.desk.conftest import _quick_hashes, desk
from tests.surfaces.hall.staffed import hall

__all__ = ["_quick_hashes", "desk", "hall"]
