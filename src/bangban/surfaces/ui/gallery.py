"""Writes pages that show every component with sample words: `python -m bangban.surfaces.ui.gallery OUT.html`.

Beside OUT.html (portal) come OUT-elder.html, OUT-talk.html, OUT-talk-elder.html, OUT-desk.html, OUT-dark.html,
OUT-board.html and a folder of assets, so that any static server can show them to a designer or a tester.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bangban.surfaces.ui.shell import DeskLink, DeskShell, PortalLinks, PortalShell

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE / "templates"
STATIC = HERE / "static"
NOW = "2026-03-02T10:20:00+08:00"

PORTAL = PortalShell(
    city="江城市",
    links=PortalLinks(
        home="#home",
        ask="#ask",
        matters="#matters",
        mine="#mine",
        sign_in="#sign-in",
        sign_out="#sign-out",
        mode="#mode",
        language="#language",
        human="#human",
        accessibility="#accessibility",
        privacy="#privacy",
        complaint="#complaint",
        appraisals="#appraisals",
    ),
    csrf="csrf-token",
    path="/",
    tab="home",
    user="李*明",
    unread=2,
    human_hours="工作日 9:00-12:00、13:30-17:00",
    now=NOW,
    organiser="江城市政务服务管理局主办",
)

DESK = DeskShell(
    body="江城市政务服务中心",
    user="周雨薇",
    post="深度咨询专员",
    csrf="csrf-token",
    path="/desk/",
    home="#desk",
    nav=(
        DeskLink(id="cases", label="办件", icon="inbox", url="#cases", key="q", count=7),
        DeskLink(id="people", label="服务对象", icon="users", url="#people", key="p"),
        DeskLink(id="items", label="事项", icon="matters", url="#items", key="s"),
        DeskLink(id="knowledge", label="知识库", icon="book", url="#knowledge", key="k"),
        DeskLink(id="clocks", label="时限", icon="clock", url="#clocks", key="c", count=2),
        DeskLink(id="figures", label="统计", icon="chart", url="#figures", key="t"),
    ),
    current="cases",
    presence="online",
    presence_url="#presence",
    hours_text="人工服务中，至 12:00",
    unread=3,
    unread_url="#unread",
    search_url="#search",
    sign_out="#sign-out",
    menu=(("我的排班", "#roster"), ("账户与安全", "#account")),
    now=NOW,
)


def environment(static: object) -> Environment:
    """A Jinja environment as strict as the site's: escaping on, unknown names are errors."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals["static"] = static
    return env


def copy_assets(folder: Path) -> None:
    """Put styles, scripts and htmx into `folder`, replacing what was there."""
    shutil.copytree(STATIC, folder, dirs_exist_ok=True)
    htmx = files("django_htmx") / "static" / "django_htmx" / "htmx-2.min.js"
    (folder / "django_htmx").mkdir(exist_ok=True)
    (folder / "django_htmx" / "htmx-2.min.js").write_bytes(htmx.read_bytes())


def write_gallery(out: Path) -> list[Path]:
    """Render all gallery pages beside `out` and return their paths."""
    assets = out.parent / f"{out.stem}-assets"
    copy_assets(assets)
    env = environment(lambda path: f"{assets.name}/{path}")
    elder = replace(PORTAL, mode="elder")
    talk = replace(PORTAL, tab="ask")
    pages = {
        "": ("portal", PORTAL),
        "-elder": ("portal", elder),
        "-elder-30": ("portal", replace(elder, size=3)),
        "-form": ("form", replace(PORTAL, tab="mine")),
        "-form-elder": ("form", replace(elder, tab="mine")),
        "-talk": ("talk", talk),
        "-talk-elder": ("talk", replace(talk, mode="elder")),
        "-desk": ("desk", DESK),
        "-dark": ("desk", replace(DESK, theme="dark")),
        "-board": ("board", replace(DESK, current="figures")),
    }
    written = []
    for suffix, (name, shell) in pages.items():
        path = out.with_name(f"{out.stem}{suffix}.html")
        path.write_text(env.get_template(f"ui/gallery/{name}.html").render(shell=shell), encoding="utf-8")
        written.append(path)
    return written


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m bangban.surfaces.ui.gallery OUT.html")
    sys.stdout.writelines(f"{page}\n" for page in write_gallery(Path(sys.argv[1])))
