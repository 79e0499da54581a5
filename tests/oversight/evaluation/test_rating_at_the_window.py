"""A visit to a window is rated once, at the device there or on the phone (DB23-8.1.1)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import NotAllowed, NotYours
from bangban.foundation.ledger.verify import verify
from bangban.oversight.evaluation.actions import rate
from bangban.oversight.evaluation.models import Rating, Rectification
from bangban.oversight.evaluation.options import install_options
from bangban.oversight.evaluation.reads import invitation_for, waiting_at_window
from bangban.registry.halls.models import DeviceKind
from bangban.services.queues import actions
from bangban.services.queues.actions import Issued
from tests.cast import Cast, guest
from tests.hall import Hall, machine, make_hall


@pytest.fixture
def hall(city: Cast) -> Hall:
    install_options()
    return make_hall(city)


def served(hall: Hall) -> Issued:
    issued = hall.ticket()
    clerk = hall.clerks[0]
    actions.open_window(clerk, hall.body_id, hall.windows[0].id)
    actions.call_next(clerk)
    actions.arrive(clerk, issued.ticket.number)
    actions.finish(clerk, issued.ticket.number, "accepted")
    return issued


@pytest.mark.clause("DB23-8.1.1")
def test_the_device_asks_about_the_service_that_has_just_ended_there(hall: Hall) -> None:
    issued = served(hall)
    asked = waiting_at_window(hall.windows[0].id)
    assert asked is not None and asked.number == issued.ticket.number
    assert waiting_at_window(hall.windows[1].id) is None
    rating = rate(hall.rater, issued.ticket.number, "very_dissatisfied", ["115"])
    assert (rating.staff_id, rating.unit_id, rating.is_default) == (hall.clerks[0].staff_id, hall.body_id, False)
    assert Rectification.objects.filter(rating=rating).exists()
    assert waiting_at_window(hall.windows[0].id) is None
    with pytest.raises(NotAllowed, match="已经评价过"):
        rate(guest(issued.code), issued.ticket.number, "satisfied")
    assert verify().broken == ()


def test_the_device_stops_asking_after_three_minutes_and_stores_nothing(hall: Hall) -> None:
    issued = served(hall)
    stand_at(now() + timedelta(minutes=3, seconds=1))
    assert waiting_at_window(hall.windows[0].id) is None
    assert not Rating.objects.exists()
    assert rate(guest(issued.code), issued.ticket.number, "satisfied").grade == "satisfied"


def test_while_the_next_person_is_served_nothing_is_asked(hall: Hall) -> None:
    served(hall)
    hall.ticket()
    following = actions.call_next(hall.clerks[0])
    assert following is not None
    assert waiting_at_window(hall.windows[0].id) is not None
    actions.arrive(hall.clerks[0], following.number)
    assert waiting_at_window(hall.windows[0].id) is None


def test_neither_staff_nor_strangers_nor_other_halls_rate(hall: Hall, city: Cast) -> None:
    number = served(hall).ticket.number
    with pytest.raises(NotAllowed):
        rate(hall.clerks[0], number, "very_satisfied")
    elsewhere = machine(city.district.id, "R9", DeviceKind.RATING)
    no_kind = Actor("device", "device:R1", "评价器R1", unit_id=hall.body_id)
    others = (hall.kiosk, machine(hall.body_id, "B1", DeviceKind.BOARD), no_kind, elsewhere)
    for stranger in (guest("other"), city.stranger, *others):
        with pytest.raises(NotYours):
            rate(stranger, number, "very_satisfied")
    with pytest.raises(NotYours):
        invitation_for(guest("x"), "??")
