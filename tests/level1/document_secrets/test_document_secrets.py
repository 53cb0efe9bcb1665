"""Secrets for other teams' documents: generated, one secret output (X11)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.balancers import with_a_pair
from tests.configuration import engine_configuration
from tests.estates import REPOSITORY, shipped
from tests.harness import SECRET, SECRET_SIGNATURE, deploy, program_at

pytestmark = pytest.mark.level1


def test_a_generated_secret_is_a_secret_output_and_no_object_has_it(tmp_path: Path) -> None:
    """X11, fault 17: eight letters and digits, as VRRP takes them; the output is marked secret."""
    estate = with_a_pair(shipped(tmp_path))
    shutil.copy(REPOSITORY / "__main__.py", estate.root)
    (estate.root / "platform").symlink_to(REPOSITORY / "platform")
    config = engine_configuration(estate.root, "dmz")
    recorder = deploy(program_at(estate.root), stack_name="dmz", config=config)
    assert recorder.error is None, recorder.error
    name = "keepalived-lb-dmz-auth_pass"
    password = recorder.one("RandomPassword", name)
    assert password.inputs["length"] == 8
    assert password.inputs["special"] is False
    value = f"random-{name}"
    assert all(value not in str(registration.inputs) for registration in recorder.registrations)
    (found,) = [output for output in recorder.outputs.values() if "documentSecrets" in output]
    assert found["documentSecrets"] == {
        SECRET: SECRET_SIGNATURE,
        "value": {
            "keepalived/lb-dmz/auth_pass": value,
            "keepalived/router/auth_pass": "random-keepalived-router-auth_pass",
        },
    }
