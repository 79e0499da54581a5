"""What is played into the house is what the wall counts, whatever the network did to it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from bangban.cli import hotline
from bangban.foundation.access.tokens import check
from bangban.foundation.clocks.moment import now
from bangban.services.telephony.models import Call
from bangban.services.telephony.reads import recompute, ringing_for
from bangban.services.telephony.simulation.disorder import Network
from bangban.services.telephony.simulation.doors import RoomDoor
from bangban.services.telephony.simulation.plan import at_rate, of_day
from bangban.services.telephony.simulation.playing import play
from bangban.services.telephony.simulation.seats import invented, seats_of_house
from tests.cast import add_staff, make_city

pytestmark = pytest.mark.django_db(transaction=True)
BAD = Network(doubled=0.3, jittered=0.5, late=0.2, latest=600)


@pytest.mark.clause("GB33358-5.1.2.3-a", "GB33358-5.1.2.3-b", "GB33358-3.8")
def test_a_day_of_bad_network_is_counted_exactly_and_counted_again_the_same() -> None:
    make_city()
    yesterday = (now() - timedelta(days=1)).date()
    plan = of_day(3, yesterday, 250, invented(8))
    outcome = play(plan, [RoomDoor(), RoomDoor()], real_time=False, network=BAD)
    assert outcome.sent.known > 0
    assert outcome.truth == outcome.wall
    assert outcome.equal
    assert outcome.truth.calls >= 250
    assert recompute(yesterday, yesterday) == []
    stored = {row.exchange_id: row for row in Call.objects.all()}
    assert len(stored) == len(outcome.book)
    for name, row in outcome.book.items():
        mine = stored[name]
        assert (mine.offered_at, mine.answered_at, mine.ended_at, mine.outcome) == (
            row.offered, row.answered, row.ended, row.outcome
        )  # fmt: skip
    again = play(plan, [RoomDoor()], real_time=False, network=BAD)
    assert (again.sent.accepted, again.wall.calls) == (0, 0)


def test_the_present_day_ends_now_with_people_still_on_the_line() -> None:
    city = make_city()
    plan = of_day(3, now().date(), 800, invented(20), until=now())
    outcome = play(plan, [RoomDoor()], real_time=False)
    assert outcome.equal
    assert {row.outcome for row in outcome.book.values()} >= {"talking", "answered"}
    assert ringing_for(city.guide.staff_id or 0) is None


def test_in_real_time_the_house_sees_calls_as_they_come() -> None:
    make_city()
    plan = replace(at_rate(2, now(), 20, 20.0, invented(10)), until=2.5)
    outcome = play(plan, [RoomDoor()], real_time=True, network=Network(latest=1.0, jitter=0.3))
    assert outcome.equal
    assert outcome.truth.calls == 20


def test_the_house_s_own_agents_sit_first_and_invented_ones_fill_up() -> None:
    make_city()
    add_staff("hw", "冯话务", "gz", "hotline_agent")
    seats = seats_of_house(5)
    assert len(seats) == 5
    assert seats[0].agent.startswith("GZ")
    assert [seat.agent for seat in seats[1:]] == [seat.agent for seat in invented(4)]
    assert len(seats_of_house()) == 1


@contextmanager
def here() -> Iterator[str]:
    yield ""


def test_an_exchange_gets_a_token_for_calls_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_city()
    monkeypatch.setattr(hotline, "with_database", here)
    assert hotline.hotline(Namespace(what="token", name="main", speaker="exchange", days=10)) == 0
    bearer = check(capsys.readouterr().out.strip())
    assert (bearer.scopes, bearer.account.kind) == (frozenset({"calls:read", "calls:write"}), "partner")
    assert hotline.hotline(Namespace(what="token", name="main", speaker="channel", days=10)) == 0
    channel = check(capsys.readouterr().out.strip())
    assert (channel.scopes, channel.account.kind) == (frozenset({"orders:write"}), "partner")
    assert channel.account != bearer.account


def test_the_command_prints_both_figures_and_says_whether_they_are_equal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_city()
    monkeypatch.setattr(hotline, "with_database", here)
    given = Namespace(
        calls=40, rate=1.0, day=(now() - timedelta(days=1)).date(), seats=0, agents="", url="", token="", seed=1
    )
    assert hotline.simulate(given) == 0
    said = capsys.readouterr().out
    assert said.strip().endswith("\nequal")
    assert "share within 15 s" in said
    with pytest.raises(LookupError, match="not come yet"):
        hotline.simulate(Namespace(**{**vars(given), "day": (now() + timedelta(days=1)).date()}))
    with pytest.raises(LookupError, match="token"):
        hotline.simulate(Namespace(**{**vars(given), "url": "http://127.0.0.1:1"}))
