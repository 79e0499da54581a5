"""The hotline's equipment, internal-control documents, premises and next week's roster, lived through the actions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bangban.demo.moments import standing
from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.zones import business_date
from bangban.oversight.appraisal.actions import set_scheme
from bangban.oversight.appraisal.schemes import in_force
from bangban.oversight.appraisal.terms import Subject
from bangban.oversight.holdings import actions as holdings
from bangban.oversight.holdings.actions import NewEquipment, NewRegulation
from bangban.oversight.holdings.models import Regulation
from bangban.oversight.patrols import actions as patrols
from bangban.oversight.patrols.defaults import SITE
from bangban.oversight.patrols.rules import Tick
from bangban.oversight.patrols.terms import Kind, Verdict
from bangban.services.telephony import actions as telephony
from bangban.services.telephony import reads, weeks

Row = dict[str, Any]
BEGAN = timedelta(days=12)


def play_holdings(here: datetime, manager: Actor, staff: dict[str, Actor], given: Row) -> None:
    """Register what the hotline has and check it, each at its own time."""
    for row in given["equipment"]:
        _equipment(row, here, manager, staff[row["keeper"]])
    for row in given["regulations"]:
        _regulation(row, here, manager)
    _site(given["site"], here, manager)
    with standing(here - BEGAN):
        for number, (area, spacing) in given["seats"].items():
            telephony.set_up_seat(
                manager, number, area="一区", square_metres=Decimal(area), spacing_metres=Decimal(spacing)
            )
    with standing(here - timedelta(days=7)):
        basis = Regulation.objects.filter(body_id=manager.unit_id or 0, kind="appraisal").values_list(
            "number", flat=True
        )
        weights = in_force(manager.unit_id or 0, Subject.UNIT)
        set_scheme(manager, Subject.UNIT, weights, given["basis"]["reason"], basis[0])
    with standing(here - timedelta(hours=2)):
        _roster(here, manager)


def _equipment(row: Row, here: datetime, manager: Actor, keeper: Actor) -> None:
    with standing(here - BEGAN):
        made = holdings.register_equipment(
            manager,
            NewEquipment(
                row["kind"], row["name"], row["place"], keeper.staff_id or 0, date.fromisoformat(row["in_service_on"]),
                row["check_months"], row.get("serial_number", ""),
            ),
        )  # fmt: skip
    for check in row["checks"]:
        at = here + timedelta(days=check["day"])
        with standing(at):
            holdings.check_equipment(
                keeper, made.number, check["result"], business_date(at), check["note"], check.get("recovery_seconds")
            )


def _regulation(row: Row, here: datetime, manager: Actor) -> None:
    def edition(text: str) -> NewRegulation:
        return NewRegulation(
            row["kind"], row["title"], text, date.fromisoformat(row["valid_from"]), row["review_months"],
            document_number=row["document_number"],
        )  # fmt: skip

    with standing(here - BEGAN):
        number = holdings.register_regulation(manager, edition(row["text"])).number
    if revised := row.get("revised"):
        with standing(here + timedelta(days=revised["day"])):
            holdings.revise_regulation(manager, number, edition(revised["text"]), revised["change"])
    if reviewed := row.get("reviewed"):
        with standing(here + timedelta(days=reviewed["day"])):
            holdings.review_regulation(manager, number, reviewed["conclusion"])


def _site(row: Row, here: datetime, manager: Actor) -> None:
    ticks = {
        code: Tick(Verdict.FAIL, row["fails"][code])
        if code in row["fails"]
        else Tick(Verdict.PASS, row["notes"].get(code, ""))
        for code, *_ in SITE
    }
    with standing(here + timedelta(days=row["day"])):
        number = patrols.start_patrol(manager, kind=Kind.SITE).number
        patrols.check_site(number, manager, ticks, place=row["place"])
        patrols.finish_patrol(number, manager, row["summary"])


def _roster(here: datetime, manager: Actor) -> None:
    """Two agents swap their Wednesday of next week."""
    monday = weeks.monday_of(business_date(here)) + timedelta(days=7)
    found = reads.roster_week(manager.unit_id or 0, monday)
    cells = {one.id: [weeks.show(spans) for spans in one.known.week] for one in found.people[:2]}
    if len(cells) == 2:
        first, second = cells.values()
        first[2], second[2] = second[2], first[2]
        telephony.save_roster(manager, monday, cells, found.mark)
