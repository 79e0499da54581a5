"""The candidates of one question laid side by side, so that one vector operation looks at all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bangban.services.assistant.retrieval.grams import Codes, Floats, Ints, encode

__all__ = ["Sheet", "lay_out"]


class Sheet(NamedTuple):
    """Titles and texts of the candidates in one row of characters: title 0, text 0, title 1, text 1, ...

    `parts` holds these stretches, `joined` all of them; `field` numbers them per character (even: title, odd: text),
    `within` counts characters from the beginning of the stretch. `title_lengths` and `text_lengths` are in characters,
    in units of the corpus's average.
    """

    parts: list[str]
    joined: str
    codes: Codes
    field: Ints
    within: Ints
    size: int
    title_lengths: Floats
    text_lengths: Floats


def lay_out(titles: Sequence[str], texts: Sequence[str], average_title: float, average_text: float) -> Sheet:
    """Return the sheet of normalised titles and texts; averages are characters per passage of the whole corpus."""
    parts = [part + " " for pair in zip(titles, texts, strict=True) for part in pair]
    lengths = np.array([len(part) for part in parts], np.int64)
    joined = "".join(parts)
    field = np.repeat(np.arange(len(parts)), lengths)
    starts = np.cumsum(lengths) - lengths
    return Sheet(
        parts=parts,
        joined=joined,
        codes=encode(joined),
        field=field,
        within=np.arange(len(joined)) - starts[field],
        size=len(titles),
        title_lengths=(lengths[0::2] - 1) / max(average_title, 1.0),
        text_lengths=(lengths[1::2] - 1) / max(average_text, 1.0),
    )
