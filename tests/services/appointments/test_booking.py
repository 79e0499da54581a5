from __future__ import annotations

import pytest

from tests.services.appointments.conftest import TOMORROW, Book


def test_smoke(book: Book) -> None:
    slot = book.slot(TOMORROW, "10:00")
    assert slot.free == 3
    booked = book.book(slot)
    assert booked.appointment.number.startswith("YY")
    assert book.slot(TOMORROW, "10:00").free == 2
