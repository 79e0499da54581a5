"""The talk at the desk: kinds, citation, files, read marks."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bangban.registry.catalog.models.items import Item
from bangban.registry.knowledge import actions as knowledge
from bangban.registry.knowledge.answer import Answer
from bangban.services.cases import actions
from bangban.services.cases.models import Case
from bangban.services.conversation.models import Message, Thread
from tests.cast import Cast
from tests.services.cases.steps import claimed, consulting
from tests.surfaces.desk.conftest import Desk

JSON = {"Accept": "application/json, text/html;q=0.9"}


def published(city: Cast) -> str:
    content = Answer(
        question="失业金怎么领",
        answer="带身份证在线申领。",
        basis="社会保险法第四十五条",
        unit_name="广州市政务服务中心",
    )
    entry = knowledge.create_entry(content, city.editor)
    knowledge.submit_entry(entry.number, city.editor)
    knowledge.publish_entry(entry.number, city.reviewer)
    return entry.number


def test_an_internal_note_never_reaches_the_user(city: Cast, item: Item, desk: Desk) -> None:
    number, _ = consulting(city, item)
    answer = desk(city.specialist).post(
        f"/desk/cases/{number}/say", {"text": "注意核对", "kind": "internal"}, headers=JSON
    )
    assert answer.status_code == 201
    case = Case.objects.get(number=number)
    from bangban.services.conversation.reads import messages

    assert "注意核对" in [message.text for message in messages(case.id, staff=True)]
    assert "注意核对" not in [message.text for message in messages(case.id)]


@pytest.mark.clause("T637-5-e")
def test_a_standard_answer_is_cited_by_number_and_version_and_only_while_it_may_be_used(
    city: Cast, item: Item, desk: Desk
) -> None:
    number, _ = consulting(city, item)
    entry = published(city)
    client = desk(city.specialist)
    given = {"text": "带身份证在线申领。", "kind": "answer", "knowledge": entry, "revision": "1"}
    assert client.post(f"/desk/cases/{number}/say", given, headers=JSON).status_code == 201
    stored = Message.objects.filter(kind="answer").get()
    assert (stored.data["knowledge"], stored.data["revision"]) == (entry, 1)
    assert f"{entry} 第1版" in client.get(f"/desk/cases/{number}/lines").content.decode()
    knowledge.withdraw_entry(entry, city.reviewer, "政策调整")
    refused = client.post(f"/desk/cases/{number}/say", given, headers=JSON)
    assert refused.status_code == 422
    assert "已更新或停用" in json.loads(refused.content)["detail"]


def test_the_same_client_id_is_the_same_message(city: Cast, item: Item, desk: Desk) -> None:
    number, _ = consulting(city, item)
    client = desk(city.specialist)
    codes = [
        client.post(f"/desk/cases/{number}/say", {"text": "您好", "client_id": "m1"}, headers=JSON).status_code
        for _ in range(2)
    ]
    assert codes == [201, 200]


def test_an_answer_before_the_classification_is_refused_with_a_sentence(city: Cast, desk: Desk) -> None:
    from tests.services.cases.steps import opened

    number, _ = opened()
    actions.claim(city.guide, number)
    refused = desk(city.guide).post(f"/desk/cases/{number}/say", {"text": "可以", "kind": "answer"}, headers=JSON)
    assert refused.status_code == 409
    assert "请先判断" in json.loads(refused.content)["detail"]


def test_a_file_is_handed_out_as_a_download_to_those_who_see_the_case_only(city: Cast, item: Item, desk: Desk) -> None:
    number, _ = consulting(city, item)
    other, _ = claimed(city)
    client = desk(city.specialist)
    png = SimpleUploadedFile("图.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64, "image/png")
    assert client.post(f"/desk/cases/{number}/upload", {"file": png, "client_id": "f"}).status_code == 201
    stored = Message.objects.get(kind="picture")
    url = f"/desk/cases/{number}/files/{stored.attachment_id}"
    answer = client.get(url)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    b"".join(answer)
    assert client.get(f"/desk/cases/{other}/files/{stored.attachment_id}").status_code == 404
    script = SimpleUploadedFile("a.html", b"<script>alert(1)</script>", "text/html")
    assert client.post(f"/desk/cases/{number}/upload", {"file": script}).status_code == 422


def test_only_the_owner_marks_a_talk_as_read(city: Cast, item: Item, desk: Desk) -> None:
    number, citizen = consulting(city, item)
    actions.post_message(citizen, number, "还在吗")
    case = Case.objects.get(number=number)
    length = Thread.objects.get(record_id=case.id).length
    desk(city.manager).post(f"/desk/cases/{number}/read", {"position": str(length)})
    assert Thread.objects.get(record_id=case.id).staff_read < length
    desk(city.specialist).post(f"/desk/cases/{number}/read", {"position": str(length)})
    assert Thread.objects.get(record_id=case.id).staff_read == length


@pytest.mark.clause("DB23-6.1.2-a")
def test_item_card_materials_and_one_time_notice_are_sent_from_the_guide(city: Cast, item: Item, desk: Desk) -> None:
    number, _ = consulting(city, item)
    client = desk(city.specialist)
    for what in ("item", "checklist", "notice", "link"):
        given = {"item": item.code, "client_id": what}
        assert client.post(f"/desk/cases/{number}/insert/{what}", given).status_code == 303
    kinds = set(Message.objects.values_list("kind", flat=True))
    assert {"item_card", "checklist", "form_link"} <= kinds
    lines = client.get(f"/desk/cases/{number}/lines").content.decode()
    assert "一次性告知" in lines
    assert "居民身份证" in lines


def test_links_in_cards_lead_to_plain_addresses_only() -> None:
    from bangban.surfaces.desk.lines import safe_link

    assert safe_link("javascript:alert(1)") == "#"
    assert safe_link("//elsewhere.example") == "#"
    assert safe_link("/items/T1") == "/items/T1"
