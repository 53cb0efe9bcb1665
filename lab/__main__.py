"""`python -m lab <verb>`: the lab from the command line, and behind the make targets."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path

# The product's source root (docs/adr/0001), which the lab reads the declarations with.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "platform"))

from lab import verbs
from lab.lab import Lab
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
    if len(arguments) != 1 or arguments[0] not in VERBS:
        print("usage: python -m lab {" + "|".join(VERBS) + "}", file=sys.stderr)
        for name, verb in VERBS.items():
            print(f"  {name:9} {(verb.__doc__ or '').splitlines()[0]}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return VERBS[arguments[0]](Lab())
    except Trouble as trouble:
        print(f"error: {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. Run `make up` again: it goes on from here.", file=sys.stderr)
        return 130


sys.exit(main(sys.argv[1:]))
