"""Checks of collected log files."""

from __future__ import annotations

from estate.declarations.catalogue import Catalogue
from estate.reader.problems import Problem
from estate.topics.apps.plan.log_files import pattern_of


def check_log_files(catalogue: Catalogue) -> list[Problem]:
    """A problem for each app whose lines nobody would take."""
    return [
        declared.problem(
            "no-logging",
            ("logs", "collect"),
            f"zone '{declared.value.zone}' collects no logs",
            "with estate:logging in the stack file",
            "Leave 'collect' out: then the files stay on the filer",
        )
        for declared in catalogue.apps
        if pattern_of(declared.value) and catalogue.stack(declared.value.zone).logging is None
    ]
