"""Booking on the portal: place, item and period from live availability, and nothing typed is lost (DB23-6.5.1.3)."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from bangban.registry.catalog.models.items import ItemVersion
from bangban.registry.org.models import Body
from bangban.services.appointments import actions
from bangban.services.appointments.models import Appointment, Slot
from tests.surfaces.appointments.conftest import PHONE, World, text_of
from tests.surfaces.portal.browser import PAGE, Browser

NEW = "/appointments/new/"


def test_words_find_items_and_pressing_one_chooses_it(world: World, browser: Browser) -> None:
    page = browser.open(f"{NEW}?q={quote('失业保险金')}")
    assert f'name="pick_item" value="{world.item.code}"' in page
    chosen = browser.open(f"{NEW}?pick_item={world.item.code}")
    assert "失业保险金申领" in chosen and "预约时段" in chosen


def test_words_that_find_nothing_lead_to_a_person(world: World, browser: Browser) -> None:
    page = browser.open(f"{NEW}?q=qqqqqqq")
    assert "没有找到与“qqqqqqq”有关、可以预约的事项" in page
    assert "/cases/new?need=qqqqqqq" in page


@pytest.mark.clause("DB23-6.5.1.3-b")
def test_only_places_that_handle_the_item_are_offered(world: World, browser: Browser) -> None:
    page = browser.open(f"{NEW}?item={world.item.code}")
    assert "广州市政务服务中心" in page and "测试路1号" in page
    assert "越秀区政务服务中心" not in page


@pytest.mark.clause("DB23-6.5.1.3-b")
def test_success_returns_number_and_check_in_code(world: World, browser: Browser) -> None:
    made = world.booked(browser)
    page = browser.open(f"/appointments/{made.number}/")
    assert made.number in page and made.code in page
    assert "data:image/svg+xml" in page
    assert "11月19日（周四）09:00—09:30" in page
    assert (made.contact_name, made.contact_phone, made.channel) == ("李明", PHONE, "web")


@pytest.mark.clause("DB23-6.5.1.3-b")
def test_full_and_closed_periods_cannot_be_chosen_and_say_why(world: World, browser: Browser) -> None:
    full, shut, *_ = world.slots()
    Slot.objects.filter(id=full.id).update(taken=2, network_taken=1)
    actions.close_slots(world.manager, world.city.center.id, None, shut.starts_at, shut.ends_at, "系统升级，暂停办理")
    page = browser.open(f"{NEW}?item={world.item.code}&day=2026-11-19")
    for slot, why in ((full, "已约满"), (shut, "停约：系统升级，暂停办理")):
        found = re.search(rf'value="{slot.id}"([^>]*)>.*?choice__hint">([^<]*)<', page)
        assert found and "disabled" in found[1] and found[2] == why


@pytest.mark.clause("DB23-6.5.1.3-b")
def test_a_day_without_periods_cannot_be_chosen_and_says_why(world: World, browser: Browser) -> None:
    page = browser.open(f"{NEW}?item={world.item.code}")
    found = re.search(r'value="2026-11-21"[^>]*>.*?</button>', page)
    assert found and "disabled" in found[0] and "不开放预约" in found[0]


def test_places_kept_for_the_counter_are_not_given_online(world: World, browser: Browser) -> None:
    slot = world.slots()[0]
    Slot.objects.filter(id=slot.id).update(taken=1, network_taken=1)
    page = browser.open(f"{NEW}?item={world.item.code}&day=2026-11-19")
    assert "网上名额已约满，可电话或到现场预约" in page


def test_a_period_taken_meanwhile_gives_the_nearest_others_and_keeps_what_was_typed(
    world: World, browser: Browser
) -> None:
    slot, following, *_ = world.slots()
    Slot.objects.filter(id=slot.id).update(taken=2, network_taken=1)
    answer = browser.send(NEW, **world.form(slot=slot.id, flags=["elderly"]))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "已约满" in page and "最近还可以约" in page
    assert f'name="slot" value="{following.id}"' in page
    assert f'value="{PHONE}"' in page and 'value="李明"' in page
    assert re.search(r'value="elderly"[^>]*checked', page)
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"slot": None}, "请选择一个时段。"),
        ({"slot": "x'--"}, "请选择一个时段。"),
        ({"slot": "99999999"}, "没有找到这个时段，请重新选择。"),
        ({"phone": "123"}, "请填写11位手机号码。"),
        ({"name": ""}, "请填写姓名"),
        ({"notice": None}, "请先阅读个人信息处理告知并勾选。"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(
    world: World, browser: Browser, changes: dict[str, object], sentence: str
) -> None:
    answer = browser.send(NEW, **world.form(**changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert 'name="name"' in page and (changes.get("name") == "" or 'value="李明"' in page)


def test_another_day_without_scripts_keeps_what_was_typed(world: World, browser: Browser) -> None:
    form = world.form(book=None, pick_day="2026-11-20")
    page = browser.send(NEW, **form).content.decode()
    assert f'value="{PHONE}"' in page and 'name="day" value="2026-11-20"' in page
    assert not Appointment.objects.exists()


def test_the_periods_of_another_day_come_alone_for_scripts(world: World, browser: Browser) -> None:
    answer = browser.get(
        f"{NEW}periods/?item={world.item.code}&place=gz&day=2026-11-20", **PAGE, HTTP_HX_REQUEST="true"
    )
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode() and 'name="slot"' in answer.content.decode()
    assert browser.get(f"{NEW}periods/?item=none&place=gz", **PAGE).status_code == 404


def test_going_back_to_another_item_keeps_contact_out_of_the_address(world: World, browser: Browser) -> None:
    page = browser.send(NEW, **world.form(book=None, pick_item="")).content.decode()
    assert 'id="booking" method="post"' in page
    assert f'type="hidden" name="phone" value="{PHONE}"' in page


def test_the_same_form_sent_twice_is_one_booking(world: World, browser: Browser) -> None:
    browser.open(NEW)
    first, second = (browser.send(NEW, **world.form()) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Appointment.objects.count() == 1


def test_an_item_that_is_not_bookable_online_says_what_to_do(world: World, browser: Browser) -> None:
    ItemVersion.objects.filter(item=world.item).update(online_booking=False, appointment=False)
    page = browser.open(f"{NEW}?item={world.item.code}")
    assert "还没有开通网上预约" in page and f"/items/{world.item.code}" in page
    assert "确认预约" not in page


def test_an_unknown_item_is_said_and_can_be_searched_again(world: World, browser: Browser) -> None:
    page = browser.open(f"{NEW}?item=none")
    assert "没有找到这个事项" in page and 'name="q"' in page


@pytest.mark.parametrize(
    "query", ["day=yesterday", "day=1999-01-01", "place=none", "here=x,y", "here=nan,1", "slot=-1"]
)
def test_damaged_addresses_are_never_a_failure(world: World, browser: Browser, query: str) -> None:
    assert "预约时段" in browser.open(f"{NEW}?item={world.item.code}&{query}")


def test_who_tells_the_own_position_sees_how_far_it_is(world: World, browser: Browser) -> None:
    Body.objects.filter(id=world.city.center.id).update(latitude=23.13, longitude=113.36)
    Body.objects.filter(code="yx").update(latitude=23.10, longitude=113.27)
    from bangban.registry.halls import actions as halls
    from bangban.registry.org import reads as org

    area = halls.save_area(world.city.district.id, "W", "大厅")
    halls.save_class(world.city.district.id, "A", "社保", area, items=[world.item.id])
    org.forget()
    page = browser.open(f"{NEW}?item={world.item.code}&here=23.13,113.35")
    assert "约1.0公里" in page
    assert page.index("广州市政务服务中心</span>") < page.index("越秀区政务服务中心</span>")


def test_item_and_body_pages_lead_to_booking(world: World, browser: Browser) -> None:
    assert f"{NEW}?item={world.item.code}" in browser.open(f"/items/{world.item.code}")
    assert f"{NEW}?place=gz" in browser.open("/bodies/gz")
    assert NEW not in browser.open("/bodies/yx")


def test_the_page_asks_the_database_the_same_however_many_periods_there_are(
    world: World, browser: Browser, django_assert_max_num_queries: object
) -> None:
    address = f"{NEW}?item={world.item.code}&place=gz"
    text_of(browser, address)
    with django_assert_max_num_queries(18):  # type: ignore[operator]
        text_of(browser, address)
