"""The halls of the demo city: areas, classes with their items, windows, facilities, machines, staff and periods."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

from bangban.registry.catalog.models.items import Item
from bangban.registry.halls import actions as halls
from bangban.registry.halls.models import Area, QueueClass, Window
from bangban.registry.org import actions as org
from bangban.registry.org.models import Staff
from bangban.registry.org.reads import tree

DAY = ((time(9), time(12)), (time(13), time(17)))


def furnish(given: dict[str, Any], let_in: Callable[[Staff], None]) -> None:
    """Build every hall of the data; the same a second time."""
    for row in given["halls"]:
        _hall(row, tree().by_code[row["body"]].id)
        for person in row["staff"]:
            staff = org.save_staff(
                org.NewStaff(person["username"], person["name"], row["body"], tuple(person["duties"]))
            )
            let_in(staff)
            org.set_shifts(staff.id, [(d, s, e) for d in range(7) for s, e in DAY], workdays_only=False)


def _hall(row: dict[str, Any], body_id: int) -> None:
    areas: dict[str, Area] = {}
    for place, area in enumerate(row["areas"]):
        areas[area["code"]] = halls.save_area(
            body_id, area["code"], area["name"], floor=area["floor"], route=area["route"], position=place
        )
    classes = {c["letter"]: _class(c, place, body_id, areas) for place, c in enumerate(row["classes"])}
    windows: dict[str, Window] = {}
    for place, w in enumerate(row["windows"]):
        windows[w["label"]] = halls.save_window(
            body_id, w["label"], areas[w["area"]], [classes[letter] for letter in w["classes"]],
            kind=w["kind"], route=w["route"], position=place,
        )  # fmt: skip
    for place, f in enumerate(row["facilities"]):
        halls.save_facility(
            body_id, f["name"], f["kind"], f["route"], floor=f["floor"], words=f["words"], position=place
        )
    halls.save_rules(body_id)
    for d in row["devices"]:
        halls.register_device(
            body_id, d["kind"], d["code"], area=areas.get(d.get("area", "")), window=windows.get(d.get("window", "")),
            place=d["place"], key=device_key(row["body"], d["code"]),
        )  # fmt: skip


def _class(row: dict[str, Any], place: int, body_id: int, areas: dict[str, Area]) -> QueueClass:
    departments = [found.id for name in row["departments"] if (found := tree().named(name))]
    items = Item.objects.filter(department_id__in=departments).values_list("id", flat=True)
    return halls.save_class(
        body_id, row["letter"], row["name"], areas[row["area"]], items=list(items), words=row["words"],
        english_name=row["english_name"], departments=departments, general=row.get("general", False),
        service_seconds=row["service_seconds"], position=place,
    )  # fmt: skip


def device_key(body: str, code: str) -> str:
    """Return the key of a machine of the demo city, printed at the end of the set-up like the password."""
    return f"demo-{body}-{code}".lower()
