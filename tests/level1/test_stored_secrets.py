"""Secrets that the stack keeps for apps: from its file into the Secret, and nowhere else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.configuration import engine_configuration
from tests.estates import REPOSITORY, shipped
from tests.harness import SECRET, SECRET_SIGNATURE, deploy, program_at

pytestmark = pytest.mark.level1

NAME = "broker-gateway.session-key-g1"
CANARY = "canary-7c1e5d0f3b2a4968"


def test_a_stored_secret_reaches_the_engine_as_a_secret_only(tmp_path: Path) -> None:
    """F17, trap 13: no password is made for it, and its consumer names it without knowing it."""
    estate = shipped(tmp_path)
    shutil.copy(REPOSITORY / "__main__.py", estate.root)
    (estate.root / "platform").symlink_to(REPOSITORY / "platform")
    gateway = "apps/broker-gateway-dmz.yaml"
    estate.edit(gateway, "- {name: session-key}", "- {name: session-key, from: stack}")
    line = "  estate:registry:"
    stored = f"  estate-secrets:{NAME}: {{secure: v1:abc:def}}"
    estate.edit("Pulumi.dmz.yaml", line, f"{stored}\n{line}")
    config = engine_configuration(estate.root, "dmz") | {f"estate-secrets:{NAME}": CANARY}
    recorder = deploy(program_at(estate.root), stack_name="dmz", config=config)
    assert recorder.error is None, recorder.error
    secret = recorder.one("Secret", NAME)
    assert secret.inputs["stringData"] == {"value": {SECRET: SECRET_SIGNATURE, "value": CANARY}}
    assert NAME not in [one.name for one in recorder.of("RandomPassword")]
    others = [one for one in recorder.registrations if one is not secret]
    assert all(CANARY not in str(one.inputs) for one in others)
    volumes = recorder.one("Deployment", "broker-gateway").inputs["spec"]["template"]["spec"]
    assert NAME in str(volumes["volumes"])
