"""Health and metrics for operators."""

from __future__ import annotations

import msgspec
from django.db import connection
from django.http import HttpRequest, HttpResponse

from bangban.foundation.clocks.actions import PROVISIONAL
from bangban.foundation.clocks.models import Clock
from bangban.foundation.clocks.moment import now
from bangban.foundation.jobs.following import stuck
from bangban.foundation.ledger.models import Cursor
from bangban.foundation.notify import reads as notify
from bangban.registry.org.reads import tree
from bangban.services.hotline.reads.aside import aside_count


def healthz(request: HttpRequest) -> HttpResponse:
    """Tell whether the house works: 200 when the database answers, with what needs a look."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(seq), 0) FROM live_order")
        last = cursor.fetchone()[0]
    behind = {c.follower: last - c.seq for c in Cursor.objects.filter(error="") if last - c.seq > 1000}
    warnings = [f"follower {name} is {count} events behind" for name, count in behind.items()]
    warnings += [f"follower {c.follower} failed: {c.error[:200]}" for c in stuck()]
    if guessed := Clock.objects.filter(calendar_version=PROVISIONAL, state="running").count():
        warnings.append(
            f"{guessed} running clocks rest on a year whose workdays are not imported (bangban import workdays)"
        )
    if not any(found.online for found in tree().of_kind("service_center")):
        warnings.append("no service_center is open for online service (bangban import organisation, with online_since)")
    if late := len(notify.stuck(now())):
        warnings.append(f"{late} notices are stuck; see the outbox")
    if letters := aside_count():
        warnings.append(f"{letters} letters of the hotline's mailbox could not be read and wait for somebody to look")
    body = {"status": "ok" if not warnings else "attention", "database": "ok", "events": last, "warnings": warnings}
    return HttpResponse(msgspec.json.encode(body), content_type="application/json")


def metrics(request: HttpRequest) -> HttpResponse:
    """Give the figures that an operator's collector reads (Prometheus text)."""
    lines = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, count(*) FROM cases_case GROUP BY state ORDER BY state")
        lines += [f'bangban_cases{{state="{state}"}} {count}' for state, count in cursor.fetchall()]
        cursor.execute("SELECT coalesce(max(seq), 0) FROM live_order")
        lines.append(f"bangban_ledger_events_total {cursor.fetchone()[0]}")
        cursor.execute(
            "SELECT code, count(*) FROM clocks_clock WHERE state = 'running' AND due_at < %s GROUP BY code", [now()]
        )
        lines += [f'bangban_clocks_overdue{{rule="{code}"}} {count}' for code, count in cursor.fetchall()]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")
