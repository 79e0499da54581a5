"""Writing, reviewing and following publications at the desk."""

from __future__ import annotations

from typing import Any

import pytest

from bangban.foundation.access.duties import DUTIES, PERMISSIONS
from bangban.registry.org import actions as org
from bangban.registry.org.reads import actor_of
from bangban.services.publications import actions
from bangban.services.publications.models import Publication
from bangban.surfaces.publications.urls import urlpatterns
from tests.cast import Cast
from tests.services.publications.steps import drafted, published
from tests.surfaces.desk.conftest import Desk

FORM: dict[str, Any] = {
    "title": "系统维护通知", "text": "周六系统维护。", "kind": "notice", "valid_from": "2026-11-18", "valid_to": "2026-11-22",
    "targets": ["led", "website"], "led_text": "周六系统维护", "led_weekdays": ["0", "5"], "led_spans": "9:00-12:00",
    "led_seconds": "20",
}  # fmt: skip


@pytest.mark.clause("DB23-6.2.1.1")
def test_from_the_form_to_the_second_persons_press(city: Cast, desk: Desk) -> None:
    editor, reviewer = desk(city.editor), desk(city.reviewer)
    made = editor.post("/desk/publications/new", {**FORM, "body": city.center.id})
    assert made.status_code == 303
    row = Publication.objects.get()
    assert (row.led_weekdays, row.led_spans, row.led_seconds) == ([0, 5], [["09:00", "12:00"]], 20)
    page = editor.get(made["Location"]).content.decode()
    assert "周一、周六 09:00-12:00，每次20秒" in page and "提交审核" in page
    assert editor.post(f"/desk/publications/{row.number}/do/submit").status_code == 303
    assert "审核发布" in reviewer.get(f"/desk/publications/{row.number}").content.decode()
    assert reviewer.post(f"/desk/publications/{row.number}/do/publish").status_code == 303
    assert "还没有读取" in editor.get(f"/desk/publications/{row.number}").content.decode()
    assert "系统维护通知" in editor.get("/desk/publications/?state=published").content.decode()


def test_what_was_typed_stays_when_something_is_wrong(city: Cast, desk: Desk) -> None:
    wrong = {**FORM, "title": "", "valid_to": "下周", "led_spans": "九点", "body": city.center.id}
    answer = desk(city.editor).post("/desk/publications/new", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in ("请填写标题", "例如 2026-11-22", "13:30-17:00", 'value="九点"', "周六系统维护。", 'value="下周"'):
        assert words in page, words
    assert not Publication.objects.exists()


def test_a_form_with_a_character_that_no_column_holds_is_refused(city: Cast, desk: Desk) -> None:
    answer = desk(city.editor).post("/desk/publications/new", {**FORM, "text": "a\x00b", "body": city.center.id})
    assert answer.status_code == 400 and not Publication.objects.exists()


def test_the_same_form_sent_twice_makes_one_draft(city: Cast, desk: Desk) -> None:
    editor = desk(city.editor)
    for _ in range(2):
        editor.post("/desk/publications/new", {**FORM, "body": city.center.id, "client_id": "one"})
    assert Publication.objects.count() == 1


def test_the_author_reads_why_another_person_publishes(city: Cast, desk: Desk) -> None:
    both = actor_of(org.save_staff(org.NewStaff("both", "兼任", "gz", ("catalog_editor", "catalog_reviewer"))).account)
    client = desk(both)
    client.post("/desk/publications/new", FORM)
    number = Publication.objects.get().number
    client.post(f"/desk/publications/{number}/do/submit")
    answer = client.post(f"/desk/publications/{number}/do/publish")
    assert answer.status_code == 409 and "须由另一人审核发布" in answer.content.decode()


def test_an_old_form_is_refused_with_what_was_typed(city: Cast, desk: Desk) -> None:
    row = drafted(city)
    client = desk(city.editor)
    address = f"/desk/publications/{row.number}/edit"
    assert client.post(address, {**FORM, "version": "1"}).status_code == 303
    answer = client.post(address, {**FORM, "title": "后到的标题", "version": "1"})
    assert answer.status_code == 409 and "后到的标题" in answer.content.decode()


def test_an_earlier_one_is_written_anew_from_its_words(city: Cast, desk: Desk) -> None:
    row = published(city)
    actions.withdraw_publication(row.number, city.editor, "日期有误")
    page = desk(city.editor).get(f"/desk/publications/new?from={row.number}").content.decode()
    assert row.title in page and "2026-11-18" in page


@pytest.mark.parametrize("duty", sorted(DUTIES))
def test_only_editors_and_reviewers_open_these_pages(city: Cast, desk: Desk, duty: str) -> None:
    row = published(city, targets=("sms",))
    client = desk(actor_of(org.save_staff(org.NewStaff("walker", "走访", "gz", (duty,))).account))
    edits, reviews = (duty in PERMISSIONS[f"publications.{what}"] for what in ("edit", "review"))
    for name, path in {str(one.name): str(one.pattern) for one in urlpatterns if "desk/" in str(one.pattern)}.items():
        address = "/" + path.replace("<str:number>", row.number).replace("<str:action>", "submit")
        status = (client.post if name == "do" else client.get)(address).status_code
        opened = edits if name in ("new", "edit") else edits or reviews
        assert (status != 403) is opened, (duty, name, status)
        assert status < 500


def test_a_strangers_publication_does_not_exist(city: Cast, desk: Desk) -> None:
    row = drafted(city)
    elsewhere = actor_of(org.save_staff(org.NewStaff("yxed", "越编", "yx", ("catalog_editor",))).account)
    client = desk(elsewhere)
    for address in ("", "/edit", "/messages"):
        assert client.get(f"/desk/publications/{row.number}{address}").status_code == 404
    assert client.post(f"/desk/publications/{row.number}/do/discard").status_code == 404
    assert client.post(f"/desk/publications/{row.number}/do/fly").status_code == 404


def test_the_list_costs_the_same_queries_however_long(
    city: Cast, desk: Desk, django_assert_max_num_queries: Any
) -> None:
    for place in range(12):
        published(city, title=f"第{place}条")
    client = desk(city.editor)
    client.get("/desk/publications/")
    with django_assert_max_num_queries(14):
        client.get("/desk/publications/")
