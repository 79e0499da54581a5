"""Lending umbrellas and counting copies on one page of the desk (DB23-6.7.5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.foundation.access.models import SecurityEvent
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.services.counter.actions.loans import NewLoan, lend
from bangban.services.counter.models.loans import Loan, UseCount
from tests.surfaces.counter.conftest import Counter, Desk, Hall

URL = "/desk/counter/loans"


def local(hours: float) -> str:
    return (now() + timedelta(hours=hours)).astimezone(DEFAULT_ZONE).strftime("%Y-%m-%dT%H:%M")


def given(**changes: str) -> dict[str, str]:
    return {"thing": "umbrella", "label": "7号", "name": "李明", "phone": "13900000001", "due_at": local(5), **changes}


def lent(counter: Counter, label: str = "7号", hours: float = 5) -> Loan:
    return lend(counter.guide, NewLoan("umbrella", "李明", "13900000001", now() + timedelta(hours=hours), label=label))


@pytest.mark.clause("DB23-6.7.5")
def test_an_umbrella_is_lent_shown_masked_and_taken_back(counter: Counter, hall: Hall, desk: Desk) -> None:
    client = desk(counter.guide)
    assert client.post(f"{URL}/lend", {**given(), "client_id": "a"}).status_code == 303
    client.post(f"{URL}/lend", {**given(label="8号"), "client_id": "a"})
    loan = Loan.objects.get()
    page = client.get(URL).content.decode()
    assert "已登记借出" in page and "雨伞 7号" in page and "李*" in page and "139****0001" in page
    assert "13900000001" not in page
    assert client.post(f"{URL}/{loan.number}/return").status_code == 303
    assert "没有借出的物品" in client.get(URL).content.decode()
    assert "已归还" in client.get(f"{URL}?box=all").content.decode()


def test_what_was_typed_comes_back_with_what_is_missing(counter: Counter, hall: Hall, desk: Desk) -> None:
    client = desk(counter.guide)
    answer = client.post(f"{URL}/lend", given(phone="12", name="", thing="wheelchair"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请记下借用人的称呼" in page and 'value="12"' in page and 'value="7号"' in page
    assert 'value="wheelchair" checked' in page
    assert client.post(f"{URL}/lend", given(due_at="soon")).status_code == 422
    assert not Loan.objects.exists()


def test_the_same_umbrella_is_not_lent_twice(counter: Counter, hall: Hall, desk: Desk) -> None:
    lent(counter)
    answer = desk(counter.guide).post(f"{URL}/lend", given(name="王芳"))
    assert answer.status_code == 409
    assert "还没有归还" in answer.content.decode() and 'value="王芳"' in answer.content.decode()


@pytest.mark.clause("DB23-6.7.5")
def test_what_is_overdue_stands_out_and_can_be_lent_for_longer(counter: Counter, hall: Hall, desk: Desk) -> None:
    loan = lent(counter, hours=1)
    stand_at(now() + timedelta(hours=2))
    client = desk(counter.guide)
    assert "借用（逾期 1）" in client.get("/desk/counter/").content.decode()
    assert "逾期</span>" in client.get(f"{URL}?box=overdue").content.decode()
    refused = client.post(f"{URL}/{loan.number}/extend", {"due_at": local(-1)})
    assert refused.status_code == 422 and "归还时间已经过去" in refused.content.decode()
    assert client.post(f"{URL}/{loan.number}/extend", {"due_at": local(3)}).status_code == 303
    assert "没有逾期未还的物品" in client.get(f"{URL}?box=overdue").content.decode()


@pytest.mark.clause("T637-5-g")
def test_the_borrower_is_shown_for_a_reason_that_is_kept(counter: Counter, hall: Hall, desk: Desk) -> None:
    loan, client = lent(counter), desk(counter.guide)
    assert client.post(f"{URL}/{loan.number}/contact", {"reason": "看"}).status_code == 422
    page = client.post(f"{URL}/{loan.number}/contact", {"reason": "逾期未还，电话提醒"}).content.decode()
    assert "李明" in page and "13900000001" in page
    assert SecurityEvent.objects.filter(kind="reveal", subject=f"loan:{loan.number}").count() == 1


def test_only_who_looks_after_the_hall_writes_off(counter: Counter, hall: Hall, desk: Desk) -> None:
    loan = lent(counter)
    assert "核销" not in desk(counter.guide).get(URL).content.decode()
    assert desk(counter.guide).post(f"{URL}/{loan.number}/write_off", {"reason": "丢失"}).status_code in (404, 409)
    manager = desk(counter.hall_manager)
    assert "核销" in manager.get(URL).content.decode()
    assert manager.post(f"{URL}/{loan.number}/write_off", {"reason": "多次联系未归还"}).status_code == 303
    assert Loan.objects.get().state == "written_off"


def test_a_loan_of_another_hall_is_not_found(counter: Counter, hall: Hall, desk: Desk) -> None:
    loan = lent(counter)
    client = desk(counter.elsewhere)
    assert loan.number not in client.get(f"{URL}?box=all").content.decode()
    assert client.post(f"{URL}/{loan.number}/return").status_code == 404


@pytest.mark.clause("DB23-6.7.5")
def test_copies_are_counted_and_a_mistake_is_taken_back(counter: Counter, hall: Hall, desk: Desk) -> None:
    client = desk(counter.guide)
    client.post(f"{URL}/uses", {"use": "copy", "number": "12"})
    client.post(f"{URL}/uses", {"use": "copy", "number": "-2"})
    assert UseCount.objects.get().count == 10
    assert '复印 <b class="num">10</b> 份' in client.get(URL).content.decode()
    for wrong in ("0", "x", "-", "--5", "9999999", "²"):
        assert client.post(f"{URL}/uses", {"use": "copy", "number": wrong}).status_code == 422, wrong
    assert client.post(f"{URL}/uses", {"use": "nothing", "number": "1"}).status_code == 422


def test_the_list_is_paged_without_a_query_per_line(counter: Counter, hall: Hall, desk: Desk) -> None:
    client = desk(counter.guide)
    lent(counter, "1号")
    client.get(URL)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(URL)
    for place in range(2, 33):
        lent(counter, f"{place}号")
    with CaptureQueriesContext(connection) as many:
        page = client.get(URL).content.decode()
    assert len(many) <= len(one)
    following = page.split('class="pager"><a class="btn btn--secondary" href="')[1].split('"')[0].replace("&amp;", "&")
    assert client.get(following).content.decode().count("雨伞 3") == 2
    assert client.get(f"{URL}?after=nonsense").status_code == 422
