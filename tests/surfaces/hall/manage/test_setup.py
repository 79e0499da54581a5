"""Setting up a hall: plain forms, errors at the fields, everything typed stays; keys of machines are shown once."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from bangban.registry.catalog.models.items import Item
from bangban.registry.halls.models import Device
from bangban.registry.halls.reads import hall as plan_of
from tests.cast import Cast, add_staff
from tests.hall import Hall
from tests.surfaces.desk.conftest import Desk
from tests.surfaces.hall.staffed import opened, text_of

AREA = {"code": "N", "name": "北侧等候区", "floor": "1层", "route": "直走", "position": "3"}
KLASS = {
    "letter": "C", "name": "税务", "area": "W", "words": "交税，发票", "wait_threshold": "20", "crowd_threshold": "10",
    "service_minutes": "6", "position": "1", "description": "", "online_url": "",
}  # fmt: skip
WINDOW = {"label": "9号窗口", "kind": "comprehensive_window", "area": "W", "classes": ["A", "B"], "position": "9"}


def path(tab: str, what: str = "") -> str:
    return f"/desk/hall/setup/{tab}{what}?hall=gz"


@pytest.mark.clause("DB23-6.3.2-b", "DB23-6.3.2-c")
def test_areas_classes_windows_and_facilities_are_set_up(hall: Hall, item: Item, desk: Desk) -> None:
    client = desk(hall.hall_manager)
    for tab, form in (("areas", AREA), ("classes", {**KLASS, "items": [str(item.id)]}), ("windows", WINDOW)):
        assert client.post(path(tab, "/save"), form).status_code == 303, tab
    place = {"name": "母婴室", "floor": "2层", "kind": "设施", "route": "扶梯旁", "words": "喂奶", "position": ""}
    assert client.post(path("facilities", "/save"), place).status_code == 303
    plan = plan_of(hall.body_id)
    assert plan is not None
    klass = plan.class_of_item(item.id)
    assert klass is not None
    assert (klass.letter, klass.words, klass.service_seconds) == ("C", ("交税", "发票"), 360)
    assert plan.windows[max(plan.windows)].classes == (hall.social.id, hall.company.id)
    assert "母婴室" in text_of(client, path("facilities"))
    assert str(item.id) in text_of(client, path("classes") + "&edit=C")


def test_a_class_has_an_english_name_where_its_chinese_one_is_edited(hall: Hall, desk: Desk) -> None:
    client = desk(hall.hall_manager)
    assert client.post(path("classes", "/save"), {**KLASS, "english_name": "Taxes"}).status_code == 303
    assert 'value="Taxes"' in text_of(client, path("classes") + "&edit=C")
    answer = client.post(path("classes", "/save"), {**KLASS, "english_name": "税务 Taxes"})
    assert answer.status_code == 422
    assert "英文名称请用英文" in answer.content.decode() and 'value="税务 Taxes"' in answer.content.decode()
    plan = plan_of(hall.body_id)
    assert plan is not None
    klass = next(one for one in plan.classes.values() if one.letter == "C")
    assert (klass.called("en"), klass.called("zh")) == ("Taxes", "税务")


def test_errors_stand_at_their_fields_and_what_was_typed_stays(hall: Hall, desk: Desk) -> None:
    client = desk(hall.hall_manager)
    answer = client.post(path("classes", "/save"), {**KLASS, "letter": "c1", "wait_threshold": "0", "name": "税务咨询"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "1 到 9999 的整数" in page
    assert 'value="税务咨询"' in page
    answer = client.post(path("classes", "/save"), {**KLASS, "letter": "c1"})
    assert "大写字母" in answer.content.decode()
    answer = client.post(path("classes", "/save"), {**KLASS, "general": "1"})
    assert answer.status_code == 409
    assert "综合类只能有一个" in answer.content.decode()
    assert client.post(path("classes", "/save"), {**KLASS, "area": "nowhere"}).status_code == 422
    assert client.post(path("classes", "/save"), {**KLASS, "online_url": "javascript:alert(1)"}).status_code == 422
    assert client.post(path("areas", "/save"), {}).status_code == 422
    assert client.get(path("nonsense")).status_code == 404


def test_what_people_wait_for_is_not_taken_out_of_use(hall: Hall, desk: Desk) -> None:
    client = desk(hall.hall_manager)
    hall.ticket()
    opened(hall)
    for tab, key in (("classes", "A"), ("windows", "1号窗口"), ("areas", "W")):
        assert client.post(path(tab, "/switch"), {"key": key, "active": "0"}).status_code == 409, tab
    assert client.post(path("windows", "/switch"), {"key": "3号窗口", "active": "0"}).status_code == 303
    assert "已停用" in text_of(client, path("windows"))
    assert client.post(path("windows", "/switch"), {"key": "3号窗口", "active": "1"}).status_code == 303


@pytest.mark.clause("DB23-6.7.3")
def test_the_rules_are_published_in_sentences(hall: Hall, desk: Desk) -> None:
    client = desk(hall.hall_manager)
    page = text_of(client, path("rules"))
    assert "按早到 30 分钟排队" in page
    form = dict(re.findall(r'name="([a-z_-]+)" type="(?:text|time)" value="([^"]*)"', page))
    assert (
        client.post(path("rules", "/save"), {**form, "call_attempts": "2", "credit-elderly": "45"}).status_code == 303
    )
    page = text_of(client, path("rules"))
    assert "最多叫 2 次" in page
    assert "按早到 45 分钟排队" in page
    assert client.post(path("rules", "/save"), {**form, "remind_hours": "3"}).status_code == 422


def test_a_key_is_shown_once_and_a_retired_machine_is_unknown(hall: Hall, desk: Desk, client: Client) -> None:
    manager = desk(hall.hall_manager)
    form = {"kind": "board", "code": "B9", "area": "E", "window": "", "place": "东门", "client_id": "d"}
    page = manager.post(path("devices", "/register"), form).content.decode()
    found = re.search(r"/hall/pair/\?key=([\w-]+)", page)
    assert found is not None
    again = manager.post(path("devices", "/register"), form).content.decode()
    assert "/hall/pair/?key=" not in again
    assert "再登记一次" in again
    client.cookies["bangban_device"] = found[1]
    assert client.get("/hall/board/").headers["Location"] == "/hall/gz/board/?area=E"
    manager.post(path("devices", "/retire"), {"code": "B9"})
    assert client.get("/hall/board/").status_code == 404
    assert not Device.objects.get(code="B9").active
    rating = {**form, "kind": "rating_device", "code": "R9", "client_id": "e"}
    assert manager.post(path("devices", "/register"), rating).status_code == 422


def test_a_body_without_a_hall_is_set_up_from_nothing(city: Cast, desk: Desk) -> None:
    head = add_staff("yxhall", "岑值班", "yx", "hall_manager")
    client = desk(head)
    assert client.get("/desk/hall/").headers["Location"] == "/desk/hall/setup/"
    assert "还没有等候区" in text_of(client, "/desk/hall/setup/")
    assert client.post("/desk/hall/setup/areas/save", AREA).status_code == 303
    assert client.post("/desk/hall/setup/classes/save", {**KLASS, "area": "N"}).status_code == 303
    assert client.get("/desk/hall/").status_code == 200


def test_only_who_sets_up_halls_gets_there_and_only_to_the_own(hall: Hall, city: Cast, desk: Desk) -> None:
    for actor in (hall.hall_guide, hall.clerks[0], city.manager):
        assert desk(actor).get("/desk/hall/setup/").status_code == 403
        assert desk(actor).post(path("areas", "/save"), AREA).status_code == 403
    stranger = desk(add_staff("yxhall", "岑值班", "yx", "hall_manager"))
    assert stranger.post(path("areas", "/save"), AREA).status_code == 404
    admin = desk(add_staff("admin", "孔管理", "gz", "system_admin"))
    assert admin.get("/desk/hall/").headers["Location"] == "/desk/hall/setup/"
    assert admin.get("/desk/hall/setup/areas?hall=yx").status_code == 200
