"""Answers name the entry they quote; own words are marked; what was wrong is corrected wherever it was said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bangban.foundation.access.actors import Actor
from bangban.foundation.jobs.following import catch_up, stuck
from bangban.foundation.notify.models import Delivery
from bangban.oversight.analysis.reads import report
from bangban.registry.catalog.models.items import Item
from bangban.registry.knowledge import reads as knowledge
from bangban.registry.knowledge.actions import create_entry, edit_entry, publish_entry, submit_entry
from bangban.registry.knowledge.answer import Answer
from bangban.registry.knowledge.models import Entry
from bangban.services.assistant.actions import ask
from bangban.services.assistant.reads import case_part_of
from bangban.services.assistant.shelf import shelf
from bangban.services.cases import actions
from bangban.services.cases.models import Case
from bangban.services.conversation.models import Kind, Message
from tests.cast import Cast, make_city
from tests.goods import published_item
from tests.services.cases.steps import QUESTION, claimed, consulting, opened

ANSWER = Answer(
    question=QUESTION,
    answer="可在失业保险经办窗口申领。",
    unit_name="广州市政务服务中心",
    basis="失业保险条例第十四条",
)


def published(city: Cast, **changes: object) -> Entry:
    entry = create_entry(replace(ANSWER, **changes), city.editor)  # type: ignore[arg-type]
    submit_entry(entry.id, city.editor)
    published = publish_entry(entry.id, city.reviewer)
    shelf.clear()
    return published


def corrected(city: Cast, entry: Entry, answer: str, *, corrects: bool = True) -> None:
    edit_entry(entry.id, replace(ANSWER, answer=answer), city.editor)
    submit_entry(entry.id, city.editor)
    publish_entry(entry.id, city.reviewer, corrects=corrects)


def quoted(entry: Entry) -> dict[str, object]:
    found = knowledge.entry(entry.id)
    assert found is not None
    return {"knowledge": found.number, "entry": str(found.id), "revision": found.revision}


def said(number: str) -> list[Message]:
    return list(Message.objects.filter(record_id=Case.objects.get(number=number).id).order_by("position"))


@pytest.fixture
def live(transactional_db: None) -> Cast:
    """The city, committed, because followers read what is committed."""
    return make_city()


@pytest.mark.clause("BJ-2-a", "BJ-7.1-c", "GB33358-4.3.2-b")
def test_own_words_are_marked_and_their_share_is_told_per_specialist(city: Cast, item: Item) -> None:
    entry = published(city)
    number, citizen = consulting(city, item)
    actions.post_message(city.specialist, number, "您好")
    actions.post_message(city.specialist, number, ANSWER.answer, kind=Kind.ANSWER, data=quoted(entry))
    actions.post_message(city.specialist, number, "我看可以去窗口办。", kind=Kind.ANSWER)
    actions.post_message(city.specialist, number, "建议先登记。", kind=Kind.OPINION)
    actions.post_message(citizen, number, "谢谢")
    assert [line.data.get("own_wording", False) for line in said(number)[-5:]] == [False, False, True, True, False]
    told = report(city.manager, "answers")
    (row,) = told["rows"]
    assert (row["label"], row["answers"], row["standard"], row["own_wording"]) == ("陈专员", 3, 1, 2)
    assert row["standard_rate"] == pytest.approx(1 / 3)
    assert told["own_wording_share"] == pytest.approx(2 / 3)
    sample = report(city.manager, "own_wording")["rows"]
    assert {(line["number"], line["label"]) for line in sample} == {(number, "陈专员")}
    assert len(sample) == 2


def test_nobody_can_take_the_mark_off_by_saying_so(city: Cast, item: Item) -> None:
    number, _ = consulting(city, item)
    actions.post_message(city.specialist, number, "自己的话", kind=Kind.ANSWER, data={"own_wording": False})
    assert said(number)[-1].data["own_wording"] is True


@pytest.mark.clause("T637-5-e")
def test_an_answer_keeps_version_and_basis_of_the_entry_that_it_quotes(live: Cast) -> None:
    entry = published(live)
    number, _ = opened(question=QUESTION)
    catch_up()
    (turn,) = [line for line in said(number) if line.party == "assistant"]
    assert (turn.data["entry"], turn.data["revision"]) == (str(entry.id), 1)
    assert f"{entry.number} 第1版" in turn.text and ANSWER.basis in turn.text


@pytest.mark.clause("T637-6.1.3-c")
def test_one_entry_answers_in_every_channel(city: Cast, item: Item) -> None:
    entry = published(city, item_ref=item.code)
    for channel in ("web", "mini_program", "hotline"):
        turn = ask(Actor("guest", "g", channel=channel), QUESTION, None, channel)
        assert [answer.id for answer in turn.answers[:1]] == [str(entry.id)], channel
    number, _ = claimed(city, item)
    actions.help_card(city.guide, number, {"to": "ch"})
    card = said(number)[-1]
    assert card.kind == Kind.HELP_CARD
    assert card.data["entry"] == str(entry.id)


@pytest.mark.clause("BJ-5-f")
def test_a_unified_script_is_said_whole_and_its_use_is_counted(live: Cast) -> None:
    entry = published(
        live, opening="您好，关于失业金：", next_step="请先办理失业登记。", similar=("失业金怎么领", "怎样申领失业金")
    )
    turn = ask(Actor("guest", "g"), "怎样申领失业金")
    assert turn.answers[0].text == "您好，关于失业金：\n可在失业保险经办窗口申领。\n请先办理失业登记。"
    item = published_item(live.department.id, "失业保险金申领")
    number, _ = consulting(live, item)
    for place in range(2):
        actions.post_message(
            live.specialist, number, turn.text, kind=Kind.ANSWER, client_id=f"c{place}", data=quoted(entry)
        )
    catch_up()
    found = knowledge.entry(entry.id)
    assert found is not None and found.uses == 2


@pytest.mark.clause("BJ-2-a")
def test_a_corrected_entry_is_corrected_wherever_the_wrong_version_was_sent(live: Cast) -> None:
    item = published_item(live.department.id, "失业保险金申领")
    entry = published(live)
    wrong = quoted(entry)
    open_case, _ = consulting(live, item)
    actions.post_message(live.specialist, open_case, ANSWER.answer, kind=Kind.ANSWER, data=wrong)
    by_assistant = ask(Actor("guest", "g"), QUESTION)
    part = case_part_of(by_assistant.session)
    assert part is not None
    asked, _ = opened(transcript=part.transcript)
    finished, citizen = consulting(live, item)
    actions.post_message(live.specialist, finished, ANSWER.answer, kind=Kind.ANSWER, data=wrong)
    actions.close(live.specialist, finished, {"opinion": "已答复。"})
    actions.follow_up(citizen, finished, {"outcome": "obtained"})
    assert Case.objects.get(number=finished).state == "loop_closed"
    internal, _ = claimed(live, item, question="想找工作人员说说")
    actions.post_message(live.guide, internal, "参考", data=wrong, internal=True)
    untouched, _ = opened(question="想找工作人员说说")
    catch_up()
    corrected(live, entry, "现在只能在网上申领。")
    catch_up()
    catch_up()
    assert stuck() == []
    for number in (open_case, asked, finished):
        corrections = [line for line in said(number) if line.data.get("corrects")]
        assert [(line.data["corrects"], line.data["revision"]) for line in corrections] == [(1, 2)], number
        assert "更正" in corrections[0].text and "现在只能在网上申领。" in corrections[0].text
    for number in (internal, untouched):
        assert not any(line.data.get("corrects") for line in said(number))
    texts = [row.text for row in Delivery.objects.filter(channel="sms")]
    assert sum("已发送更正" in text for text in texts) == 3


def test_a_new_version_that_corrects_nothing_sends_nothing(live: Cast) -> None:
    entry = published(live)
    item = published_item(live.department.id, "失业保险金申领")
    number, _ = consulting(live, item)
    actions.post_message(live.specialist, number, ANSWER.answer, kind=Kind.ANSWER, data=quoted(entry))
    corrected(live, entry, "换了说法，意思一样。", corrects=False)
    catch_up()
    assert not any(line.data.get("corrects") for line in said(number))


@pytest.mark.clause("BJ-3.2.3-b")
def test_a_help_card_cites_the_unified_answer_with_its_version(city: Cast, item: Item) -> None:
    entry = published(city, item_ref=item.code)
    number, _ = claimed(city, item)
    actions.help_card(city.guide, number, {"to": "ch"})
    card = said(number)[-1]
    assert (card.data["knowledge"], card.data["knowledge_version"]) == (entry.number, 1)
    assert ANSWER.answer in card.text


@pytest.mark.clause("BJ-3.2.3-b")
def test_a_help_card_without_an_answer_puts_the_question_to_the_body(live: Cast) -> None:
    item = published_item(live.department.id, "失业保险金申领")
    for _ in range(2):
        number, _citizen = claimed(live, item)
        actions.help_card(live.guide, number, {"to": "ch"})
    catch_up()
    (gap,) = knowledge.gaps()
    assert (gap.question, gap.body_id, gap.origin, gap.asked) == (
        "失业保险金申领怎么办理？", live.closed_district.id, "help_card", 2,
    )  # fmt: skip
    assert gap.due_at is not None and gap.item_id == item.id
