"""`python -m bangban.bench.assistant DIR... [--json] [--entries N]`, and `--tune` to find the weights anew."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from bangban.bench.assistant import run
from bangban.bench.assistant.tune import tune


def main() -> int:
    """Measure the folders, or tune on them; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bangban.bench.assistant", description=__doc__)
    parser.add_argument("directories", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--entries", type=int, default=100_000, help="size of the latency measurement, 0 for none")
    parser.add_argument("--tune", type=Path, metavar="FILE", help="write weights found on the folders to FILE")
    given = parser.parse_args()
    lines = tune(given.directories, given.tune) if given.tune else run(*given.directories, entries=given.entries)
    for line in lines:
        ratio = f"  {line['ratio']:.3f} of {line['base']}" if line["ratio"] else ""
        text = f"{line['name']:48} {line['value']:10.4f} {line['unit']}{ratio}  n={line['n']}"
        print(json.dumps(line, ensure_ascii=False) if given.json else text, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
