"""The small hall with its staff at their desks, for the tests of the hall's pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from bangban.foundation.clocks.moment import now, stand_at
from bangban.services.queues import actions
from bangban.services.queues.models import Ticket
from tests.cast import Cast
from tests.hall import Hall, make_hall


@pytest.fixture
def hall(city: Cast) -> Hall:
    """The small hall of the centre."""
    return make_hall(city)


def later(**amount: float) -> None:
    """Let time pass."""
    stand_at(now() + timedelta(**amount))


def opened(hall: Hall, number: int = 0) -> str:
    """Open a window with its clerk; returns the number of the session."""
    return actions.open_window(hall.clerks[number], hall.body_id, hall.windows[number].id).number


def called(hall: Hall, number: int = 0) -> Ticket:
    """Call the next ticket to a window."""
    ticket = actions.call_next(hall.clerks[number])
    assert ticket is not None
    return ticket


def text_of(client: Client, path: str, status: int = 200) -> str:
    """Open a page and return its words."""
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()
