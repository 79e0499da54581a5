"""What callers are told after the commit: once, by their own channel, without anybody's data."""

from __future__ import annotations

import pytest

from bangban.foundation.jobs.following import catch_up, stuck
from bangban.foundation.notify.models import Delivery
from bangban.services.hotline.actions import handling, merging, visiting
from tests.hotline import PHONE, Hotline, registered_order
from tests.services.hotline.ways import as_if_committed, completed, dispatched, handled, later, visited


def _told(number: str) -> list[str]:
    as_if_committed()
    catch_up()
    assert stuck() == []
    rows = Delivery.objects.filter(number=number).exclude(purpose="order_unit").order_by("created_at", "id")
    return [one.text for one in rows if one.address == PHONE]


def test_the_caller_hears_of_dispatch_and_completion_once(line: Hotline) -> None:
    number = completed(line)
    texts = _told(number)
    assert sum("已转交广州市住房和城乡建设局" in text for text in texts) == 1
    assert sum("请对办理过程和结果作出评价" in text for text in texts) == 1
    assert all(number in text for text in texts)
    assert _told(number) == texts


@pytest.mark.clause("GB33358-5.1.2.6")
def test_no_message_to_a_unit_names_the_caller_or_shows_the_number(line: Hotline) -> None:
    number = visited(line, False, False, assisting=True)
    visiting.redo(line.visitor, number, "夜间仍在施工", 3)
    other = registered_order(line).number
    merging.merge(line.agent, other, dispatched(line))
    handled(line)
    _told(number)
    units = list(Delivery.objects.filter(purpose="order_unit"))
    assert len(units) > 4
    for one in units:
        assert PHONE not in one.text + one.chain
        assert "李四" not in one.text
        assert one.address != PHONE


def test_a_caller_without_any_way_to_be_written_to_is_left_in_peace(line: Hotline) -> None:
    number = handled(line, contact_phone="02088886666")
    with pytest.raises(Exception, match="没有手机号码，请改用电话"):
        handling.reply(line.builder, number, "sms", "已处理")
    assert _told(number) == []
    later(hours=1)
