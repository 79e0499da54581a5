"""Events of the telephone exchange, calls, the live wall."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec
from django.core.exceptions import PermissionDenied

from bangban.foundation.access.duties import may
from bangban.foundation.access.tokens import TokenRefused
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.foundation.privacy.masking import mask_phone
from bangban.services.telephony import actions, reads
from bangban.services.telephony.belonging import hotlines, scope
from bangban.services.telephony.events import ExchangeEvent
from bangban.services.telephony.rate_views import Figures, Rate
from bangban.services.telephony.views import CallView
from bangban.surfaces.api import bodies_calls as bodies
from bangban.surfaces.api.endpoint import Call, Reply
from bangban.surfaces.api.given import fields_of
from bangban.surfaces.web.given import day_of

FIRST_YEAR, LAST_YEAR, MOST_DAYS = 2000, 2100, 366

one_event = msgspec.json.Decoder(bodies.EventIn)


class OnlyId(msgspec.Struct):
    """What can be read of an event that is wrong."""

    id: str = ""


UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
only_id = msgspec.json.Decoder(OnlyId)


def take_events(call: Call) -> Reply:
    """Take a delivery; each wrong event is refused by itself, with a sentence, and all others land."""
    _only_for(call, "orders.manage")
    events: list[ExchangeEvent] = []
    places: dict[str, int] = {}
    refused: list[bodies.RefusedEvent] = []
    for index, raw in enumerate(call.body.events):
        try:
            event = one_event.decode(raw)
        except UNREADABLE as error:
            refused.append(bodies.RefusedEvent(index, _id_of(raw), _sentence(error)))
            continue
        events.append(event)
        places.setdefault(event.id, index)
    told = actions.receive(events)
    refused += [bodies.RefusedEvent(places[name], name, sentence) for name, sentence in told.refused]
    refused.sort(key=lambda one: one.index)
    return Reply(bodies.EventsTaken(told.accepted, told.known, refused))


def _id_of(raw: msgspec.Raw) -> str:
    try:
        return only_id.decode(raw).id[:100]
    except UNREADABLE:
        return ""


def _sentence(error: Exception) -> str:
    if isinstance(error, msgspec.ValidationError):
        (field, sentence), *_ = fields_of(error).items()
        return f"{field}：{sentence}"
    return "这个事件不是有效的 JSON 对象，请对照接口说明检查。"


def _only_for(call: Call, permission: str) -> None:
    """Let in registered applications (their scope is checked by the frame), and staff whose duty carries it."""
    if call.actor.kind == "partner":
        return
    if not call.actor.is_staff:
        raise TokenRefused("The exchange needs a token.")
    if not may(call.actor, permission):
        raise PermissionDenied("您的岗位没有这项权限；交换机请使用接入应用的令牌。")


def read_call(call: Call, id: str) -> Reply:
    """Return a call by the id that the house gave it."""
    _only_for(call, "calls.wall")
    try:
        view = reads.call(UUID(id), _center(call))
    except ValueError as error:
        raise NotYours("没有找到这通电话。") from error
    return Reply(_call_out(view))


def _center(call: Call) -> int | None:
    """Return whose calls are wanted: of the hotline named, else of one's own; None for the whole house."""
    own, code = scope(call.actor.unit_id), call.query("hotline")
    if not code:
        return own
    found = next((place.id for place in hotlines() if place.code == code), None)
    if found is None or own not in (None, found):
        raise NotYours("没有找到这条热线。")
    return found


def _call_out(view: CallView) -> bodies.PhoneCallOut:
    legs = [
        bodies.CallLegOut(
            leg.role,
            leg.staff_name or leg.party,
            _iso(leg.rang_at),
            _iso(leg.joined_at),
            _iso(leg.ended_at),
            leg.missed,
        )
        for leg in view.legs
    ]
    return bodies.PhoneCallOut(
        id=str(view.id),
        exchange=view.exchange,
        exchange_id=view.exchange_id,
        direction=view.direction,
        phone=mask_phone(view.phone),
        language=view.language,
        outcome=view.outcome,
        offered_at=view.offered_at.isoformat(),
        queued_at=_iso(view.queued_at),
        ringing_at=_iso(view.ringing_at),
        answered_at=_iso(view.answered_at),
        ended_at=_iso(view.ended_at),
        wait_seconds=view.wait_seconds,
        ring_seconds=view.ring_seconds,
        talk_seconds=view.talk_seconds,
        hold_seconds=view.hold_seconds,
        transfers=view.transfers,
        agent=view.agent_name,
        record=view.record_number,
        hotline=next((place.code for place in hotlines() if place.id == view.center_id), ""),
        legs=legs,
    )


def read_wall(call: Call) -> Reply:
    """Return the live wall, of one hotline by its code in `hotline`."""
    _only_for(call, "calls.wall")
    wall = reads.wall(center=_center(call))
    return Reply(
        bodies.WallOut(
            at=wall.at.isoformat(timespec="seconds"),
            waiting=wall.waiting,
            waiting_late=wall.waiting_late,
            longest_wait=wall.longest_wait,
            today=_figures_out(wall.today),
            last_hour=_figures_out(wall.last_hour),
            rolling=_rate_out(wall.rolling),
            unassigned=wall.unassigned,
            hours=[bodies.CallHour(row.start.isoformat(), _figures_out(row.figures)) for row in wall.hours],
            seats=dict(wall.seats),
            languages={name: dict(states) for name, states in wall.languages.items()},
            alarms=sum(alarm.closed_at is None for alarm in wall.alarms),
        )
    )


def read_figures(call: Call) -> Reply:
    """Return the counts of the calls that came on some days, `from` and `to` with them, the present day when not given."""
    _only_for(call, "calls.wall")
    today = now().astimezone(DEFAULT_ZONE).date()
    first, last = _day(call, "from", today), _day(call, "to", today)
    if last < first or (last - first).days > MOST_DAYS:
        raise Incomplete("日期的先后不对，或跨度超过一年。", fields={"to": "请填写不早于 from 的日期，跨度一年以内。"})
    return Reply(_figures_out(reads.total(first, last, center=_center(call))))


def _day(call: Call, name: str, default: date) -> date:
    text = call.query(name)
    day = day_of(text) if text else default
    if day is None or not FIRST_YEAR <= day.year < LAST_YEAR:
        raise Incomplete("日期的写法不对。", fields={name: f"请写成 {default.isoformat()}。"})
    return day


def _figures_out(figures: Figures) -> bodies.CallFigures:
    return bodies.CallFigures(
        offered=figures.offered,
        answered=figures.answered,
        answered_in_15=figures.answered_in_15,
        abandoned=figures.abandoned,
        missed=figures.missed,
        lost_late=figures.lost_late,
        wait_seconds=figures.wait_seconds,
        talk_seconds=figures.talk_seconds,
        hold_seconds=figures.hold_seconds,
        connection=_percent(figures.connection),
        in_time=_percent(figures.in_time),
    )


def _rate_out(rate: Rate) -> bodies.RateOut:
    return bodies.RateOut(rate.part, rate.whole, _percent(rate))


def _percent(rate: Rate) -> float | None:
    """Return per cent with two places, rounded down, so that what is under a limit is never shown as reaching it."""
    return rate.part * 10_000 // rate.whole / 100 if rate.whole else None


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
