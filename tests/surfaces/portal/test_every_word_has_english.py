"""English pages are English: everything fixed has its translation, and what other rooms say is recognised."""

from __future__ import annotations

import pytest

from bangban.foundation.access.actors import CHANNELS
from bangban.oversight.evaluation.models import Grade
from bangban.oversight.evaluation.options import LABELS
from bangban.registry.catalog import terms
from bangban.registry.catalog.defaults import SECTIONS
from bangban.registry.org.models import BodyKind, Level
from bangban.services.assistant.talk import _talk
from bangban.services.cases.actions.closing import ASK_RESULT, FAREWELL
from bangban.services.cases.flow import FLOW, LINES
from bangban.services.cases.models import CloseReason, Outcome, Stage
from bangban.surfaces.portal.language import CHINESE, in_english, say, table
from tests.cast import Cast
from tests.surfaces.portal.browser import Browser
from tests.surfaces.portal.chinese_pieces import in_code, in_templates

CODES = (
    terms.Audience, terms.ItemType, terms.MaterialKind, terms.MaterialForm, terms.Necessity, terms.MaterialSource,
    terms.Service, terms.ServiceMode, Stage, CloseReason, Outcome, BodyKind, Level, Grade,
)  # fmt: skip


def test_every_fixed_piece_of_pages_and_modules_has_english() -> None:
    missing = [f"{file}: {piece}" for file, piece in [*in_templates(), *in_code()] if piece not in table()]
    assert missing == []


def test_every_label_that_citizens_see_has_english() -> None:
    labels = [str(label) for codes in CODES for label in codes.labels]
    labels += [*FLOW.states.values(), *CHANNELS.values(), *(one for each in LABELS.values() for one in each.values())]
    labels += [title for _, title, _, _ in SECTIONS]
    assert [label for label in labels if CHINESE.search(say("en", label))] == []


def test_every_sentence_of_a_case_story_has_english() -> None:
    told = [
        (line.story or line.label).format(who="Lin", to_unit_name="the centre")
        for line in LINES
        if line.visibility == "user" and line.story
    ]
    told += [FAREWELL, ASK_RESULT, *_talk().says.values(), *(one.text for one in _talk().small_talk)]
    assert [text for text in told if CHINESE.search(say("en", text))] == []


def test_values_in_a_foreign_sentence_are_carried_over() -> None:
    assert say("en", "林引导受理了您的咨询") == "林引导 took up your question"
    assert say("en", "内容共6000字，最多5000字，请分几条发送。").startswith(
        "Your text has 6000 characters, at most 5000"
    )


def test_chinese_stays_when_there_is_no_english() -> None:
    assert say("en", "这一句没有译文") == "这一句没有译文"
    assert say("zh", "第{}版", 3) == "第3版"


def test_only_the_fixed_words_of_markup_are_replaced() -> None:
    assert in_english('<p title="电话">电话</p>') == '<p title="Phone">Phone</p>'
    assert in_english("<p>{{ x }}</p>") == "<p>{{ x }}</p>"


@pytest.mark.parametrize(
    "address",
    ["/", "/ask", "/items", "/cases/new", "/mine", "/cases/find", "/signin", "/help", "/privacy", "/accessibility"],
)
def test_an_english_page_has_no_chinese_but_names(city: Cast, browser: Browser, address: str) -> None:
    browser.cookies["language"] = "en"
    page = browser.open(address)
    for name in (
        "广州市政务服务中心",
        "广州市",
        "切换为中文",
        "中文",
        "要带什么材料？",
        "在哪里办？",
        "多久能办好？",
        "收费吗？",
    ):
        page = page.replace(name, "")
    assert '<html lang="en"' in page
    assert sorted(set(CHINESE.findall(page)) - set("“”　")) == []


def test_the_language_is_kept_and_leads_back_to_the_page(city: Cast, browser: Browser) -> None:
    answer = browser.send("/language", language="en", next="/items?by=all")
    assert (answer.status_code, answer["Location"]) == (303, "/items?by=all")
    assert answer.cookies["language"].value == "en"


@pytest.mark.parametrize("address", ["https://example.org/", "//example.org", "javascript:alert(1)", "/\\example.org"])
def test_a_switch_never_leads_to_another_site(city: Cast, browser: Browser, address: str) -> None:
    assert browser.send("/mode", mode="elder", next=address)["Location"] == "/"
