"""What the worker does for the registry: followers read committed events once, chores run on time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.deed import deed
from bangban.foundation.flows.flow import Flow, Transition
from bangban.foundation.flows.reacting import followers
from bangban.foundation.jobs.following import catch_up
from bangban.foundation.jobs.schedule import chores
from bangban.registry.catalog import reads as catalog
from bangban.registry.catalog.actions import edit_item, publish_item, submit_item
from bangban.registry.catalog.models import Item
from bangban.registry.knowledge import reads
from tests.cast import Cast, make_city
from tests.registry.catalog.test_second_person import published as published_item
from tests.registry.conftest import Office
from tests.registry.factories import guide
from tests.registry.knowledge.test_entries import published


@pytest.fixture
def city(transactional_db: None) -> Iterator[Cast]:
    """The same small city, committed, because followers read what is committed."""
    yield make_city()


def test_a_published_change_flags_the_entries_of_the_item_once(office: Office) -> None:
    item = published_item(office)
    published(office, item_ref="C1")
    edit_item(item.id, guide(promised_amount=3), office.editor)
    submit_item(item.id, office.editor)
    publish_item(item.id, office.reviewer)
    catch_up()
    (card,) = reads.flagged(office.editor)
    assert card.flag_reason == "事项指南已更新，请核对答案。"
    flagged_at = card.flagged_at
    catch_up()
    assert reads.flagged(office.editor)[0].flagged_at == flagged_at


def test_demand_is_counted_from_what_cases_tell(office: Office) -> None:
    item = published_item(office)
    lines = tuple(Transition(action, "", ("published",), None, ("system",)) for action in ("sort", "assign"))
    asking = Flow(
        record_type="case",
        label="",
        states={"published": ""},
        initial=("published",),
        transitions=lines,
        parties=lambda record, actor: frozenset({"system"}),
        topics=lambda record: [],
        place=lambda record: (None, None),
    )
    for action in ("sort", "assign", "sort"):
        with deed(asking, lambda: Item.objects.select_for_update().get(id=item.id), action, SYSTEM) as work:
            work.tell(item_id=str(item.id), user_kind="enterprise_legal_person")
    catch_up()
    today = business_date(now())
    assert [(hot.card.code, hot.count) for hot in catalog.hot_items("enterprise", today=today)] == [("C1", 1)]
    assert catalog.hot_items("person", today=today) == []


def test_the_recurring_work_is_on_the_schedule() -> None:
    names = {chore.name: chore.work for chore in chores()}
    assert {"catalog.demand", "knowledge.item_changes"} <= set(followers())
    assert {"catalog.take_effect", "knowledge.expire"} <= set(names)


def test_the_schedule_expires_entries(office: Office) -> None:
    entry = published(office, valid_to=business_date(now()))
    work = next(chore.work for chore in chores() if chore.name == "knowledge.expire")
    assert work(now()) == 0
    assert work(now() + timedelta(days=1)) == 1
    found = reads.entry(entry.id)
    assert found is not None and found.state == "expired"
