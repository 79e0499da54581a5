"""The talk with the assistant: verbatim with source, a person one tap away, the talk goes along."""

from __future__ import annotations

import pytest

from bangban.registry.catalog.models.items import Item
from bangban.services.assistant.models import Session, Turn
from bangban.services.cases.models import Case
from bangban.services.conversation.models import Message
from tests.cast import Cast
from tests.surfaces.portal.browser import PAGE, Browser


@pytest.mark.clause("T637-6.1.4-b")
def test_a_question_is_answered_with_its_source_and_labelled_honestly(item: Item, browser: Browser) -> None:
    assert browser.send("/ask", text="失业保险金申领")["Location"] == "/ask"
    page = browser.open("/ask")
    assert "智能客服" in page
    assert "转人工" in page
    if Turn.objects.get().decision == "answer":
        assert f"/items/{item.code}" in page
        assert "不是人工智能生成" in page


def test_a_reload_asks_nothing_again(item: Item, browser: Browser) -> None:
    browser.send("/ask", text="失业保险金申领")
    for _ in range(3):
        browser.open("/ask")
    assert Turn.objects.count() == 1


def test_a_link_with_a_question_asks_it_once_and_leads_to_the_talk(item: Item, browser: Browser) -> None:
    answer = browser.get("/ask?q=失业保险金申领", **PAGE)
    assert (answer.status_code, answer["Location"]) == (303, "/ask")


def test_the_context_is_kept_in_the_same_browser_only(item: Item, browser: Browser) -> None:
    browser.send("/ask", text="失业保险金申领")
    browser.send("/ask", text="要带什么材料？")
    assert Session.objects.count() == 1
    assert "失业保险金申领" not in Browser().open("/ask")


@pytest.mark.parametrize("text", ["", "   ", "长" * 501])
def test_an_empty_or_overlong_question_is_told(city: Cast, browser: Browser, text: str) -> None:
    answer = browser.send("/ask", text=text)
    assert answer.status_code in (422, 200)
    assert Turn.objects.count() == 0


@pytest.mark.clause("T637-8.2-b")
def test_asking_for_a_person_carries_the_talk_into_the_case(item: Item, browser: Browser) -> None:
    browser.send("/ask", text="失业保险金申领")
    assert browser.get("/ask/human", **PAGE)["Location"] == "/cases/new?talk=1"
    page = browser.open("/cases/new?talk=1")
    assert "和智能客服的对话会一并转交" in page
    assert "失业保险金申领" in page
    case = browser.case(with_talk="1", form_id=browser.form_id("/cases/new?talk=1"))
    parties = list(Message.objects.filter(record_id=case.id).order_by("position").values_list("party", flat=True))
    assert parties[:2] == ["user", "assistant"]
    assert "自动回复" in browser.open(f"/cases/{case.number}")


def test_asking_about_an_item_names_it(item: Item, browser: Browser) -> None:
    browser.send("/ask", text="要带什么材料？", item=item.code)
    assert Turn.objects.get().question == "失业保险金申领：要带什么材料？"


def test_saying_that_it_did_not_help_offers_a_person(item: Item, browser: Browser) -> None:
    browser.send("/ask", text="失业保险金申领")
    browser.send("/ask/solved", solved="0")
    page = browser.open("/ask")
    if Turn.objects.get().decision == "answer":
        assert Turn.objects.get().solved is False
        assert "登记并转人工" in page


def test_a_new_talk_forgets_the_old_one_in_this_browser(item: Item, browser: Browser) -> None:
    browser.send("/ask", text="失业保险金申领")
    browser.send("/ask/new")
    assert "失业保险金申领" not in browser.open("/ask")


def test_an_emergency_puts_the_number_on_top(city: Cast, browser: Browser) -> None:
    browser.send("/ask", text="我家着火了")
    page = browser.open("/ask")
    assert 'class="emergency"' in page
    assert 'href="tel:119"' in page


def test_script_in_a_question_is_shown_as_text(city: Cast, browser: Browser) -> None:
    browser.send("/ask", text="<script>alert(1)</script>")
    assert "<script>alert" not in browser.open("/ask")
    assert Case.objects.count() == 0
