"""Letters that did not become orders, phrases to print, and figures of service: each has its page at the desk."""

from __future__ import annotations

import pytest
from django.urls import reverse

from bangban.foundation.access.duties import DUTIES, PERMISSIONS
from bangban.services.hotline import actions as hotline
from bangban.services.hotline.actions.aside import set_aside
from bangban.services.hotline.defaults import PATHS
from bangban.services.hotline.models import AsideMessage, WorkOrder
from bangban.services.hotline.phrases import SITUATIONS, install_phrases
from bangban.services.hotline.terms import Refusal
from tests.hotline import Hotline, hotline_staff, opened_order
from tests.surfaces.desk.conftest import Desk

pytestmark = pytest.mark.django_db
RAW = b"From: =?utf-8?b?5p2O5Zub?= <li@example.org>\nSubject: =?utf-8?b?6Lev54Gv?=\nPrecedence: bulk\n\nlamp"


@pytest.mark.parametrize("duty", sorted(DUTIES))
def test_letters_open_for_those_who_take_requests_in(line: Hotline, desk: Desk, duty: str) -> None:
    row = set_aside(RAW, "自动发出的邮件")
    client = desk(hotline_staff("walker", "走访", "hl", duty))
    status = 200 if duty in PERMISSIONS["orders.intake"] else 403
    for page in ("/desk/letters/", f"/desk/letters/{row.id}/", f"/desk/letters/{row.id}/original"):
        assert client.get(page).status_code == status, page
    if status == 403:
        assert client.post(f"/desk/letters/{row.id}/register").status_code == 403
        assert client.post(f"/desk/letters/{row.id}/", {"how": "已看"}).status_code == 403
        assert not AsideMessage.objects.exclude(settled_at=None).exists()


@pytest.mark.clause("GB33358-3.2")
def test_a_letter_is_read_and_registered_from_the_list(line: Hotline, desk: Desk) -> None:
    row = set_aside(RAW, "自动发出的邮件")
    client = desk(line.agent)
    rows = client.get("/desk/letters/").content.decode()
    assert f'<a href="/desk/letters/{row.id}/">路灯</a>' in rows
    assert "李四" in rows
    page = client.get(f"/desk/letters/{row.id}/").content.decode()
    for words in ("路灯", "李四", "lamp", "自动发出的邮件"):
        assert words in page
    answer = client.post(f"/desk/letters/{row.id}/register")
    order = WorkOrder.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/desk/orders/{order.number}/")
    assert "没有待认的信件" in client.get("/desk/letters/").content.decode()
    assert client.post(f"/desk/letters/{row.id}/register").status_code == 409
    assert client.get(f"/desk/letters/{row.id}/original").content == RAW


def test_a_letter_is_settled_with_a_word_or_not_at_all(line: Hotline, desk: Desk) -> None:
    row = set_aside(b"\xff\xfe", "没有可识别的发件人")
    client = desk(line.agent)
    assert "正文" in client.get(f"/desk/letters/{row.id}/").content.decode()
    answer = client.post(f"/desk/letters/{row.id}/", {"how": " "})
    assert (answer.status_code, "请写明怎样处理的" in answer.content.decode()) == (422, True)
    assert client.post(f"/desk/letters/{row.id}/", {"how": "广告，不是诉求"}).status_code == 303
    assert "广告，不是诉求" in client.get(f"/desk/letters/{row.id}/").content.decode()
    for address in ("/desk/letters/99/", f"/desk/letters/{10**30}/"):
        assert client.get(address).status_code == 404
        assert client.post(address, {"how": "已看"}).status_code == 404
    assert client.get("/desk/letters/?after=x").status_code == 200


@pytest.mark.clause("GB33358-A")
def test_every_phrase_stands_on_one_page_to_print_and_its_gaps_are_named(line: Hotline, desk: Desk) -> None:
    install_phrases()
    page = desk(line.agent).get("/desk/phrases").content.decode()
    assert all(one.label in page for one in SITUATIONS)
    assert '<span class="gap">工号</span>号话务员为您服务' in page
    places = [page.index(f"<h2>{one.label}</h2>") for one in SITUATIONS]
    assert places == sorted(places), "in the order of a call"
    assert "{" not in page.partition("phrasebook")[2]
    assert "data-print" in page


@pytest.mark.clause("GB33358-4.2.4-g")
def test_figures_of_service_are_shown_to_who_leads_or_counts(line: Hotline, desk: Desk) -> None:
    number = opened_order(line)
    form = {"kind": "consultation", "consultation_kind": "policy", "request": "养老金怎么领？", "category": "020101"}
    hotline.save(line.agent, number, form)
    hotline.confirm(line.agent, number, True)
    hotline.register(line.agent, number)
    hotline.answer(line.agent, number, "到社保中心申请。", "answered", "agent")
    for actor in (line.manager, line.statistician):
        page = desk(actor).get("/desk/calls/rates").content.decode()
        assert "当场答复 1 / 登记 1" in page
        assert "引用知识 0 / 当场答复 1" in page
        assert "江话务" in page
        assert "咨询内容" in page
        assert "没有答复综合查询" in page
    assert desk(line.agent).get("/desk/calls/rates").status_code == 403
    empty = desk(line.manager).get("/desk/calls/rates?from=2020-01-01&to=2020-01-02").content.decode()
    assert "还没有收到评价" in empty


def test_a_refusal_proposes_the_way_to_be_told_and_records_it_when_left_empty(line: Hotline, desk: Desk) -> None:
    number = opened_order(line)
    hotline.save(line.agent, number, {"kind": "help_request", "request": "法院判决不服", "category": "030201"})
    client = desk(line.agent)
    panel = client.get(reverse("hotline:form", args=[number, "refuse"]), headers={"HX-Request": "true"})
    assert "data-proposals" in panel.content.decode()
    assert "12368" in panel.content.decode()
    do = reverse("hotline:do", args=[number, "refuse"])
    assert client.post(do, {"client_id": "a" * 32, "path": "某处"}).status_code == 422
    client.post(do, {"client_id": "b" * 32, "refusal": "litigation"})
    order = WorkOrder.objects.get(number=number)
    assert (order.state, order.path_told) == ("refused", PATHS[Refusal.LITIGATION])
