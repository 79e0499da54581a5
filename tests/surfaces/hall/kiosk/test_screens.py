"""The other screens of the kiosk: switches, places, guides, calling staff, checking in."""

from __future__ import annotations

import pytest

from bangban.registry.catalog.models.items import Item
from bangban.registry.halls import actions as halls
from bangban.services.counter.actions import take_help
from bangban.services.counter.models import HelpRequest
from tests.cast import Cast
from tests.hall import Hall
from tests.surfaces.hall.kiosk.conftest import Machine


def test_the_first_screen_needs_no_sign_in_and_shows_who_waits(house: Hall, kiosk: Machine) -> None:
    house.ticket()
    page = kiosk.see("/hall/kiosk/")
    for words in ("取号", "预约取号", "找地方", "查事项", "叫工作人员", "不用登录", "社保医保", "1 人"):
        assert words in page
    assert "bangban_session" not in kiosk.cookies


@pytest.mark.clause("DB23-6.7.3")
@pytest.mark.parametrize(
    ("switch", "mark"),
    [
        ("elder", 'data-mode="elder"'),
        ("low", 'data-panel="low"'),
        ("voice", 'data-voice="on"'),
        ("en", '<html lang="en"'),
    ],
)
def test_a_switch_stays_for_this_person_and_ends_with_him(house: Hall, kiosk: Machine, switch: str, mark: str) -> None:
    assert mark not in kiosk.see("/hall/kiosk/take")
    answer = kiosk.press("/hall/kiosk/look", switch=switch, next="/hall/kiosk/take")
    assert (answer.status_code, answer["Location"]) == (303, "/hall/kiosk/take")
    assert mark in kiosk.see("/hall/kiosk/take") and mark in kiosk.see("/hall/kiosk/menu")
    assert mark not in kiosk.see("/hall/kiosk/")
    assert mark not in kiosk.see("/hall/kiosk/menu")


def test_a_quiet_hall_is_quiet_and_a_low_machine_low_for_everybody(house: Hall, kiosk: Machine) -> None:
    kiosk.cookies["bangban_kiosk"] = "kiosk.voice.low"
    page = kiosk.see("/hall/kiosk/")
    assert 'data-voice="on"' in page and 'data-panel="low"' in page


@pytest.mark.parametrize("switch", ["", "nothing", "__class__"])
def test_an_unknown_switch_changes_nothing(house: Hall, kiosk: Machine, switch: str) -> None:
    assert kiosk.press("/hall/kiosk/look", switch=switch, next="//elsewhere.example")["Location"] == "/hall/kiosk/menu"
    assert 'data-mode="standard"' in kiosk.see("/hall/kiosk/menu")


@pytest.mark.clause("DB23-6.3.2-c")
@pytest.mark.parametrize("said", ["洗手间", "厕所在哪里"])
def test_the_toilet_is_found_with_floor_and_way(house: Hall, kiosk: Machine, said: str) -> None:
    page = kiosk.see(f"/hall/kiosk/places?q={said}")
    found = page.split("k-floor", 1)[1]
    assert "洗手间" in found and "1层" in found and "等候区北侧尽头" in found and "3号窗口" not in found


@pytest.mark.clause("DB23-6.3.2-c")
def test_the_directory_names_windows_areas_and_places_floor_by_floor(house: Hall, kiosk: Machine) -> None:
    page = kiosk.see("/hall/kiosk/places")
    assert page.index("1层</h2>") < page.index("2层</h2>")
    for words in ("1号窗口", "西侧等候区", "乘扶梯到二层右转", "洗手间"):
        assert words in page
    assert "没有找到这个地方" in kiosk.see("/hall/kiosk/places?q=游泳池")


@pytest.mark.clause("DB23-6.3.2-d", "DB23-6.3.2-e")
def test_a_guide_is_read_with_step_help_and_leads_to_a_ticket(house: Hall, kiosk: Machine, item: Item) -> None:
    halls.save_class(house.body_id, "A", "社保医保", house.social.area, items=[item.id])
    found = kiosk.see("/hall/kiosk/items?q=失业保险金")
    assert "失业保险金申领" in found and "第一步" not in found and "叫工作人员" in found
    assert "第一步" in kiosk.see("/hall/kiosk/items")
    address = next(part for part in found.split('"') if part.startswith("/hall/kiosk/items/"))
    page = kiosk.see(address)
    for words in ("第二步", "要带的材料", "办理部门", f"/hall/kiosk/take/{house.social.id}?item=", "叫工作人员"):
        assert words in page
    assert "没有找到这个事项" in kiosk.see("/hall/kiosk/items/none", 404)


@pytest.mark.clause("DB23-6.3.2-d", "T637-6.1.5-g")
def test_calling_staff_makes_a_request_with_the_number_of_the_terminal(house: Hall, kiosk: Machine, city: Cast) -> None:
    address = kiosk.press("/hall/kiosk/help", at="/hall/kiosk/take?q=我的秘密")["Location"]
    assert kiosk.press("/hall/kiosk/help", at="/hall/kiosk/places")["Location"] == address
    call = HelpRequest.objects.get()
    assert (call.kind, call.terminal, call.location) == ("kiosk", "K1", "大厅入口")
    assert call.note == "在自助终端上：取号"
    assert "已通知咨询引导台" in kiosk.see(address)
    take_help(house.hall_guide, call.number)
    assert "工作人员正在过来" in kiosk.see(address)
    assert "没有找到这次求助" in kiosk.see("/hall/kiosk/help/QZ0", 404)


def test_the_browser_of_a_kiosk_keeps_nothing_and_its_history_stays_one_address(house: Hall, kiosk: Machine) -> None:
    answer = kiosk.get("/hall/kiosk/take", {"q": "私事"})
    assert answer["Cache-Control"] == "no-store" and answer["HX-Push-Url"] == "false"
