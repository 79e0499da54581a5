"""A board in a browser: right and audible within a second of a call, after cut and return, and after a restart."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import CHROMIUM, WAIT_MS, chromium
from tests.surfaces.hall.boards.house import BoardHouse, board_house

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NO CHROMIUM at {CHROMIUM}: boards were NOT tested in a browser"),
]
BOARD = "/hall/gz/board/"
PUSHED = 45.0
"""Seconds: before the fetch of every minute, so that a hint of the live stream must have brought it."""

LISTENERS = 30
STAND_INS = """
(() => {
  window.spoken = []; window.chimes = 0;
  const options = %s;
  let running = options.sound;
  class Quiet extends EventTarget {
    constructor() { super(); this.currentTime = 0; this.destination = {}; }
    get state() { return running ? "running" : "suspended"; }
    async resume() { running = true; this.dispatchEvent(new Event("statechange")); }
    createOscillator() { window.chimes += 0.5; return { frequency: {}, connect: (to) => to, start() {}, stop() {} }; }
    createGain() { return { gain: { setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} },
      connect: (to) => to }; }
  }
  window.AudioContext = Quiet;
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  const voices = options.voices ? [{ lang: "en-US", localService: true }, { lang: "zh-CN", localService: true }] : [];
  Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: () => voices, cancel() {},
    speak(words) { window.spoken.push(words.text); setTimeout(() => words.onend?.(), 30); },
  } });
  if (options.wrongBy) { const real = Date.now; Date.now = () => real() + options.wrongBy; }
})();
"""
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BoardHouse]:
    """The small hall, served by one process."""
    with board_house(tmp_path_factory.mktemp("boards")) as built:
        yield built


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium, for this file."""
    with chromium() as started:
        yield started


@pytest.fixture
def board(house: BoardHouse, browser: Browser) -> Iterator[Open]:
    """Open boards whose voice is written down; whatever goes wrong on them fails the test."""
    contexts, wrong = [], []

    def open_board(path: str = BOARD, *, sound: bool = True, voices: bool = True, wrong_by: int = 0) -> Page:
        context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
        contexts.append(context)
        options = json.dumps({"sound": sound, "voices": voices, "wrongBy": wrong_by})
        context.add_init_script(STAND_INS % options)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if "Content Security" in line.text else None)
        page.goto(f"{house.address}{path}")
        page.wait_for_timeout(600)
        return page

    yield open_board
    for context in contexts:
        context.close()
    assert wrong == []


def said(label: str, window: str) -> str:
    return f"请{label.translate(str.maketrans('0123456789', '零一二三四五六七八九'))}号到{window}"


def heard(page: Page, sentence: str, seconds: float = PUSHED, times: int = 1) -> None:
    """Wait until a sentence was spoken so often, and see that it is not spoken more often."""
    page.wait_for_function(
        "([words, times]) => window.spoken.filter((one) => one === words).length === times", arg=[sentence, times],
        timeout=seconds * 1000,
    )  # fmt: skip


def fresh_call(house: BoardHouse, clerk: int = 0) -> str:
    house.tell("issue")
    return house.tell(f"call {clerk}")


@pytest.mark.clause("DB23-7.1")
def test_a_call_is_shown_and_spoken_at_once_and_a_recall_again(house: BoardHouse, board: Open) -> None:
    page = board()
    label = fresh_call(house)
    expect(page.locator(".call--first .call__label")).to_have_text(label, timeout=PUSHED * 1000)
    heard(page, said(label, "1号窗口"))
    expect(page.locator(".call--first")).to_have_class("call call--first call--new call--pulse")
    house.tell("recall 0")
    heard(page, said(label, "1号窗口"), times=2)
    house.tell("finish 0")
    expect(page.locator(".calls__none")).to_be_visible()


@pytest.mark.clause("DB23-7.1")
def test_a_board_is_right_after_cut_and_return(house: BoardHouse, board: Open) -> None:
    page = board()
    first = fresh_call(house)
    heard(page, said(first, "1号窗口"))
    page.context.set_offline(True)
    second = fresh_call(house, 1)
    house.tell("finish 0")
    page.wait_for_timeout(1500)
    page.context.set_offline(False)
    expect(page.locator(".call--first .call__label")).to_have_text(second, timeout=PUSHED * 1000)
    heard(page, said(second, "2号窗口"))
    heard(page, said(first, "1号窗口"))
    expect(page.locator(".call")).to_have_count(1)
    house.tell("finish 1")


@pytest.mark.clause("DB23-7.1")
def test_a_restart_in_the_middle_of_a_call_loses_nothing_and_repeats_nothing(house: BoardHouse, board: Open) -> None:
    page = board()
    before = fresh_call(house)
    heard(page, said(before, "1号窗口"))
    house.stop()
    during = fresh_call(house, 1)
    house.start()
    expect(page.locator(".call--first .call__label")).to_have_text(during, timeout=120_000)
    heard(page, said(during, "2号窗口"))
    heard(page, said(before, "1号窗口"))
    page.reload()
    page.wait_for_timeout(1500)
    assert page.evaluate("window.spoken") == []
    house.tell("finish 0")
    house.tell("finish 1")


def test_the_time_is_the_house_s_however_wrong_the_board_s_clock(house: BoardHouse, board: Open) -> None:
    page = board(wrong_by=3 * 3600 * 1000)
    page.wait_for_function(  # asked again when the minute turns between the two
        "() => fetch(document.body.dataset.stateUrl).then((answer) => answer.json())"
        ".then((state) => state.clock === document.getElementById('clock').textContent)",
        polling=1000, timeout=WAIT_MS,
    )  # fmt: skip
    label = fresh_call(house)
    heard(page, said(label, "1号窗口"))
    house.tell("finish 0")


def test_nothing_older_than_a_minute_is_spoken(house: BoardHouse, board: Open) -> None:
    page = board()

    def aged(route: object) -> None:
        answer = route.fetch()  # type: ignore[attr-defined]
        state = answer.json()
        state["calls"] = [{**call, "age": 75} for call in state["calls"]]
        route.fulfill(response=answer, json=state)  # type: ignore[attr-defined]

    page.route("**/board.json*", aged)
    label = fresh_call(house)
    expect(page.locator(".call--first .call__label")).to_have_text(label, timeout=PUSHED * 1000)
    page.wait_for_timeout(1000)
    assert page.evaluate("window.spoken") == []
    expect(page.locator(".call--new")).to_have_count(0)
    house.tell("finish 0")


def test_a_board_asks_for_one_touch_before_it_speaks(house: BoardHouse, board: Open) -> None:
    page = board(sound=False)
    expect(page.locator("#sound")).to_be_visible()
    label = fresh_call(house)
    expect(page.locator(".call--first .call__label")).to_have_text(label, timeout=PUSHED * 1000)
    assert page.evaluate("window.spoken") == []
    page.mouse.click(300, 300)
    expect(page.locator("#sound")).to_be_hidden()
    heard(page, said(label, "1号窗口"))
    house.tell("finish 0")


def test_without_a_chinese_voice_a_chime_calls(house: BoardHouse, board: Open) -> None:
    page, silent = board(voices=False), board(f"{BOARD}?voice=off")
    fresh_call(house)
    page.wait_for_function("() => window.chimes >= 1", timeout=PUSHED * 1000)
    assert page.evaluate("window.spoken") == []
    assert silent.evaluate("[window.spoken.length, window.chimes]") == [0, 0]
    house.tell("finish 0")


@pytest.mark.clause("DB23-7.1")
def test_thirty_boards_behind_one_address_are_all_told_at_once(house: BoardHouse) -> None:
    listeners = [Listener(house) for _ in range(LISTENERS)]
    assert all(one.ready.wait(60) for one in listeners)
    for _ in range(3):
        house.tell("issue")
        label = house.tell("call 0")
        called = time.monotonic()
        for one in listeners:
            assert one.saw(label, called + PUSHED), one.wrong
        house.tell("finish 0")
    for one in listeners:
        one.end()


class Listener(threading.Thread):
    """A board without a screen: listens, and fetches the state 150 ms after a hint, as the page does."""

    def __init__(self, house: BoardHouse) -> None:
        super().__init__(daemon=True)
        self.house = house
        self.ready, self.change = threading.Event(), threading.Condition()
        self.seen: dict[str, float] = {}
        self.wrong = ""
        self.line: socket.socket | None = None
        self.stream = http.client.HTTPConnection("127.0.0.1", house.port, timeout=240)
        self.start()

    def run(self) -> None:
        """Listen until the line is hung up."""
        self.stream.request("GET", f"/live/?topics=hall:{self.house.body_id}")
        self.line = self.stream.sock
        answer = self.stream.getresponse()
        if answer.status != 200:
            self.wrong = f"{answer.status} {answer.read()!r}"
        with suppress(OSError, http.client.HTTPException, ValueError):
            while line := answer.readline():
                if line.startswith(b"event: ready"):
                    self.ready.set()
                elif line.startswith(b"event: ticket.call"):
                    self.fetch()
        self.stream.close()

    def fetch(self) -> None:
        """Fetch the state as a board does."""
        time.sleep(0.15)
        pages = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=60)
        pages.request("GET", f"{BOARD}board.json")
        calls = json.loads(pages.getresponse().read())["calls"]
        pages.close()
        with self.change:
            for call in calls:
                self.seen.setdefault(call["say"], time.monotonic())
            self.change.notify_all()

    def saw(self, label: str, until: float) -> bool:
        """Wait until this board shows a label; afterwards `seen` has it by label too."""
        with self.change:
            found = self.change.wait_for(
                lambda: said(label, "1号窗口") in self.seen, timeout=max(0.0, until - time.monotonic())
            )
            if found:
                self.seen[label] = self.seen[said(label, "1号窗口")]
            return found

    def end(self) -> None:
        """Hang up."""
        assert self.line is not None
        self.line.shutdown(socket.SHUT_RDWR)
        self.join(60)


def test_a_board_fits_its_screen_without_scrolling(house: BoardHouse, board: Open) -> None:
    label = fresh_call(house)
    page = board()
    expect(page.locator(".call--first .call__label")).to_have_text(label)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    house.tell("finish 0")
