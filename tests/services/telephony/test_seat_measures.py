"""A seat has 3 m² and half a metre to a metre to the next; what has not is flagged."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bangban.foundation.flows.flow import Incomplete
from bangban.services.telephony.actions import set_up_seat
from bangban.services.telephony.models import Seat
from bangban.services.telephony.seating import flaws
from tests.services.telephony.cast import Hotline


@pytest.mark.clause("GB33358-4.2.3-a")
@pytest.mark.parametrize(
    ("area", "spacing", "said"),
    [
        ("3", "0.5", []),
        ("3.2", "1", []),
        ("2.5", "0.8", ["面积不足3平方米"]),
        ("2.99", "0.49", ["面积不足3平方米", "前后间距不足0.5米"]),
        ("4", "1.01", ["前后间距超过1米"]),
        (None, None, []),
    ],
)
def test_measures_outside_the_standard_are_named(area: str | None, spacing: str | None, said: list[str]) -> None:
    assert flaws(area and Decimal(area), spacing and Decimal(spacing)) == said  # type: ignore[arg-type]


@pytest.mark.clause("GB33358-4.2.3-a")
def test_a_manager_keeps_measures_and_disabling_a_seat_does_not_lose_them(hotline: Hotline) -> None:
    set_up_seat(hotline.manager, "A1", square_metres=Decimal("2.5"), spacing_metres=Decimal("0.8"))
    set_up_seat(hotline.manager, "A1", active=False)
    seat = Seat.objects.get()
    assert (seat.square_metres, seat.spacing_metres, seat.active) == (Decimal("2.50"), Decimal("0.80"), False)
    assert flaws(seat.square_metres, seat.spacing_metres) == ["面积不足3平方米"]


@pytest.mark.parametrize("measure", ["0", "-1", "100", "NaN", "Infinity", "0.001"])
def test_what_no_seat_measures_is_refused(hotline: Hotline, measure: str) -> None:
    with pytest.raises(Incomplete) as refused:
        set_up_seat(hotline.manager, "A1", square_metres=Decimal(measure))
    assert set(refused.value.details["fields"]) == {"square_metres"}
