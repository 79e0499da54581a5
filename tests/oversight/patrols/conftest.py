"""What patrols need: an inspector, a clerk, and the checklist of a new installation."""

from __future__ import annotations

import pytest

from bangban.foundation.access.actors import Actor
from bangban.oversight.patrols.defaults import install_checklist
from bangban.registry.org import actions as org
from bangban.registry.org.models import Staff
from bangban.registry.org.reads import actor_of
from tests.cast import Cast


@pytest.fixture
def inspector(city: Cast) -> Actor:
    """An inspector of the city's centre, with a checklist in force."""
    install_checklist()
    return actor_of(org.save_staff(org.NewStaff("inspector", "彭巡查", "gz", ("patrol_inspector",))).account)


@pytest.fixture
def clerk(city: Cast) -> Staff:
    """Somebody at a window of the centre."""
    return org.save_staff(org.NewStaff("clerk", "许窗口", "gz", ("window_clerk",)))
