"""The fonts of official documents: Noto Sans SC from npm, copied at set-up; never the fonts of the machine.

With the machine's own fonts a document would look otherwise on every server, and its digest would differ.
"""

from __future__ import annotations

from pathlib import Path

from bangban.foundation.flows.flow import NotAllowed

FOLDER = Path(__file__).resolve().parent / "fonts"
FAMILY = "Noto Sans SC"
MISSING = "这台服务器还没有安装文书字体，暂时不能生成文书。请系统管理员执行 make frontend，完成后再试。"


class FontsMissing(NotAllowed):
    """The fonts were not installed at set-up; the sentence says how to install them (409)."""

    def __init__(self) -> None:
        super().__init__(MISSING, state="")


def ready() -> bool:
    """Tell whether documents can be made here; pages show `MISSING` instead of their buttons where not."""
    return (FOLDER / "manifest.json").exists()
