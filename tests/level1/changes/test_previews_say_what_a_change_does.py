"""`pulumi preview` names what restarts, and refuses what cannot work, from the stack's outputs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from estate.changes.applied import OUTPUT, packed
from estate.composition import compose
from tests.configuration import engine_configuration
from tests.estates import REPOSITORY, Estate, shipped
from tests.harness import Recorder, deploy, program_at


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    found = shipped(tmp_path)
    shutil.copy(REPOSITORY / "__main__.py", found.root)
    (found.root / "platform").symlink_to(REPOSITORY / "platform")
    return found


def kept(estate: Estate) -> dict[str, str]:
    """What the stack keeps of these declarations."""
    return {OUTPUT: packed(compose(estate.plans()["dmz"]))}


def run(estate: Estate, outputs: dict[str, str] | None, *, preview: bool = True) -> Recorder:
    config = engine_configuration(estate.root, "dmz")
    return deploy(program_at(estate.root), config=config, preview=preview, outputs=outputs)


def exchange(estate: Estate) -> None:
    """Two apps exchange their node ports: the API server refuses it."""
    estate.port("dmz", "life/policy-portal", 30013)
    estate.port("dmz", "brokers/broker-gateway", 30010)


def test_a_preview_names_what_restarts_and_for_how_long(estate: Estate) -> None:
    """X5: once, in one message; an update that follows says nothing more."""
    before = kept(estate)
    estate.edit("apps/quote-dmz.yaml", "0ff1dffae9186188", "0ff1dffae9186189")
    preview = run(estate, before)
    assert preview.error is None
    (note,) = preview.notes
    assert note.startswith("Pods restart:\n  Deployment motor/quote: 3 pods restart one by one")
    assert run(estate, before, preview=False).notes == []


def test_what_cannot_work_is_refused_before_anything_is_registered(estate: Estate) -> None:
    """X5: in a preview and in an update without one, with the steps that work."""
    before = kept(estate)
    exchange(estate)
    for preview in (True, False):
        recorder = run(estate, before, preview=preview)
        assert "Nothing was written. This change cannot work:" in str(recorder.error)
        assert "node port 30010/TCP" in str(recorder.error)
        assert "    1. Take it from" in str(recorder.error)
        assert [registration.type for registration in recorder.registrations] == [
            "pulumi:providers:kubernetes"
        ]


def test_a_person_may_try_it_all_the_same(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule may be wrong about a cluster that somebody has looked at."""
    before = kept(estate)
    exchange(estate)
    monkeypatch.setenv("ESTATE_TRANSITIONS", "show")
    recorder = run(estate, before)
    assert recorder.error is None
    assert any("node port 30010/TCP" in warning for warning in recorder.warnings)


def test_without_a_change_or_a_baseline_nothing_is_said(estate: Estate) -> None:
    for outputs in (kept(estate), None):
        recorder = run(estate, outputs)
        assert recorder.error is None
        assert recorder.notes == recorder.warnings == []
