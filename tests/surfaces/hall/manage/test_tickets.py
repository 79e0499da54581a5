"""The guidance desk: a ticket for what a person says, found again by label or phone, moved without losing its wait."""

from __future__ import annotations

import pytest

from bangban.registry.catalog.models.items import Item
from bangban.registry.halls import actions as halls
from bangban.services.queues.models import Ticket
from tests.hall import Hall
from tests.surfaces.desk.conftest import Desk
from tests.surfaces.hall.staffed import text_of

PAGE = "/desk/hall/tickets/"


@pytest.mark.clause("DB23-6.3.2-a", "DB23-6.7.3")
def test_a_ticket_is_issued_for_what_a_person_says(hall: Hall, desk: Desk) -> None:
    client = desk(hall.hall_guide)
    found = text_of(client, "/desk/hall/tickets/classes?said=我要开公司")
    assert found.index("企业开办") < found.index("综合业务")
    assert f'value="{hall.company.id}"' in found
    form = {
        "said": "我要开公司",
        "klass": hall.company.id,
        "flags": ["elderly"],
        "phone": "13800000001",
        "client_id": "x",
    }
    for _ in range(2):
        answer = client.post("/desk/hall/tickets/issue", form)
        assert answer.status_code == 303
    ticket = Ticket.objects.get()
    assert (ticket.label, ticket.flags, ticket.channel) == ("B001", ["elderly"], "desk")
    page = text_of(client, answer.headers["Location"])
    assert "东侧等候区（2层）" in page
    assert "老年人" in page
    assert "没有窗口办理" in page


@pytest.mark.clause("DB23-6.3.2-a")
def test_an_item_leads_to_the_class_in_which_it_is_handled(hall: Hall, item: Item, desk: Desk) -> None:
    halls.save_class(hall.body_id, "A", "社保医保", hall.social.area, [item.id])
    client = desk(hall.hall_guide)
    client.post("/desk/hall/tickets/issue", {"klass": f"{hall.social.id}:{item.id}", "client_id": "y"})
    assert Ticket.objects.get().item_id == item.id


def test_what_was_typed_stays_when_something_is_missing(hall: Hall, desk: Desk) -> None:
    client = desk(hall.hall_guide)
    answer = client.post("/desk/hall/tickets/issue", {"said": "办社保", "phone": "123", "flags": ["soldier"]})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="办社保"' in page
    assert 'value="123"' in page
    assert "请在列表中选择" in page
    for bad in ("abc", "9" * 30, "1:2:3", "-1"):
        assert client.post("/desk/hall/tickets/issue", {"klass": bad}).status_code == 422, bad
    bad_phone = {"klass": hall.social.id, "phone": "123"}
    assert client.post("/desk/hall/tickets/issue", bad_phone).status_code == 422
    assert Ticket.objects.count() == 0


def test_a_ticket_is_found_by_label_phone_or_number(hall: Hall, desk: Desk) -> None:
    client = desk(hall.hall_guide)
    first = hall.ticket(phone="13800000001").ticket
    hall.ticket()
    for q in ("A001", "a001", " A 001 ", "138 0000 0001", first.number):
        page = text_of(client, f"/desk/hall/tickets/list?q={q}")
        assert "A001" in page, q
        assert "A002" not in page, q
    assert "今天没有这个号" in text_of(client, "/desk/hall/tickets/list?q=Q999")
    assert "13800000001" not in text_of(client, PAGE)


@pytest.mark.clause("DB23-6.3.2-b", "DB23-6.7.3")
def test_the_desk_moves_flags_and_ends_a_ticket(hall: Hall, desk: Desk) -> None:
    client = desk(hall.hall_guide)
    ticket = hall.ticket().ticket
    path = f"/desk/hall/tickets/{ticket.number}"
    before = ticket.queued_at
    client.post(f"{path}/do/move", {"klass": hall.company.id, "client_id": "1"})
    client.post(f"{path}/do/flag", {"flags": ["elderly"], "client_id": "2"})
    ticket.refresh_from_db()
    assert (ticket.klass_id, ticket.flags, ticket.queued_at) == (hall.company.id, ["elderly"], before)
    assert "东侧等候区" in text_of(client, path)
    refused = client.post(f"{path}/do/move", {"klass": "", "client_id": "3"})
    assert refused.status_code == 422
    client.post(f"{path}/do/leave", {"client_id": "4"})
    ticket.refresh_from_db()
    assert ticket.state == "left"
    assert client.post(f"{path}/do/rejoin", {"client_id": "5"}).status_code == 409
    assert client.post(f"{path}/do/nonsense", {}).status_code == 422
    assert client.get("/desk/hall/tickets/NOPE").status_code == 404


@pytest.mark.clause("DB23-6.5.1.1-b")
def test_a_check_in_that_fits_nothing_says_why_and_keeps_what_was_typed(hall: Hall, desk: Desk) -> None:
    client = desk(hall.hall_guide)
    for said in ("123456", "13800000009", "YY-NOPE", ""):
        answer = client.post("/desk/hall/tickets/checkin", {"said_here": said})
        assert answer.status_code in (404, 409, 422), said
        assert f'value="{said}"' in answer.content.decode()
    assert Ticket.objects.count() == 0
