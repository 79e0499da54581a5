"""The hotline of the demo city: its people, seats, the units that handle orders and the dispatch catalogue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

from bangban.demo.moments import standing
from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks.moment import now
from bangban.registry.org import actions as org
from bangban.registry.org.models import Staff
from bangban.registry.org.reads import actor_of, tree
from bangban.services.hotline.actions import catalogue
from bangban.services.hotline.defaults import install_hotline
from bangban.services.telephony import actions as telephony
from bangban.services.telephony import weeks

ROUND_THE_CLOCK = [(day, time(0), time(23, 59, 59)) for day in range(7)]
OFFICE = [(day, start, end) for day in range(5) for start, end in ((time(9), time(12)), (time(13, 30), time(17)))]


def furnish_hotline(given: dict[str, Any], let_in: Callable[[Staff], None]) -> None:
    """Build the hotline; the same a second time."""
    install_hotline()
    for username, (number, languages) in given["agents"].items():
        agent = Staff.objects.select_related("account", "body").get(account__username=username)
        org.save_staff(
            org.NewStaff(
                username, agent.name, given["body"], tuple(agent.duties), work_number=number, languages=tuple(languages)
            )
        )
    for row in given["staff"]:
        _person(row, given["body"], let_in, ROUND_THE_CLOCK)
    # In force for some weeks already, so that this week is whole on whatever day the city is built.
    with standing(now() - timedelta(weeks=3)):
        for username, cells in given["roster"].items():
            _roster(Staff.objects.get(account__username=username), cells)
    for row in given["undertakers"]:
        _undertaker(row, let_in)
    manager = Staff.objects.select_related("account").filter(account__username=given["staff"][0]["username"]).get()
    for number in given["seats"]:
        telephony.set_up_seat(actor_of(manager.account), number, area="一区")


def _person(row: dict[str, Any], body: str, let_in: Callable[[Staff], None], shifts: list[Any]) -> Staff:
    duties = tuple(row.get("duties", ("undertaker",)))
    staff = org.save_staff(
        org.NewStaff(
            row["username"],
            row["name"],
            body,
            duties,
            work_number=row.get("work_number", ""),
            languages=tuple(row.get("languages", ())),
        )
    )
    let_in(staff)
    org.set_shifts(staff.id, shifts, workdays_only=False)
    return staff


def _roster(agent: Staff, cells: list[str]) -> None:
    """Give an agent the same shifts every week; none of the demo city's crosses midnight."""
    spans = [(day, span) for day, text in enumerate(cells) for span in weeks.read(text)]
    rows = [
        (day, time(*divmod(span.start, 60)), time(*divmod(span.end, 60)) if span.end < weeks.DAY else time(23, 59, 59))
        for day, span in spans
    ]
    org.set_shifts(agent.id, rows, workdays_only=False)


def _undertaker(row: dict[str, Any], let_in: Callable[[Staff], None]) -> None:
    body = tree().by_code[row["body"]]
    _person(row, row["body"], let_in, OFFICE)
    catalogue.register_undertaker(
        SYSTEM, body.id, row["name"], f"1390000{body.id % 10000:04}", duty_phone=body.phone,
        duties=("按派单目录承办热线工单",), emergency=tuple(row.get("emergency", ())),
    )  # fmt: skip
    for code in row["classes"]:
        catalogue.save_dispatch(SYSTEM, code.ljust(6, "0"), body.id)
