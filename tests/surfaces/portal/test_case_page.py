"""The case page: plain words, one conversation for both sides, every step with the person's yes, nothing typed lost."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.registry.catalog.models.items import Item
from bangban.services.cases import actions
from bangban.services.cases.models import Case
from bangban.services.conversation.models import Kind, Message, Thread
from tests.cast import Cast
from tests.surfaces.portal.browser import PAGE, Browser

SORTED = {"need_summary": "想领失业金", "question_type": "procedure", "scope": "own", "complexity": "simple"}


@pytest.fixture
def case(city: Cast, browser: Browser) -> Case:
    return browser.case()


def served(city: Cast, case: Case, item: Item) -> None:
    """Let the specialist take the case over."""
    actions.claim(city.guide, case.number)
    actions.sort(city.guide, case.number, {**SORTED, "item": str(item.id)})
    actions.assign(city.guide, case.number, {"to": "specialist"})
    actions.accept(city.specialist, case.number)


@pytest.mark.clause("BJ-3.2.2")
def test_each_stage_is_told_in_one_plain_sentence(city: Cast, item: Item, case: Case, browser: Browser) -> None:
    address = f"/cases/{case.number}"
    assert "已送到广州市政务服务中心，引导专员看到后会尽快受理。" in browser.open(address)
    actions.claim(city.guide, case.number)
    assert "林引导（广州市政务服务中心）已受理" in browser.open(address)
    actions.sort(city.guide, case.number, {**SORTED, "item": str(item.id)})
    actions.assign(city.guide, case.number, {"to": "specialist"})
    actions.accept(city.specialist, case.number)
    assert "陈专员（广州市政务服务中心）正在为您解答" in browser.open(address)
    actions.propose_stage(city.specialist, case.number)
    assert "请您答复：是否同意进入导办。" in browser.open(address)


@pytest.mark.clause("T637-5-b")
def test_consent_is_asked_in_the_talk_and_answered_with_one_press(
    city: Cast, item: Item, case: Case, browser: Browser
) -> None:
    served(city, case, item)
    actions.propose_stage(city.specialist, case.number)
    page = browser.open(f"/cases/{case.number}")
    assert 'name="answer" value="agree"' in page
    browser.send(f"/cases/{case.number}/consent", answer="agree")
    page = browser.open(f"/cases/{case.number}")
    assert "已同意" in page
    assert 'name="answer" value="agree"' not in page
    assert Case.objects.get(id=case.id).state == "guide"


def test_declining_keeps_the_stage_and_shows_it(city: Cast, item: Item, case: Case, browser: Browser) -> None:
    served(city, case, item)
    actions.propose_stage(city.specialist, case.number)
    browser.send(f"/cases/{case.number}/consent", answer="decline")
    assert "未同意" in browser.open(f"/cases/{case.number}")
    assert Case.objects.get(id=case.id).state == "consult"


def test_a_consent_that_nobody_asks_for_any_more_shows_the_newest_state(
    city: Cast, item: Item, case: Case, browser: Browser
) -> None:
    served(city, case, item)
    answer = browser.send(f"/cases/{case.number}/consent", answer="agree")
    assert answer.status_code == 409
    assert "现在没有需要您答复的征求" in answer.content.decode()


@pytest.mark.clause("T637-5-d")
def test_the_same_message_sent_twice_is_stored_once(case: Case, browser: Browser) -> None:
    address = f"/cases/{case.number}/say"
    first = browser.script(address, text="在吗？", client_id="c-1")
    second = browser.script(address, text="在吗？", client_id="c-1")
    assert (first.status_code, second.status_code) == (201, 200)
    assert json.loads(first.content)["position"] == json.loads(second.content)["position"]


def test_without_scripts_a_second_press_says_nothing_twice(case: Case, browser: Browser) -> None:
    for _ in range(2):
        assert browser.send(f"/cases/{case.number}/say?last=1", text="好的").status_code == 303
    browser.send(f"/cases/{case.number}/say?last=2", text="好的")
    assert Message.objects.filter(record_id=case.id, kind=Kind.TEXT).count() == 3


def test_words_that_cannot_be_said_any_more_stay_in_the_box(city: Cast, case: Case, browser: Browser) -> None:
    actions.withdraw(city_guest(browser, case), case.number)
    answer = browser.send(f"/cases/{case.number}/say", text="我还想补充一句")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "您已撤回这次咨询" in page


def city_guest(browser: Browser, case: Case):  # type: ignore[no-untyped-def]
    """Return the guest behind the browser's codes."""
    from tests.cast import guest

    return guest(browser.code_of(case.number))


def test_an_overlong_message_comes_back_with_its_reason(case: Case, browser: Browser) -> None:
    answer = browser.send(f"/cases/{case.number}/say", text="长" * 5001)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "最多5000字" in page
    assert "长" * 5001 in page


def test_a_script_is_told_the_reason_as_a_problem(case: Case, browser: Browser) -> None:
    answer = browser.script(f"/cases/{case.number}/say", text="")
    assert answer.status_code == 422
    assert json.loads(answer.content)["detail"] == "请先输入内容再发送。"


def test_only_the_lines_after_a_position_are_sent(city: Cast, item: Item, case: Case, browser: Browser) -> None:
    served(city, case, item)
    last = Thread.objects.get(record_id=case.id).length
    assert browser.get(f"/cases/{case.number}/messages?after={last}", **PAGE).status_code == 204
    actions.post_message(city.specialist, case.number, "请稍等，我查一下。")
    piece = browser.open(f"/cases/{case.number}/messages?after={last}")
    assert piece.count("<li") == 1
    assert "请稍等，我查一下。" in piece


def test_inner_notes_of_the_staff_are_never_shown(city: Cast, item: Item, case: Case, browser: Browser) -> None:
    served(city, case, item)
    actions.post_message(city.specialist, case.number, "内部备注", internal=True)
    assert "内部备注" not in browser.open(f"/cases/{case.number}")
    assert "内部备注" not in browser.open(f"/cases/{case.number}/messages?after=0")


def test_reading_is_noted_and_a_tick_shows_what_the_staff_read(
    city: Cast, item: Item, case: Case, browser: Browser
) -> None:
    served(city, case, item)
    actions.post_message(city.specialist, case.number, "您好")
    thread = Thread.objects.get(record_id=case.id)
    assert browser.script(f"/cases/{case.number}/read", position=str(thread.length)).status_code == 204
    assert Thread.objects.get(record_id=case.id).user_read == thread.length
    assert "data-read-mark data-read" in browser.open(f"/cases/{case.number}")


def test_typing_is_a_passing_sign_and_too_many_are_dropped_in_silence(case: Case, browser: Browser) -> None:
    answers = {browser.script(f"/cases/{case.number}/typing").status_code for _ in range(60)}
    assert answers == {204}


@pytest.mark.clause("T637-8.5-b")
def test_the_result_closes_the_loop(city: Cast, item: Item, case: Case, browser: Browser) -> None:
    closed(city, case, item)
    page = browser.open(f"/cases/{case.number}/progress")
    assert "这件事办成了吗？" in page
    assert "无法取得" not in page.split('id="result"')[1].split("</form>")[0].replace("确实无法取得", "")
    browser.send(f"/cases/{case.number}/result", outcome="obtained")
    assert Case.objects.get(id=case.id).state == "loop_closed"
    assert "这件事已经办结闭环。" in browser.open(f"/cases/{case.number}")


def closed(city: Cast, case: Case, item: Item) -> None:
    """Let the specialist close the case with an opinion."""
    served(city, case, item)
    actions.close(city.specialist, case.number, {"opinion": "可以在网上申请。"})


@pytest.mark.clause("T637-8.5-c")
def test_more_to_do_opens_the_next_round_under_the_same_number(
    city: Cast, item: Item, case: Case, browser: Browser
) -> None:
    closed(city, case, item)
    refused = browser.send(f"/cases/{case.number}/result", outcome="needs_improvement")
    assert (refused.status_code, "请写一下还差什么" in refused.content.decode()) == (422, True)
    browser.send(f"/cases/{case.number}/result", outcome="needs_improvement", text="窗口说还要盖章")
    again = Case.objects.get(id=case.id)
    assert (again.round, again.state) == (2, "queued")
    page = browser.open(f"/cases/{case.number}")
    assert "已开始第2轮服务" in page
    assert "窗口说还要盖章" in page


def test_a_result_that_only_staff_may_state_is_refused_with_the_text_kept(
    city: Cast, item: Item, case: Case, browser: Browser
) -> None:
    closed(city, case, item)
    answer = browser.send(f"/cases/{case.number}/result", outcome="unattainable", text="说是办不了")
    assert answer.status_code in (409, 422)
    assert "说是办不了" in answer.content.decode()


def test_withdrawing_ends_the_case_with_its_reason(case: Case, browser: Browser) -> None:
    browser.send(f"/cases/{case.number}/withdraw", reason="已经解决了")
    page = browser.open(f"/cases/{case.number}")
    assert "您已撤回这次咨询" in page
    assert "撤回原因：已经解决了" in page


def test_a_page_with_thirty_events_takes_no_more_queries_than_one_with_five(
    city: Cast, item: Item, case: Case, browser: Browser
) -> None:
    served(city, case, item)
    browser.open(f"/cases/{case.number}")
    with CaptureQueriesContext(
        connection,
    ) as few:
        browser.open(f"/cases/{case.number}")
    for place in range(15):
        actions.post_message(city.specialist, case.number, f"第{place}句")
        actions.sort(city.specialist, case.number, {**SORTED, "need_summary": f"想领失业金 {place}"})
    actions.post_message(city.specialist, case.number, "请看", kind=Kind.ITEM_CARD, data={"item": str(item.id)})
    browser.open(f"/cases/{case.number}")
    with CaptureQueriesContext(connection) as many:
        browser.open(f"/cases/{case.number}")
    assert len(many) <= len(few) + 1, [query["sql"][:120] for query in many]
    assert len(many) <= 16


def test_a_card_with_a_dangerous_link_shows_only_words(city: Cast, item: Item, case: Case, browser: Browser) -> None:
    served(city, case, item)
    for address in ("javascript:alert(1)", "//evil.example", "data:text/html,x"):
        actions.post_message(
            city.specialist, case.number, "请填写", kind=Kind.FORM_LINK, data={"url": address, "title": "表单"}
        )
    actions.post_message(
        city.specialist, case.number, "请填写", kind=Kind.FORM_LINK, data={"url": "/items/T001", "title": "表单"}
    )
    page = browser.open(f"/cases/{case.number}")
    assert "javascript:" not in page and "evil.example" not in page and "data:text" not in page
    assert 'href="/items/T001"' in page


@pytest.mark.parametrize("kind", [Kind.ITEM_CARD, Kind.HELP_CARD, Kind.CHECKLIST, Kind.ANSWER])
def test_a_card_with_missing_data_never_breaks_the_page(
    city: Cast, item: Item, case: Case, browser: Browser, kind: Kind
) -> None:
    served(city, case, item)
    Message.objects.create(
        record_id=case.id, position=900, kind=kind, party="staff", author_id="staff:1", author_name="陈专员", text="内容",
        data={"item": "x", "entries": ["bad", {"label": "身份证"}]}, at=case.created_at,
    )  # fmt: skip
    assert "内容" in browser.open(f"/cases/{case.number}") or kind in (Kind.HELP_CARD, Kind.CHECKLIST)


def test_the_english_page_tells_the_same_story(city: Cast, item: Item, case: Case, browser: Browser) -> None:
    served(city, case, item)
    browser.cookies["language"] = "en"
    page = browser.open(f"/cases/{case.number}")
    assert "陈专员 (广州市政务服务中心) is answering you." in page
    assert "林引导 took up your question" in page


def test_a_page_given_back_after_a_refusal_switches_language_on_the_case(
    city: Cast, item: Item, case: Case, browser: Browser
) -> None:
    served(city, case, item)
    page = browser.send(f"/cases/{case.number}/consent", answer="agree").content.decode()
    assert f'name="next" value="/cases/{case.number}"' in page


def test_a_quoted_answer_leads_to_the_version_that_was_quoted(
    city: Cast, item: Item, case: Case, browser: Browser
) -> None:
    served(city, case, item)
    data = {"knowledge": "ZS000001", "revision": 3, "question": "谁能领", "source": "知识库 ZS000001 第3版"}
    actions.post_message(city.specialist, case.number, "参保满一年的可以领。", kind=Kind.ANSWER, data=data)
    page = browser.open(f"/cases/{case.number}")
    assert 'href="/answers/ZS000001?version=3"' in page
    assert "谁能领" in page
