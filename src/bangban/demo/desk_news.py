"""What the centre publishes, written by one person and published by another, and what its inspector saw in the hall."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bangban.demo.moments import standing
from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now, stand_at
from bangban.oversight.patrols import actions as patrols
from bangban.oversight.patrols.defaults import LINES
from bangban.oversight.patrols.rules import Tick
from bangban.oversight.patrols.terms import Verdict
from bangban.services.publications import actions
from bangban.services.publications.actions import note_refresh
from bangban.services.publications.rules import Content
from bangban.services.publications.terms import Target
from bangban.services.queues.models import WindowSession

ZONE = ZoneInfo("Asia/Shanghai")
INSPECTOR, DESK = "yao.minhua", "咨询引导台"
PARTY_BADGE = "badge_party"
SCREENS = {Target.TOUCH_SCREEN: "大厅触摸屏", Target.LED: "正门LED公告屏", Target.BOARD_SHEET: "宣传栏"}


def play_news(past: date, here: datetime, staff: Mapping[str, Actor], rows: list[dict[str, Any]]) -> None:
    """Write, submit and publish; what names no reviewer stays in review. Screens fetch what is out."""
    for place, row in enumerate(rows):
        day = past - timedelta(days=row["days_before"])
        author = staff[row["author"]]
        with standing(datetime.combine(day, time(9, 10 + 7 * place), ZONE)):
            number = actions.create_publication(_content(row, day, here), author).number
            actions.submit_publication(number, author)
            if "reviewer" not in row:
                continue
            stand_at(now() + timedelta(minutes=45))
            published = actions.publish_publication(number, staff[row["reviewer"]])
            stand_at(now() + timedelta(minutes=5))
            for target in SCREENS.keys() & set(published.targets):
                note_refresh(target, published.body_id, [published.id], SCREENS[target], now())


def _content(row: dict[str, Any], day: date, here: datetime) -> Content:
    next_year = here.astimezone(ZONE).year + 1
    until = date(next_year, 1, 1) if row.get("until") == "new_year" else day + timedelta(days=row["days"])
    return Content(
        kind=row["kind"],
        title=row["title"].format(year=next_year),
        text=row["text"].format(year=next_year),
        valid_from=day,
        valid_to=until,
        targets=tuple(row["targets"]),
        includes_below=row.get("includes_below", False),
        led_text=row.get("led_text", ""),
        led_spans=tuple((start, end) for start, end in row.get("led_spans", ())),
    )


def play_patrols(past: date, body_id: int, staff: Mapping[str, Actor], rows: list[dict[str, Any]]) -> None:
    """Walk through the hall and tick every line for each person at the window where they sat that day."""
    sessions = WindowSession.objects.filter(body_id=body_id, business_date=past).select_related("window")
    windows = {session.staff_id: session.window.label for session in sessions}
    inspector = staff[INSPECTOR]
    for row in rows:
        with standing(datetime.combine(past, time.fromisoformat(row["at"]), ZONE)):
            number = patrols.start_patrol(inspector).number
            for check in row["checks"]:
                stand_at(now() + timedelta(minutes=3))
                looked_at = staff[check["staff"]].staff_id or 0
                ticks = _ticks(check.get("fail", {}))
                patrols.check_staff(number, inspector, looked_at, ticks, window=windows.get(looked_at, DESK))
            stand_at(now() + timedelta(minutes=2))
            patrols.finish_patrol(number, inspector, row["summary"])


def _ticks(failed: Mapping[str, str]) -> dict[str, Tick]:
    codes = [code for code, *_ in LINES if code != PARTY_BADGE]
    return {code: Tick(Verdict.FAIL, failed[code]) if code in failed else Tick(Verdict.PASS) for code in codes}
