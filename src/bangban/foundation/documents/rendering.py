"""Documents by Typst: a template that stands beside the room that owns the form, filled with data, never with code.

A template begins with `#import "/foundation/documents/typst/official.typ": *` and reads its values from `data`. Paths
in templates start at the house's root; nothing outside it can be read and nothing is fetched.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

from bangban.foundation.clocks.moment import now
from bangban.foundation.documents.fonts import FOLDER, FontsMissing, ready

# What archives accept for text that stays readable (PDF/A-2, conformance level b).
ARCHIVAL = "a-2b"
_turn = threading.Lock()


class TemplateBroken(RuntimeError):
    """A template cannot be set with this data: an error of ours, never of the person who asked."""


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    if not ready():
        raise FontsMissing
    return typst.Compiler(root=str(settings.ROOT), font_paths=[str(FOLDER)], ignore_system_fonts=True)


def render_pdf(template: str | Path, data: Mapping[str, Any]) -> bytes:
    """Return a form as PDF/A-2b, about 20 ms a page once the fonts are loaded.

    `template` is a path below `src/bangban` ("services/hotline/documents/order.typ"); `data` must be plain JSON. The same
    template, data and moment give the same bytes. Raises FontsMissing (409), TemplateBroken.
    """
    return _render(template, data, format="pdf", pdf_standards=ARCHIVAL, timestamp=int(now().timestamp()))[0]


def render_png(template: str | Path, data: Mapping[str, Any], *, dots: int = 144) -> list[bytes]:
    """Return the pages of a form as pictures with so many dots an inch, for previews and for Word."""
    return _render(template, data, format="png", ppi=float(dots))


def _render(template: str | Path, data: Mapping[str, Any], **how: Any) -> list[bytes]:
    path = Path(settings.ROOT) / template
    inputs = {"data": json.dumps(data, ensure_ascii=False, default=str)}
    # One set at a time: the compiler keeps what it has read, and its inputs belong to the run.
    with _turn:
        try:
            made = _compiler().compile(input=str(path), sys_inputs=inputs, **how)
        except typst.TypstError as error:
            raise TemplateBroken(f"{path.name}: {error}") from error
    return made if isinstance(made, list) else [made or b""]
