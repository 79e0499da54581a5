"""The pieces of the desk's page, each also fetched alone when something happened."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any

from django.urls import reverse

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.registry.catalog import reads as catalog
from bangban.registry.org.reads import colleagues
from bangban.services.counter import reads
from bangban.services.counter.models import HelpKind
from bangban.surfaces.counter.forms import Entry, proposals
from bangban.surfaces.desk import times

HELP_TONES = {"waiting": "danger", "taken": "active", "closed": "closed"}
INQUIRY_TONES = {"promised": "waiting", "answered": "success", "withdrawn": "neutral"}
LATE = 300
"""Seconds after which a call that nobody took stands out."""


def hall_of(actor: Actor) -> int:
    """Return the hall at which a member of staff works."""
    assert actor.unit_id is not None
    return actor.unit_id


def topic_of(actor: Actor) -> str:
    """Return the live topic of the hall's desk."""
    return f"unit:{hall_of(actor)}"


def help_part(actor: Actor, wrong: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what the strip of calls needs; `wrong` is a refused form: number, action, sentence, given."""
    return {
        "calls": reads.open_help(actor), "help_kinds": list(HelpKind.choices), "wrong": wrong or {}, "late": LATE,
        "help_tones": HELP_TONES,
    }  # fmt: skip


def day_part(actor: Actor) -> dict[str, Any]:
    """Return what the figures of the day and the lists of promises need."""
    figures, at = reads.day_figures(actor), now()
    mine = reads.ledger(actor, "mine", limit=10).rows
    return {
        "figures": figures,
        "counts": reads.waiting_counts(actor),
        "missed": reads.missed_promises(actor, 10),
        "mine": mine,
        "topics": [{"label": label, "value": count} for label, count in figures.topics],
        "lamp": lambda row: times.lamp(row.clock, at),
        "percent": percent,
    }


def percent(part: float | None) -> str:
    """Say a share without decimals; a dash when there is nothing to divide by."""
    return "—" if part is None else f"{100 * part:.0f}"


def log_part(actor: Actor, entry: Entry, said: dict[str, str] | None = None) -> dict[str, Any]:
    """Return what the form of a question needs; `said` is what was just entered."""
    at = now()
    here = [one for one in colleagues(at, body_id=hall_of(actor)) if may(_as_actor(one.duties), "counter.log")]
    known = catalog.item(entry.item) if entry.item else None
    return {
        "entry": entry,
        "item_name": known.name if known else "",
        "said": said,
        "proposals": proposals(hall_of(actor), at),
        "owners": [(one.id, f"{one.name}{'' if one.on_duty else '（不在岗）'}") for one in here],
        "keep": f"counter-{actor.account_id}",
        "own": actor.staff_id,
    }


def _as_actor(duties: tuple[str, ...]) -> Actor:
    return Actor("staff", "", duties=frozenset(duties))


def gaps_part(actor: Actor) -> list[tuple[str, str]]:
    """Return day and hours for which nobody is rostered, one line a day (DB23-6.4.1-a)."""
    found = reads.roster_gaps(hall_of(actor))
    return [
        (f"{day.month}月{day.day}日", "、".join(f"{_time(gap.starts)}–{_time(gap.ends)}" for gap in gaps))
        for day, gaps in groupby(found, key=lambda gap: gap.day)
    ]


def _time(moment: datetime) -> str:
    return moment.strftime("%H:%M")


def entry_url(number: str) -> str:
    """Return the page of one inquiry."""
    return reverse("counter:entry", args=[number])
