"""Registration, team, figures, notices, knowledge, ledger, accounts."""

from __future__ import annotations

import csv
import io
import re

import pytest

from bangban.foundation.access.models import Account
from bangban.registry.catalog.models.items import Item
from bangban.registry.org import actions as org
from bangban.registry.org.reads import actor_of
from bangban.services.cases.models import Case
from bangban.surfaces.desk.views.statistics import as_csv, safe
from tests.cast import Cast
from tests.services.cases.steps import closed, opened
from tests.surfaces.desk.conftest import Desk

FORM = {
    "question": "社保卡丢了怎么补",
    "phone": "13900000009",
    "name": "赵六",
    "channel": "hotline",
    "user_kind": "natural_person",
}


def test_a_call_is_registered_once_and_taken_at_once(city: Cast, desk: Desk) -> None:
    client = desk(city.guide)
    for _ in range(2):
        answer = client.post("/desk/new", {**FORM, "take": "1", "client_id": "one"})
        assert answer.status_code == 303
    case = Case.objects.get()
    assert (case.channel, case.owner_id, case.state) == ("hotline", city.guide.staff_id, "claimed")


def test_registering_without_a_phone_keeps_what_was_written(city: Cast, desk: Desk) -> None:
    answer = desk(city.guide).post("/desk/new", {**FORM, "phone": ""})
    assert answer.status_code == 422
    assert "社保卡丢了怎么补</textarea>" in answer.content.decode()
    assert "请留下联系电话" in answer.content.decode()


@pytest.mark.clause("T637-6.2.2-c")
def test_the_manager_sees_load_and_waiting_of_the_whole_subtree(city: Cast, item: Item, desk: Desk) -> None:
    opened()
    opened(unit_id=city.district.id)
    page = desk(city.manager).get("/desk/team").content.decode()
    assert "广州市越秀区政务服务中心" in page
    assert "陈专员" in page


@pytest.mark.clause("T637-8.5-a")
def test_closing_and_loop_are_two_rates(city: Cast, item: Item, desk: Desk) -> None:
    closed(city, item)
    opened()
    page = desk(city.manager).get("/desk/statistics").content.decode()
    tiles = dict(re.findall(r'stat__label">([^<]+)</p>\s*<p class="stat__value num">([^<]+)', page))
    assert tiles["结案率"].startswith("50.0")
    assert tiles["闭环率"].startswith("0.0")


def test_a_bad_period_is_refused_with_a_sentence(city: Cast, desk: Desk) -> None:
    answer = desk(city.manager).get("/desk/statistics?from=soon")
    assert answer.status_code == 422
    assert "日期格式" in answer.content.decode()


def test_no_cell_of_an_export_is_a_formula(city: Cast, desk: Desk) -> None:
    assert [safe(text) for text in ("=1+1", "+1", "-1", "@x", "\t=1")] == ["'=1+1", "'+1", "'-1", "'@x", "'\t=1"]
    assert safe(-3) == -3
    text = as_csv("units", {"rows": [{"label": "=cmd()", "cases": 2}]})
    assert list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))[1] == ["'=cmd()", "2"]
    answer = desk(city.manager).get("/desk/statistics/overview.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_knowledge_entry_is_written_by_one_and_published_by_another(city: Cast, desk: Desk) -> None:
    editor, reviewer = desk(city.editor), desk(city.reviewer)
    given = {"question": "社保卡怎么补", "answer": "带身份证到银行网点。", "kind": "answer", "basis": "社会保障卡管理办法",
             "unit_name": "广州市政务服务中心", "client_id": "k"}  # fmt: skip
    where = editor.post("/desk/knowledge/new", given).headers["Location"]
    assert editor.post(f"{where}/do/submit").status_code == 303
    assert editor.post(f"{where}/do/publish").status_code in (404, 409)
    assert "社保卡怎么补" in reviewer.get("/desk/knowledge?tab=pending").content.decode()
    assert reviewer.post(f"{where}/do/publish").status_code == 303
    assert "现行版本" in desk(city.guide).get(where).content.decode()


def test_a_draft_is_hidden_from_readers(city: Cast, desk: Desk) -> None:
    given = {"question": "草稿问题", "answer": "草稿答案", "kind": "answer"}
    where = desk(city.editor).post("/desk/knowledge/new", given).headers["Location"]
    assert desk(city.guide).get(where).status_code == 404


def test_the_auditor_proves_the_ledger_and_finds_events_by_number(city: Cast, desk: Desk) -> None:
    number, _ = opened()
    auditor = actor_of(org.save_staff(org.NewStaff("audit", "审计", "gz", ("audit_admin",))).account)
    client = desk(auditor)
    assert "case.opened" in client.get(f"/desk/ledger?number={number.lower()}").content.decode()
    assert "全部完整" in client.post("/desk/ledger").content.decode()


@pytest.mark.clause("T637-6.1.6-c")
def test_a_disabled_account_is_out_at_once_and_nobody_disables_himself(city: Cast, desk: Desk) -> None:
    admin = actor_of(org.save_staff(org.NewStaff("sysadmin", "系统", "gz", ("system_admin",))).account)
    guide, client = desk(city.guide), desk(admin)
    assert guide.get("/desk/").status_code == 200
    client.post(f"/desk/accounts/{city.guide.account_id}/disable", {"reason": "离岗停用"})
    assert guide.get("/desk/").status_code == 303
    assert client.post(f"/desk/accounts/{admin.account_id}/disable", {"reason": "离岗停用"}).status_code == 404
    assert Account.objects.get(id=admin.account_id).is_active


def test_the_security_administrator_does_not_disable_accounts(city: Cast, desk: Desk) -> None:
    keeper = actor_of(org.save_staff(org.NewStaff("secadmin", "安全", "gz", ("security_admin",))).account)
    answer = desk(keeper).post(f"/desk/accounts/{city.guide.account_id}/disable", {"reason": "试一试看"})
    assert answer.status_code == 404
    assert Account.objects.get(id=city.guide.account_id).is_active
