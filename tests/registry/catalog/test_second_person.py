"""Items are written by one person and published by another; every change is kept (T637-6.1.6-b)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.flows.models import Interval
from bangban.foundation.ledger.models import Event
from bangban.foundation.ledger.verify import verify
from bangban.registry.catalog import reads
from bangban.registry.catalog.actions import (
    bring_into_effect,
    create_item,
    edit_item,
    publish_item,
    resume_item,
    send_back_item,
    submit_item,
    suspend_item,
    withdraw_item,
)
from bangban.registry.catalog.flow import ITEM_FLOW
from bangban.registry.catalog.models import Item, ItemVersion
from bangban.registry.catalog.parties import of_item
from tests.registry.conftest import Office
from tests.registry.factories import guide, member


def published(office: Office, code: str = "C1", **changes: object) -> Item:
    item = create_item(code, guide(**changes), office.editor)
    submit_item(item.id, office.editor)
    return publish_item(item.id, office.reviewer)


def test_an_item_goes_from_draft_over_review_to_the_public(office: Office) -> None:
    item = create_item("C1", guide(), office.editor)
    assert (item.state, item.department_id) == ("draft", office.department_id)
    assert reads.item("C1") is None
    assert [row.code for row in reads.pending(office.reviewer)] == ["C1"]
    submit_item(item.id, office.editor)
    publish_item(item.number, office.reviewer)
    shown = reads.item("C1")
    assert shown is not None
    assert (shown.state, shown.revision, shown.author_name, shown.reviewer_name) == ("published", 1, "文编辑", "审核员")
    assert [card.code for card in reads.browse().rows] == ["C1"]
    assert reads.pending(office.reviewer) == []
    kinds = list(Event.objects.filter(record_id=item.id).order_by("position").values_list("kind", flat=True))
    assert kinds == ["item.opened", "item.submit", "item.publish"]
    assert Interval.objects.filter(record_id=item.id, ended_at=None).get().state == "published"
    assert verify().broken == ()


@pytest.mark.clause("T637-6.1.6-b")
def test_nobody_publishes_what_he_wrote_himself(office: Office) -> None:
    both = member("both", "双岗", "rsj", "catalog_editor", "catalog_reviewer")
    item = create_item("C1", guide(), both)
    submit_item(item.id, both)
    assert "publish" not in [
        line.action for line in ITEM_FLOW.allowed(Item.objects.get(), of_item(Item.objects.get(), both))
    ]
    with pytest.raises(NotAllowed, match="另一人"):
        publish_item(item.id, both)
    publish_item(item.id, office.reviewer)


def test_the_database_too_refuses_a_version_reviewed_by_its_author(office: Office) -> None:
    published(office)
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemVersion.objects.update(reviewer_id=office.editor.staff_id)


@pytest.mark.clause("BJO-2.2-b")
def test_editors_and_reviewers_of_other_bodies_are_strangers(office: Office) -> None:
    item = create_item("C1", guide(), office.editor)
    for action in (
        lambda: edit_item(item.id, guide(phone="1"), office.foreign_editor),
        lambda: submit_item(item.id, office.foreign_editor),
        lambda: create_item("C2", guide(), office.foreign_editor),
        lambda: create_item("C3", guide(), office.clerk),
    ):
        with pytest.raises(NotYours):
            action()
    submit_item(item.id, office.editor)
    with pytest.raises(NotYours):
        publish_item(item.id, office.foreign_reviewer)
    with pytest.raises(NotAllowed):
        publish_item(item.id, office.editor)
    assert reads.pending(office.foreign_reviewer) == []


@pytest.mark.clause("T637-4-a")
def test_a_government_item_without_legal_basis_is_not_published(office: Office) -> None:
    item = create_item("C1", guide(legal_basis=(), phone=""), office.editor)
    with pytest.raises(Incomplete) as refusal:
        submit_item(item.id, office.editor)
    assert set(refusal.value.details["fields"]) == {"basis_missing", "phone_missing"}


def test_a_guide_with_a_catch_all_material_is_not_published(office: Office) -> None:
    from bangban.registry.catalog.guide import MaterialLine

    item = create_item("C1", guide(materials=(MaterialLine(name="其他材料"),)), office.editor)
    with pytest.raises(Incomplete, match="其他材料"):
        submit_item(item.id, office.editor)
    assert [finding.code for finding in reads.findings("C1")] == ["vague_material"]


@pytest.mark.clause("T637-6.1.6-b", "T637-6.1.3-a")
def test_the_published_version_stays_while_the_next_one_is_in_work(office: Office) -> None:
    item = published(office)
    edit_item(item.id, guide(promised_amount=3), office.editor, note="提速")
    edit_item(item.id, guide(promised_amount=2), office.second_editor, note="再提速")
    submit_item(item.id, office.editor)
    shown = reads.item("C1")
    assert shown is not None
    assert (shown.state, shown.revision, shown.promised_limit) == ("published", 1, "5个工作日")
    with pytest.raises(NotAllowed, match="审核"):
        edit_item(item.id, guide(promised_amount=1), office.editor)
    send_back_item(item.id, office.reviewer, "请写明依据")
    edit_item(item.id, guide(promised_amount=4), office.editor, note="按意见修改")
    submit_item(item.id, office.editor)
    publish_item(item.id, office.reviewer)
    shown, before = reads.item("C1"), reads.item("C1", 1)
    assert shown is not None and before is not None
    assert (shown.revision, shown.promised_limit, before.promised_limit) == (2, "4个工作日", "5个工作日")
    lines = reads.history("C1")
    assert [(line.revision, line.author_name, line.reviewer_name) for line in lines] == [
        (2, "文编辑", "审核员"),
        (1, "文编辑", "审核员"),
    ]
    assert lines[0].changes == {"promised_amount": (5, 4)}
    assert lines[0].change_note == "按意见修改"
    assert ItemVersion.objects.filter(listed=True).count() == 1


@pytest.mark.clause("BJO-2.4-b")
def test_a_version_takes_effect_at_its_time(office: Office) -> None:
    item = published(office)
    edit_item(item.id, guide(promised_amount=1), office.editor)
    submit_item(item.id, office.editor)
    publish_item(item.id, office.reviewer, effective_from=now() + timedelta(days=2))
    assert bring_into_effect(now()) == 0
    assert reads.version_of("C1") == (item.id, 1)
    stand_at(now() + timedelta(days=3))
    assert bring_into_effect(now()) == 1
    assert bring_into_effect(now()) == 0
    assert reads.version_of("C1") == (item.id, 2)
    assert Event.objects.filter(record_id=item.id, kind="item.take_effect").count() == 1
    assert verify().broken == ()


def test_a_new_item_may_wait_for_its_day_too(office: Office) -> None:
    item = create_item("C1", guide(), office.editor)
    submit_item(item.id, office.editor)
    publish_item(item.id, office.reviewer, effective_from=now() + timedelta(days=1))
    assert reads.browse().rows == ()
    stand_at(now() + timedelta(days=2))
    bring_into_effect(now())
    assert [card.code for card in reads.browse().rows] == ["C1"]


@pytest.mark.clause("T637-6.1.6-b")
def test_suspended_and_withdrawn_items_leave_the_lists_but_stay_readable(office: Office) -> None:
    item = published(office)
    suspend_item(item.id, office.reviewer, "系统升级")
    assert reads.browse().rows == ()
    assert reads.cards([item.id]) == []
    assert reads.version_of("C1") is None
    shown = reads.item("C1")
    assert shown is not None
    assert (shown.state_label, shown.revision) == ("已暂停", 1)
    resume_item(item.id, office.reviewer)
    assert len(reads.browse().rows) == 1
    edit_item(item.id, guide(phone="1"), office.editor)
    withdraw_item(item.id, office.reviewer, "事项取消")
    assert reads.browse().rows == ()
    assert reads.pending(office.reviewer) == []
    with pytest.raises(NotAllowed):
        edit_item(item.id, guide(), office.editor)
    with pytest.raises(Incomplete):
        suspend_item(published(office, "C2").id, office.reviewer, "")


def test_a_version_published_while_suspended_is_listed_after_resuming(office: Office) -> None:
    item = published(office)
    suspend_item(item.id, office.reviewer, "系统升级")
    edit_item(item.id, guide(promised_amount=1), office.editor)
    submit_item(item.id, office.editor)
    publish_item(item.id, office.reviewer)
    assert reads.browse().rows == ()
    resume_item(item.id, office.reviewer)
    assert [card.limit for card in reads.browse().rows] == ["1个工作日"]


@pytest.mark.parametrize("code", ["", "x" * 65])
def test_a_code_is_needed_and_not_overlong(office: Office, code: str) -> None:
    with pytest.raises(Incomplete):
        create_item(code, guide(), office.editor)


def test_a_code_is_given_once_and_an_item_has_a_body(office: Office) -> None:
    published(office)
    with pytest.raises(Incomplete, match="已经有了"):
        create_item("C1", guide(), office.editor)
    with pytest.raises(Incomplete, match="机构"):
        create_item("C9", guide(department_name="不存在的局"), office.editor)


def test_the_editor_sees_the_version_in_work_and_nobody_writes_over_another(office: Office) -> None:
    item = published(office)
    edit_item(item.id, guide(promised_amount=3), office.editor, note="提速")
    seen = reads.draft("C1", office.second_editor)
    assert seen is not None
    assert (seen.standing_label, seen.revision, seen.changes) == ("草稿", 2, {"promised_amount": (5, 3)})
    assert "submit" in seen.allowed_actions
    edit_item(item.id, guide(promised_amount=2), office.editor, version=seen.version)
    with pytest.raises(NotAllowed, match="已被其他人更新"):
        edit_item(item.id, guide(promised_amount=4), office.second_editor, version=seen.version)
    assert reads.draft("C1", office.foreign_editor) is None
    assert reads.draft("C1", office.clerk) is None
