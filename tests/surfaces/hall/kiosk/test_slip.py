"""The slip of 80 mm, at the kiosk and at the guidance desk."""

from __future__ import annotations

import pytest

from tests.hall import Hall
from tests.surfaces.hall.kiosk.conftest import Machine
from tests.surfaces.portal.browser import Browser


@pytest.mark.clause("DB23-6.3.2-a", "DB23-6.3.2-b")
def test_the_slip_shows_number_class_ahead_wait_and_area(house: Hall, phone: Browser) -> None:
    house.ticket()
    issued = house.ticket(flags=("elderly",))
    page = phone.open(f"/hall/slip/{issued.ticket.number}/{issued.code}/")
    for words in ("A002", "社保医保", "前面 0 人", "暂无窗口开放，请咨询引导台", "1层 西侧等候区", "优先：", "老年人"):
        assert words in page
    assert "叫号 3 次没有到为过号；30 分钟内可以重新排队一次。" in page and "data:image/svg+xml" in page
    assert "data-print" not in page.split("<body", 1)[1].split(">", 1)[0]
    assert "data-print" in phone.open(f"/hall/slip/{issued.ticket.number}/{issued.code}/?print=1")


def test_number_and_code_belong_together(house: Hall, phone: Browser, kiosk: Machine) -> None:
    one, other = house.ticket(), house.ticket()
    assert phone.get(f"/hall/slip/{one.ticket.number}/{other.code}/").status_code == 404
    kiosk.see(f"/hall/kiosk/ticket/{one.ticket.number}/{other.code}", 404)


def test_the_kiosk_prints_only_where_a_printer_stands(house: Hall, kiosk: Machine) -> None:
    issued = house.ticket()
    address = f"/hall/kiosk/ticket/{issued.ticket.number}/{issued.code}"
    page = kiosk.see(address)
    assert "data-print" not in page and "请用手机扫下面的码" in page
    kiosk.cookies["bangban_kiosk"] = "kiosk.printer"
    page = kiosk.see(address)
    assert "data-print" in page and "请取走小票" in page
