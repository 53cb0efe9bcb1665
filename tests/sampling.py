"""A pytest plugin that runs a sample: of each file the tests of one function.

The function is the first of its file, so that a failure repeats.
"""

from __future__ import annotations

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the first function of each file."""
    first: dict[str, str] = {}
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        file, _, function = item.nodeid.partition("[")[0].rpartition("::")
        (kept if first.setdefault(file, function) == function else left).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept
