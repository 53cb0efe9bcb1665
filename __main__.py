"""The Pulumi program of the estate that ships."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "platform"))  # a source root, never a package: docs/adr/0001

from estate.pulumi_program import run

run(ROOT)
