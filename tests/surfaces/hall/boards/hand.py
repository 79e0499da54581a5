"""The hands of the hall for browser tests: a process that builds the small hall and does what it is told, line by line."""

from __future__ import annotations

import os
import sys
from datetime import timedelta


def answer(text: str) -> None:
    """Say a line to whoever started this process."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Build the hall, then issue, call, recall and finish as the lines say; each answer is a label."""
    from bangban.upkeep import migrate_now, open_house

    open_house()
    migrate_now()
    from bangban.foundation.clocks import moment
    from bangban.registry.halls import actions as halls
    from bangban.services.queues import actions
    from tests.cast import make_city
    from tests.hall import make_hall

    hall = make_hall(make_city())
    halls.save_rules(hall.body_id, recall_seconds=0)
    moment.set_shift(timedelta(seconds=float(os.environ["BANGBAN_CLOCK_SHIFT"])))
    for number in (0, 1):
        actions.open_window(hall.clerks[number], hall.body_id, hall.windows[number].id)
    answer(f"ready {hall.body_id}")
    called: dict[int, str] = {}
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        clerk = hall.clerks[int(rest or 0)]
        if word == "issue":
            answer(hall.ticket().ticket.label)
            continue
        if word == "call":
            ticket = actions.call_next(clerk)
            assert ticket is not None
            called[int(rest or 0)] = ticket.number
        elif word == "recall":
            ticket = actions.recall(clerk, called[int(rest or 0)])
        else:
            actions.arrive(clerk, called[int(rest or 0)])
            ticket = actions.finish(clerk, called[int(rest or 0)])
        answer(ticket.label)


if __name__ == "__main__":
    main()
