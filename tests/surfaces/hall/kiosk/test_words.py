"""Words of the machines: waits that are honest, and English for everything that people in the hall read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment

from bangban.registry.halls import actions as halls
from bangban.registry.halls.defaults import FLAGS
from bangban.services.queues.actions.calling import RESULTS
from bangban.services.queues.flow import FLOW
from bangban.surfaces import hall
from bangban.surfaces.hall.kiosk.waits import expected_words, where
from bangban.surfaces.portal.language import CHINESE, pieces, say, table
from tests.hall import Hall
from tests.surfaces.hall.kiosk.conftest import Machine

HALL = Path(hall.__file__).parent
FOR_STAFF = {"_plain.html", "pair.html", "unpaired.html", "rating.html", "_rating_now.html", "_rating_said.html"}
STATIC = HALL / "static/hall/kiosk"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "暂无窗口开放，请咨询引导台"), (0, "不到 1 分钟"), (59, "不到 1 分钟"), (60, "约 1 分钟"), (61, "约 2 分钟"),
        (3540, "约 59 分钟"), (3600, "约 1 小时"), (3660, "约 1 小时 5 分钟"), (7200, "约 2 小时"),
    ],
)  # fmt: skip
def test_a_wait_is_told_in_whole_minutes_or_honestly_not_at_all(seconds: int | None, words: str) -> None:
    assert expected_words(seconds, "zh") == words
    assert not CHINESE.search(expected_words(seconds, "en"))


def test_a_floor_is_not_told_twice() -> None:
    assert where("1层", "西侧等候区") == "1层 西侧等候区"
    assert where("1层", "一层西侧等候区") == "一层西侧等候区"
    assert where("", "大厅") == "大厅"


def _templates() -> Iterator[str]:
    lexer = Environment(trim_blocks=True, lstrip_blocks=True)
    for path in sorted(HALL.glob("templates/hall/kiosk/*.html")):
        if path.name in FOR_STAFF:
            continue
        for _, kind, value in lexer.lex(path.read_text(encoding="utf-8")):
            if kind == "data":
                yield from pieces(value)
            elif kind == "string" and CHINESE.search(value):
                yield from [value[1:-1]] if value[1:-1] in table() else pieces(value[1:-1])


def test_every_fixed_piece_has_its_english() -> None:
    assert sorted({piece for piece in _templates() if piece not in table()}) == []
    labels = [*FLAGS.values(), *FLOW.states.values(), *(one for key, one in RESULTS.items() if key != "unrecorded")]
    assert [label for label in labels if CHINESE.search(say("en", label))] == ["预约"] * ("预约" not in table())


def test_every_sentence_of_the_modules_has_its_english() -> None:
    said = set()
    for path in HALL.glob("kiosk/**/*.py"):
        if path.name in {"pairing.py", "rating.py", "helping.py"}:
            continue  # these speak to the staff of the hall, who read Chinese
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts = [
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        said |= {text for text in texts if re.search(r"[。，？]$", text) and CHINESE.search(text) and "\n" not in text}
    documentation = {text for text in said if "(" in text or ":" in text}
    assert sorted(text for text in said - documentation if CHINESE.search(say("en", text))) == []


@pytest.mark.parametrize(
    "address",
    ["/hall/kiosk/menu", "/hall/kiosk/take?q=x", "/hall/kiosk/checkin", "/hall/kiosk/items", "/hall/kiosk/progress"],
)
def test_an_english_screen_has_no_chinese_but_names_and_examples(house: Hall, kiosk: Machine, address: str) -> None:
    kiosk.cookies["kiosk_look"] = "look.en"
    page = kiosk.see(address)
    names = ["广州市政务服务中心", "社保医保", "企业开办", "综合业务", "中文", "失业金", "居住证", "营业执照", "医保"]
    names += ["社保", "养老金", "开公司"]
    for name in sorted(names, key=len, reverse=True):
        page = page.replace(name, "")
    assert sorted(set(CHINESE.findall(page)) - set("“”　")) == []


def test_an_english_screen_and_ticket_name_the_business_in_english_where_it_has_such_a_name(
    house: Hall, kiosk: Machine
) -> None:
    halls.save_class(house.body_id, "A", "社保医保", house.social.area, english_name="Social insurance")
    issued = house.ticket()
    house.ticket(house.general)
    ticket = f"/hall/kiosk/ticket/{issued.ticket.number}/{issued.code}"
    progress = f"/hall/kiosk/progress?q={issued.ticket.label}"
    addresses = ("/hall/kiosk/menu", "/hall/kiosk/take", f"/hall/kiosk/take/{house.social.id}", ticket, progress)
    for address in addresses:
        assert "社保医保" in kiosk.see(address), address
    kiosk.cookies["kiosk_look"] = "look.en"
    for address in addresses:
        page = kiosk.see(address)
        assert "Social insurance" in page and "社保医保" not in page, address
    assert "综合业务" in kiosk.see("/hall/kiosk/menu"), "a class without an English name keeps the Chinese one"


def test_styles_live_in_layers_and_take_colours_from_the_tokens() -> None:
    tokens = (HALL.parent / "ui/static/ui/css/tokens.css").read_text(encoding="utf-8")
    known = set(re.findall(r"(--[\w-]+):", tokens))
    for path in STATIC.glob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert text.count("{") == text.count("}"), path.name
        assert set(re.findall(r"var\((--[\w-]+)", text)) <= known, path.name
        if path.name != "slip.css":  # paper is black on white
            assert not re.search(r":[^;]*#[0-9a-f]{3,8}\b", text), path.name
    for path in [*STATIC.glob("*.js"), *HALL.glob("templates/hall/kiosk/*.html")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\beval\(|new Function|document\.write|https?://|style=|onclick", text), path.name
