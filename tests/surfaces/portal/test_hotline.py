"""Writing to the hotline on the portal, following the request, adding, rating, withdrawing; from a case with one press."""

from __future__ import annotations

import base64
import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from bangban.foundation.clocks.models import Clock
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.privacy.crypto import blind_index, digest
from bangban.services.cases.actions import claim, close, sort
from bangban.services.cases.models import Case
from bangban.services.conversation.models import Message
from bangban.services.hotline.actions.answering import answer
from bangban.services.hotline.actions.opening import code_of
from bangban.services.hotline.actions.registering import register, save, take
from bangban.services.hotline.actions.visiting import decline_redo, end_visit, redo
from bangban.services.hotline.flow import LINES, STATES
from bangban.services.hotline.models import Visit, WorkOrder
from bangban.services.hotline.reads.messages import survey_rate
from bangban.surfaces.portal import times
from bangban.surfaces.portal.language import CHINESE, say
from tests.cast import Cast
from tests.hotline import PENSION, Hotline, make_hotline
from tests.services.hotline.clips import MP4, PNG
from tests.surfaces.portal.browser import PAGE, Browser

FORM = {
    "kind": "help_request", "request": "请修好路灯", "course": "路灯坏了三天，晚上看不见", "happened": "三天前",
    "place": "幸福路12号门口", "present_state": "还没修", "phone": "13900000077", "name": "李明", "reply": "telephone",
    "notice": "1",
}  # fmt: skip


@pytest.fixture
def line(city: Cast) -> Hotline:
    return make_hotline()


def form_id(browser: Browser) -> str:
    found = re.search(r'name="form_id" value="([^"]+)"', browser.open("/hotline/new"))
    assert found
    return found[1]


def send(browser: Browser, form: str = "", **changes: Any) -> HttpResponse:
    return browser.send("/hotline/new", **{**FORM, "form_id": form or form_id(browser), **changes})


def written(browser: Browser, **changes: Any) -> WorkOrder:
    answered = send(browser, **changes)
    assert answered.status_code == 303, html.unescape(answered.content.decode())[:3000]
    return WorkOrder.objects.get(number=answered["Location"].rsplit("/", 1)[1])


def completed(line: Hotline, browser: Browser) -> WorkOrder:
    order = written(browser, kind="consultation", request="养老金怎么领")
    take(line.agent, order.number)
    save(line.agent, order.number, {"category": PENSION, "consultation_kind": "policy"})
    register(line.agent, order.number)
    answer(line.agent, order.number, "带身份证到社保中心办理。", "answered", "agent")
    return order


@pytest.mark.clause("GB33358-3.2")
def test_a_written_request_is_an_order_that_its_page_shows(line: Hotline, browser: Browser) -> None:
    order = written(browser)
    page = browser.open(f"/hotline/{order.number}")
    for words in ("请修好路灯", "幸福路12号门口", "热线已收到，话务员会尽快受理并回复您", order.number):
        assert words in page
    assert (order.source, order.contact_phone, order.kind) == ("website", "13900000077", "help_request")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": ""}, "请选择要反映什么"),
        ({"request": ""}, "请写下您的诉求或要求"),
        ({"place": ""}, "请写明在什么地方"),
        ({"happened": ""}, "请写明是什么时候的事"),
        ({"course": ""}, "请写一下事情的经过"),
        ({"phone": ""}, "请留下联系电话"),
        ({"phone": "12"}, "请填写11位手机号"),
        ({"notice": ""}, "请先阅读个人信息处理告知"),
        ({"reply": "pigeon"}, "请选择希望怎样答复您"),
    ],
)
def test_what_is_missing_is_told_and_the_typed_text_stays(
    line: Hotline, browser: Browser, changes: dict[str, str], sentence: str
) -> None:
    answered = send(browser, **{"name": "欧阳小明", **changes})
    page = answered.content.decode()
    assert answered.status_code == 422
    assert sentence in page and "欧阳小明" in page
    assert not WorkOrder.objects.exists()


@pytest.mark.clause("GB33358-5.2.2.5")
@pytest.mark.parametrize("kind", ["complaint", "report_of_violation"])
def test_a_complaint_cannot_be_sent_without_choosing_about_secrecy(line: Hotline, browser: Browser, kind: str) -> None:
    refused = send(browser, kind=kind)
    assert refused.status_code == 422 and "请选择个人信息是否需要保密" in refused.content.decode()
    order = written(browser, kind=kind, secret="yes")
    assert order.confidential is True and order.confidential_asked_at is not None


@pytest.mark.clause("GB33358-5.2.2.5")
def test_every_complaint_of_the_page_was_asked_about_secrecy(line: Hotline, browser: Browser) -> None:
    for secret in ("yes", "no"):
        written(browser, kind="complaint", secret=secret, request=f"诉求{secret}")
    rows = WorkOrder.objects.filter(kind__in=["complaint", "report_of_violation"])
    assert rows.count() == 2 and not rows.filter(confidential_asked_at=None).exists()


def test_the_same_form_sent_twice_is_one_request_and_a_changed_one_another(line: Hotline, browser: Browser) -> None:
    form = form_id(browser)
    assert send(browser, form)["Location"] == send(browser, form)["Location"]
    send(browser, form, request="还有一件事")
    assert WorkOrder.objects.count() == 2


def test_an_anonymous_person_leaves_neither_name_nor_phone_and_reads_the_answer_by_code(
    line: Hotline, browser: Browser
) -> None:
    order = written(browser, anonymous="1", phone="", name="李明")
    assert (order.subject_kind, order.contact_name, order.contact_phone) == ("anonymous", "", "")
    assert order.wished_reply == "website" and order.caller_id is None


@pytest.mark.clause("GB33358-5.1.2.4-b")
def test_emergency_words_show_the_number_while_typing_and_on_the_page(line: Hotline, browser: Browser) -> None:
    answered = browser.script("/hotline/alarm", request="", course="我家着火了")
    assert "tel:119" in answered.content.decode()
    assert browser.script("/hotline/alarm", request="路灯坏了").content.strip() == b""
    order = written(browser, course="我家着火了，快来")
    assert order.urgency == "emergency"
    assert "tel:119" in browser.open(f"/hotline/{order.number}")


@pytest.mark.clause("GB33358-4.2.4-h")
def test_pictures_and_clips_come_with_the_request_and_open_for_its_person_and_staff_only(
    line: Hotline, browser: Browser
) -> None:
    files = [SimpleUploadedFile("照片.png", PNG), SimpleUploadedFile("现场.mp4", MP4)]
    order = written(browser, files=files)
    page = browser.open(f"/hotline/{order.number}")
    links = re.findall(r"/hotline/files/[0-9a-f-]{36}", page)
    assert len(set(links)) == 2 and "视频" in page
    answered = browser.get(links[0])
    assert answered.status_code == 200 and b"".join(answered.streaming_content) == PNG  # type: ignore[attr-defined]
    assert "attachment" in answered["Content-Disposition"]
    assert Browser().get(links[0], **PAGE).status_code == 404


def test_a_file_that_is_not_allowed_is_told_and_nothing_is_lost(line: Hotline, browser: Browser) -> None:
    refused = send(browser, files=[SimpleUploadedFile("照片.png", b"MZ\x90\x00" * 40)])
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "不支持这种文件" in page and "路灯坏了三天" in page and "文件要重新选择一次" in page
    assert not WorkOrder.objects.exists()


def test_without_a_hotline_the_typed_words_come_back_with_what_to_do(city: Cast, browser: Browser) -> None:
    refused = send(browser)
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "热线还没有开通" in page and "路灯坏了三天" in page


def test_number_and_code_open_the_request_elsewhere_and_wrong_ones_do_not(line: Hotline, browser: Browser) -> None:
    order = written(browser)
    found = re.search(r"查询码</dt><dd class=\"num\">([^<]+)<", browser.open(f"/hotline/{order.number}"))
    assert found
    code = html.unescape(found[1])
    elsewhere = Browser()
    assert elsewhere.get(f"/hotline/{order.number}", **PAGE).status_code == 404
    assert elsewhere.send("/hotline/find", number=order.number, code="wrong").status_code == 404
    for address in ("/hotline/find", "/cases/find"):
        visitor = Browser()
        assert visitor.send(address, number=order.number.lower(), code=code)["Location"] == f"/hotline/{order.number}"
        assert "请修好路灯" in visitor.open(f"/hotline/{order.number}")
    assert order.number in browser.open("/hotline")
    browser.send(f"/hotline/{order.number}/saved")
    assert code not in browser.open(f"/hotline/{order.number}")


def test_more_words_and_files_are_said_once(line: Hotline, browser: Browser) -> None:
    order = written(browser)
    for _ in range(2):
        browser.send(f"/hotline/{order.number}/say", text="是3号灯杆", client_id="c1")
    browser.send(f"/hotline/{order.number}/say", text="", files=[SimpleUploadedFile("照片.png", PNG)])
    assert Message.objects.filter(record_id=order.id).count() == 2
    empty = browser.send(f"/hotline/{order.number}/say", text=" ")
    assert empty.status_code == 422 and "请先输入内容" in empty.content.decode()
    assert Browser().send(f"/hotline/{order.number}/say", text="我").status_code == 404


def test_a_withdrawn_request_says_so_and_takes_no_more_words(line: Hotline, browser: Browser) -> None:
    order = written(browser)
    assert browser.send(f"/hotline/{order.number}/withdraw", reason="").status_code == 422
    browser.send(f"/hotline/{order.number}/withdraw", reason="已经修好")
    page = browser.open(f"/hotline/{order.number}")
    assert "您已撤回这件诉求" in page and "这件事已经结束" in page
    refused = browser.send(f"/hotline/{order.number}/say", text="还有一句")
    assert refused.status_code == 409


@pytest.mark.clause("GB33358-4.2.4-g")
def test_the_person_rates_process_and_result_on_the_page_and_it_counts_in_the_rate(
    line: Hotline, browser: Browser
) -> None:
    order, silent = completed(line, browser), completed(line, Browser())
    Visit.objects.update(state="due", policy="all")
    page = browser.open(f"/hotline/{order.number}")
    assert "带身份证到社保中心办理" in page and "您满意吗" in page
    half = browser.send(f"/hotline/{order.number}/rate", process="yes", text="很快")
    assert half.status_code == 422 and "很快" in half.content.decode()
    browser.send(f"/hotline/{order.number}/rate", process="yes", result="no", text="很快")
    order.refresh_from_db()
    assert (order.state, order.process_satisfied, order.result_satisfied) == ("visited", True, False)
    row = Visit.objects.get(order=order)
    assert (row.state, row.channel, row.text) == ("done", "website", "很快")
    today = now().date()
    rate = survey_rate(order.center_id, today, today)
    assert (rate.asked, rate.answered, rate.percent, rate.both_satisfied) == (2, 1, 50.0, 0)
    assert rate.by_channel == (("website", 1),)
    assert silent.process_satisfied is None
    assert browser.send(f"/hotline/{order.number}/rate", process="no", result="no").status_code == 409


@pytest.mark.parametrize(
    ("name", "most"), [("place", 300), ("name", 50), ("request", 4000), ("course", 4000), ("happened", 200)]
)
def test_what_is_too_long_is_refused_with_its_length_and_kept(
    line: Hotline, browser: Browser, name: str, most: int
) -> None:
    known = WorkOrder.objects.count()
    page = send(browser, **{name: "长" * (most + 1)})
    text = page.content.decode()
    assert page.status_code == 422 and f"最多{most}个字，现在是{most + 1}个字，请精简。" in text
    assert "长" * (most + 1) in text
    assert WorkOrder.objects.count() == known
    browser.cookies["language"] = "en"
    assert f"At most {most} characters" in send(browser, **{name: "长" * (most + 1)}).content.decode()


def test_line_ends_count_once_as_in_the_page(line: Hotline, browser: Browser) -> None:
    assert send(browser, request="一\r\n" * 1999).status_code == 303


@pytest.mark.parametrize(("language", "words"), [("zh", "24小时"), ("en", "24 hours a day")])
def test_the_foot_of_a_page_says_that_12345_answers_all_day_apart_from_online_hours(
    line: Hotline, browser: Browser, language: str, words: str
) -> None:
    browser.cookies["language"] = language
    foot = browser.open("/hotline").partition('<footer class="foot">')[2]
    first, second = re.findall(r"<p>(.*?)</p>", foot)[:2]
    assert "12345" in first and words in first and "9:00" not in first
    assert "9:00" in second and "12345" not in second


def test_number_and_code_open_the_request_however_they_are_typed_and_former_codes_as_ever(
    line: Hotline, browser: Browser
) -> None:
    order = written(browser)
    code = code_of(order)
    assert re.fullmatch(r"([2-9A-HJKMNP-Z]{4}-){3}[2-9A-HJKMNP-Z]{4}", code)
    wide = code.translate({place: place + 0xFEE0 for place in range(0x21, 0x7F)})
    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} ", wide):
        number = order.number.lower().translate({place: place + 0xFEE0 for place in range(0x30, 0x3A)})
        sent = Browser().send("/hotline/find", number=f" {number[:6]} {number[6:]}", code=typed)
        assert sent.status_code == 303, typed
    former = base64.urlsafe_b64encode(blind_index(str(order.id), "order-code")[:12]).decode()
    WorkOrder.objects.filter(id=order.id).update(token_digest=digest(former.encode()))
    order.refresh_from_db()
    assert code_of(order) == former
    assert Browser().send("/hotline/find", number=order.number, code=former).status_code == 303
    assert Browser().send("/hotline/find", number=order.number, code=former.swapcase()).status_code == 404


@pytest.mark.parametrize("address", ["/hotline/find", "/cases/find"])
def test_an_empty_look_up_says_what_to_fill_in(line: Hotline, browser: Browser, address: str) -> None:
    page = browser.send(address, number="", code="")
    assert page.status_code == 422 and "请填写编号和查询码" in page.content.decode()


def test_english_words_keep_their_spaces(line: Hotline, browser: Browser) -> None:
    order = written(browser)
    browser.cookies["language"] = "en"
    page = browser.open(f"/hotline/{order.number}")
    assert "</a> and tell the number" in page
    title = re.search(r"<title>(.*?)</title>", page)
    assert title and not re.search(r"[一-鿿][A-Z]", title[1])


@pytest.mark.clause("GB33358-5.4.3")
def test_who_is_satisfied_with_nothing_reads_until_when_a_second_round_is_decided_and_why_there_is_none(
    line: Hotline, browser: Browser
) -> None:
    order = completed(line, browser)
    browser.send(f"/hotline/{order.number}/rate", process="no", result="no")
    clock = Clock.objects.get(record_id=order.id, code="order_archive")
    page = browser.open(f"/hotline/{order.number}")
    assert f"热线正在决定是否再次交办，{times.day(clock.due_at, 'zh')}前告诉您" in page
    assert "您的评价已收到，谢谢" not in page
    stand_at(clock.due_at + timedelta(hours=1))
    assert "热线正在决定是否再次交办，会尽快告诉您" in browser.open(f"/hotline/{order.number}")
    decline_redo(line.manager, order.number, "已按规定一次讲清，没有可以再办的事项。")
    page = browser.open(f"/hotline/{order.number}")
    assert "热线决定不再次交办" in page and "没有可以再办的事项" in page
    assert "正在决定是否再次交办" not in page


@pytest.mark.clause("GB33358-5.4.3")
def test_a_second_round_says_so_and_until_when(line: Hotline, browser: Browser) -> None:
    order = completed(line, browser)
    browser.send(f"/hotline/{order.number}/rate", process="no", result="no")
    redo(line.manager, order.number, "没有讲清", 5, units=[line.building_unit.id])
    page = browser.open(f"/hotline/{order.number}")
    assert f"已再次交{line.building_unit.name}办理，" in page


def test_an_order_whose_call_back_ended_without_answers_thanks_for_none(line: Hotline, browser: Browser) -> None:
    order = completed(line, browser)
    end_visit(line.visitor, order.number, "诉求人不愿回访")
    assert "您的评价已收到" not in browser.open(f"/hotline/{order.number}")


@pytest.mark.clause("BJ-4.2")
@pytest.mark.clause("T637-6.1.5-f")
def test_a_case_directed_to_12345_is_passed_on_with_one_press_and_both_pages_name_each_other(
    city: Cast, line: Hotline, browser: Browser
) -> None:
    case = browser.case(question="窗口人员态度恶劣，我要投诉")
    claim(city.guide, case.number)
    sort(city.guide, case.number, {"need_summary": "投诉态度", "scope": "out_of_scope", "question_type": "other"})
    path = {"department": "12345政务服务便民热线", "phone": "12345"}
    close(city.guide, case.number, {"out_of_scope_class": "complaint", "path": path})
    assert "现在转成热线工单" in browser.open(f"/cases/{case.number}/progress")
    refused = browser.send(f"/cases/{case.number}/hotline", asked="1")
    assert refused.status_code == 422 and "请选择个人信息是否需要保密" in refused.content.decode()
    moved = browser.send(f"/cases/{case.number}/hotline", asked="1", secret="yes")
    number = moved["Location"].rsplit("/", 1)[1]
    assert number in browser.open(f"/cases/{case.number}/progress")
    page = browser.open(f"/hotline/{number}")
    assert case.number in page and "窗口人员态度恶劣，我要投诉" in page
    assert "现在转成热线工单" not in browser.open(f"/cases/{case.number}/progress")
    assert browser.send(f"/cases/{case.number}/hotline", secret="yes")["Location"] == moved["Location"]
    assert Browser().send(f"/cases/{case.number}/hotline").status_code == 404
    assert Case.objects.count() == 1 and WorkOrder.objects.count() == 1


def test_script_in_every_field_is_shown_as_text(line: Hotline, browser: Browser) -> None:
    bad = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"
    order = written(
        browser, request=bad, course=bad, place=bad, happened=bad, name=bad[:50], present_state=bad, latitude=bad
    )
    browser.send(f"/hotline/{order.number}/say", text=bad)
    for address in (f"/hotline/{order.number}", "/hotline"):
        page = browser.open(address)
        assert "<script>alert" not in page and "<img src=x" not in page


@pytest.mark.parametrize("latitude", ["nan", "1e999", "91", "x", ""])
def test_a_place_that_makes_no_sense_is_left_out(line: Hotline, browser: Browser, latitude: str) -> None:
    assert written(browser, latitude=latitude, longitude="113.2").latitude is None


@pytest.mark.parametrize("address", ["/hotline", "/hotline/new", "/hotline/find"])
def test_an_english_page_has_no_chinese(line: Hotline, browser: Browser, address: str) -> None:
    browser.cookies["language"] = "en"
    page = browser.open(address)
    for name in ("广州市政务服务中心", "广州市", "切换为中文", "中文"):
        page = page.replace(name, "")
    assert sorted(set(CHINESE.findall(page)) - set("“”　")) == []


def test_the_english_page_of_a_request_keeps_only_the_persons_own_words_in_chinese(
    line: Hotline, browser: Browser
) -> None:
    browser.cookies["language"] = "en"
    order = completed(line, browser)
    page = browser.open(f"/hotline/{order.number}")
    own = ("广州市12345政务服务热线", "广州市政务服务中心", "广州市", "切换为中文", "中文", "养老金怎么领", "带身份证到社保中心办理。",
           "李明", *[value for value in FORM.values() if CHINESE.search(value)])  # fmt: skip
    for words in sorted(own, key=len, reverse=True):
        page = page.replace(words, "")
    assert sorted(set(CHINESE.findall(page)) - set("“”　")) == []


def test_every_sentence_of_a_story_and_every_state_has_english() -> None:
    told = [
        (one.story or one.label).format(who="Lin", lead_name="Roads", unit_name="Roads", into="GD1")
        for one in LINES
        if one.visibility == "user" and one.story
    ]
    assert [text for text in [*told, *STATES.values()] if CHINESE.search(say("en", text))] == []


def test_the_pages_ask_a_constant_number_of_queries(
    line: Hotline, browser: Browser, django_assert_max_num_queries: Any
) -> None:
    order = written(browser)
    browser.open(f"/hotline/{order.number}")
    with django_assert_max_num_queries(32):
        browser.open(f"/hotline/{order.number}")
    with django_assert_max_num_queries(10):
        browser.open("/hotline")
