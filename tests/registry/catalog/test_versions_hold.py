"""A case keeps the version it was opened under; the assistant and the lists go on with the new one (T637-6.1.3-a, BJO-2.4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from bangban.registry.catalog import reads
from bangban.registry.catalog.actions import create_item, edit_item, publish_item, submit_item
from bangban.registry.catalog.models import Item
from bangban.registry.catalog.terms import Residency, ServiceMode
from bangban.services.assistant import shelf as books
from bangban.services.assistant.actions import ask
from bangban.services.cases.models import Case
from tests.cast import Cast, guest
from tests.registry.catalog.test_second_person import published
from tests.registry.conftest import Office
from tests.registry.factories import guide
from tests.services.cases.steps import opened
from tests.surfaces.portal.browser import Browser


@pytest.fixture(autouse=True)
def _fresh_shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(books, "LOOK_AGAIN_SECONDS", 0)
    books.shelf.clear()
    yield
    books.shelf.clear()


def renewed(office: Office, item: Item, **changes: object) -> None:
    edit_item(item.id, guide(**changes), office.editor)
    submit_item(item.id, office.editor)
    publish_item(item.id, office.reviewer)


@pytest.mark.clause("T637-6.1.3-a")
def test_an_old_case_still_shows_the_version_it_was_opened_under(office: Office) -> None:
    item = published(office)
    number, _ = opened(item_id=item.id, item_version=1)
    renewed(office, item, promised_amount=2)
    case = Case.objects.get(number=number)
    then, today = reads.item(item.id, case.item_version), reads.item(item.id)
    assert then is not None and today is not None
    assert (then.revision, then.promised_limit) == (1, "5个工作日")
    assert (today.revision, today.promised_limit) == (2, "2个工作日")


@pytest.mark.clause("BJO-2.4-b")
def test_a_published_change_is_what_the_assistant_says_next(office: Office) -> None:
    item = published(office)
    before = ask(guest("x"), "失业保险金申领多久能办好")
    renewed(office, item, promised_amount=2)
    after = ask(guest("x"), "失业保险金申领多久能办好")
    assert "5个工作日" in before.answers[0].text and "第1版" in before.answers[0].source
    assert "2个工作日" in after.answers[0].text and "第2版" in after.answers[0].source


@pytest.mark.clause("BJO-2.4-c")
def test_residency_is_counted_and_exceptions_keep_their_approval(office: Office) -> None:
    exception = {
        "residency": Residency.EXCEPTION, "residency_approval": "市政府〔2026〕1号", "residency_reason": "涉密",
        "residency_review_on": date(2027, 11, 18),
    }  # fmt: skip
    for code, changes in (
        ("R1", {"residency": Residency.RESIDENT}),
        ("R2", {"residency": Residency.VERTICAL}),
        ("R3", exception),
    ):
        item = create_item(code, guide(**changes), office.editor)
        submit_item(item.id, office.editor)
        publish_item(item.id, office.reviewer)
    counted = reads.overview()
    assert [counted[f"residency:{home}"] for home in ("resident", "vertical_resident", "approved_exception")] == [
        1,
        1,
        1,
    ]
    shown = reads.item("R3")
    assert shown is not None
    assert (shown.guide.residency_approval, shown.guide.residency_reason) == ("市政府〔2026〕1号", "涉密")


@pytest.mark.clause("BJO-2.7-i")
def test_the_page_names_the_modes_that_are_switched_on_and_no_others(office: Office, city: Cast) -> None:
    published(office, self_service=True, city_wide=True)
    page = Browser().open("/items/C1").split("<main", 1)[1]
    shown = {mode for mode in ServiceMode if str(mode.label) in page}
    assert shown == {ServiceMode.SELF_SERVICE, ServiceMode.CITY_WIDE}
