"""The word tables beside this code: plain text, one entry a line, `#` begins a remark."""

from __future__ import annotations

from importlib.resources import files

__all__ = ["lines", "read"]


def read(name: str) -> str:
    """Return the content of a table of this package; FileNotFoundError for an unknown name."""
    return (files(__package__) / name).read_text(encoding="utf-8")


def lines(name: str) -> list[str]:
    """Return the lines of a table without remarks and empty lines."""
    stripped = (line.partition("#")[0].strip() for line in read(name).splitlines())
    return [line for line in stripped if line]
