"""A pytest plugin that writes down the outcome of each test, and how long each took.

A test that did not run has not proved anything, so a skipped one counts as failed; the
only exception carries the mark `may_not_run` and is reported by name. A test that was collected
and has no outcome at the end (its process was killed) counts as failed, too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

FILE = "ESTATE_TEST_COUNTS"
"""The environment variable that names the file to write."""


@dataclass
class Counts:
    """Outcomes and durations by test, as they are written to the file."""

    outcomes: dict[str, str] = field(default_factory=dict[str, str])
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    """Of set-up, call and tear-down together: a shared fixture counts for the test that made it."""

    def write(self, file: Path) -> None:
        """Writes both as JSON."""
        whole = {"outcomes": self.outcomes, "seconds": self.seconds}
        file.write_text(json.dumps(whole), encoding="utf-8")


def read(file: Path) -> Counts:
    """What a run has written; nothing where it has not come to its end."""
    if not file.exists():
        return Counts()
    return Counts(**json.loads(file.read_text(encoding="utf-8")))


class Counting:
    """Collects outcomes by test, in the process that hands tests to the others."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._counts = Counts()
        self._collected: set[str] = set()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Called where tests run in this process."""
        self._collected.update(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Iterable[str]) -> None:
        """Called for each process that runs tests."""
        self._collected.update(ids)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Called for set-up, call and tear-down of each test."""
        outcomes, seconds = self._counts.outcomes, self._counts.seconds
        seconds[report.nodeid] = seconds.get(report.nodeid, 0) + report.duration
        if report.failed:
            outcomes[report.nodeid] = "failed"
            # At once: a run that is cut off later has still named it.
            print(f"\nfailed: {report.nodeid} ({report.when}, {report.duration:.0f} s)", flush=True)
        elif report.skipped and not hasattr(report, "wasxfail"):
            outcomes[report.nodeid] = "not run" if "may_not_run" in report.keywords else "skipped"
        elif report.when == "call":
            outcomes.setdefault(report.nodeid, "passed")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be read, or skips itself as a whole, is a failure too."""
        if report.failed or report.skipped:
            self._counts.outcomes[report.nodeid] = "failed" if report.failed else "skipped"

    def pytest_sessionfinish(self) -> None:
        """Writes the counts."""
        for nodeid in sorted(self._collected - self._counts.outcomes.keys()):
            self._counts.outcomes[nodeid] = "failed"
        self._counts.write(self._file)


def pytest_configure(config: pytest.Config) -> None:
    """Registers the plugin when the ladder has asked for it."""
    runs_for_another = hasattr(config, "workerinput")
    if (file := os.environ.get(FILE)) and not runs_for_another:
        config.pluginmanager.register(Counting(Path(file)))
