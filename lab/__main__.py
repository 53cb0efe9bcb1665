"""`python -m lab <verb>`: the lab from the command line, and behind the make targets."""

from __future__ import annotations

import os
import signal
import sys

INTERRUPTED = "\nInterrupted. Run `make up` again: it goes on from here."


def _interrupted_early(*_: object) -> None:
    """Ctrl-C while modules are still being imported, where nothing could catch an exception."""
    print(INTERRUPTED, file=sys.stderr, flush=True)
    os._exit(130)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, _interrupted_early)

import argparse
from collections.abc import Callable
from pathlib import Path

# The product's source root (docs/adr/0001), which the lab reads the declarations with.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "platform"))

from lab import verbs
from lab.lab import ROOT, Lab
from toolchain.trouble import Trouble

VERBS: dict[str, Callable[[Lab], int]] = {
    "up": verbs.up,
    "clusters": verbs.clusters,
    "preview": verbs.preview,
    "status": verbs.status,
    "env": verbs.env,
    "down": verbs.down,
}


def main(arguments: list[str]) -> int:
    """Runs one verb; the exit code."""
    verbs_help = "\n".join(
        f"  {name:9} {(verb.__doc__ or '').splitlines()[0]}" for name, verb in VERBS.items()
    )
    parser = argparse.ArgumentParser(
        prog="python -m lab",
        description=verbs_help,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("verb", choices=VERBS, metavar="verb")
    parser.add_argument("--root", type=Path, default=ROOT, help="the estate's folder")
    parser.add_argument("--state", type=Path, help="the lab's folder (default: .lab in the root)")
    chosen = parser.parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        return VERBS[chosen.verb](Lab(chosen.root, chosen.state))
    except Trouble as trouble:
        print(f"error: {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(INTERRUPTED, file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
