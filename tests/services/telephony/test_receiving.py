"""Events are taken once, however late, doubled or disordered they come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangban.foundation.clocks.moment import now
from bangban.services.telephony import actions, belonging, reads
from bangban.services.telephony.actions import hinting
from bangban.services.telephony.events import ExchangeEvent
from bangban.services.telephony.folding import CallState, fold
from bangban.services.telephony.models import Call, Leg, MinuteFigures, RawEvent, Recording
from tests.services.telephony.cast import Hotline, event, lost, talk
from tests.services.telephony.histories import delivered, histories

COLUMNS = [
    field.name for field in fields(CallState) if field.name not in ("legs", "recordings", "caller", "called", "agent")
]


def stored(name: str) -> tuple[object, ...]:
    """A call with its legs and recordings as the tables have them, without ids."""
    row = Call.objects.get(exchange_id=name)
    legs = Leg.objects.filter(call=row).order_by("position")
    takes = Recording.objects.filter(call=row).order_by("reference")
    return (
        [getattr(row, column) for column in COLUMNS],
        row.phone,
        row.agent_id,
        [(leg.role, leg.staff_id, leg.name, leg.rang_at, leg.joined_at, leg.ended_at, leg.missed) for leg in legs],
        [(take.reference, take.at, take.seconds, take.digest) for take in takes],
    )


def told(state: CallState) -> list[object]:
    return [getattr(state, column) for column in COLUMNS]


def test_a_call_is_stored_as_its_events_say(hotline: Hotline) -> None:
    events = talk("c", start=now(), wait=8, language="cantonese")
    assert actions.receive(events) == actions.Received(5, 0)
    call = reads.call(Call.objects.get().id)
    assert (call.outcome, call.wait_seconds, call.talk_seconds, call.phone) == ("answered", 8, 60, "13800138000")
    assert (call.agent_name, call.language_met, call.legs[0].staff_id) == ("何话务", True, hotline.agent.staff_id)


def test_the_same_delivery_again_changes_nothing(hotline: Hotline) -> None:
    events = talk("c", start=now())
    actions.receive(events)
    before = (stored("c"), list(MinuteFigures.objects.values()))
    assert actions.receive(events) == actions.Received(0, 5)
    assert (stored("c"), list(MinuteFigures.objects.values())) == before
    assert RawEvent.objects.count() == 5


def test_an_event_twice_in_one_delivery_is_taken_once(hotline: Hotline) -> None:
    first, *rest = talk("c", start=now())
    assert actions.receive([first, first, *rest]) == actions.Received(5, 1)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_any_delivery_in_any_parts_ends_as_the_fold_of_the_history(hotline: Hotline, data: st.DataObject) -> None:
    name = f"c{Call.objects.count()}"
    history = data.draw(histories(call=name, start=now() - timedelta(hours=2)))
    coming = data.draw(delivered(history))
    cut = data.draw(st.integers(0, len(coming)))
    actions.receive(coming[:cut])
    actions.receive(coming[cut:])
    assert stored(name)[0] == told(fold(history))
    assert {event.id for event in history} == set(RawEvent.objects.filter(call=name).values_list("event_id", flat=True))
    day = now().date()
    assert reads.recompute(day - timedelta(days=1), day) == []


def test_a_first_part_and_the_rest_later_end_as_all_at_once(hotline: Hotline) -> None:
    start = now()
    parts, whole = talk("parts", start=start), talk("whole", start=start)
    actions.receive(parts[3:])
    assert Call.objects.get(exchange_id="parts").outcome == "answered"
    actions.receive(parts[:3])
    actions.receive(whole)
    assert stored("parts") == stored("whole")


def test_a_late_beginning_moves_the_call_to_its_own_minute(hotline: Hotline) -> None:
    start = now().replace(second=50, microsecond=0)
    events = talk("c", start=start, wait=20)
    actions.receive(events[3:])
    actions.receive(events[:3])
    figures = {row.minute: (row.offered, row.answered, row.answered_in_15) for row in MinuteFigures.objects.all()}
    assert figures[start.replace(second=0)] == (1, 1, 0)
    assert all(counts == (0, 0, 0) for minute, counts in figures.items() if minute != start.replace(second=0))


def test_what_cannot_be_understood_is_refused_by_its_id_and_the_rest_is_taken(hotline: Hotline) -> None:
    at = now()
    bad = [
        event("sneezed", "c", at, id="kind"),
        event("offered", "c", at + timedelta(hours=2), id="future"),
        event("offered", "c", at.replace(tzinfo=None), id="naive"),
        event("offered", "", at, id="nameless"),
        event("recorded", "c", at, id="path", recording="../../etc/passwd"),
        event("recorded", "c", at, id="absolute", recording="/etc/passwd"),
        event("offered", "c", at, id="nul", caller="1\0"),
        event("offered", "c", at, id="long", note="长" * 501),
        event("offered", "c", at, id="direction", direction="up"),
        event("recorded", "c", at, id="seconds", recording="a.wav", seconds=-1),
    ]
    result = actions.receive([*bad, *talk("c", start=at)])
    assert result.accepted == 5
    assert [name for name, _ in result.refused] == [one.id for one in bad]
    assert all(sentence.endswith("。") for _, sentence in result.refused)


def test_the_number_of_a_caller_is_nowhere_in_clear(hotline: Hotline) -> None:
    start = now()
    told_of_party = event("joined", "c", start + timedelta(seconds=9), party="13700137000", role="adviser")
    actions.receive([*talk("c", start=start, caller="13800138000"), told_of_party])
    with connection.cursor() as cursor:
        for table in ("telephony_raw_event", "telephony_call", "telephony_leg"):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} AS t")
            text = cursor.fetchone()[0]
            assert text
            for number in ("13800138000", "13700137000"):
                assert number not in text
                assert number.encode().hex() not in text


def test_raw_events_cannot_be_changed(hotline: Hotline) -> None:
    actions.receive(talk("c", start=now()))
    with pytest.raises(Exception, match="append-only"):
        RawEvent.objects.update(kind="menu")


def test_all_calls_of_a_number_are_found_however_it_is_written(hotline: Hotline) -> None:
    start = now() - timedelta(hours=1)
    for place, number in enumerate(("13800138000", "+8613800138000", "138 0013 8000")):
        actions.receive(talk(f"c{place}", start=start + timedelta(minutes=place), caller=number))
    out = event("offered", "out", start - timedelta(minutes=1), caller="12345", called="13800138000", direction="out")
    actions.receive([out])
    found = reads.calls_of_phone("138-0013-8000")
    assert [call.exchange_id for call in found] == ["c2", "c1", "c0", "out"]
    assert len(reads.calls_of_phone("13800138000", before=found[1].offered_at)) == 2
    assert reads.calls_of_phone(" ") == []


def test_a_call_without_a_number_is_taken_and_not_put_on_the_call_back_list(hotline: Hotline) -> None:
    actions.receive(lost("c", start=now(), caller=""))
    assert Call.objects.get().phone_index is None
    assert reads.missed().rows == ()


def test_a_delivery_of_many_calls_costs_a_fixed_number_of_statements(
    hotline: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hinting, "_wall_told", float("inf"))

    def statements(calls: int) -> int:
        events = [one for place in range(calls) for one in talk(f"n{calls}.{place}", start=now())]
        with CaptureQueriesContext(connection) as queries:
            actions.receive(shuffled(events))
        return len(queries)

    belonging.hotlines()  # read once in half a minute, not for a delivery
    assert statements(90) == statements(3) <= 13


def shuffled(events: Iterable[ExchangeEvent]) -> list[ExchangeEvent]:
    mixed = list(events)
    Random(4).shuffle(mixed)
    return mixed


def test_a_call_belongs_to_the_order_it_was_attached_to(hotline: Hotline) -> None:
    actions.receive(talk("c", start=now()))
    call_id = Call.objects.get().id
    actions.attach(call_id, "GD202611180001")
    actions.attach(call_id, "GD202611180001")
    assert [call.id for call in reads.calls_of_record("GD202611180001")] == [call_id]
    assert reads.calls_of_record("") == []


def test_what_an_agent_is_in_is_shown_at_the_desk_until_it_ends(hotline: Hotline) -> None:
    staff_id = hotline.agent.staff_id or 0
    events = talk("c", start=now())
    for shown, outcome in ((3, "ringing"), (4, "talking")):
        actions.receive(events[:shown])
        call = reads.ringing_for(staff_id)
        assert call
        assert call.outcome == outcome
    actions.receive(events)
    assert reads.ringing_for(staff_id) is None


def test_a_call_whose_end_was_never_told_ends_by_supposition_until_the_truth_comes(hotline: Hotline) -> None:
    start = now() - timedelta(minutes=40)
    waiting = lost("c", start=start, wait=55)
    actions.receive(waiting[:2])
    assert actions.end_lost_calls(now()) == 1
    assert Call.objects.get().outcome == "missed"
    assert actions.end_lost_calls(now()) == 0
    actions.receive(waiting)
    assert (Call.objects.get().outcome, Call.objects.get().wait_seconds) == ("abandoned", 55)
