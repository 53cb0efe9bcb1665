"""estate: declarations in, a plan, then manifests and documents out."""

VERSION = "0.2.0"
"""Of the program; the wheel has it, and estates elsewhere pin it."""
