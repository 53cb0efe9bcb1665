"""The engine's configuration and the stack file are one truth, and declarations come first."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pulumi
import pytest

from tests.configuration import engine_configuration
from tests.estates import REPOSITORY, Estate, shipped
from tests.harness import Recorder, deploy, program_at


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    """The shipped estate with its own program, as a checkout of its own."""
    found = shipped(tmp_path)
    shutil.copy(REPOSITORY / "__main__.py", found.root)
    (found.root / "platform").symlink_to(REPOSITORY / "platform")
    return found


def refusal(recorder: Recorder) -> str:
    assert isinstance(recorder.error, pulumi.RunError)
    assert recorder.registrations == []
    return str(recorder.error)


def test_another_zone_in_the_engines_configuration_is_refused_with_both_values(
    estate: Estate,
) -> None:
    """`pulumi up -c` and `--config-file` reach the engine, not the file."""
    config = engine_configuration(estate.root, "dmz")
    cluster = json.loads(config["estate:cluster"]) | {"context": "intranet"}
    config["estate:cluster"] = json.dumps(cluster)
    text = refusal(deploy(program_at(estate.root), config=config))
    assert 'estate:cluster.context is "dmz" in Pulumi.dmz.yaml' in text
    assert 'configured with "intranet"' in text
    assert len(text.splitlines()) == 1


def test_a_fact_that_only_the_engine_has_is_refused(estate: Estate) -> None:
    config = engine_configuration(estate.root, "dmz") | {"estate:extra": "1"}
    text = refusal(deploy(program_at(estate.root), config=config))
    assert "estate:extra is not set in Pulumi.dmz.yaml" in text
    assert "configured with 1." in text


def test_a_fact_that_the_engine_lacks_is_refused(estate: Estate) -> None:
    config = engine_configuration(estate.root, "dmz")
    del config["estate:removal"]
    text = refusal(deploy(program_at(estate.root), config=config))
    assert 'estate:removal is "allowed" in Pulumi.dmz.yaml' in text and "not set" in text


def test_configuration_of_others_is_none_of_our_business(estate: Estate) -> None:
    config = engine_configuration(estate.root, "dmz") | {"vault:address": "x"}
    assert deploy(program_at(estate.root), config=config).error is None


def test_a_problem_in_the_other_stacks_files_stops_this_stack_too(estate: Estate) -> None:
    estate.edit("apps/rating-intranet.yaml", "replicas: 3", "replicsa: 3")
    config = engine_configuration(estate.root, "dmz")
    text = refusal(deploy(program_at(estate.root), config=config))
    assert "apps/rating-intranet.yaml:8:1: replicsa" in text
    assert "Did you mean 'replicas'?" in text


def test_a_stack_that_does_not_exist_is_refused_by_name(estate: Estate) -> None:
    text = refusal(deploy(program_at(estate.root), stack_name="test"))
    assert "no stack 'test'" in text and "dmz and intranet" in text
