"""The demo city: read from the data folder, written through the rooms' actions, the same a second time."""

from __future__ import annotations

import json
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

import chinese_calendar
from django.contrib.auth.hashers import make_password

from bangban.demo.furnishing import furnish
from bangban.demo.hotline import furnish_hotline
from bangban.foundation.access.accounts import set_encoded_password
from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.access.undertaking import VERSION, accept_undertaking
from bangban.foundation.clocks.moment import now
from bangban.registry.catalog import actions as catalog
from bangban.registry.catalog.actions.service_lists import NewLine
from bangban.registry.catalog.reads import item_id_of, service_list
from bangban.registry.knowledge import actions as knowledge
from bangban.registry.org import actions as org
from bangban.registry.org.models import Body, Staff
from bangban.registry.org.reads import actor_of, tree

WITH_HALL = ("service_center", "branch_center", "convenience_center", "service_station")
DATA = Path(__file__).parent / "data"
PASSWORD = "Bangban-2026"  # noqa: S105 - printed at the end of the set-up, for a city of invented people


def read(name: str) -> Any:
    """Return one JSON file of the demo data."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def build() -> None:
    """Build regions, bodies, hours, staff, catalogue, lists, knowledge and wording."""
    organisation = read("organisation")
    _bodies(organisation)
    _staff(read("staff"))
    _catalogue()
    _lists(read("service_list"))
    _knowledge()
    furnish(read("halls"), let_in)
    furnish_hotline(read("hotline"), let_in)


def _bodies(organisation: dict[str, Any]) -> None:
    for region in organisation["regions"]:
        org.save_region(region["code"], region["name"])
    for row in organisation["bodies"]:
        org.save_body(
            org.NewBody(
                code=row["code"],
                name=row["name"],
                kind=row["kind"],
                level=row["level"],
                region=row["region"],
                parent=row["parent"] or "",
                address=row["address"],
                phone=row["phone"],
                latitude=row["latitude"],
                longitude=row["longitude"],
                opening_hours=row["opening_hours"],
                online_since=_day(row["online_since"]) if row["online_guidance_opened"] else None,
                mode=row["mode"],
                contacts_confirmed_on=_day(row["contacts_confirmed_on"]),
                name_override_reason="沿用既有名称",
            )
        )
        calendar = organisation["calendars"].get(row.get("calendar", ""))
        if calendar and calendar.get("weekly") and row["kind"] in WITH_HALL:
            only = calendar.get("workdays_only", True)
            closed: dict[date, list[Any]] = (
                {} if only else {day: [] for day in chinese_calendar.holidays if day >= now().date()}
            )
            org.set_hours("center", row["code"], calendar["weekly"], workdays_only=only, exceptions=closed)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _staff(given: dict[str, Any]) -> None:
    for row in given["staff"]:
        staff = org.save_staff(
            org.NewStaff(
                username=row["username"],
                name=row["name"],
                body=row["body"],
                duties=tuple(row["duties"]),
                employment=row["employment"],
                employer=row["employer"],
                skills=tuple(row["skills"]),
                departments=tuple(row["departments"]),
                languages=tuple(row["languages"]),
                expert_as=row["expert_as"],
            ),
        )
        let_in(staff)
        _roster(staff, given["hotline_shift" if "hotline_agent" in row["duties"] else "default_shift"])


def let_in(staff: Staff) -> None:
    """Give a new member of staff the password of the demo city and the signed undertaking."""
    if not staff.account.password_changed_at:
        set_encoded_password(staff.account, _encoded())
        accept_undertaking(staff.account_id, VERSION)


@cache
def _encoded() -> str:
    return make_password(PASSWORD)


def _roster(staff: Staff, shift: dict[str, Any]) -> None:
    spans = [(time.fromisoformat(start), time.fromisoformat(end)) for start, end in shift["spans"]]
    rows = [(day, start, end) for day in shift["weekdays"] for start, end in spans]
    org.set_shifts(staff.id, rows, workdays_only=shift["workdays_only"])


def _catalogue() -> None:
    bodies = {body.code: body.id for body in tree().by_id.values()}
    home = {row["ga_dept"]: bodies[row["department"]] for row in read("items/ga-departments")}
    catalog.import_items(DATA / "items" / "gd.jsonl", SYSTEM, source="gd")
    catalog.import_items(DATA / "items" / "ga.jsonl", SYSTEM, source="ga", bodies=home)
    for row in read("themes")["themes"]:
        catalog.save_theme(row["code"], row["name"], row["side"], row["names"], row["position"], SYSTEM)
    for row in read("life_events")["life_events"]:
        items = [found for reference in row["items"] if (found := item_id_of(reference))]
        catalog.save_life_event(
            row["code"],
            row["name"],
            row["side"],
            items,
            SYSTEM,
            description=row["description"],
            position=row["position"],
        )


def _lists(given: dict[str, Any]) -> None:
    """Publish each body's list; an editor writes, a reviewer publishes, as the rule of two persons wants it."""
    editor, reviewer = staff_with("catalog_editor"), staff_with("catalog_reviewer")
    bodies = tree().by_code
    for row in given["lists"]:
        body = bodies[row["body"]]
        known = service_list(body.id)
        if known is not None and known.body_id == body.id:
            continue
        lines = [
            NewLine(
                services=tuple(line["services"]),
                body_id=bodies[line["body"]].id,
                channels=tuple(line["channels"]),
                hours=line["hours"],
                item_id=item_id_of(line["item"]) if line["item"] else None,
                theme=line["theme"],
                department_id=_department(line["department"]),
                helper=line["helper"],
                note=line["note"],
            )
            for line in row["lines"]
        ]
        drafted = catalog.draft_list(body.id, row["title"], lines, editor, review_days=row["review_days"])
        catalog.submit_list(drafted.id, editor)
        catalog.publish_list(drafted.id, reviewer)


def _department(name: str) -> int | None:
    found = tree().by_code.get(name) or tree().named(name) if name else None
    return found.id if found else None


def staff_with(duty: str, body: str = "") -> Actor:
    """Return the first member of staff who holds a duty, at a body when named; LookupError when there is nobody."""
    rows = Staff.objects.filter(duties__contains=[duty], active=True).select_related("account", "body").order_by("id")
    if body:
        rows = rows.filter(body__code=body)
    for row in sorted(rows, key=lambda staff: (len(staff.body.path), staff.id)):
        return actor_of(row.account)
    raise LookupError(f"Nobody in the demo city is {duty}.")


def _knowledge() -> None:
    for path in sorted(file for file in (DATA / "knowledge").glob("*.jsonl") if file.stem != "paths"):
        knowledge.import_knowledge(path, SYSTEM, source="demo")
    for line in (DATA / "knowledge" / "paths.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        knowledge.save_path(
            row["class"], row["topic"], row["answer"], row["phone"], SYSTEM,
            department=row["department"], keywords=row["keywords"], clause=row["clause"],
        )  # fmt: skip
    for row in read("phrases")["phrases"]:
        knowledge.save_phrase(
            row["key"], row["situation"], row["text"], SYSTEM,
            label=row["label"], clause=row["clause"], position=row["position"],
        )  # fmt: skip


def is_built() -> bool:
    """Tell whether this database already holds the demo city."""
    return Body.objects.exists()
