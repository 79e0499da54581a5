"""`bangban bench`: figures as ratios of one run."""

from __future__ import annotations

import argparse
import json
from importlib import import_module
from pathlib import Path

NAMES = (
    "open",
    "pages",
    "live",
    "assistant",
    "answers",
    "imports",
    "rush",
    "calls",
    "waiting",
    "routing",
    "concentrated",
    "storm",
    "orders",
)
NEED_A_FOLDER = ("assistant", "routing", "concentrated")


def bench(given: argparse.Namespace) -> int:
    """Run the named measurements, or all.

    `assistant DIR` takes a folder with corpus.jsonl and queries.jsonl, `routing DIR` one of labelled messages.
    """
    names = list(given.names) or [name for name in NAMES if name not in NEED_A_FOLDER]
    while names:
        name = names.pop(0)
        if name not in NAMES:
            raise LookupError(f"There is no measurement {name!r}; there are {', '.join(NAMES)}.")
        arguments = []
        while names and names[0] not in NAMES:
            arguments.append(Path(names.pop(0)))
        module = import_module(f"bangban.bench.{name}")
        for line in module.run(*arguments, as_json=given.json) or []:
            print(json.dumps(line, ensure_ascii=False) if given.json else _text(line), flush=True)
    return 0


def _text(line: dict[str, object]) -> str:
    ratio = f"  ratio {line['ratio']:.3g} of {line['base']}" if line.get("ratio") is not None else ""
    value = line["value"]
    shown = f"{value:.4g}" if isinstance(value, float) else value
    return f"{line['name']:44} {shown} {line['unit']}{ratio}  n={line['n']}"
