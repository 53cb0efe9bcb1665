"""The simulated estate: real control planes on loopback, with simulated nodes.

Lab equipment: the product never imports it.
"""

import sys
from pathlib import Path

# The product's source root (docs/adr/0001), so that `python -m lab` finds it.
_PLATFORM = str(Path(__file__).resolve().parents[1] / "platform")
if _PLATFORM not in sys.path:
    sys.path.insert(0, _PLATFORM)

from lab.lab import ROOT, Lab  # noqa: E402

__all__ = ["ROOT", "Lab"]
