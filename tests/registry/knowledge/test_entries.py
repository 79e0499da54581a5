"""Entries: editor and reviewer are two persons, citations hold, expired answers are not used (T637-5-e, BJ-5-e)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.models import Event
from bangban.foundation.ledger.verify import verify
from bangban.registry.catalog.actions import edit_item, publish_item, submit_item, suspend_item
from bangban.registry.catalog.models import Item
from bangban.registry.knowledge import reads
from bangban.registry.knowledge.actions import (
    answer_report,
    confirm_entry,
    confirm_read,
    count_use,
    create_entry,
    edit_entry,
    expire_entries,
    publish_entry,
    rate_entry,
    report_error,
    send_back_entry,
    submit_entry,
    withdraw_entry,
)
from bangban.registry.knowledge.answer import Answer
from bangban.registry.knowledge.models import Entry, EntryVersion, ReadConfirmation
from bangban.registry.knowledge.reactions import flag
from bangban.registry.knowledge.terms import EntryKind
from tests.cast import Cast
from tests.registry.catalog.test_second_person import published as published_item
from tests.registry.conftest import Office
from tests.registry.factories import guide, member

ANSWER = Answer(
    question="失业金怎么领",
    answer="网上或窗口申领。",
    unit_name="广州市人力资源和社会保障局",
    basis="失业保险条例第十四条",
    theme="就业创业",
)
TODAY = date(2026, 11, 18)


def published(office: Office, **changes: Any) -> Entry:
    entry = create_entry(replace(ANSWER, **changes), office.editor)
    submit_entry(entry.id, office.editor)
    return publish_entry(entry.id, office.reviewer)


def detail(entry: Entry, version: int | None = None) -> Any:
    found = reads.entry(entry.number, version)
    assert found is not None
    return found


def test_an_entry_goes_from_draft_over_review_to_use(office: Office) -> None:
    entry = create_entry(ANSWER, office.editor)
    assert reads.entry(entry.id) is None
    assert [card.standing for card in reads.pending(office.reviewer)] == ["draft"]
    submit_entry(entry.id, office.editor)
    publish_entry(entry.id, office.reviewer)
    shown = detail(entry)
    assert (shown.state, shown.revision, shown.author_name, shown.reviewer_name) == ("published", 1, "文编辑", "审核员")
    assert shown.citation == f"{entry.number} 第1版"
    assert shown.usable
    assert reads.is_usable_now(entry.number, 1)
    assert [passage.title for passage in reads.published_iter()] == ["失业金怎么领"]
    assert reads.overview() == {"published": 1}
    assert verify().broken == ()


def test_nobody_publishes_what_he_wrote_himself(office: Office) -> None:
    both = member("both", "双岗", "rsj", "knowledge_editor", "knowledge_reviewer")
    entry = create_entry(ANSWER, both)
    submit_entry(entry.id, both)
    with pytest.raises(NotAllowed, match="另一人"):
        publish_entry(entry.id, both)
    publish_entry(entry.id, office.reviewer)
    with pytest.raises(IntegrityError), transaction.atomic():
        EntryVersion.objects.update(reviewer_id=both.staff_id)


def test_people_without_the_duty_or_the_reach_write_nothing(office: Office, city: Cast) -> None:
    with pytest.raises(NotYours):
        create_entry(ANSWER, office.foreign_editor)
    with pytest.raises(NotYours):
        create_entry(ANSWER, city.guide)
    entry = create_entry(ANSWER, office.editor)
    with pytest.raises(NotAllowed):
        edit_entry(entry.id, ANSWER, city.guide)
    with pytest.raises(NotYours):
        edit_entry(entry.id, ANSWER, Actor("guest", "g"))
    submit_entry(entry.id, office.editor)
    with pytest.raises(NotAllowed):
        publish_entry(entry.id, office.foreign_reviewer)
    assert reads.pending(office.foreign_reviewer) == []


@pytest.mark.clause("GB33358-4.2.5")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"basis": ""}, "basis"),
        ({"answer": ""}, "answer"),
        ({"question": ""}, "question"),
        ({"valid_to": date(2026, 11, 17)}, "valid_to"),
        ({"basis_valid_to": date(2026, 11, 17)}, "basis"),
        ({"valid_from": date(2027, 1, 2), "valid_to": date(2027, 1, 1)}, "valid_to"),
    ],
)
def test_an_entry_that_lacks_something_or_has_run_out_is_not_submitted(
    office: Office, changes: dict[str, Any], field: str
) -> None:
    if field == "valid_to" and "valid_from" in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            create_entry(replace(ANSWER, **changes), office.editor)
        return
    entry = create_entry(replace(ANSWER, **changes), office.editor)
    with pytest.raises(Incomplete) as refusal:
        submit_entry(entry.id, office.editor)
    assert field in refusal.value.details["fields"]


def test_a_new_version_replaces_the_answer_and_the_cited_one_stays_readable(office: Office) -> None:
    entry = published(office)
    edit_entry(entry.id, replace(ANSWER, answer="半成品"), office.editor)
    edit_entry(entry.id, replace(ANSWER, answer="只能网上申领。"), office.second_editor, note="渠道变了")
    assert detail(entry).content.answer == "网上或窗口申领。"
    submit_entry(entry.id, office.editor)
    send_back_entry(entry.id, office.reviewer, "请核对")
    submit_entry(entry.id, office.editor)
    publish_entry(entry.id, office.reviewer, corrects=True)
    assert (detail(entry).revision, detail(entry).content.answer) == (2, "只能网上申领。")
    assert (detail(entry, 1).content.answer, detail(entry, 1).usable) == ("网上或窗口申领。", False)
    assert not reads.is_usable_now(entry.id, 1)
    assert Event.objects.filter(kind="entry.publish").latest("position").data["corrects"] == 1
    lines = reads.history(entry.id)
    assert [(line.revision, line.author_name) for line in lines] == [(2, "武编辑"), (1, "文编辑")]
    assert lines[0].changes == {"answer": ("网上或窗口申领。", "只能网上申领。")}


@pytest.mark.clause("T637-5-e")
@pytest.mark.parametrize("field", ["valid_to", "basis_valid_to"])
def test_an_entry_whose_validity_or_basis_ended_is_not_used_for_answering(office: Office, field: str) -> None:
    entry = published(office, **{field: TODAY + timedelta(days=10)})
    assert detail(entry).usable
    assert expire_entries(TODAY + timedelta(days=10)) == 0
    stand_at(now() + timedelta(days=11))
    assert not detail(entry).usable
    assert not reads.is_usable_now(entry.id, 1)
    assert next(iter(reads.passages())).valid_to == TODAY + timedelta(days=10)
    assert expire_entries(TODAY + timedelta(days=11)) == 1
    assert expire_entries(TODAY + timedelta(days=11)) == 0
    assert detail(entry).state == "expired"
    assert list(reads.passages()) == []
    edit_entry(entry.id, ANSWER, office.editor)
    submit_entry(entry.id, office.editor)
    publish_entry(entry.id, office.reviewer)
    assert detail(entry).usable


def test_an_entry_of_the_future_is_not_used_yet(office: Office) -> None:
    entry = published(office, valid_from=TODAY + timedelta(days=1))
    assert not detail(entry).usable
    stand_at(now() + timedelta(days=1))
    assert detail(entry).usable


def test_a_withdrawn_entry_is_out_of_use_for_good(office: Office) -> None:
    entry = published(office)
    edit_entry(entry.id, replace(ANSWER, answer="新"), office.editor)
    withdraw_entry(entry.id, office.reviewer, "答案有误")
    assert (detail(entry).state, detail(entry).usable) == ("withdrawn", False)
    assert reads.pending(office.reviewer) == []
    with pytest.raises(NotAllowed):
        edit_entry(entry.id, ANSWER, office.editor)


@pytest.mark.clause("BJO-2.4-b")
def test_a_change_of_the_item_flags_its_entries_until_somebody_looked(office: Office) -> None:
    item = published_item(office)
    about, other = published(office, item_ref="C1"), published(office, question="别的问题")
    assert detail(about).item_revision == 1
    edit_item(item.id, guide(promised_amount=3), office.editor)
    submit_item(item.id, office.editor)
    publish_item(item.id, office.reviewer)
    flag(Event.objects.filter(kind="item.publish").latest("at"))
    assert [card.id for card in reads.flagged(office.editor)] == [about.id]
    assert detail(other).flagged_at is None
    assert detail(about).usable
    confirm_entry(about.id, office.editor)
    assert reads.flagged(office.editor) == []
    assert detail(about).item_revision == 2
    suspend_item(item.id, office.reviewer, "停办")
    flag(Event.objects.get(kind="item.suspend"))
    assert reads.flagged(office.editor)[0].flag_reason == "事项已暂停办理，请核对答案。"
    assert verify().broken == ()


def test_publishing_a_new_version_settles_the_flag(office: Office) -> None:
    item = published_item(office)
    entry = published(office, item_ref=item.number)
    Item.objects.filter(id=item.id).update(revision=1)
    from bangban.registry.knowledge.actions import flag_entries

    assert flag_entries(item.id, 1, "没有变化") == 0
    assert flag_entries(item.id, 2, "有变化") == 1
    edit_entry(entry.id, replace(ANSWER, answer="新", item_ref="C1"), office.editor)
    submit_entry(entry.id, office.editor)
    publish_entry(entry.id, office.reviewer)
    assert detail(entry).flagged_at is None


def test_an_unknown_item_is_refused(office: Office) -> None:
    with pytest.raises(Incomplete):
        create_entry(replace(ANSWER, item_ref="不存在"), office.editor)


@pytest.mark.clause("BJO-3.3")
def test_the_item_has_its_standard_answer_and_its_articles(office: Office) -> None:
    item = published_item(office)
    general = published(office, item_ref="C1")
    own = published(office, item_ref="C1", region="440104000000", answer="越秀区的答案")
    published(office, item_ref="C1", kind=EntryKind.INTERPRETATION, question="政策解读")
    found = reads.answer_for_item(item.id, "440104000000", TODAY)
    assert found is not None and (found.number, found.answer) == (own.number, "越秀区的答案")
    found = reads.answer_for_item(item.id, "440117000000", TODAY)
    assert found is not None and found.number == general.number
    assert reads.answer_for_item(item.id, "", date(2000, 1, 1)) is not None
    assert [card.question for card in reads.entries_of_item(item.id, "interpretation")] == ["政策解读"]


@pytest.mark.clause("GB33358-4.2.5")
def test_errors_are_reported_by_anybody_and_answered_in_five_working_days(office: Office) -> None:
    entry = published(office)
    mine = report_error(entry.id, office.clerk, "电话已经换了")
    report_error(entry.number, Actor("guest", "guest:1", channel="mobile"), "地址不对")
    waiting = reads.corrections(office.editor, now())
    assert [(one.text, one.overdue) for one in waiting] == [("电话已经换了", False), ("地址不对", False)]
    assert waiting[0].due_at is not None and (waiting[0].due_at.date() - TODAY).days == 7
    assert reads.corrections(office.editor, now() + timedelta(days=30))[0].overdue
    with pytest.raises(NotAllowed):
        answer_report(mine, office.foreign_editor, accepted=True, outcome="已改")
    answer_report(mine, office.editor, accepted=True, outcome="已改")
    with pytest.raises(NotAllowed, match="已经处理"):
        answer_report(mine, office.second_editor, accepted=False, outcome="没错")
    assert len(reads.corrections(office.editor, now())) == 1
    with pytest.raises(Incomplete):
        report_error(entry.id, office.clerk, "  ")
    assert not Event.objects.filter(data__has_key="text", record_id=entry.id).exists()


@pytest.mark.clause("GB33358-4.2.5")
def test_each_entry_has_a_review_day_and_is_listed_from_then_on_until_somebody_looked(office: Office) -> None:
    entry = published(office)
    assert (detail(entry).content.unit_name, detail(entry).author_name) == (ANSWER.unit_name, "文编辑")
    due = Entry.objects.get(id=entry.id).review_on
    assert due is not None and due > TODAY
    assert reads.review_due(office.editor, due - timedelta(days=1)) == []
    assert [card.id for card in reads.review_due(office.editor, due)] == [entry.id]
    assert reads.review_due(office.foreign_editor, due) == []
    stand_at(now() + timedelta(days=(due - TODAY).days))
    confirm_entry(entry.id, office.editor)
    assert reads.review_due(office.editor, due) == []


def test_use_and_votes_are_counted(office: Office) -> None:
    entry = published(office)
    for channel in ("desk", "web", "web"):
        count_use(entry.id, channel, now())
    rate_entry(entry.id, SYSTEM, helpful=True)
    rate_entry(entry.id, Actor("guest", "g"), helpful=False)
    assert (detail(entry).uses, detail(entry).helpful, detail(entry).unhelpful) == (3, 1, 1)
    with pytest.raises(NotYours):
        rate_entry("ZS000", SYSTEM, helpful=True)


@pytest.mark.clause("DB3205-6.2")
def test_rules_are_read_and_the_reading_is_confirmed_per_version(office: Office) -> None:
    rule = published(office, kind=EntryKind.RULE, question="首问负责制度")
    staff = office.clerk.staff_id
    assert staff is not None
    assert [one.read_at for one in reads.rules_register(staff)] == [None]
    confirm_read(rule.id, office.clerk)
    confirm_read(rule.id, office.clerk)
    assert ReadConfirmation.objects.count() == 1
    assert reads.rules_register(staff)[0].readers == 1
    assert reads.rules_register(staff, unread_only=True) == []
    edit_entry(rule.id, replace(ANSWER, kind=EntryKind.RULE, question="首问负责制度", answer="新"), office.editor)
    submit_entry(rule.id, office.editor)
    publish_entry(rule.id, office.reviewer)
    assert [one.revision for one in reads.rules_register(staff, unread_only=True)] == [2]


@pytest.mark.parametrize("size", [2, 12])
def test_lists_take_the_same_queries_however_long(office: Office, size: int, django_assert_num_queries: Any) -> None:
    made = [published(office, question=f"问题{place}", kind=EntryKind.LAW) for place in range(size)]
    for entry in made:
        report_error(entry.id, office.clerk, "错")
        edit_entry(entry.id, ANSWER, office.editor)
    with django_assert_num_queries(1):
        assert len(list(reads.passages())) == size
    with django_assert_num_queries(1):
        assert len(reads.pending(office.reviewer)) == size
    with django_assert_num_queries(1):
        assert len(reads.corrections(office.reviewer, now())) == size
    with django_assert_num_queries(1):
        reads.flagged(office.reviewer)
    with django_assert_num_queries(1):
        assert len(reads.review_due(office.reviewer, TODAY + timedelta(days=400))) == size
    with django_assert_num_queries(1):
        assert len(reads.entries([entry.id for entry in made])) == size
    with django_assert_num_queries(2):
        reads.rules_register(office.clerk.staff_id or 0)
    with django_assert_num_queries(3):
        reads.entry(made[0].id)
    with django_assert_num_queries(2):
        assert len(list(reads.changed_since(now() - timedelta(hours=1)))) == size


def test_changes_reach_the_search_index_in_small_batches(office: Office) -> None:
    made = [published(office, question=f"问题{place}") for place in range(5)]
    withdraw_entry(made[2].id, office.reviewer, "停用")
    found = list(reads.changed_since(now() - timedelta(minutes=1), batch=2))
    assert {one.id: type(one).__name__ for one in found} == {
        entry.id: "Removed" if entry is made[2] else "Passage" for entry in made
    }
    assert len(found) == 5
    assert len(list(reads.passages(batch=2))) == 4


def test_the_editor_sees_the_version_in_work_and_nobody_writes_over_another(office: Office) -> None:
    entry = published(office)
    edit_entry(entry.id, replace(ANSWER, answer="新", basis=""), office.editor)
    seen = reads.draft(entry.number, office.second_editor)
    assert seen is not None
    assert (seen.standing_label, seen.revision, set(seen.changes)) == ("草稿", 2, {"answer", "basis"})
    assert set(seen.problems) == {"basis"}
    assert {"edit", "submit"} <= set(seen.allowed_actions)
    edit_entry(entry.id, replace(ANSWER, answer="更新"), office.editor, version=seen.version)
    with pytest.raises(NotAllowed, match="已被其他人更新"):
        edit_entry(entry.id, ANSWER, office.second_editor, version=seen.version)
    assert reads.draft(entry.id, office.foreign_editor) is None
    assert reads.draft(entry.id, office.clerk) is not None
    assert reads.draft(entry.id, Actor("guest", "g")) is None


@pytest.mark.clause("DB3205-6.6")
def test_a_collection_is_a_view_on_the_one_base(office: Office) -> None:
    entry = published(office, tags=("帮办代办",))
    published(office, question="别的问题")
    assert [card.id for card in reads.collection("帮办代办")] == [entry.id]
    edit_entry(entry.id, replace(ANSWER, question="改过的问题", tags=("帮办代办",)), office.editor)
    submit_entry(entry.id, office.editor)
    publish_entry(entry.id, office.reviewer)
    assert [card.question for card in reads.collection("帮办代办")] == ["改过的问题"]
