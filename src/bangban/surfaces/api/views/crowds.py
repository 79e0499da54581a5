"""Crowd alerts: which class is too full, what can be done, and doing it (DB23-6.3.2-f)."""

from __future__ import annotations

from datetime import datetime

from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.registry.halls.reads import Hall, hall
from bangban.registry.org.reads import place
from bangban.services.queues import actions, reads
from bangban.services.queues.reads import AlertView, Option
from bangban.surfaces.api import bodies_counter as bodies
from bangban.surfaces.api.endpoint import Call, Reply
from bangban.surfaces.api.views.hall import letter_of, plan_of

MOST = 50
NAMES = {"window_id": "window", "staff_id": "staff", "class_id": "class"}


def list_alerts(call: Call, code: str) -> Reply:
    """Return the alerts of a hall to who works there."""
    plan, limit = plan_of(code), max(1, call.number("limit", 20, MOST))
    found = reads.alerts(call.actor, plan.body_id, before=call.query("before")[:40], at_most=limit)
    more = found[-1].number if len([one for one in found if one.state == "over"]) == limit else ""
    return Reply(bodies.AlertList([_alert_out(one) for one in found], more))


def act(call: Call, number: str, action: str) -> Reply:
    """Take a measure; what it lacks is told by the names of this interface."""
    given: bodies.MeasureIn = call.body
    known = reads.get_alert(call.actor, number)
    if action != "take_measure":
        raise Incomplete("没有这个操作。", fields={"action": "可用：take_measure"})
    plan = hall(known.body_id)
    class_id = letter_of(plan, given.klass) if plan and given.klass else None
    try:
        actions.take_measure(
            call.actor, number, given.measure, given.note, session=given.session, window_id=given.window,
            staff_id=given.staff, class_id=class_id, count=given.count,
        )  # fmt: skip
    except Incomplete as refused:
        told = refused.details.get("fields", {})
        refused.details["fields"] = {NAMES.get(name, name): sentence for name, sentence in told.items()}
        raise
    except NotAllowed as refused:
        refused.details["allowed_actions"] = list(reads.alert(call.actor, number).allowed)
        raise
    return Reply(_alert_out(reads.alert(call.actor, number)))


def _alert_out(view: AlertView) -> bodies.AlertOut:
    plan, where = hall(view.body_id), place(view.body_id)
    return bodies.AlertOut(
        number=view.number,
        hall=where.code if where else "",
        state=view.state,
        state_label=view.state_label,
        klass=_letter(plan, view.klass_id),
        class_name=view.klass,
        reason=view.reason,
        reason_label=view.reason_label,
        waiting=view.waiting,
        expected_seconds=view.expected_seconds,
        waiting_now=view.waiting_now,
        expected_seconds_now=view.expected_now,
        raised_at=view.raised_at.isoformat(),
        handled_at=_iso(view.handled_at),
        over_at=_iso(view.over_at),
        response_seconds=view.response_seconds,
        measures=[bodies.MeasureOut(m.at.isoformat(), m.by, m.measure, m.label, m.note) for m in view.measures],
        options=[_option_out(plan, option) for option in view.options],
        allowed_actions=[action for action in view.allowed if not action.startswith("_")],
    )


def _option_out(plan: Hall | None, option: Option) -> bodies.OptionOut:
    staff = [bodies.PersonOut(staff_id, name) for staff_id, name in option.staff]
    return bodies.OptionOut(
        option.measure, option.label, option.detail, option.session, option.window_id, staff,
        _letter(plan, option.class_id), option.count, option.url,
    )  # fmt: skip


def _letter(plan: Hall | None, class_id: int | None) -> str:
    found = plan.classes.get(class_id) if plan and class_id else None
    return found.letter if found else ""


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
