"""The consultation desk of the city's centre with two people at it, the manager of the hall, and a colleague elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bangban.foundation.access.actors import Actor
from bangban.registry.org import reads as org
from tests.cast import Cast, add_staff


@dataclass
class Counter:
    """Everybody at the desk."""

    guide: Actor
    clerk: Actor
    hall_manager: Actor
    elsewhere: Actor
    city: Cast

    @property
    def body_id(self) -> int:
        """The hall."""
        return self.city.center.id


@pytest.fixture
def counter(city: Cast) -> Counter:
    """A desk on a working morning."""
    org.forget()
    return Counter(
        guide=add_staff("counter1", "王慧敏", "gz", "hall_guide"),
        clerk=add_staff("counter2", "李窗口", "gz", "window_clerk"),
        hall_manager=add_staff("counter3", "赵值班", "gz", "hall_manager"),
        elsewhere=add_staff("counter4", "外单位", "yx", "hall_guide"),
        city=city,
    )
