"""What `make up` says of an update: warnings once, errors in full (D5)."""

from __future__ import annotations

from typing import Any

import pytest

from lab.engine_run import Tally

pytestmark = pytest.mark.level0

STACK = "urn:pulumi:dmz::estate::pulumi:pulumi:Stack::estate-dmz"
QUOTE = "urn:pulumi:dmz::estate::estate:app:App$kubernetes:apps/v1:Deployment::quote"


def said(severity: str, message: str, urn: str = "", *, ephemeral: bool = False) -> dict[str, Any]:
    one = {"severity": severity, "message": message, "urn": urn, "ephemeral": ephemeral}
    return {"diagnosticEvent": one}


def test_a_warning_of_preview_and_update_is_shown_once() -> None:
    """D5: nodes that have not joined are named where people look."""
    tally = Tally()
    for _ in range(2):
        tally.take(said("warning", "<{%reset%}>1 declared node has not joined<{%reset%}>\n", STACK))
    assert tally.warnings == ["1 declared node has not joined"]
    assert tally.errors == []


def test_a_resources_warning_and_error_name_it() -> None:
    tally = Tally()
    tally.take(said("warning", "it waits", QUOTE))
    tally.take(said("error", "timed out", QUOTE))
    tally.take(said("error", "update failed", STACK))
    assert tally.warnings == ["quote: it waits"]
    assert tally.errors == ["quote: timed out", "update failed"]


def test_what_is_said_while_waiting_and_what_says_nothing_is_left_out() -> None:
    tally = Tally()
    tally.take(said("warning", "[1/2] waiting", QUOTE, ephemeral=True))
    tally.take(said("info", "read", QUOTE))
    tally.take(said("error", "<{%reset%}>\n", STACK))
    assert tally.warnings == tally.errors == []
