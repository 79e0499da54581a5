"""The form of a publication, as it was typed and as the room wants it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.http import QueryDict

from bangban.services.publications.reads import DeskPublication
from bangban.services.publications.rules import Content, spans_of
from bangban.services.publications.terms import Target
from bangban.surfaces.web.given import day_of, whole

LONGEST = 6000
NO_DAY = "请填写日期，例如 2026-11-22。"
NO_SPANS = "请按“9:00-12:00、13:30-17:00”填写；全天播放请留空。"


@dataclass
class Draft:
    """What stands in the fields."""

    body_id: int | None = None
    kind: str = "notice"
    title: str = ""
    text: str = ""
    valid_from: str = ""
    valid_to: str = ""
    includes_below: bool = False
    targets: list[str] = field(default_factory=lambda: [Target.WEBSITE.value, Target.TOUCH_SCREEN.value])
    led_text: str = ""
    led_weekdays: list[str] = field(default_factory=lambda: [str(day) for day in range(7)])
    led_spans: str = ""
    led_seconds: str = "15"
    version: int | None = None

    def content(self) -> Content:
        """Return what was typed; what cannot be read is named in `problems`."""
        problems: dict[str, str] = {}
        first, last = (_day(getattr(self, name), name, problems) for name in ("valid_from", "valid_to"))
        spans: tuple[tuple[str, str], ...] = ()
        if Target.LED in self.targets:
            try:
                spans = spans_of(self.led_spans)
            except ValueError:
                problems["led_spans"] = NO_SPANS
        return Content(
            kind=self.kind,
            title=self.title.strip(),
            text=self.text.strip(),
            valid_from=first,
            valid_to=last,
            targets=tuple(self.targets),
            includes_below=self.includes_below,
            led_text=self.led_text.strip(),
            led_weekdays=tuple(int(day) for day in self.led_weekdays),
            led_spans=spans,
            led_seconds=whole(self.led_seconds, 4) or 0,
            problems=problems,
        )


def _day(text: str, name: str, problems: dict[str, str]) -> date | None:
    found = day_of(text)
    if found is None and text.strip():
        problems[name] = NO_DAY
    return found


def posted(data: QueryDict) -> Draft:
    """Read a sent form."""
    texts = {
        name: data.get(name, "").replace("\r\n", "\n")[:LONGEST]
        for name in ("kind", "title", "text", "valid_from", "valid_to", "led_text", "led_spans", "led_seconds")
    }
    body, version = data.get("body", ""), data.get("version", "")
    return Draft(
        **texts,
        body_id=whole(body),
        includes_below=data.get("includes_below") == "1",
        targets=[one for one in data.getlist("targets") if one in Target.values],
        led_weekdays=[one for one in data.getlist("led_weekdays") if one in "0123456" and len(one) == 1],
        version=whole(version, 4),
    )


def draft_of(row: DeskPublication) -> Draft:
    """Return the form filled with a publication, to change it or to write it anew."""
    return Draft(
        body_id=row.body_id,
        kind=row.kind,
        title=row.title,
        text=row.text,
        valid_from=row.valid_from.isoformat(),
        valid_to=row.valid_to.isoformat() if row.valid_to else "",
        includes_below=row.includes_below,
        targets=list(row.targets),
        led_text=row.led_text,
        led_weekdays=[str(day) for day in row.led_weekdays] or [str(day) for day in range(7)],
        led_spans=row.led_spans,
        led_seconds=str(row.led_seconds),
        version=row.version,
    )
