"""`bangban hotline`: play a telephone exchange, connect one, or make the token of one."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from typing import TYPE_CHECKING

from bangban.cli.database import data_dir, with_database
from bangban.upkeep import open_house

if TYPE_CHECKING:
    from bangban.services.telephony.simulation.doors import Door
    from bangban.services.telephony.simulation.playing import Outcome
    from bangban.services.telephony.simulation.seats import Seat

COURIERS = 2
LONGEST_TALKS = 600
"""Seconds that the longest talks of a playing go on after the last caller came."""
SPEAKERS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "exchange": ("exchange", "电话交换机", ("calls:write", "calls:read")),
    "channel": ("channel", "短信和媒体平台", ("orders:write",)),
}
"""Whom a token speaks for: beginning of the account's name, what people read, scopes."""


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add what `bangban hotline` understands."""
    kinds = command.add_subparsers(dest="what", required=True, metavar="WHAT")
    play = kinds.add_parser("simulate", help="play the traffic of a telephone exchange into the house")
    play.add_argument("--calls", type=int, default=1000, help="callers; those who redial come on top")
    play.add_argument("--rate", type=float, default=1.0, help="callers a second, in real time")
    play.add_argument("--day", type=date.fromisoformat, help="play a whole day quickly instead: YYYY-MM-DD")
    play.add_argument("--seats", type=int, default=0, help="seats; as many as the traffic needs when not given")
    play.add_argument(
        "--agents", default="", help="work numbers at the seats, with commas; the house's own when not given"
    )
    play.add_argument("--url", default="", help="address of the house; straight into the database when not given")
    play.add_argument("--token", default=os.environ.get("BANGBAN_TOKEN", ""), help="or BANGBAN_TOKEN")
    play.add_argument("--seed", type=int, default=1)
    connect = kinds.add_parser("asterisk", help="connect an Asterisk server by its REST interface (ARI)")
    connect.add_argument("--url", default=os.environ.get("BANGBAN_EXCHANGE_URL", ""), help="http://HOST:8088")
    connect.add_argument("--app", default="bangban", help="name of the Stasis application")
    connect.add_argument("--exchange", default="main", help="name of this exchange in the house")
    connect.add_argument("--agent", default="PJSIP/{}", help="endpoint of an agent's telephone; {} is the work number")
    connect.add_argument("--outside", default="PJSIP/{}@trunk", help="endpoint of a number outside")
    token = kinds.add_parser("token", help="make the token with which an exchange or a written channel delivers")
    token.add_argument("name", help="name of the exchange or channel")
    token.add_argument("--for", dest="speaker", choices=SPEAKERS, default="exchange", help="whom it speaks for")
    token.add_argument("--days", type=int, default=365)


def hotline(given: argparse.Namespace) -> int:
    """Do what was asked."""
    kinds: dict[str, Callable[[argparse.Namespace], int]] = {"simulate": simulate, "asterisk": asterisk, "token": token}
    return kinds[given.what](given)


def simulate(given: argparse.Namespace) -> int:
    """Play traffic; 0 when the wall counts exactly what was played."""
    if given.calls < 1 or given.rate <= 0 or given.seats < 0:
        raise LookupError("--calls and --rate must be more than nothing, --seats at least 0.")
    with nullcontext() if given.url else with_database():
        open_house()
        from bangban.foundation.clocks.moment import now, stand_at
        from bangban.services.telephony.simulation.doors import HttpDoor
        from bangban.services.telephony.simulation.plan import CITY, at_rate, enough_seats, of_day
        from bangban.services.telephony.simulation.playing import play

        doors = [_door(given) for _ in range(COURIERS)]
        if isinstance(doors[0], HttpDoor):
            stand_at(doors[0].clock())
        today = now().astimezone(CITY).date()
        if given.day and given.day > today:
            raise LookupError(f"{given.day} has not come yet; play {today} or an earlier day.")
        seats = _seats(given, given.seats or enough_seats(given.calls, given.rate, day=bool(given.day)))
        if given.day:
            plan = of_day(given.seed, given.day, given.calls, seats, now() if given.day == today else None)
        else:
            plan = at_rate(given.seed, now(), given.calls, given.rate, seats)
        print(_announced(given, len(seats)), file=sys.stderr, flush=True)
        outcome = play(plan, doors, real_time=not given.day)
    for text in told(outcome, len(seats)):
        print(text)
    return 0 if outcome.equal else 1


def _announced(given: argparse.Namespace, seats: int) -> str:
    """Say what begins and how long it takes, since nothing more is heard until the end."""
    if given.day:
        return f"Playing {given.calls} calls of {given.day} at {seats} seats as fast as they are taken; figures come at the end."
    minutes = max(1, round((given.calls / given.rate + LONGEST_TALKS) / 60))
    return f"Playing {given.calls} calls, {given.rate:g} a second, at {seats} seats: up to {minutes} minutes until the last one hangs up."


def _door(given: argparse.Namespace) -> Door:
    from bangban.services.telephony.simulation.doors import HttpDoor, RoomDoor

    if not given.url:
        return RoomDoor()
    if not given.token:
        raise LookupError("An address needs a --token; make one with: bangban hotline token NAME")
    return HttpDoor(given.url, given.token)


def _seats(given: argparse.Namespace, count: int) -> tuple[Seat, ...]:
    from bangban.services.telephony.simulation.seats import Seat, invented, seats_of_house

    if given.agents:
        own = tuple(Seat(number.strip()) for number in given.agents.split(",") if number.strip())
        return (*own, *invented(count - len(own)))
    return invented(count) if given.url else seats_of_house(count)


def told(outcome: Outcome, seats: int) -> list[str]:
    """Return the report of a playing."""
    truth, wall, sent = outcome.truth, outcome.wall, outcome.sent
    rows = [f"{'':22}{'exchange':>12}{'wall':>12}"]
    for name in ("calls", "answered", "lost", "in_time", "lost_late"):
        rows.append(f"{name:22}{getattr(truth, name):12}{getattr(wall, name):12}")
    rows.append(f"{'share within 15 s':22}{truth.share:12.4f}{wall.share:12.4f}")
    rows.append(
        f"{seats} seats; {sent.events} events in {sent.batches} deliveries: {sent.accepted} new, {sent.known} known,"
        f" {len(sent.refused)} refused, {sent.repeated} deliveries repeated."
    )
    rows += [f"refused {name}: {sentence}" for name, sentence in sent.refused[:10]]
    rows.append("equal" if outcome.equal else "NOT EQUAL")
    return rows


def asterisk(given: argparse.Namespace) -> int:
    """Connect Asterisk until told to stop."""
    if not given.url:
        raise LookupError("Give the address of Asterisk's REST interface: --url http://HOST:8088")
    with with_database():
        open_house()
        from bangban.services.telephony.asterisk.adapter import Adapter
        from bangban.services.telephony.asterisk.settings import settings_of

        settings = settings_of(given.url, given.app, given.exchange, given.agent, given.outside)
        Adapter(settings, data_dir() / "exchange").run()
    return 0


def token(given: argparse.Namespace) -> int:
    """Print a token for an exchange or a channel, making its account when there is none."""
    with with_database():
        open_house()
        from bangban.foundation.access.accounts import make_account
        from bangban.foundation.access.models import AccountKind
        from bangban.foundation.access.tokens import make_token

        begins, called, scopes = SPEAKERS[given.speaker]
        account = make_account(f"{begins}:{given.name}", AccountKind.PARTNER, f"{called}{given.name}")
        print(make_token(account, given.name, scopes, given.days))
    return 0
