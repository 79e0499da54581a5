"""`bangban demo`: the demo city, set up once and served."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bangban.cli.database import data_dir
from bangban.machinery.processes import DATABASE_VARIABLE, Household, Program, answers_on, require_free_port
from bangban.upkeep import migrate_now, open_house

ACCOUNTS = (
    ("triage_agent", "引导专员"),
    ("dedicated_consultant", "深度咨询专员"),
    ("advisor", "专业顾问"),
    ("service_manager", "管理专员"),
    ("hall_guide", "咨询引导人员"),
    ("window_clerk", "窗口人员"),
    ("hall_manager", "大厅值班长"),
    ("patrol_inspector", "巡查人员"),
    ("hotline_agent", "话务员"),
    ("hotline_manager", "热线管理人员"),
    ("undertaker", "承办人员"),
    ("callback_visitor", "回访人员"),
    ("supervision_officer", "督办人员"),
    ("statistics_officer", "统计人员"),
    ("quality_inspector", "质检人员"),
    ("archivist", "档案人员"),
    ("knowledge_editor", "知识编辑"),
    ("knowledge_reviewer", "知识审核"),
    ("system_admin", "系统管理员"),
    ("security_admin", "安全管理员"),
    ("audit_admin", "审计管理员"),
)


def demo(given: argparse.Namespace) -> int:
    """Bring the database up, load the city when it is not there yet, serve pages and work until Ctrl-C."""
    if given.load_only:
        return load_only()
    require_free_port(given.port)
    os.environ["PORT"] = str(given.port)
    if wanted := os.environ.get("NOW"):
        os.environ["BANGBAN_CLOCK_SHIFT"] = str(shift_to(wanted))
    me = [sys.executable, "-m", "bangban.cli"]
    with Household(data_dir()) as house:
        os.environ[DATABASE_VARIABLE] = house.postgres.url
        house.do(Program("load", [*me, "demo", "--load-only"]))
        programs = [
            Program("web", [*me, "serve", "--port", str(given.port)], probe=answers_on(given.port)),
            Program("worker", [*me, "worker"]),
        ]
        house.run(programs, announce=lambda: announce(given.port))
    return 0


def shift_to(text: str) -> float:
    """Return by how many seconds the house must be moved to stand at a local moment such as 2026-11-18T10:00."""
    moment = datetime.fromisoformat(text)
    local = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    return (local - datetime.now(UTC)).total_seconds()


def load_only() -> int:
    """Migrate and load the demo city into the database that the environment names."""
    open_house()
    from bangban.demo.city import build, is_built
    from bangban.demo.day import play_day

    migrate_now()
    if not is_built():
        print("Building the demo city (once, about a minute) ...", flush=True)
        build()
    play_day()
    return 0


def announce(port: int) -> None:
    """Print where everything is."""
    open_house()
    from bangban.demo.city import PASSWORD, staff_with
    from bangban.foundation.access.models import Account

    print(f"\nBangban 帮办 is open:  http://127.0.0.1:{port}/        (citizens)")
    print(f"                       http://127.0.0.1:{port}/desk/   (staff)")
    print(f"                       http://127.0.0.1:{port}/api/v1/openapi.json\n")
    print(f"Staff accounts of the demo city, password of all: {PASSWORD}")
    for duty, label in ACCOUNTS:
        try:
            actor = staff_with(duty)
        except LookupError:
            continue
        username = Account.objects.values_list("username", flat=True).get(id=actor.account_id or 0)
        print(f"  {username:18} {label}  {actor.name}（{actor.unit_name}）")
    _announce_hall(f"http://127.0.0.1:{port}")
    print("Citizens sign in with any phone number; the code stands in the outbox of the desk (管理专员).")
    print("A token for programs: .venv/bin/bangban token <account>.  Ctrl-C ends everything.\n", flush=True)


def _announce_hall(site: str) -> None:
    """Print the addresses of the hall of the centre, and its machines with the link that pairs a browser with each."""
    from bangban.demo.city import read
    from bangban.demo.furnishing import device_key
    from bangban.foundation.clocks.moment import now
    from bangban.registry.halls.models import DeviceKind
    from bangban.registry.halls.reads import devices, is_open, next_opening
    from bangban.registry.org.reads import tree

    home = tree().by_code[read("organisation")["front_door"]]
    print(f"The hall of {home.name}: open each in a browser of its own, the link makes it that machine.")
    shown: set[str] = set()
    for device in devices(home.id):
        if device.kind not in shown:
            shown.add(device.kind)
            label = DeviceKind(device.kind).label
            print(f"  {label:6} {device.place:12} {site}/hall/pair/?key={device_key(home.code, device.code)}")
    print(f"  叫号屏（不需登记）      {site}/hall/{home.code}/board/")
    if not is_open(home.id, now()):
        opens = next_opening(home.id, now())
        when = f" (opens {opens.astimezone():%Y-%m-%d %H:%M})" if opens else ""
        print(f"  The hall is closed at this hour{when}; NOW=2026-11-20T10:40 make demo stands in a working morning.")
