"""A publication goes through two people, and never changes once it is out (DB23-6.2.1.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.identifiers import is_valid_number
from bangban.foundation.ledger.models import Event
from bangban.foundation.ledger.verify import verify
from bangban.registry.org import actions as org
from bangban.registry.org.reads import actor_of
from bangban.services.publications import actions, reads
from bangban.services.publications.models import Publication
from tests.cast import Cast
from tests.services.publications.steps import CONTENT, LED, TODAY, drafted, published


@pytest.mark.clause("DB23-6.2.1.1")
def test_a_second_person_publishes_and_both_are_kept(city: Cast) -> None:
    row = published(city)
    assert (row.state, row.author_name, row.reviewer_name) == ("published", "罗编辑", "宋审核")
    assert row.number.startswith("GG") and is_valid_number(row.number)
    kinds = Event.objects.filter(record_id=row.id).order_by("position").values_list("kind", flat=True)
    assert list(kinds) == ["publication.opened", "publication.submit", "publication.publish"]


def test_whoever_wrote_it_does_not_publish_it_though_holding_both_duties(city: Cast) -> None:
    both = org.save_staff(org.NewStaff("both", "兼任", "gz", ("catalog_editor", "catalog_reviewer")))
    actor = actor_of(both.account)
    row = actions.create_publication(CONTENT, actor)
    actions.submit_publication(row.number, actor)
    with pytest.raises(NotAllowed, match="由您起草"):
        actions.publish_publication(row.number, actor)
    assert actions.publish_publication(row.number, city.reviewer).state == "published"


def test_whoever_changed_the_draft_last_counts_as_its_author(city: Cast) -> None:
    both = actor_of(org.save_staff(org.NewStaff("both", "兼任", "gz", ("catalog_editor", "catalog_reviewer"))).account)
    row = drafted(city)
    actions.edit_publication(row.number, replace(CONTENT, title="改过"), both)
    actions.submit_publication(row.number, city.editor)
    with pytest.raises(NotAllowed, match="由您起草"):
        actions.publish_publication(row.number, both)


def test_the_database_itself_refuses_one_person_for_both(city: Cast) -> None:
    row = published(city)
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.filter(id=row.id).update(reviewer=row.author_id)


def test_strangers_and_other_bodies_see_and_do_nothing(city: Cast) -> None:
    row = drafted(city)
    elsewhere = actor_of(org.save_staff(org.NewStaff("yxeditor", "越编", "yx", ("catalog_editor",))).account)
    for actor in (city.guide, city.stranger, elsewhere):
        with pytest.raises(NotYours):
            actions.submit_publication(row.number, actor)
        with pytest.raises(NotYours):
            reads.desk_one(actor, row.number, row.created_at)
        assert reads.desk_page(actor).rows == ()
    with pytest.raises(NotYours):
        actions.create_publication(CONTENT, elsewhere, body_id=city.center.id)
    assert actions.create_publication(CONTENT, city.editor, body_id=city.district.id).body_id == city.district.id


def test_what_is_out_is_not_edited_but_withdrawn_with_a_reason(city: Cast) -> None:
    row = published(city)
    with pytest.raises(NotAllowed):
        actions.edit_publication(row.number, CONTENT, city.editor)
    with pytest.raises(Incomplete):
        actions.withdraw_publication(row.number, city.editor, " ")
    assert actions.withdraw_publication(row.number, city.editor, "日期有误").state == "withdrawn"
    with pytest.raises(NotYours):
        reads.public_one(row.number, TODAY)
    with pytest.raises(NotAllowed):
        actions.publish_publication(row.number, city.reviewer)


def test_sending_back_and_recalling_lead_to_the_draft(city: Cast) -> None:
    row = drafted(city)
    actions.submit_publication(row.number, city.editor)
    assert actions.send_back_publication(row.number, city.reviewer, "写明电话").state == "draft"
    actions.submit_publication(row.number, city.editor)
    assert actions.recall_publication(row.number, city.editor).state == "draft"
    notes = [step.note for step in reads.desk_one(city.editor, row.number, row.created_at).history]
    assert "写明电话" in notes
    assert actions.discard_publication(row.number, city.editor).state == "withdrawn"


def test_a_form_that_is_older_than_the_draft_does_not_overwrite_it(city: Cast) -> None:
    row = drafted(city)
    actions.edit_publication(row.number, replace(CONTENT, title="新题"), city.editor, version=row.version)
    with pytest.raises(NotAllowed, match="已被其他人更新"):
        actions.edit_publication(row.number, CONTENT, city.editor, version=row.version)
    assert Publication.objects.get(id=row.id).title == "新题"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"), ({"title": "长" * 81}, "title"), ({"text": ""}, "text"), ({"targets": ()}, "targets"),
        ({"targets": ("radio",)}, "targets"), ({"kind": "gossip"}, "kind"), ({"valid_from": None}, "valid_from"),
        ({"valid_to": date(2026, 11, 17)}, "valid_to"), ({**LED, "led_text": ""}, "led_text"),
        ({**LED, "led_text": "字" * 61}, "led_text"), ({**LED, "led_text": "一\n二"}, "led_text"),
        ({**LED, "led_weekdays": ()}, "led_weekdays"), ({**LED, "led_seconds": 1}, "led_seconds"),
    ],
)  # fmt: skip
def test_what_is_missing_or_wrong_is_named_by_field(city: Cast, changes: dict[str, object], field: str) -> None:
    with pytest.raises(Incomplete) as refusal:
        drafted(city, **changes)
    assert list(refusal.value.details["fields"]) == [field]
    assert not Publication.objects.exists()


def test_what_has_ended_is_not_published_and_what_ends_leaves_by_itself(city: Cast) -> None:
    row = published(city, valid_to=TODAY)
    assert actions.expire_publications(TODAY) == 0
    assert actions.expire_publications(date(2026, 11, 19)) == 1
    assert Publication.objects.get(id=row.id).state == "expired"
    assert reads.public_one(row.number, date(2026, 11, 19)).over
    with pytest.raises(NotAllowed, match="有效期已经过去"):
        actions.submit_publication(
            drafted(city, valid_from=date(2026, 11, 1), valid_to=date(2026, 11, 2)).number, city.editor
        )


def test_the_chain_of_a_publication_is_whole(city: Cast) -> None:
    published(city)
    assert not verify().broken
