"""`make bench`: the design's table of speed, measured here and now, as ratios."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

# The product's source root (docs/adr/0001).
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "platform"))

from benchmarks.measure import Row, offline
from benchmarks.on_the_lab import on_the_lab


def main(arguments: list[str]) -> int:
    """Prints the table; 1 when a judged row misses what it must reach."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--offline", action="store_true", help="leave out the rows that need a lab")
    chosen = parser.parse_args(arguments)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for row in offline(Path(folder)):
            rows.append(row)
            print(row, flush=True)
        if not chosen.offline:
            for row in on_the_lab(Path(folder) / "lab"):
                rows.append(row)
                print(row, flush=True)
    return 1 if any(row.missed for row in rows) else 0


sys.exit(main(sys.argv[1:]))
