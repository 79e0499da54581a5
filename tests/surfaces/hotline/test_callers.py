"""Caller files at the desk: masked, with every channel, corrected and merged with reasons, marked by two people."""

from __future__ import annotations

import re

import pytest

from bangban.foundation.access.duties import DUTIES, PERMISSIONS
from bangban.services.hotline.actions.callers import caller_for
from bangban.services.hotline.models import Caller, NuisanceMark
from tests.hotline import PHONE, Hotline, hotline_staff, opened_order
from tests.surfaces.desk.conftest import Desk

pytestmark = pytest.mark.django_db


def file_of(phone: str, name: str = "李四") -> str:
    """Return the number of the file of a telephone."""
    found = caller_for(phone, name=name, address="幸福路12号3楼")
    assert found is not None
    return found.number


@pytest.mark.parametrize("duty", sorted(DUTIES))
def test_files_open_for_their_duties_only(line: Hotline, desk: Desk, duty: str) -> None:
    number = file_of(PHONE)
    client = desk(hotline_staff("walker", "走访", "hl", duty))
    for address in ("/desk/callers/", f"/desk/callers/{number}/"):
        status = client.get(address).status_code
        assert status == (200 if duty in PERMISSIONS["callers.view"] else 403), (duty, address)
    if duty not in ("hotline_agent", "hotline_manager"):
        refused = client.post(f"/desk/callers/{number}/do/correct", {"note": "试一试", "reason": "试一试"})
        assert refused.status_code in (403, 404, 409), duty
        assert Caller.objects.get().note == ""


def test_a_file_is_found_by_telephone_and_shows_no_number_in_full(line: Hotline, desk: Desk) -> None:
    number = file_of(PHONE)
    client = desk(line.agent)
    found = client.post("/desk/callers/", {"wanted": PHONE})
    assert found["Location"] == f"/desk/callers/{number}/"
    assert client.post("/desk/callers/", {"wanted": number.lower()})["Location"] == found["Location"]
    page = client.get(found["Location"]).content.decode()
    assert "139****0012" in page
    assert PHONE not in page
    assert "李四" not in page
    for wanted in ("13900000099", "FW1", "", "abc"):
        answer = client.post("/desk/callers/", {"wanted": wanted})
        assert answer.status_code == 422, wanted
        assert f'value="{wanted}"' in answer.content.decode()


@pytest.mark.clause("GB33358-4.2.4-c")
def test_the_history_over_all_channels_comes_in_pages(line: Hotline, desk: Desk) -> None:
    number = file_of(PHONE)
    client = desk(line.agent)
    assert "还没有记录" in client.get(f"/desk/callers/{number}/").content.decode()
    orders = [opened_order(line, source="website") for _ in range(33)]
    page = client.get(f"/desk/callers/{number}/").content.decode()
    assert "加载更多" in page
    shown = [one for one in orders if one in page]
    (address,) = re.findall(r'hx-get="([^"]*after=[^"]*)"', page)
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    rest = [one for one in orders if one in part]
    assert len(shown) == 30
    assert sorted(shown + rest) == sorted(orders)
    assert client.get(f"/desk/callers/{number}/?after=broken").status_code == 422


def test_a_correction_asks_a_reason_and_keeps_what_was_typed(line: Hotline, desk: Desk) -> None:
    number = file_of(PHONE)
    client = desk(line.agent)
    address = f"/desk/callers/{number}/do/correct"
    answer = client.post(address, {"name": "李思", "kind": "natural_person", "note": "听力不好", "reason": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="李思"' in page
    assert "听力不好" in page
    assert "请写明理由" in page
    client.post(address, {"name": "李思", "kind": "natural_person", "note": "听力不好", "reason": "来电人更正"})
    row = Caller.objects.get()
    assert (row.name, row.note, row.address) == ("李思", "听力不好", "幸福路12号3楼")
    assert "来电人更正" in client.get(f"/desk/callers/{number}/").content.decode()


def test_two_files_are_merged_and_the_merge_is_undone(line: Hotline, desk: Desk) -> None:
    one, other = file_of(PHONE), file_of("13900000077", "李思")
    client = desk(line.agent)
    wrong = client.post(f"/desk/callers/{one}/do/merge", {"into": "FW999", "reason": "同一人"})
    assert wrong.status_code == 404
    assert 'value="FW999"' in wrong.content.decode()
    same = client.post(f"/desk/callers/{one}/do/merge", {"into": one, "reason": "同一人"})
    assert same.status_code == 409
    client.post(f"/desk/callers/{one}/do/merge", {"into": other, "reason": "本人来电说明"})
    page = client.get(f"/desk/callers/{one}/").content.decode()
    assert f"档案 {one} 已并入这份档案" in page
    assert "139****0012" in page and "139****0077" in page
    client.post(f"/desk/callers/{other}/do/split", {"other": one, "reason": "弄错了"})
    assert Caller.objects.filter(merged_into=None).count() == 2


def test_a_number_of_somebody_else_leaves_the_file(line: Hotline, desk: Desk) -> None:
    number = file_of(PHONE)
    client = desk(line.agent)
    address = f"/desk/callers/{number}/do/move_phone"
    assert client.post(address, {"phone": "13900000055", "reason": "号码换人"}).status_code == 422
    client.post(address, {"phone": PHONE, "to": "", "reason": "号码换人"})
    assert not Caller.objects.get().phones.exists()


def test_a_nuisance_mark_takes_two_people(line: Hotline, desk: Desk) -> None:
    number = file_of(PHONE)
    manager, second = desk(line.manager), desk(line.second_manager)
    manager.post(f"/desk/callers/{number}/do/propose_nuisance", {"reason": "每天辱骂话务员"})
    own = manager.post(f"/desk/callers/{number}/do/decide_nuisance", {"agree": "yes"})
    assert own.status_code == 409
    assert "提请人不能自己复核" in own.content.decode()
    assert Caller.objects.get().nuisance == "proposed"
    second.post(f"/desk/callers/{number}/do/decide_nuisance", {"agree": "yes", "note": ""})
    assert Caller.objects.get().nuisance == "marked"
    assert NuisanceMark.objects.get().agreed
    assert "已标记骚扰来电" in second.get(f"/desk/callers/{number}/").content.decode()
    second.post(f"/desk/callers/{number}/do/lift_nuisance", {"reason": "已道歉"})
    assert Caller.objects.get().nuisance == ""


def test_strange_addresses_and_steps_are_refused_in_words(line: Hotline, desk: Desk) -> None:
    number = file_of(PHONE)
    client = desk(line.agent)
    assert client.get("/desk/callers/FW404/").status_code == 404
    assert client.post(f"/desk/callers/{number}/do/dance").status_code == 422
    assert client.post("/desk/callers/FW404/do/correct", {"reason": "理由"}).status_code == 404
