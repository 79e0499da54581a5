"""What pages and followers read, and the clearing away of old frames."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from tests.foundation.live.conftest import INSERT, STAND_IN

from bangban.foundation.live import actions, reads
from bangban.foundation.live.models import LiveFrame, LiveOrder
from bangban.foundation.live.numbering import EPHEMERAL_CHANNEL

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def stand_in(transactional_db: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(STAND_IN)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE happening")


def happen(*topics: str, age: timedelta = timedelta(), visibility: str = "user") -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, ["case.message", "B1", visibility, list(topics), NOW - age])


def test_frames_come_in_order_each_once_and_only_those_that_may_be_seen() -> None:
    start = reads.current_seq()
    happen("case:1", "desk:1")
    happen("case:2")
    happen("case:1", visibility="staff")
    happen("desk:1")
    frames = reads.frames_after(["case:1", "desk:1"], start, 10)
    assert [(frame.seq - start, frame.topics) for frame in frames] == [(1, ("case:1", "desk:1")), (4, ("desk:1",))]
    assert frames[0].at == "2026-11-22T09:00:00.000000Z"
    staff = reads.frames_after(["case:1", "desk:1"], start, 2, visibility="staff")
    assert [frame.seq - start for frame in staff] == [1, 3]
    assert reads.frames_after(["case:1"], frames[-1].seq, 10) == []


def test_followers_read_every_event_in_commit_order() -> None:
    start = reads.current_seq()
    for _ in range(5):
        happen()
    first = reads.events_in_order(start, 3)
    rest = reads.events_in_order(first[-1].seq, 10)
    assert [event.seq - start for event in (*first, *rest)] == [1, 2, 3, 4, 5]
    assert reads.current_seq() == start + 5


def test_old_frames_go_and_the_order_stays() -> None:
    for days in (40, 35, 10, 36, 1):
        happen("case:1", "desk:1", age=timedelta(days=days))
    last = reads.current_seq()
    assert actions.prune(NOW - timedelta(days=30), batch=3) == 4
    assert reads.oldest_kept() == last - 3, "a late old one waits for the younger one before it"
    assert LiveFrame.objects.count() == 6
    assert LiveOrder.objects.count() >= 5
    assert actions.prune(NOW - timedelta(days=30)) == 0
    assert actions.prune(NOW) == 6
    assert reads.oldest_kept() == last


def test_pruning_nothing_is_harmless() -> None:
    assert actions.prune(NOW) == 0
    assert reads.oldest_kept() == 0


def test_pruning_never_lowers_what_was_promised() -> None:
    happen("case:1", age=timedelta(days=2))
    actions.prune(NOW)
    floor = reads.oldest_kept()
    happen("case:1")
    actions.prune(NOW - timedelta(days=9))
    assert reads.oldest_kept() == floor


def test_pruning_inside_a_transaction_is_refused() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError):
        actions.prune(NOW)


def test_a_passing_sign_is_sent_at_commit_and_not_before() -> None:
    heard: list[dict[str, object]] = []
    connection.ensure_connection()
    raw = connection.connection
    raw.add_notify_handler(lambda note: heard.append(json.loads(note.payload)))
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {EPHEMERAL_CHANNEL}")
    with transaction.atomic():
        actions.publish_ephemeral("case:1", "typing", {"who": "staff"}, visibility="staff")
        assert heard == []
    with connection.cursor() as cursor:
        cursor.execute(f"UNLISTEN {EPHEMERAL_CHANNEL}")
    assert heard == [{"topic": "case:1", "kind": "typing", "visibility": "staff", "data": {"who": "staff"}}]


@pytest.mark.parametrize(
    ("topic", "data", "visibility"),
    [("case", {}, "user"), ("case:1", {}, "all"), ("case:1", {"x": "长" * 3000}, "user")],
)
def test_a_malformed_or_large_sign_is_refused(topic: str, data: dict[str, str], visibility: str) -> None:
    with pytest.raises(ValueError, match=r"topic|large"):
        actions.publish_ephemeral(topic, "typing", data, visibility)
