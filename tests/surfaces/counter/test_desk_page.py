"""The one screen of the consultation person (DB23-6.4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.registry.catalog.models.items import Item
from bangban.services.counter.actions import request_help
from bangban.services.counter.models import HelpRequest, Inquiry
from tests.cast import guest
from tests.surfaces.counter.conftest import Counter, Desk, Hall

HX = {"HX-Request": "true"}
URL = "/desk/counter/"


def at(hours: int) -> str:
    return (now() + timedelta(hours=hours)).astimezone(DEFAULT_ZONE).strftime("%Y-%m-%dT%H:%M")


def promise(**changes: str) -> dict[str, str]:
    return {
        "answered": "0", "topic": "policy", "channel": "window", "user_kind": "natural_person", "question": "外地户籍能否申领",
        "name": "张三丰", "phone": "13800001234", "agreed_at": at(5), **changes,
    }  # fmt: skip


@pytest.mark.clause("DB23-6.4.2")
def test_one_search_returns_facility_and_item_data(counter: Counter, hall: Hall, item: Item, desk: Desk) -> None:
    page = desk(counter.guide).get(URL, {"q": "失业保险金申领在社保哪个窗口"}).content.decode()
    assert "1号窗口" in page
    assert "失业保险金申领" in page
    assert "非因本人意愿中断就业。" in page
    part = desk(counter.guide).get(f"{URL}found", {"q": "厕所在哪里"}, headers=HX).content.decode()
    assert "洗手间" in part
    assert "等候区北侧尽头" in part
    assert "<html" not in part


def test_nothing_found_says_what_to_do_next(counter: Counter, desk: Desk) -> None:
    page = desk(counter.guide).get(f"{URL}found", {"q": "xyzxyz"}, headers=HX).content.decode()
    assert "没有查到“xyzxyz”" in page
    assert "约定答复时间" in page


@pytest.mark.clause("DB23-6.4.3-a")
def test_a_topic_and_one_button_enter_an_instant_answer(counter: Counter, desk: Desk) -> None:
    client = desk(counter.guide)
    told = client.post(f"{URL}log", {"topic": "where", "answered": "1", "channel": "phone"}, headers=HX)
    assert told.status_code == 200
    made = Inquiry.objects.get()
    assert (made.state, made.topic, made.channel) == ("answered", "where", "phone")
    assert made.number in told.content.decode()
    assert "data-keep-clear" in told.content.decode()
    day = client.get(f"{URL}day", headers=HX).content.decode()
    assert "1 / 1" in day


@pytest.mark.clause("DB23-6.4.1-c")
def test_the_promise_is_shown_as_a_sentence_to_read_out(counter: Counter, desk: Desk) -> None:
    told = desk(counter.guide).post(f"{URL}log", promise(), headers=HX).content.decode()
    assert "约定11月18日15:00前答复您" in told


@pytest.mark.clause("DB23-6.4.1-c")
def test_without_a_time_it_comes_back_with_every_word(counter: Counter, desk: Desk) -> None:
    client = desk(counter.guide)
    for wrong in ("", "morgen"):
        told = client.post(f"{URL}log", promise(agreed_at=wrong), headers=HX)
        text = told.content.decode()
        assert told.status_code == 422
        assert told.headers["X-Panel"] == "1"
        assert "外地户籍能否申领" in text
        assert "张三丰" in text
        assert "13800001234" in text
    whole = client.post(f"{URL}log", promise(agreed_at=""))
    assert whole.status_code == 422
    assert "外地户籍能否申领" in whole.content.decode()
    assert "<html" in whole.content.decode()
    assert not Inquiry.objects.exists()


def test_the_same_form_twice_is_one_entry(counter: Counter, desk: Desk) -> None:
    client = desk(counter.guide)
    for _ in range(2):
        assert client.post(f"{URL}log", promise(client_id="abc")).status_code == 303
    assert Inquiry.objects.count() == 1


@pytest.mark.parametrize(
    "field", ["answered", "topic", "item", "cited", "channel", "user_kind", "owner", "agreed_at", "phone"]
)
@pytest.mark.parametrize("value", ["\x00", "☃" * 300, "-1", "99999999999", "' OR 1=1"])
def test_bad_input_is_refused_and_never_an_error(counter: Counter, desk: Desk, field: str, value: str) -> None:
    assert desk(counter.guide).post(f"{URL}log", promise(**{field: value})).status_code in (303, 400, 422)


@pytest.mark.clause("DB23-6.4.3-c")
def test_a_call_for_help_stays_on_top_until_it_is_closed(counter: Counter, desk: Desk) -> None:
    client = desk(counter.guide)
    call = request_help(guest("x"), counter.body_id, "rescue", "二层北侧", note="老人晕倒")
    page = client.get(URL).content.decode()
    assert page.index("老人晕倒") < page.index("查设施、事项和标准答案")
    assert client.post(f"{URL}help/{call.number}/take", headers=HX).status_code == 200
    refused = client.post(f"{URL}help/{call.number}/close", {"measures": "送医"}, headers=HX)
    assert refused.status_code == 409
    assert "请先登记联系了哪个部门" in refused.content.decode()
    assert "送医" in refused.content.decode()
    client.post(f"{URL}help/{call.number}/contact", {"contacted": "120"}, headers=HX)
    assert "已联系 120" in client.get(f"{URL}help/open", headers=HX).content.decode()
    assert client.post(f"{URL}help/{call.number}/close", {"measures": "送医"}).status_code == 303
    assert "老人晕倒" not in client.get(URL).content.decode()


@pytest.mark.clause("DB23-6.7.4")
def test_an_emergency_event_is_in_the_log_with_time_action_and_staff(counter: Counter, desk: Desk) -> None:
    client = desk(counter.guide)
    client.post(f"{URL}help/call", {"kind": "emergency", "location": "东门", "note": "起火"})
    call = HelpRequest.objects.get()
    client.post(f"{URL}help/{call.number}/contact", {"contacted": "119", "contacted_at": at(-1)})
    client.post(f"{URL}help/{call.number}/close", {"measures": "已疏散"})
    page = client.get(f"{URL}help?kind=emergency").content.decode()
    for words in ("东门", "起火", "119", "已疏散", "王慧敏", call.number):
        assert words in page
    assert call.number not in client.get(f"{URL}help?kind=kiosk").content.decode()


def test_a_call_without_a_place_comes_back_with_its_words(counter: Counter, desk: Desk) -> None:
    told = desk(counter.guide).post(
        f"{URL}help/call", {"kind": "kiosk", "location": "", "note": "不会取号"}, headers=HX
    )
    assert told.status_code == 422
    assert "不会取号" in told.content.decode()
    assert "请写明在哪里需要帮助" in told.content.decode()


@pytest.mark.clause("DB23-6.4.1-a")
def test_gaps_of_the_roster_are_shown_at_the_desk(counter: Counter, desk: Desk) -> None:
    from bangban.registry.org.actions import set_shifts

    assert "没有安排咨询引导人员" not in desk(counter.guide).get(URL).content.decode()
    assert counter.guide.staff_id is not None
    set_shifts(counter.guide.staff_id, [], workdays_only=True)
    page = desk(counter.guide).get(URL).content.decode()
    assert "未来7天这些开放时间没有安排咨询引导人员" in page
    assert "11月18日　09:00–12:00、13:30–17:00" in page


def test_the_page_takes_the_same_number_of_queries_however_much_there_is(
    counter: Counter, desk: Desk, item: Item
) -> None:
    client = desk(counter.guide)
    client.post(f"{URL}log", promise(item=item.code), headers=HX)
    request_help(guest("x"), counter.body_id, "other", "东门")
    client.get(URL)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(URL)
    for number in range(6):
        client.post(f"{URL}log", promise(item=item.code, question=f"问题{number}"), headers=HX)
        request_help(guest("x"), counter.body_id, "other", f"东门{number}")
    with CaptureQueriesContext(connection) as many:
        client.get(URL)
    assert len(many) <= len(few)
    assert len(many) <= 40


def test_who_does_not_work_at_a_desk_is_kept_out(counter: Counter, desk: Desk) -> None:
    assert desk(counter.city.specialist).get(URL).status_code == 403
    made = desk(counter.guide).post(f"{URL}log", promise())
    assert made.status_code == 303
    number = Inquiry.objects.get().number
    assert desk(counter.elsewhere).get(f"{URL}inquiries/{number}").status_code == 404
