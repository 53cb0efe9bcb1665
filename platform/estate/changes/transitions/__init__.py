"""What a change runs into on a running cluster: from what is applied to what is declared. Pure.

Each rule reads both sides as they are rendered and gives findings. What cannot work is refused,
with the steps that do; the rest says what will happen: what is made anew, what restarts, what
changes hands.
"""

from estate.changes.transitions.finding import Finding
from estate.changes.transitions.rules import found_between, transitions

__all__ = ["Finding", "found_between", "transitions"]
