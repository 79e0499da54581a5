"""The rush for appointments: 2,000 people at once for 200 places (issue 3).

It asserts what must hold — exactly 200 booked, nobody twice, every answer within ten seconds — and prints how fast and
how fair it was. People press within one second, in an order that is known; one in ten presses twice. Without an argument
they go through the actions from several processes; `bangban bench rush http://HOST/PATH` sends the same requests there.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import time, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bangban.bench.household import MORNING, BenchHouse, line
from bangban.bench.rush_people import Answer, Rush, press_here, press_there

PEOPLE = 2000
PLACES = 200
WITHIN = 10.0
TOMORROW = (MORNING + timedelta(days=1)).date()


def run(*arguments: Path, as_json: bool = False) -> Iterator[dict[str, Any]]:
    """Yield the figures of one rush through the actions, and of one through HTTP when an address is given."""
    del as_json
    with tempfile.TemporaryDirectory(prefix="bangban-bench-") as folder, BenchHouse(Path(folder)) as house:
        house.prepare_city()
        if not arguments:
            rush = _prepare(house)
            answers = press_here(rush)
            _judge(rush, answers)
            yield from _figures("rush", answers)
            _in_time(answers)
        for address in arguments:
            rush = _prepare(house)
            house.serve()
            answers = press_there(rush, _url(address, house.port), house.token())
            house.stop_serving()
            _judge(rush, answers)
            yield from _figures("rush.http", answers)
            _in_time(answers)


def _url(address: Path, port: int) -> str:
    """Return the address that was meant; a path alone is one of the house that is measured."""
    text = str(address)
    if text.startswith("http:/"):
        return text.replace("http:/", "http://", 1)
    return f"http://127.0.0.1:{port}/{text.lstrip('/')}"


def _prepare(house: BenchHouse) -> Rush:
    """Furnish a hall with one period of the places, tomorrow at ten."""
    from bangban.foundation.access.actors import SYSTEM
    from bangban.registry.halls import actions as halls
    from bangban.registry.org.models import Body
    from bangban.services.appointments import actions
    from bangban.services.appointments.models import Slot

    body = Body.objects.get(code="gz").id
    area = halls.save_area(body, "W", "等候区")
    klass = halls.save_class(body, "A", "社保医保", area, general=True)
    actions.save_plan(
        SYSTEM, body, klass.id, TOMORROW.weekday(), time(10), time(10, 30), capacity=PLACES, valid_from=TOMORROW,
        valid_to=TOMORROW,
    )  # fmt: skip
    slot = Slot.objects.get(klass=klass, capacity=PLACES)
    return Rush(body, klass.id, slot.id, PEOPLE, house.url)


def _judge(rush: Rush, answers: Sequence[Answer]) -> None:
    """Refuse to print figures of a rush that broke a promise."""
    from bangban.foundation.ledger.verify import verify
    from bangban.services.appointments.models import Appointment, Slot

    rows = Appointment.objects.filter(slot_id=rush.slot_id)
    slot = Slot.objects.get(id=rush.slot_id)
    booked, people = rows.count(), rows.values("phone_index").distinct().count()
    if (booked, people, slot.taken) != (PLACES, PLACES, PLACES):
        raise AssertionError(f"{booked} bookings of {people} people for {PLACES} places, {slot.taken} counted.")
    numbers = {row.number for row in rows}
    told = [answer.number for answer in answers if answer.number]
    if set(told) != numbers or len(told) != PLACES:
        raise AssertionError(f"{len(told)} people were told a booking, {len(numbers)} stand in the book.")
    if len(answers) != PEOPLE or any(answer.outcome not in ("booked", "full") for answer in answers):
        raise AssertionError(f"Not everybody was answered: {sorted({answer.outcome for answer in answers})}.")
    if any(not answer.same for answer in answers):
        raise AssertionError("A second press was another booking.")
    if broken := verify().broken:
        raise AssertionError(f"The ledger is broken: {broken}.")


def _in_time(answers: Sequence[Answer]) -> None:
    if (slowest := max(answer.seconds for answer in answers)) > WITHIN:
        raise AssertionError(f"The slowest answer took {slowest:.1f} s, {WITHIN:.0f} s are allowed.")


def _figures(name: str, answers: Sequence[Answer]) -> Iterator[dict[str, Any]]:
    times = sorted(answer.seconds for answer in answers)
    won = [answer for answer in answers if answer.number]
    span = max(a.ended for a in answers) - min(a.arrived for a in answers)
    n = len(answers)
    yield line(f"{name}.booked", len(won), "people", base=f"{PLACES} places", ratio=len(won) / PLACES, n=n)
    yield line(f"{name}.slowest", times[-1], "s", base=f"{WITHIN:.0f} s", ratio=times[-1] / WITHIN, n=n)
    yield line(f"{name}.p95", times[int(n * 0.95)], "s", n=n)
    yield line(f"{name}.p50", median(times), "s", n=n)
    yield line(f"{name}.answers", n / span, "1/s", n=n)
    yield line(f"{name}.fairness", fairness(answers), "share", base="who came first books", n=n)
    yield line(f"{name}.order", rank_correlation(won), "rho", base="arrival and booking order", n=len(won))
    last = max((answer.arrived for answer in won), default=0.0)
    ahead = sum(1 for answer in answers if not answer.number and answer.arrived < last)
    yield line(f"{name}.passed_over", ahead, "people", base="came before the last who booked", n=n)


def fairness(answers: Sequence[Answer]) -> float:
    """Return how often somebody who booked had come before somebody who did not; 1.0 is strictly by arrival."""
    ordered = sorted(answers, key=lambda answer: answer.arrived)
    before, pairs, won = 0, 0, 0
    for answer in ordered:
        if answer.number:
            won += 1
        else:
            before += won
    pairs = won * (len(ordered) - won)
    return before / pairs if pairs else 1.0


def rank_correlation(answers: Sequence[Answer]) -> float:
    """Return Spearman's correlation between the order of arrival and the order of booking (1.0 is the same)."""
    n = len(answers)
    if n < 2:
        return 1.0
    arrived = {a.person: rank for rank, a in enumerate(sorted(answers, key=lambda a: a.arrived))}
    ended = {a.person: rank for rank, a in enumerate(sorted(answers, key=lambda a: a.ended))}
    apart = sum((arrived[person] - ended[person]) ** 2 for person in arrived)
    return 1 - 6 * apart / (n * (n * n - 1))
