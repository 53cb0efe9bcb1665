"""Flows held against what the readers found: trails, undeclared openings, losses, the universe."""
