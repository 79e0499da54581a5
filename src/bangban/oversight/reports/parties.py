"""Who is what to a report: its officer, who releases it, who reads it, and the staff of a body that it was sent to."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.oversight.reports.models import ReportSending
from bangban.registry.org.models import BodyKind
from bangban.registry.org.reads import Place, place, tree


def reaches(actor: Actor, body_id: int) -> bool:
    """Tell whether a hotline is the actor's own body, lies below it, or serves it from just above."""
    body = place(body_id)
    return body is not None and actor.unit_id in body.path


def hotlines(actor: Actor) -> list[Place]:
    """Return the hotlines whose reports the actor may see, by name."""
    return sorted((one for one in tree().of_kind(BodyKind.HOTLINE) if reaches(actor, one.id)), key=lambda one: one.name)


def parties(report: Any, actor: Actor) -> frozenset[str]:
    """Return what the actor is to a report; a recipient only once it was sent."""
    if actor.kind == "system":
        return frozenset({"system"})
    if not actor.is_staff or actor.unsigned:
        return frozenset()
    found = set()
    if reaches(actor, report.body_id):
        found |= {"viewer"} if may(actor, "reports.view") else set()
        found |= {"officer"} if may(actor, "reports.prepare") else set()
        found |= {"manager"} if may(actor, "reports.release") else set()
    if report.sent_at and actor.unit_id and ReportSending.objects.filter(report=report, unit_id=actor.unit_id).exists():
        found.add("recipient")
    return frozenset(found)


def reach_of(actor: Actor) -> Q:
    """Return which reports a list shows: of hotlines that the actor reaches, and those sent to its body."""
    own = Q(body_id__in=[one.id for one in hotlines(actor)]) if may(actor, "reports.view") else Q(pk__in=[])
    sent = ReportSending.objects.filter(unit_id=actor.unit_id).values("report_id")
    return own | Q(pk__in=sent) if actor.unit_id else own
