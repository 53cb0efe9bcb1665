"""A pytest plugin that writes down what became of each test.

A test that did not run has not proved anything, so a skipped one counts as failed; the
only exception carries the mark `may_not_run` and is reported by name.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

FILE = "ESTATE_TEST_COUNTS"
"""The environment variable that names the file to write."""


class Counting:
    """Collects outcomes by test."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._outcomes: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Called for set-up, call and tear-down of each test."""
        if report.failed:
            self._outcomes[report.nodeid] = "failed"
        elif report.skipped and not hasattr(report, "wasxfail"):
            self._outcomes[report.nodeid] = (
                "not run" if "may_not_run" in report.keywords else "skipped"
            )
        elif report.when == "call":
            self._outcomes.setdefault(report.nodeid, "passed")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be read, or skips itself as a whole, is a failure too."""
        if report.failed or report.skipped:
            self._outcomes[report.nodeid] = "failed" if report.failed else "skipped"

    def pytest_sessionfinish(self) -> None:
        """Writes the outcomes."""
        self._file.write_text(json.dumps(self._outcomes), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """Registers the plugin when the ladder has asked for it."""
    if file := os.environ.get(FILE):
        config.pluginmanager.register(Counting(Path(file)))
