"""What is typed when a period is booked: kept as typed, whatever is pressed, until the booking stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import QueryDict

from bangban.registry.halls.defaults import FLAGS
from bangban.surfaces.web.given import day_of, whole

ASKED_FLAGS = {flag: label for flag, label in FLAGS.items() if flag != "appointment"}
"""Who is called earlier and may say so; that it is an appointment is known."""

TEXTS = {
    "item": 64, "place": 64, "klass": 12, "day": 10, "slot": 40, "name": 100, "phone": 30, "q": 100, "case": 20,
    "channel": 10, "form_id": 64, "here": 40,
}  # fmt: skip
PICKS = ("item", "place", "klass", "day")
FOLLOWING = {
    "item": ("place", "klass", "day", "slot"),
    "place": ("klass", "day", "slot"),
    "klass": ("day", "slot"),
    "day": ("slot",),
}


@dataclass
class Draft:
    """The form of a booking. Codes for item and place, ISO for the day, ids as they stand in the fields."""

    item: str = ""
    place: str = ""
    klass: str = ""
    day: str = ""
    slot: str = ""
    name: str = ""
    phone: str = ""
    q: str = ""
    case: str = ""
    channel: str = ""
    form_id: str = ""
    here: str = ""
    flags: list[str] = field(default_factory=list)
    notice: bool = False
    told: bool = False
    problems: dict[str, str] = field(default_factory=dict)

    flag_choices = [{"value": flag, "label": label} for flag, label in ASKED_FLAGS.items()]

    @property
    def date(self) -> date | None:
        """The chosen day; None for nothing and for what is no day."""
        return day_of(self.day)

    @property
    def position(self) -> tuple[float, float] | None:
        """Where the person is, latitude and longitude in degrees, when the browser was allowed to say so."""
        try:
            latitude, longitude = (float(part) for part in self.here.split(","))
        except ValueError:
            return None
        return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None

    @property
    def typed(self) -> bool:
        """Tell whether anything of the person stands in the form: then it may not travel in an address."""
        return bool(self.name or self.phone or self.flags or self.notice or self.told)

    def slot_id(self) -> int | None:
        """Return the id of the chosen period as the room keeps it; None for nothing and for what is no id."""
        return whole(self.slot)


def read(data: QueryDict) -> Draft:
    """Read an address or a sent form. What was pressed (`pick_…`) takes the place of what stood there before."""
    given: dict[str, Any] = {name: data.get(name, "").strip()[:longest] for name, longest in TEXTS.items()}
    for name in PICKS:
        if f"pick_{name}" in data:
            given |= {name: data[f"pick_{name}"][: TEXTS[name]], **dict.fromkeys(FOLLOWING[name], "")}
    return Draft(
        **given,
        flags=[flag for flag in data.getlist("flags") if flag in ASKED_FLAGS],
        notice=data.get("notice") == "1",
        told=data.get("told") == "1",
    )
