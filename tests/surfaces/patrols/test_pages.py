"""From beginning a patrol to the page of a member of staff."""

from __future__ import annotations

from typing import Any

import pytest

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import DUTIES, PERMISSIONS
from bangban.oversight.patrols import actions, reads
from bangban.oversight.patrols.defaults import install_checklist
from bangban.oversight.patrols.models import ChecklistLine, Patrol, Result
from bangban.registry.org import actions as org
from bangban.registry.org.models import Staff
from bangban.registry.org.reads import actor_of
from bangban.surfaces.patrols.urls import urlpatterns
from tests.cast import Cast
from tests.oversight.patrols.test_patrols import ticks
from tests.surfaces.desk.conftest import Desk


def sheet(**changes: str) -> dict[str, str]:
    """Return the form of one member as a browser sends it: notes of all lines, verdicts of those that were ticked."""
    return {
        f"n-{code}": "" for code in ChecklistLine.objects.filter(checklist__kind="staff").values_list("code", flat=True)
    } | changes


@pytest.mark.clause("DB23-5.2.1")
def test_ticking_on_the_tablet_leads_from_person_to_person_to_the_end(
    city: Cast, desk: Desk, inspector: Actor, clerk: Staff
) -> None:
    client = desk(inspector)
    begun = client.post("/desk/patrols/start", {"client_id": "one"})
    patrol = Patrol.objects.get()
    assert begun["Location"] == f"/desk/patrols/{patrol.number}"
    page = client.get(begun["Location"]).content.decode()
    assert "许窗口" in page and clerk.work_number in page and "已记录 0 人" in page
    saved = client.post(
        f"{begun['Location']}/{clerk.id}",
        sheet(**{"v-dress_set": "fail", "n-dress_set": "上衣与裤子不配套", "window": "3号窗口", "do": "pass"}),
    )
    assert saved.status_code == 303
    rows = Result.objects.filter(staff=clerk)
    assert (rows.count(), rows.filter(verdict="pass").count()) == (10, 9)
    assert rows.get(verdict="fail").note == "上衣与裤子不配套"
    page = client.get(begun["Location"]).content.decode()
    assert "1 项不合格" in page and "3号窗口" in page
    assert client.post(f"{begun['Location']}/finish", {"summary": "总体良好"}).status_code == 303
    assert "总体良好" in client.get(begun["Location"]).content.decode()
    assert "上衣与裤子不配套" in client.get(f"{begun['Location']}/{clerk.id}").content.decode()


def test_a_fail_without_a_note_is_named_and_every_tick_stays(desk: Desk, inspector: Actor, clerk: Staff) -> None:
    client, patrol = desk(inspector), actions.start_patrol(inspector)
    wrong = sheet(**{"v-badge": "fail", "v-conduct_duty": "pass", "window": "8号窗口", "do": "save"})
    answer = client.post(f"/desk/patrols/{patrol.number}/{clerk.id}", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "不合格请写明情况" in page and 'value="8号窗口"' in page
    assert 'name="v-badge" value="fail" checked' in page and 'name="v-conduct_duty" value="pass" checked' in page
    assert not Result.objects.exists()


def test_pressing_start_twice_begins_one_patrol(desk: Desk, inspector: Actor) -> None:
    client = desk(inspector)
    for _ in range(2):
        client.post("/desk/patrols/start", {"client_id": "same"})
    assert Patrol.objects.count() == 1


@pytest.mark.clause("DB23-4.2")
@pytest.mark.clause("DB23-5.3")
def test_premises_are_not_offered_where_there_is_no_hotline(desk: Desk, inspector: Actor) -> None:
    install_checklist()
    client = desk(inspector)
    page = client.get("/desk/patrols/").content.decode()
    assert "巡查人员" in page and "场所" not in page
    refused = client.post("/desk/patrols/start", {"kind": "site", "client_id": "s"})
    assert refused.status_code == 409 and "只用于政府热线" in refused.content.decode()


def test_the_page_of_a_member_shows_both_sources_and_the_weight(
    city: Cast, desk: Desk, inspector: Actor, clerk: Staff
) -> None:
    patrol = actions.start_patrol(inspector)
    actions.check_staff(patrol.number, inspector, clerk.id, ticks("badge"), window="3号窗口")
    actions.finish_patrol(patrol.number, inspector)
    manager = desk(city.manager)
    assert manager.post("/desk/patrols/weight", {"percent": "30", "reason": "年度考核办法"}).status_code == 303
    assert "年度考核办法" in manager.get("/desk/patrols/weight").content.decode()
    page = manager.get(f"/desk/patrols/staff/{clerk.id}").content.decode()
    for words in ("巡查合格率", "服务态度好评率", "巡查占 30%", "权重由梁管理设定", "没有穿工装", "DB23-5.2.4"):
        assert words in page, words
    assert clerk.work_number in manager.get("/desk/patrols/staff/?days=30").content.decode()


@pytest.mark.parametrize("percent", ["", "101", "-1", "一半", "१", "9" * 30])
def test_a_share_that_is_none_is_refused_and_stays_in_the_field(
    city: Cast, desk: Desk, inspector: Actor, percent: str
) -> None:
    answer = desk(city.manager).post("/desk/patrols/weight", {"percent": percent, "reason": "依据"})
    assert answer.status_code == 422 and 'value="依据"' in answer.content.decode()


@pytest.mark.parametrize("duty", sorted(DUTIES))
def test_each_duty_opens_its_pages_and_no_others(
    city: Cast, desk: Desk, inspector: Actor, clerk: Staff, duty: str
) -> None:
    patrol = actions.start_patrol(inspector)
    client = desk(actor_of(org.save_staff(org.NewStaff("walker", "走访", "gz", (duty,))).account))
    holds = {name for name, duties in PERMISSIONS.items() if duty in duties}
    doors = {"start": {"patrols.record"}, "check_site": {"patrols.record"}, "finish": {"patrols.record"}, "weight": {"hall.manage"},
             "staff": {"patrols.view"}, "staff_one": {"patrols.view"}}  # fmt: skip
    for pattern in urlpatterns:
        name, path = str(pattern.name), str(pattern.pattern)
        address = "/" + path.replace("<str:number>", patrol.number).replace("<int:staff_id>", str(clerk.id))
        post = name in ("start", "check_site", "finish", "cancel")
        status = (client.post if post else client.get)(address).status_code
        may = bool(holds & doors.get(name, {"patrols.view", "patrols.record"}))
        assert status < 500 and (status != 403) is may, (duty, name, status)


def test_another_houses_patrol_and_people_do_not_exist(city: Cast, desk: Desk, inspector: Actor, clerk: Staff) -> None:
    patrol = actions.start_patrol(inspector)
    client = desk(actor_of(org.save_staff(org.NewStaff("yxin", "越巡", "yx", ("patrol_inspector",))).account))
    for address in (
        patrol.number,
        f"{patrol.number}/{clerk.id}",
        f"staff/{clerk.id}",
        "XC1",
        f"{patrol.number}/999999",
    ):
        assert client.get(f"/desk/patrols/{address}").status_code == 404, address
    assert client.get(f"/desk/patrols/staff/{'9' * 30}").status_code == 404
    assert client.get(f"/desk/patrols/{patrol.number}/{'9' * 30}").status_code == 404
    assert client.get("/desk/patrols/%00").status_code == 400
    assert client.post(f"/desk/patrols/{patrol.number}/{clerk.id}", sheet(do="pass")).status_code == 404
    assert reads.patrol_page(actor_of(clerk.account)).rows == ()


def test_the_lists_cost_the_same_queries_however_long(
    city: Cast, desk: Desk, inspector: Actor, clerk: Staff, django_assert_max_num_queries: Any
) -> None:
    for _ in range(6):
        patrol = actions.start_patrol(inspector)
        actions.check_staff(patrol.number, inspector, clerk.id, ticks("badge"))
        actions.finish_patrol(patrol.number, inspector)
    client = desk(inspector)
    for address in ("/desk/patrols/", "/desk/patrols/staff/", f"/desk/patrols/{patrol.number}"):
        client.get(address)
        with django_assert_max_num_queries(14):
            client.get(address)
