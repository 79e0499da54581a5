"""Equipment and internal-control documents at the desk: every page, every button, refusals that keep the text."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from bangban.foundation.access.duties import DUTIES, PERMISSIONS
from bangban.foundation.access.security_log import note
from bangban.oversight.appraisal.models import Scheme
from bangban.oversight.holdings.models import Equipment, Regulation
from bangban.surfaces.holdings.urls import urlpatterns
from tests.hotline import Hotline, hotline_staff
from tests.surfaces.desk.conftest import Desk

pytestmark = pytest.mark.django_db


def post(client: Client, view: str, /, *args: object, status: int = 303, **given: Any) -> str:
    answer = client.post(reverse(f"holdings:{view}", args=args), {"client_id": uuid4().hex, **given})
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def page(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(f"holdings:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def server(line: Hotline) -> dict[str, Any]:
    return {
        "kind": "recovery", "name": "异地备份服务器", "place": "南沙节点", "keeper": str(line.second_manager.staff_id),
        "serial_number": "D-9", "in_service_on": "2024-01-05", "check_months": "6",
    }  # fmt: skip


RULE = {
    "kind": "appraisal", "title": "承办单位考核评价办法", "document_number": "热线〔2026〕3号", "valid_from": "2026-01-01",
    "valid_to": "", "review_months": "12", "text": "第一条　按三率考核。",
}  # fmt: skip


@pytest.mark.clause("GB33358-4.2.4-i")
def test_from_the_registration_to_the_restore_drill_by_buttons(line: Hotline, desk: Desk) -> None:
    client = desk(line.manager)
    assert "还没有登记设备" in page(client, "desk")
    shown = post(client, "equipment_new", status=422, **server(line) | {"place": " ", "in_service_on": "2030-01-01"})
    assert "请填写放在哪里" in shown and 'value="异地备份服务器"' in shown and "不能晚于今天" in shown
    post(client, "equipment_new", **server(line))
    number = Equipment.objects.get().number
    assert "南沙节点" in page(client, "desk", kind="recovery") and "南沙节点" not in page(
        client, "desk", kind="network"
    )
    note("restored", detail="72 s", subject="backup:drill-11")
    shown = page(client, "equipment", number)
    assert "72 秒" in shown and "drill-11" in shown
    given = {"result": "pass", "checked_on": "2026-11-18", "note": "备机可用"}
    shown = post(client, "equipment_do", number, "check", status=422, **given)
    assert "请填写恢复用了多少秒" in shown and "备机可用" in shown
    post(client, "equipment_do", number, "check", **given, recovery_seconds="1260")
    shown = page(client, "equipment", number)
    assert "21 分" in shown and "备机可用" in shown and "2027-05-18" in shown
    post(client, "equipment_do", number, "change", **server(line) | {"place": "黄埔节点"})
    post(client, "equipment_do", number, "retire", reason="换新")
    assert "换新" in page(client, "equipment", number) and "已停用" in page(client, "desk")
    assert post(client, "equipment_do", number, "sell", status=404)


@pytest.mark.clause("GB33358-6.1")
def test_a_document_is_kept_and_the_scheme_of_appraisal_refers_to_it(line: Hotline, desk: Desk) -> None:
    client = desk(line.manager)
    settings = "/desk/appraisal/settings/"
    assert "还没有现行的内控制度" in client.get(settings).content.decode()
    shown = post(client, "regulation_new", status=422, **RULE | {"text": " ", "valid_to": "昨天"})
    assert "请选择日期" in shown and 'value="承办单位考核评价办法"' in shown
    post(client, "regulation_new", **RULE)
    number = Regulation.objects.get().number
    assert "还没有对应现行的内控制度" in client.get(settings).content.decode()
    weights = {"w.responded": "30", "w.solved": "30", "w.satisfied": "40"}
    saved = client.post(f"{settings}unit", weights | {"reason": "例会", "regulation": number, "client_id": "s"})
    assert saved.status_code == 303 and Scheme.objects.get().regulation == number
    assert "还没有对应现行的内控制度" not in client.get(settings).content.decode()
    post(client, "regulation_do", number, "revise", **RULE | {"text": "第一条　改。", "change": "写明异议期"})
    post(client, "regulation_do", number, "review", conclusion="继续适用")
    shown = page(client, "regulation", number)
    for words in ("第2版", "写明异议期", "继续适用", "看这一版全文", "第一条　按三率考核。"):
        assert words in shown, words
    later = {"text": "第一条　明年的。", "change": "明年起", "valid_from": "2027-01-01"}
    post(client, "regulation_do", number, "revise", **RULE | later)
    listed, shown = page(client, "regulations"), page(client, "regulation", number)
    assert "现行" in listed and "第3版自 2027-01-01 起施行" in listed
    for words in (
        "第2版",
        "现行",
        "第一条　改。",
        "第3版自 2027-01-01 起施行",
        "第一条　明年的。",
        'value="2027-01-01"',
    ):
        assert words in shown, words
    post(client, "regulation_do", number, "abolish", reason="由新办法代替")
    assert "已废止" in page(client, "regulations")
    bad = client.post(f"{settings}unit", weights | {"reason": "例会", "regulation": number, "client_id": "t"})
    assert bad.status_code == 422 and "现行的内控制度" in bad.content.decode()


@pytest.mark.parametrize("duty", sorted(DUTIES))
def test_each_duty_opens_its_pages_and_no_others(line: Hotline, desk: Desk, duty: str) -> None:
    manager = desk(line.manager)
    post(manager, "equipment_new", **server(line))
    post(manager, "regulation_new", **RULE)
    numbers = {"equipment": Equipment.objects.get().number, "regulation": Regulation.objects.get().number}
    client = desk(hotline_staff("walker", "走访", "hl", duty))
    for pattern in urlpatterns:
        name, path = str(pattern.name), str(pattern.pattern)
        number = numbers["equipment" if "equipment" in path else "regulation"]
        address = "/" + path.replace("<str:number>", number).replace("<str:action>", "check")
        status = (client.post if name.endswith("_do") else client.get)(address).status_code
        wanted = "holdings.manage" if name in ("equipment_new", "regulation_new", "regulation_do") else "holdings.view"
        assert status < 500 and (status != 403) is (duty in PERMISSIONS[wanted]), (duty, name, status)


def test_another_houses_equipment_does_not_exist_and_strange_marks_are_refused(line: Hotline, desk: Desk) -> None:
    post(desk(line.manager), "equipment_new", **server(line))
    number = Equipment.objects.get().number
    stranger = desk(hotline_staff("far", "远方", "zjj", "hotline_manager"))
    assert stranger.get(f"/desk/holdings/equipment/{number}").status_code == 404
    assert number not in page(stranger, "desk")
    for address in ("equipment/?after=x", "regulations/?after=1"):
        assert desk(line.manager).get(f"/desk/holdings/{address}").status_code == 422
