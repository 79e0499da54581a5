"""English pages of appointments are English: every fixed piece, and what the room says."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from jinja2 import Environment

from bangban.foundation.clocks.moment import stand_at
from bangban.registry.halls.defaults import FLAGS
from bangban.services.appointments import actions
from bangban.services.appointments.flow import FLOW, LINES
from bangban.surfaces import appointments
from bangban.surfaces.portal.language import CHINESE, pieces, say, table
from tests.surfaces.appointments.conftest import World
from tests.surfaces.portal.browser import Browser

HERE = Path(appointments.__file__).parent
# parts of Chinese dates, which English pages write otherwise
NOT_SHOWN = {"月", "日（周", "）", "周", "MB，请压缩后再上传。", "文件超过"}
NAMES = (
    "广州市政务服务中心", "广州市人力资源和社会保障局", "广州市", "切换为中文", "中文", "失业保险金申领", "居民身份证", "失业登记证明", "测试路1号",
    "西侧等候区", "进门左转", "社保医保", "李明", "1层",
)  # fmt: skip


def in_templates() -> Iterator[tuple[str, str]]:
    lexer = Environment(trim_blocks=True, lstrip_blocks=True)
    for path in sorted((HERE / "templates/appointments").glob("*.html")):
        if path.name.startswith(("desk_", "_desk_")):
            continue
        for _, kind, value in lexer.lex(path.read_text(encoding="utf-8")):
            if kind == "data":
                yield from ((path.name, piece) for piece in pieces(value))
            elif kind == "string" and CHINESE.search(value):
                words = value[1:-1]
                yield from ((path.name, piece) for piece in ([words] if words in table() else pieces(words)))


def in_code() -> Iterator[tuple[str, str]]:
    modules = [*(HERE / "portal").glob("*.py"), HERE / "choosing.py", HERE / "moments.py", HERE / "drafts.py"]
    for path in sorted(modules):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        said = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            text = node.value if isinstance(node, ast.Constant) and id(node) not in said else None
            if isinstance(text, str) and CHINESE.search(text) and text not in NOT_SHOWN:
                yield path.name, text


def test_every_fixed_piece_has_english() -> None:
    missing = [f"{file}: {piece}" for file, piece in [*in_templates(), *in_code()] if piece not in table()]
    assert missing == []


def test_every_state_flag_and_story_has_english() -> None:
    values = {"label": "A001", "period": "x", "reason": "x", "material": "x", "who_serves": "Lin"}
    said = [*FLOW.states.values(), *FLAGS.values()]
    said += [line.story.format(**values) for line in LINES if line.story and line.visibility == "user"]
    assert [text for text in said if CHINESE.search(say("en", text))] == []


def left_over(page: str) -> list[str]:
    for name in NAMES:
        page = page.replace(name, "")
    return sorted(set(CHINESE.findall(page)) - set("“”　"))


@pytest.fixture
def reader(browser: Browser) -> Browser:
    """A browser that reads English; the notice about Chinese names stands on top of its pages."""
    browser.cookies["language"] = "en"
    return browser


def test_the_pages_have_no_chinese_but_names(world: World, reader: Browser) -> None:
    made = world.booked(reader)
    addresses = (
        "/appointments/", "/appointments/find/", "/appointments/new/", f"/appointments/new/?item={world.item.code}",
        f"/appointments/{made.number}/change/",
    )  # fmt: skip
    for address in addresses:
        assert left_over(reader.open(address)) == [], address
    page = reader.open(f"/appointments/{made.number}/").partition("Show the whole guide")
    assert left_over(page[0]) == []
    assert "Thu 19 Nov, 09:00–09:30" in page[0]


def test_refusals_and_states_are_english(world: World, reader: Browser) -> None:
    made = world.booked(reader)
    answer = reader.send("/appointments/new/", **world.form(phone="123", form_id="f2"))
    assert left_over(answer.content.decode()) == []
    again = reader.send("/appointments/new/", **world.form(form_id="f3"))
    assert left_over(again.content.decode()) == []
    actions.close_slots(world.manager, world.city.center.id, None, made.starts_at, made.ends_at, "Upgrade")
    page = reader.open(f"/appointments/{made.number}/").partition("Show the whole guide")[0]
    assert left_over(page) == [] and "We have found another time for you" in page
    reader.send(f"/appointments/{made.number}/answer/", answer="decline")
    assert "The appointment is cancelled" in reader.open(f"/appointments/{made.number}/")


def test_a_missed_booking_is_said_in_english(world: World, reader: Browser) -> None:
    made = world.booked(reader)
    stand_at(made.ends_at + timedelta(minutes=2))
    actions.give_up_due(made.ends_at + timedelta(minutes=2))
    assert "the appointment was given up" in reader.open(f"/appointments/{made.number}/")
