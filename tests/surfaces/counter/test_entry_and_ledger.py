"""One entry, the list and its file (DB23-6.4.1-b, DB23-6.4.3-b)."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from bangban.foundation.clocks.moment import now
from bangban.foundation.notify.models import Delivery
from bangban.registry.catalog.models.items import Item
from bangban.services.counter import actions
from bangban.services.counter.actions import NewInquiry
from bangban.services.counter.models import Inquiry
from tests.surfaces.counter.conftest import Counter, Desk

URL = "/desk/counter/"


def promised(counter: Counter, **changes: object) -> Inquiry:
    given: dict[str, object] = {
        "answered": False, "topic": "policy", "question": "外地户籍能否申领", "name": "张三丰", "phone": "13800001234",
        "agreed_at": now() + timedelta(hours=6), **changes,
    }  # fmt: skip
    return actions.log_inquiry(counter.guide, NewInquiry(**given))  # type: ignore[arg-type]


@pytest.mark.clause("DB23-6.4.1-b")
def test_the_export_has_all_fields_a_byte_order_mark_and_no_formula(counter: Counter, desk: Desk) -> None:
    promised(counter, question="=HYPERLINK(1)", name="@张")
    actions.log_inquiry(counter.guide, NewInquiry(answered=True, topic="fee", reply="-1元", basis="+2"))
    answer = desk(counter.guide).get(f"{URL}ledger.csv")
    text = answer.content.decode()
    assert text.startswith("\ufeff编号,状态,登记时间")
    assert answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.DictReader(io.StringIO(text[1:])))
    assert [row["咨询内容要点"] for row in rows] == ["", "'=HYPERLINK(1)"]
    assert (rows[0]["答复内容"], rows[0]["依据"], rows[1]["称呼"]) == ("'-1元", "'+2", "'@*")
    assert "13800001234" not in text
    assert set(rows[0]) >= {
        "咨询内容要点",
        "称呼",
        "联系方式",
        "约定答复时间",
        "答复内容",
        "答复时间",
        "登记人",
        "答复人",
    }


def test_the_full_export_asks_for_a_reason_and_the_duty(counter: Counter, desk: Desk) -> None:
    promised(counter)
    manager = desk(counter.city.manager)
    assert manager.post(f"{URL}ledger/full.csv", {"reason": ""}).status_code == 422
    assert "13800001234" in manager.post(f"{URL}ledger/full.csv", {"reason": "年终归档"}).content.decode()
    assert desk(counter.guide).post(f"{URL}ledger/full.csv", {"reason": "年终归档"}).status_code == 409


@pytest.mark.parametrize("query", ["box=gold", "from=x", "from=2026-11-20&to=2026-11-01", "after=x", "q=%00", "q=☃"])
def test_a_list_never_fails_on_a_strange_address(counter: Counter, desk: Desk, query: str) -> None:
    client = desk(counter.guide)
    assert client.get(f"{URL}ledger?{query}").status_code in (200, 400, 422)
    assert client.get(f"{URL}ledger.csv?{query}").status_code in (200, 400, 422)
    assert client.get(f"{URL}help?{query}&day=x&kind=y").status_code in (200, 400, 422)
    assert client.get(f"{URL}inquiries/%00").status_code == 400


def test_an_entry_is_answered_on_its_page(counter: Counter, desk: Desk) -> None:
    client, number = desk(counter.guide), promised(counter).number
    page = client.get(f"{URL}inquiries/{number}").content.decode()
    assert "张**" in page
    assert "13800001234" not in page
    refused = client.post(f"{URL}inquiries/{number}/do/reply", {"reply": "", "basis": "条例第十四条"})
    assert refused.status_code == 422
    assert "条例第十四条" in refused.content.decode()
    assert client.post(f"{URL}inquiries/{number}/do/reply", {"reply": "可以申领。"}).status_code == 303
    assert "可以申领。" in client.get(f"{URL}inquiries/{number}").content.decode()
    assert client.post(f"{URL}inquiries/{number}/do/reply", {"reply": "再答"}).status_code == 409
    assert client.post(f"{URL}inquiries/{number}/do/dance").status_code == 404


def test_handing_on_and_withdrawing(counter: Counter, desk: Desk) -> None:
    client, number = desk(counter.guide), promised(counter).number
    for to in ("", "x", "0", str(counter.elsewhere.staff_id)):
        answer = client.post(f"{URL}inquiries/{number}/do/hand_on", {"to": to, "reason": "更熟悉"})
        assert answer.status_code == 422
        assert "更熟悉" in answer.content.decode()
    given = {"to": str(counter.clerk.staff_id), "reason": "更熟悉"}
    assert client.post(f"{URL}inquiries/{number}/do/hand_on", given).status_code == 303
    assert client.post(f"{URL}inquiries/{number}/do/withdraw", {"reason": ""}).status_code == 422
    assert client.post(f"{URL}inquiries/{number}/do/withdraw", {"reason": "不需要了"}).status_code == 303
    assert Inquiry.objects.get().state == "withdrawn"


def test_the_number_is_shown_after_a_reason(counter: Counter, desk: Desk) -> None:
    client, number = desk(counter.guide), promised(counter).number
    assert client.post(f"{URL}inquiries/{number}/contact", {"reason": ""}).status_code == 422
    assert "13800001234" in client.post(f"{URL}inquiries/{number}/contact", {"reason": "按约定回电"}).content.decode()


@pytest.mark.clause("DB23-6.4.3-b")
def test_materials_are_printed_or_sent_and_stay_on_the_record(counter: Counter, desk: Desk, item: Item) -> None:
    client, number = desk(counter.guide), promised(counter, item=item.code).number
    printed = client.post(f"{URL}inquiries/{number}/give", {"kind": "checklist", "ref": item.code, "how": "printed"})
    paper = client.get(printed.headers["Location"]).content.decode()
    assert "《失业保险金申领》材料清单" in paper
    assert "居民身份证" in paper
    sent = client.post(f"{URL}inquiries/{number}/give", {"kind": "guide", "ref": item.code, "how": "sent"})
    assert sent.status_code == 303
    page = client.get(f"{URL}inquiries/{number}").content.decode()
    assert "打印材料清单" in page
    assert "发送办事指南" in page
    assert Delivery.objects.filter(channel="sms").count() == 2
    assert client.post(f"{URL}inquiries/{number}/give", {"kind": "form", "how": "printed"}).status_code == 422


def test_an_item_is_chosen_on_the_page_of_an_entry_without_one(counter: Counter, desk: Desk, item: Item) -> None:
    client, number = desk(counter.guide), promised(counter).number
    found = client.get(f"{URL}inquiries/{number}", {"find": "失业保险金"}).content.decode()
    assert f"?item={item.code}" in found
    assert "《失业保险金申领》办事指南" in client.get(f"{URL}inquiries/{number}?item={item.code}").content.decode()
    given = {"kind": "guide", "ref": item.code, "how": "sent", "item": item.code}
    assert client.post(f"{URL}inquiries/{number}/give", given).status_code == 303
    assert Inquiry.objects.get().item_id == item.id
    assert client.get(f"{URL}inquiries/{number}?item=%E2%98%83&find=x").status_code == 200


@pytest.mark.parametrize("path", ["guide/T0001", "item_list/all", "item_list/x", "guide/NONE", "gold/1"])
def test_papers_open_or_say_that_there_is_none(counter: Counter, desk: Desk, item: Item, path: str) -> None:
    assert desk(counter.guide).get(f"{URL}paper/{path}").status_code in (200, 404, 422)
