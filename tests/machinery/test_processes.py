"""The household: what dies is started again, and whoever ends it, nothing of it stays behind."""

import os
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from processes_seen import MARK, PATIENCE, child_of, marked, python, read_until, servers, soon
from tests.ports import kept_port

from bangban.machinery.errors import ProgramFailed
from bangban.machinery.processes import DATABASE_VARIABLE, Household, Program, answers_on, require_free_port

ELSEWHERE = "postgresql://elsewhere/x"
EMBEDDED = ""
# A program with a child, and a grandchild that left its process group and its session.
FAMILY_SIZE = 5  # the guard, the program, its child, the shell and the shell's own child
FAMILY = """
import subprocess, time
subprocess.Popen(["sleep", "600"])
subprocess.Popen(["setsid", "sh", "-c", "sleep 600; true"])
print("family of", __import__("os").getpid(), flush=True)
time.sleep(600)
"""
HOUSE = """
import sys
from pathlib import Path
from bangban.machinery.processes import Household, Program
data, grace, *scripts = sys.argv[1:]
with Household(Path(data)) as house:
    programs = [Program(f"p{n}", [sys.executable, "-c", script], grace=float(grace)) for n, script in enumerate(scripts)]
    house.run(programs, announce=lambda: house.say("all up"))
print("left in order", flush=True)
"""


@dataclass
class House:
    """A household in a process of its own, and what belongs to it."""

    process: subprocess.Popen[str]
    mark: str
    data: Path
    said: str = ""

    def members(self) -> list[int]:
        return marked(self.mark) + servers(self.data)

    def below(self) -> list[int]:
        return [pid for pid in marked(self.mark) if pid != self.process.pid]

    def all_below(self, count: int, besides: Collection[int] = ()) -> list[int]:
        """The members once all of them are seen: the system shows no environment of one that is just being loaded.

        `besides` are those from before: a killed one may still be seen until it has had its turn to die.
        """
        seen: list[int] = []

        def complete() -> bool:
            seen[:] = self.below()
            return len(seen) == count and not {*seen} & {*besides}

        assert soon(complete), f"{count} processes expected, {len(seen)} seen"
        return seen


class Builder:
    """Starts households for a test, and ends those it left."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.houses: list[House] = []

    def __call__(self, *scripts: str, until: str = "all up", database: str = ELSEWHERE, grace: float = 0.5) -> House:
        mark = uuid.uuid4().hex
        process = python(HOUSE, str(self.data), str(grace), *scripts, env={MARK: mark, DATABASE_VARIABLE: database})
        house = House(process, mark, self.data)
        self.houses.append(house)
        house.said = read_until(process, until)
        return house


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Builder]:
    builder = Builder(tmp_path)
    yield builder
    for house in builder.houses:
        with house.process as process:
            process.kill()
        assert soon(lambda house=house: not house.members()), "a test left processes behind"


def test_ctrl_c_leaves_no_process_and_no_database(build: Builder) -> None:
    house = build(FAMILY, FAMILY, database=EMBEDDED)
    assert house.all_below(2 * FAMILY_SIZE) and servers(house.data)
    # As a terminal does it: the signal goes to the whole foreground group.
    os.killpg(house.process.pid, signal.SIGINT)
    output, _ = house.process.communicate(timeout=PATIENCE)
    assert "left in order" in output and "Traceback" not in output
    assert house.process.returncode == 0
    assert not house.members()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_system_s_request_ends_it_as_ctrl_c_does(build: Builder, number: signal.Signals) -> None:
    house = build(FAMILY)
    house.process.send_signal(number)
    output, _ = house.process.communicate(timeout=PATIENCE)
    assert "left in order" in output and "Traceback" not in output
    assert not house.members()


def test_when_the_house_itself_is_killed_nothing_is_left(build: Builder) -> None:
    house = build(FAMILY, database=EMBEDDED)
    assert house.all_below(FAMILY_SIZE) and servers(house.data)
    house.process.kill()
    house.process.wait()
    assert soon(lambda: not house.members())


def test_when_what_started_the_house_is_killed_the_house_ends(build: Builder, tmp_path: Path) -> None:
    mark = uuid.uuid4().hex
    environment = {MARK: mark, DATABASE_VARIABLE: ELSEWHERE, "BANGBAN_END_WITH_PARENT": "1"}
    words = ["sh", "-c", '"$@"; true', "sh", sys.executable, "-c", HOUSE, str(tmp_path), "0.5", FAMILY]
    with subprocess.Popen(words, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True) as shell:
        read_until(shell, "all up")
        shell.kill()
    assert soon(lambda: not marked(mark))


def test_a_second_ctrl_c_does_not_break_off_the_stopping(build: Builder) -> None:
    house = build("import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(600)")
    for _ in range(3):
        os.killpg(house.process.pid, signal.SIGINT)
    output, _ = house.process.communicate(timeout=PATIENCE)
    assert "left in order" in output and "Traceback" not in output
    assert not house.members()


def test_a_program_that_ignores_the_request_is_ended_after_its_grace(build: Builder) -> None:
    house = build("import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(600)")
    house.process.terminate()
    house.process.communicate(timeout=PATIENCE)
    assert not house.members()


def test_a_program_is_asked_before_it_is_ended(build: Builder) -> None:
    polite = "import signal, sys, time\nsignal.signal(15, lambda *_: sys.exit(print('bye', flush=True)))\n"
    house = build(polite + "print('ready', flush=True)\ntime.sleep(600)", until="ready", grace=PATIENCE)
    house.process.terminate()
    output, _ = house.process.communicate(timeout=PATIENCE)
    assert "p0      | bye" in output


def test_the_last_words_of_a_program_are_repeated_to_their_end(build: Builder) -> None:
    words = "signal.signal(15, lambda *_: sys.exit(print('bye\\n' * 20_000 + 'end of words', flush=True)))"
    house = build(
        f"import signal, sys, time\n{words}\nprint('ready', flush=True)\ntime.sleep(600)", until="ready", grace=PATIENCE
    )
    house.process.terminate()
    output, _ = house.process.communicate(timeout=PATIENCE)
    assert "p0      | end of words\n" in output


def test_a_killed_program_is_started_again_without_its_old_children(build: Builder) -> None:
    house = build(FAMILY, until="family of")
    before = house.all_below(FAMILY_SIZE)
    os.kill(child_of(child_of(house.process.pid)), signal.SIGKILL)
    read_until(house.process, "p0 ended by itself")
    read_until(house.process, "family of")
    assert house.all_below(FAMILY_SIZE, besides=before)


def test_a_killed_guard_takes_its_program_along_and_both_come_back(build: Builder) -> None:
    house = build(
        "import subprocess, time\nsubprocess.Popen(['sleep', '600'])\nprint('up', flush=True)\ntime.sleep(600)",
        until="up",
    )
    before = house.all_below(3)
    os.kill(child_of(house.process.pid), signal.SIGKILL)
    read_until(house.process, "p0 ended by itself")
    read_until(house.process, "up")
    assert house.all_below(3, besides=before)


def test_a_program_that_keeps_failing_is_tried_ever_more_slowly(build: Builder) -> None:
    house = build("raise SystemExit('no settings')", until="no settings")
    # What a program says and what is said about it come by two threads: either may be first.
    said = house.said + read_until(house.process, "again in 0.8 s")
    assert "p0      | no settings" in said
    assert "again in 0.4 s" in said


def test_a_given_database_is_used_and_none_is_started(build: Builder, tmp_path: Path) -> None:
    show = f"import os, time\nprint('at', os.environ['{DATABASE_VARIABLE}'], flush=True)\ntime.sleep(600)"
    build(show, until=f"at {ELSEWHERE}")
    assert not (tmp_path / "postgres").exists()


@pytest.fixture
def household(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Household, StringIO]]:
    monkeypatch.setenv(DATABASE_VARIABLE, ELSEWHERE)
    out = StringIO()
    with Household(tmp_path, out=out) as house:
        yield house, out


def test_a_step_runs_to_its_end_and_its_lines_carry_its_name(household: tuple[Household, StringIO]) -> None:
    house, out = household
    house.do(Program("migrate", ["/bin/sh", "-c", "echo one; echo 二"]))
    assert soon(lambda: out.getvalue() == "migrate | one\nmigrate | 二\n")


def test_a_step_that_fails_is_reported_with_its_code(household: tuple[Household, StringIO]) -> None:
    house, _ = household
    with pytest.raises(ProgramFailed, match="migrate failed with code 3"):
        house.do(Program("migrate", ["/bin/sh", "-c", "exit 3"]))


def test_a_program_that_does_not_exist_is_named(household: tuple[Household, StringIO]) -> None:
    house, out = household
    with pytest.raises(ProgramFailed, match="127"):
        house.do(Program("web", ["/nowhere/bangban"]))
    assert soon(lambda: "cannot start /nowhere/bangban: No such file" in out.getvalue())


def test_a_taken_port_is_told_before_anything_starts() -> None:
    port = kept_port()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        assert answers_on(port)()
        with pytest.raises(ProgramFailed, match=f"Port {port} cannot be used .* PORT="):
            require_free_port(port)
    assert not answers_on(port)()
    require_free_port(port)
