"""Declarations of collected log files that are refused, by example."""

from __future__ import annotations

from tests.estates import REPOSITORY
from tests.level0.refused import DMZ, Edit, Refusal

PORTAL = "apps/policy-portal-dmz.yaml"


def _without_logging() -> Edit:
    text = (REPOSITORY / DMZ).read_text(encoding="utf-8")
    begin, end = text.index("  estate:logging:"), text.index("  estate:monitoring:")
    return (DMZ, text[begin:end], "")


REFUSALS = (
    Refusal(
        code="no-logging",
        edits=(_without_logging(), (PORTAL, 'collect: "*.log"', 'collect: «"*.log"')),
        key_path="logs.collect",
        found="zone 'dmz' collects no logs",
        allowed="with estate:logging in the stack file",
        hint="Leave 'collect' out",
        neighbour=(_without_logging(), (PORTAL, ', collect: "*.log"', "")),
    ),
    Refusal(
        code="bad-pattern",
        edits=((PORTAL, 'collect: "*.log"', 'collect: «"../*.log"'),),
        key_path="logs.collect",
        found="'../*.log' is no pattern of file names",
        allowed="like *.log",
        neighbour=((PORTAL, 'collect: "*.log"', 'collect: "server-*.out"'),),
    ),
)
