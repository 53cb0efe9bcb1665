"""Checks of secrets that exist before the cluster."""

from __future__ import annotations

from estate.declarations.catalogue import Catalogue
from estate.reader.problems import Problem


def check_bootstrap(catalogue: Catalogue) -> list[Problem]:
    """A problem where secrets must exist before the cluster and nobody says where they are."""
    return [
        stack.problem(
            "no-bootstrap",
            ("registry", "external", "http_secret"),
            "this secret exists before the cluster does, and 'estate:bootstrap' does not say where",
            "estate:bootstrap: {kind: files, directory: ...} or {kind: environment, prefix: ...}",
        )
        for stack in catalogue.stacks.values()
        if stack.value.registry.external and not stack.value.bootstrap
    ]
