"""The frame of a staff page: who, where, presence, hours, and the ways that this person's duties open."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, cast

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import DUTIES, may
from bangban.foundation.clocks.hours import NeverOpen
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import service_hours, work_calendar
from bangban.foundation.live.reads import current_seq
from bangban.foundation.notify.reads import unread_count
from bangban.registry.org.models import Presence as PresenceRow
from bangban.surfaces.desk import times
from bangban.surfaces.hall.places import halls_of
from bangban.surfaces.ui.shell import DeskLink, DeskShell, Presence

OFFLINE = "desk_offline"
ATTENTION = (
    "case.opened",
    "case.request_human",
    "case.assign",
    "case.transfer_down",
    "case.ask_adviser",
    "case.ask_unit",
    "help_request.opened",
    "order.dispatch",
    "order.report_emergency",
    "order.return",
    "order.redo",
)
SHOWN: dict[str, Presence] = {"available": "online", "busy": "busy", "away": "away"}


class Way(NamedTuple):
    """One entry of the navigation, the group that it stands in, and which of these permissions opens it."""

    id: str
    label: str
    icon: str
    view: str
    key: str
    group: str
    permissions: tuple[str, ...]


# The first that a person's duties open is where the day begins; the first few are what a phone shows at once.
WAYS = (
    Way("line", "话务", "headset", "hotline:line", "b", "接听", ("calls.take",)),
    Way("cases", "办件", "inbox", "desk:board", "q", "帮办", ("cases.list",)),
    Way("new", "登记", "plus", "desk:new", "n", "帮办", ("cases.register",)),
    Way("window", "窗口", "window", "windows:window", "w", "现场", ("tickets.serve",)),
    Way("hall", "大厅", "building", "hall:hall", "h", "现场", ("hall.manage", "hall.setup")),
    Way("tickets", "取号", "print", "hall:tickets", "i", "现场", ("tickets.issue",)),
    Way("orders", "工单", "matters", "hotline:orders", "d", "诉求", ("orders.list", "orders.undertake")),
    Way("appointments", "预约", "calendar", "appointments:desk_day", "y", "现场", ("appointments.book", "appointments.manage")),
    Way("counter", "咨询台", "headset", "counter:desk", "z", "现场", ("counter.log",)),
    Way("supervision", "督办", "flag", "supervision:desk", "u", "诉求", ("supervision.handle", "supervision.assign", "orders.undertake")),
    Way("wall", "大屏", "signal", "calls:wall", "m", "接听", ("orders.manage", "reports.prepare")),
    Way("reports", "报告", "file", "reports:desk", "r", "统计考核", ("reports.prepare", "reports.release")),
    Way("archives", "档案", "lock", "archives:desk", "j", "统计考核", ("archives.manage", "archives.approve")),
    Way("appraisal", "考核", "star", "appraisal:desk", "v", "统计考核", ("appraisal.manage", "quality.score", "orders.undertake")),
    Way("roster", "排班", "calendar", "calls:roster", "1", "接听", ("roster.view",)),
    Way("matters", "集中", "chart", "calls:matters", "e", "诉求", ("matters.handle",)),
    Way("callers", "来电人", "phone", "calls:callers", "g", "诉求", ("orders.manage", "orders.visit")),
    Way("letters", "来信", "chat", "calls:letters", "3", "诉求", ("orders.intake",)),
    Way("setup", "热线设置", "edit", "calls:setup", "f", "设置", ("orders.manage",)),
    Way("team", "团队", "users", "desk:team", "t", "帮办", ("team.manage",)),
    Way("knowledge", "知识", "book", "desk:knowledge", "k", "资料", ("knowledge.search",)),
    Way("holdings", "内务", "shield", "holdings:desk", "2", "资料", ("holdings.view",)),
    Way("statistics", "统计", "chart", "desk:statistics", "s", "统计考核", ("statistics.view",)),
    Way("publications", "发布", "sound", "publications:desk", "p", "资料", ("publications.edit", "publications.review")),
    Way("patrols", "巡查", "eye", "patrols:desk", "x", "现场", ("patrols.view", "patrols.record")),
    Way("outbox", "通知", "send", "desk:outbox", "o", "设置", ("notify.outbox",)),
    Way("conformance", "条款", "file-check", "desk:conformance", "c", "设置", ("conformance.view",)),
    Way("ledger", "台账", "lock", "desk:ledger", "l", "设置", ("ledger.audit",)),
    Way("accounts", "账号", "user", "desk:accounts", "a", "设置", ("accounts.manage", "duties.grant")),
)  # fmt: skip
GROUPS = ("接听", "帮办", "现场", "诉求", "统计考核", "资料", "设置")
QUICK = 4
NEEDS_A_HALL = frozenset({"window", "tickets"})


def ways(actor: Actor) -> list[Way]:
    """Return the pages that the actor's duties open; those of a hall only where there is one."""
    found = [way for way in WAYS if any(may(actor, permission) for permission in way.permissions)]
    if any(way.id in NEEDS_A_HALL for way in found) and not halls_of(actor):
        return [way for way in found if way.id not in NEEDS_A_HALL]
    return found


def links(actor: Actor) -> tuple[DeskLink, ...]:
    """Return the entries of the navigation, group by group; a group that opens nothing is not there."""
    found = ways(actor)
    quick = {way.id for way in (found if len(found) <= QUICK + 1 else found[:QUICK])}
    return tuple(
        DeskLink(
            id=way.id, label=way.label, icon=way.icon, url=reverse(way.view), key=way.key, group=way.group,
            quick=way.id in quick,
        )
        for way in sorted(found, key=lambda way: GROUPS.index(way.group))
    )  # fmt: skip


def home_of(actor: Actor) -> str:
    """Return the first page of a member of staff."""
    found = ways(actor)
    return reverse(found[0].view if found else "desk:account")


def topics_of(actor: Actor) -> tuple[str, ...]:
    """Return what a desk listens to: its own line and its unit."""
    of_unit = any(may(actor, permission) for permission in ("cases.list", "orders.list", "orders.undertake"))
    return (f"desk:{actor.staff_id}", f"unit:{actor.unit_id}") if of_unit else (f"desk:{actor.staff_id}",)


def presence_of(request: HttpRequest, actor: Actor, at: datetime) -> Presence:
    """Return what colleagues see: offline only when the person chose so, or may not serve at all."""
    if request.session.get(OFFLINE) or not may(actor, "presence.set"):
        return "offline"
    known = PresenceRow.objects.filter(staff_id=actor.staff_id or 0).values_list("state", "lease_until").first()
    return SHOWN[known[0]] if known and known[1] >= at else "online"


def hours_of(actor: Actor, at: datetime) -> tuple[bool, str, str]:
    """Return whether the online service of the unit is open, in words, and when that changes (ISO)."""
    try:
        hours, calendar = service_hours("online_human", actor.unit_id), work_calendar()
        if hours.is_open(at, calendar):
            closes = hours.next_closing(at, calendar)
            return True, f"人工服务中，至 {times.when(closes)}" if closes else "人工服务中", times.iso(closes)
        opens = hours.next_opening(at, calendar)
    except (LookupError, NeverOpen):
        return False, "", ""
    return False, f"非服务时间，{times.when(opens)} 开始", times.iso(opens)


def shell(request: HttpRequest, current: str, topics: tuple[str, ...] = ()) -> DeskShell:
    """Build the frame of one page."""
    actor, at = cast(Actor, request.actor), now()  # type: ignore[attr-defined]
    presence = presence_of(request, actor, at)
    serves = may(actor, "presence.set")
    round_the_clock = may(actor, "calls.take")
    is_open, hours_text, hours_until = (
        hours_of(actor, at) if may(actor, "cases.list") and not round_the_clock else (True, "", "")
    )
    return DeskShell(
        body=actor.unit_name,
        user=actor.name,
        post="、".join(label for duty, label in DUTIES.items() if duty in actor.duties),
        csrf=get_token(request),
        path=request.get_full_path() if request.method == "GET" else request.path,
        home=home_of(actor),
        nav=links(actor),
        current=current,
        presence=presence,
        presence_url=reverse("desk:presence") if serves else "",
        hours_state="open" if is_open else "closed",
        hours_text=hours_text,
        hours_until=hours_until,
        unread=unread_count(actor.account_id) if actor.account_id else 0,
        unread_url=reverse("desk:messages"),
        unread_part_url=reverse("desk:bell"),
        unread_kinds=("case.*", "notify.*"),
        sign_out=reverse("desk:signout"),
        menu=(("账号安全", reverse("desk:account")), ("站内消息", reverse("desk:messages"))),
        theme="dark" if request.COOKIES.get("theme") == "dark" else "light",
        now=times.iso(at),
        live_topics=(*topics_of(actor), *topics),
        live_after=current_seq(),
        attention_kinds=ATTENTION,
        lease_url=reverse("desk:lease") if round_the_clock or (serves and presence != "offline") else "",
        call_url=reverse("hotline:callbar") if may(actor, "calls.take") else "",
    )
