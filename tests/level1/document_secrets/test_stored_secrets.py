"""Secrets that the stack keeps for apps: from its file into the Secret, and nowhere else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.configuration import engine_configuration
from tests.estates import REPOSITORY, shipped
from tests.harness import SECRET, SECRET_SIGNATURE, Recorder, deploy, program_at

pytestmark = pytest.mark.level1

NAME = "broker-gateway.session-key-g1"
CANARY = "canary-7c1e5d0f3b2a4968"


def _kept(folder: Path, declared: str, values: dict[str, str]) -> Recorder:
    """The dmz, registered with the gateway's key kept by the stack under these names."""
    estate = shipped(folder)
    shutil.copy(REPOSITORY / "__main__.py", estate.root)
    (estate.root / "platform").symlink_to(REPOSITORY / "platform")
    estate.edit(
        "apps/broker-gateway-dmz.yaml",
        "- {name: session-key}",
        f"- {{name: session-key, {declared}}}",
    )
    line = "  estate:registry:"
    stored = "".join(f"  estate-secrets:{name}: {{secure: v1:abc:def}}\n" for name in values)
    estate.edit("Pulumi.dmz.yaml", line, f"{stored}{line}")
    config = engine_configuration(estate.root, "dmz")
    config |= {f"estate-secrets:{name}": value for name, value in values.items()}
    recorder = deploy(program_at(estate.root), stack_name="dmz", config=config)
    assert recorder.error is None, recorder.error
    return recorder


def test_a_stored_secret_reaches_the_engine_as_a_secret_only(tmp_path: Path) -> None:
    """fault 17, trap 13: no password is made for it; its consumer names it and holds no value."""
    recorder = _kept(tmp_path, "from: stack", {NAME: CANARY})
    secret = recorder.one("Secret", NAME)
    assert secret.inputs["stringData"] == {"value": {SECRET: SECRET_SIGNATURE, "value": CANARY}}
    assert NAME not in [registration.name for registration in recorder.of("RandomPassword")]
    others = [registration for registration in recorder.registrations if registration is not secret]
    assert all(CANARY not in str(registration.inputs) for registration in others)
    volumes = recorder.one("Deployment", "broker-gateway").inputs["spec"]["template"]["spec"]
    assert NAME in str(volumes["volumes"])


def test_the_login_of_the_promotion_job_can_be_kept_by_the_stack(tmp_path: Path) -> None:
    """L4: a docker configuration, which only the engine and the cluster ever see."""
    estate = shipped(tmp_path)
    shutil.copy(REPOSITORY / "__main__.py", estate.root)
    (estate.root / "platform").symlink_to(REPOSITORY / "platform")
    login, line = "login: registry-login}", "  estate:registry:"
    estate.edit("Pulumi.dmz.yaml", login, "login: registry-login, kept: stack, generation: 2}")
    name = "registry-login-g2"
    estate.edit("Pulumi.dmz.yaml", line, f"  estate-secrets:{name}: {{secure: v1:abc:def}}\n{line}")
    config = engine_configuration(estate.root, "dmz") | {f"estate-secrets:{name}": CANARY}
    recorder = deploy(program_at(estate.root), stack_name="dmz", config=config)
    assert recorder.error is None, recorder.error
    secret = recorder.one("Secret", name)
    assert secret.inputs["type"] == "kubernetes.io/dockerconfigjson"
    assert secret.inputs["stringData"] == {
        ".dockerconfigjson": {SECRET: SECRET_SIGNATURE, "value": CANARY}
    }
    others = [registration for registration in recorder.registrations if registration is not secret]
    assert all(CANARY not in str(registration.inputs) for registration in others)
    assert any(name in str(registration.inputs) for registration in recorder.of("CronJob"))


def test_a_higher_generation_takes_the_value_of_that_generation(tmp_path: Path) -> None:
    """Trap 12: the old value stays in the file until pods have the new one; nobody reads it."""
    new = "broker-gateway.session-key-g2"
    values = {NAME: "canary-old-91be7724", new: CANARY}
    recorder = _kept(tmp_path, "from: stack, generation: 2", values)
    assert recorder.one("Secret", new).inputs["stringData"]["value"]["value"] == CANARY
    assert NAME not in [registration.name for registration in recorder.of("Secret")]
    assert all(
        values[NAME] not in str(registration.inputs) for registration in recorder.registrations
    )
    volumes = recorder.one("Deployment", "broker-gateway").inputs["spec"]["template"]["spec"]
    assert new in str(volumes["volumes"])


def test_keys_reach_the_engine_each_as_a_secret_of_its_own(tmp_path: Path) -> None:
    """F3, trap 13: text as it is, bytes in base64 without line ends; no other object has them."""
    values = {f"{NAME}.pin": CANARY, f"{NAME}.store": "Y2FuYXJ5\nLTdj\n"}
    keys = "keys: [{name: pin}, {name: store, form: binary}]"
    recorder = _kept(tmp_path, f"from: stack, {keys}", values)
    (secret,) = [one for one in recorder.of("Secret") if one.name.startswith(NAME)]
    assert secret.inputs["stringData"] == {"pin": {SECRET: SECRET_SIGNATURE, "value": CANARY}}
    assert secret.inputs["data"] == {"store": {SECRET: SECRET_SIGNATURE, "value": "Y2FuYXJ5LTdj"}}
    others = [registration for registration in recorder.registrations if registration is not secret]
    assert all(CANARY not in str(registration.inputs) for registration in others)
    volumes = recorder.one("Deployment", "broker-gateway").inputs["spec"]["template"]["spec"]
    assert secret.name in str(volumes["volumes"])


def test_each_key_of_a_generated_secret_has_a_value_of_its_own(tmp_path: Path) -> None:
    """F3: as many characters as declared, under the name of the key."""
    recorder = _kept(tmp_path, "length: 40, keys: [{name: one}, {name: two}]", {})
    made = {one.name: one.inputs["length"] for one in recorder.of("RandomPassword")}
    assert (made[f"{NAME}.one"], made[f"{NAME}.two"]) == (40, 40)
    assert NAME not in made
    (secret,) = [one for one in recorder.of("Secret") if one.name.startswith(NAME)]
    assert set(secret.inputs["stringData"]) == {"one", "two"}


def test_bytes_that_are_no_base64_end_the_update_and_are_not_shown(tmp_path: Path) -> None:
    """F3, B6."""
    with pytest.raises(AssertionError) as raised:
        _kept(tmp_path, "from: stack, keys: [{name: a, form: binary}]", {f"{NAME}.a": f"{CANARY}*"})
    assert f"'estate-secrets:{NAME}.a' is no base64" in str(raised.value)
    assert CANARY not in str(raised.value)
