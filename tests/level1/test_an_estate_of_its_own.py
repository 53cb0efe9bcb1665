"""The example under examples/: a whole estate of three lines, as Pulumi sees it."""

from __future__ import annotations

import pytest

from tests.configuration import engine_configuration
from tests.estates import REPOSITORY
from tests.harness import deploy, program_at

EXAMPLE = REPOSITORY / "examples/branch-bank"


@pytest.mark.parametrize("stack", ["dmz", "intranet"])
def test_the_example_registers_its_namespaces_apps_and_policies(stack: str) -> None:
    """Made by `estate init` and `estate new`; the guard finds the cluster that it names."""
    found = deploy(
        program_at(EXAMPLE), stack_name=stack, config=engine_configuration(EXAMPLE, stack)
    )
    assert found.error is None, found.error
    names = {urn.rsplit("::", 1)[-1] for urn in found.urns}
    apps = {"dmz": {"transfer", "terminal", "apply"}, "intranet": {"limits", "statement"}}
    assert {"payments", "cards", *apps[stack]} <= names
