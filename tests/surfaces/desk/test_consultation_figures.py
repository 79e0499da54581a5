"""Questions at the counter stand beside those online on the page of figures (DB23-6.4.1-a)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bangban.foundation.clocks.moment import now
from bangban.services.counter.actions import NewInquiry, log_inquiry
from tests.cast import Cast, add_staff
from tests.surfaces.api.caller import opened
from tests.surfaces.desk.conftest import Desk


@pytest.mark.clause("DB23-6.4.1-a", "DB23-6.4.3-a")
def test_counter_and_online_are_two_columns_of_one_page(city: Cast, desk: Desk) -> None:
    guide = add_staff("counter1", "王慧敏", "gz", "hall_guide")
    log_inquiry(guide, NewInquiry(answered=True, topic="where"))
    log_inquiry(guide, NewInquiry(answered=True, topic="fee", channel="phone"))
    log_inquiry(guide, NewInquiry(answered=False, topic="policy", question="能否申领", name="李明", phone="13800001234",
                                  agreed_at=now() + timedelta(hours=3)))  # fmt: skip
    opened()
    client = desk(city.manager)
    page = client.get("/desk/statistics").content.decode()
    tiles = dict(re.findall(r'stat__label">([^<]+)</p>\s*<p class="stat__value num">([^<]+)', page))
    assert (tiles["窗口咨询"], tiles["线上咨询"], tiles["约定答复"]) == ("3", "1", "1")
    assert tiles["当场答复"].startswith("66.7")
    assert "每日窗口咨询" in page
    assert "现场 2，电话 1" in page
    lines = client.get("/desk/statistics/consultations.csv").content.decode().splitlines()
    assert lines[0].lstrip("\ufeff").startswith("日期,窗口咨询,现场,电话,当场答复,约定答复,超过约定时间,线上咨询,合计")
    assert lines[-1].endswith(",3,2,1,2,1,0,1,4")
