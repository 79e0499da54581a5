"""The exchange of the storm, as a process of its own: plays calls over HTTP, then prints what really happened."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, replace
from typing import Any

COURIERS = 3


@dataclass(frozen=True)
class Storm:
    """What is played: callers at `rate` a second for `seconds`; as fast as they are taken when not in real time."""

    url: str
    token: str
    seconds: float
    rate: float
    agents: list[str]
    seed: int = 1
    real_time: bool = True


def work(storm: Storm) -> dict[str, Any]:
    """Play, and return the exchange's own record with how its deliveries went."""
    from bangban.foundation.clocks.moment import now
    from bangban.services.telephony.simulation.doors import HttpDoor
    from bangban.services.telephony.simulation.plan import DAY, at_rate
    from bangban.services.telephony.simulation.playing import play
    from bangban.services.telephony.simulation.seats import Seat, invented

    languages = invented(len(storm.agents), storm.seed)
    seats = tuple(Seat(agent, one.languages) for agent, one in zip(storm.agents, languages, strict=True))
    plan = at_rate(storm.seed, now(), round(storm.seconds * storm.rate * 1.1), storm.rate, seats)
    plan = replace(plan, until=storm.seconds, begins=plan.begins if storm.real_time else _earlier(plan.begins, DAY))
    doors = [HttpDoor(storm.url, storm.token) for _ in range(COURIERS)]
    outcome = play(plan, doors, real_time=storm.real_time)
    rows = [
        [row.call, row.offered.isoformat(), _iso(row.answered), _iso(row.ended), row.outcome, row.agent, row.transfers]
        for row in outcome.book.values()
    ]
    sent = asdict(outcome.sent)
    return {
        "book": rows, "sent": sent, "truth": list(_tuple(outcome.truth)), "wall": list(_tuple(outcome.wall)),
    }  # fmt: skip


def _earlier(begins: Any, seconds: float) -> Any:
    from datetime import timedelta

    return begins - timedelta(seconds=seconds)


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def _tuple(counted: Any) -> tuple[int, ...]:
    from msgspec.structs import astuple

    return tuple(astuple(counted))


def main() -> None:
    """Be the exchange that the first argument describes."""
    from bangban.upkeep import open_house

    open_house()
    print(json.dumps(work(Storm(**json.loads(sys.argv[1])))), flush=True)


if __name__ == "__main__":
    main()
