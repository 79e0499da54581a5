"""Service lists: what is offered, published by a second person, reviewed in time (T637-7.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.clocks.sweep import sweep
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.models import Event
from bangban.foundation.ledger.verify import verify
from bangban.registry.catalog import reads
from bangban.registry.catalog.actions import (
    NewLine,
    confirm_list,
    discard_list,
    draft_list,
    edit_list,
    publish_list,
    send_back_list,
    submit_list,
)
from tests.cast import Cast
from tests.goods import published_items
from tests.registry.conftest import Office
from tests.registry.factories import member


def line(body_id: int, *services: str, **changes: Any) -> NewLine:
    return NewLine(services=services, body_id=body_id, channels=("web", "hotline"), hours="工作日9:00-17:00", **changes)


def published(office: Office, *lines: NewLine, body_id: int | None = None, **changes: Any) -> Any:
    drafted = draft_list(body_id or office.center_id, "服务清单", lines, SYSTEM, **changes)
    submit_list(drafted.id, SYSTEM)
    return publish_list(drafted.id, office.reviewer)


@pytest.mark.clause("T637-7.1-a")
def test_the_most_specific_line_decides_and_consultation_is_always_offered(city: Cast, office: Office) -> None:
    first, second, third = published_items("甲", "乙", "丙", themes=["就业创业"])
    center = office.center_id
    published(
        office,
        line(center, "consult", "guide", "assist", "agency", item_id=first.id),
        line(center, "guide", item_id=second.id),
        line(center, "assist", theme="就业创业"),
        line(center, "consult", "guide", department_id=city.department.id),
        line(center, "consult"),
    )
    assert reads.services_offered(first.id, center) == {"consult", "guide", "assist", "agency"}
    assert reads.services_offered(second.id, center) == {"consult", "guide"}
    assert reads.services_offered(third.id, center) == {"consult", "assist"}
    assert reads.services_offered(None, center) == {"consult"}


def test_a_body_without_its_own_list_follows_the_one_above_it(city: Cast, office: Office) -> None:
    (item,) = published_items("甲")
    published(office, line(office.center_id, "consult", "guide"))
    assert reads.services_offered(item.id, city.district.id) == {"consult", "guide"}
    published(office, line(city.district.id, "assist"), body_id=city.district.id)
    assert reads.services_offered(item.id, city.district.id) == {"consult", "assist"}
    assert reads.services_offered(item.id, office.center_id) == {"consult", "guide"}


def test_without_any_list_only_consultation_is_offered(city: Cast) -> None:
    assert reads.services_offered(None, city.center.id) == {"consult"}


@pytest.mark.clause("T637-7.1-c")
def test_a_new_version_replaces_the_published_one_which_is_kept(office: Office) -> None:
    published(office, line(office.center_id, "consult"))
    published(office, line(office.center_id, "consult", "guide"))
    current, former = reads.service_list(), reads.service_list(office.center_id, 1)
    assert current is not None and former is not None
    assert (current.revision, current.lines[0].service_labels, current.reviewer_name) == (2, ("咨询", "导办"), "审核员")
    assert (former.state, former.lines[0].services) == ("superseded", ("consult",))
    assert current.lines[0].channels == ("网页端", "热线端")
    rows = list(reads.service_list_rows())
    assert (len(rows), rows[1][2]) == (2, "咨询、导办")
    assert verify().broken == ()


def test_reading_a_list_takes_the_same_queries_however_long(office: Office, django_assert_num_queries: Any) -> None:
    items = published_items(*(f"事项{place}" for place in range(12)))
    published(office, *(line(office.center_id, "consult", item_id=item.id) for item in items))
    reads.service_list()
    with django_assert_num_queries(4):
        found = reads.service_list()
    assert found is not None and found.lines[0].subject == "事项0"
    with django_assert_num_queries(2):
        reads.services_offered(items[0].id, office.center_id)


def test_nobody_publishes_his_own_list(office: Office) -> None:
    both = member("both", "双岗", "gz", "catalog_editor", "catalog_reviewer")
    drafted = draft_list(office.center_id, "服务清单", [line(office.center_id, "consult")], both)
    submit_list(drafted.id, both)
    with pytest.raises(NotAllowed, match="另一人"):
        publish_list(drafted.id, both)
    send_back_list(drafted.id, office.reviewer, "请补充代办")
    edit_list(drafted.id, [line(office.center_id, "consult", "agency")], both)
    submit_list(drafted.id, both)
    assert publish_list(drafted.id, office.reviewer).state == "published"


def test_one_version_is_in_work_at_a_time_and_strangers_write_none(office: Office) -> None:
    drafted = draft_list(office.center_id, "服务清单", [line(office.center_id, "consult")], SYSTEM)
    with pytest.raises(NotAllowed):
        draft_list(office.center_id, "服务清单", [line(office.center_id, "consult")], SYSTEM)
    discard_list(drafted.id, office.reviewer)
    draft_list(office.center_id, "服务清单", [line(office.center_id, "consult")], SYSTEM)
    with pytest.raises(NotYours):
        draft_list(office.center_id, "服务清单", [line(office.center_id, "consult")], office.foreign_editor)


def test_lines_are_checked_all_at_once(office: Office) -> None:
    good = line(office.center_id, "consult")
    bad = [line(office.center_id), replace(good, channels=("fax",)), replace(good, hours=""), line(999_999, "consult")]
    bad += [replace(good, theme="甲", department_id=office.department_id)]
    with pytest.raises(Incomplete) as refusal:
        draft_list(office.center_id, "服务清单", [good, *bad], SYSTEM)
    assert sorted(refusal.value.details["fields"]) == ["2", "3", "4", "5", "6"]
    with pytest.raises(Incomplete):
        draft_list(office.center_id, "服务清单", [], SYSTEM)


@pytest.mark.clause("T637-7.1-c")
def test_a_lapsing_review_is_warned_about_and_an_overdue_one_raises_a_warning(office: Office) -> None:
    found = published(office, line(office.center_id, "consult"), review_days=90)
    assert reads.lists_due(now()) == []
    view = reads.service_list()
    assert view is not None and view.review_due_at is not None
    assert (view.review_due_at - now()).days in (89, 90)
    stand_at(now() + timedelta(days=85))
    assert [(due.revision, due.overdue) for due in reads.lists_due(now())] == [(1, False)]
    assert sweep(now()) == 1
    stand_at(now() + timedelta(days=10))
    assert [due.overdue for due in reads.lists_due(now())] == [True]
    assert sweep(now()) == 1
    kinds = set(Event.objects.filter(record_id=found.id).values_list("kind", flat=True))
    assert {"clock.warned", "clock.breached"} <= kinds
    confirm_list(found.id, office.reviewer)
    assert reads.lists_due(now()) == []
    assert verify().broken == ()


def test_without_an_own_period_the_rule_of_the_house_counts(office: Office) -> None:
    published(office, line(office.center_id, "consult"))
    view = reads.service_list()
    assert view is not None and view.review_due_at is not None
    assert 170 < (view.review_due_at - now()).days < 190
    published(office, line(office.center_id, "guide"))
    assert len(reads.lists_due(now() + timedelta(days=400))) == 1
