"""What other rooms learn from orders."""

from __future__ import annotations

from datetime import timedelta

from bangban.foundation.clocks.moment import now
from bangban.services.hotline.reads.learning import labelled
from bangban.services.hotline.reads.told import told
from tests.hotline import NOISE, Hotline, registered_order
from tests.services.hotline import ways


def test_orders_that_a_unit_took_on_teach_class_unit_and_region(line: Hotline) -> None:
    registered_order(line)
    ways.dispatched(line)
    ways.handled(line)
    (example,) = labelled()
    assert example[1:] == (NOISE, line.building_unit.id, "440104000000")
    assert example.text == "夜间施工扰民\n工地连续施工，打桩声很大\n要求夜间停止施工"
    assert not list(labelled(now() + timedelta(minutes=1)))


def test_what_an_order_tells_is_read_whole(line: Hotline) -> None:
    order = registered_order(line, latitude=23.1, longitude=113.2)
    read = told(order.number)
    assert read is not None
    assert (read.title, read.place, read.category, read.kind) == (
        "夜间施工扰民",
        "幸福路12号门口",
        NOISE,
        "help_request",
    )
    assert "打桩声很大" in read.text
    assert (read.latitude, read.confidential, read.phone_index) == (23.1, None, bytes(order.phone_index or b""))
    assert told("GD0") is None
