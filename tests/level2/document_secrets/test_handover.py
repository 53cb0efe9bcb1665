"""Secrets in documents: references until somebody installs them (X11, fault 17)."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from estate.cli.main import main
from estate.documents.secrets import filled, reference, referred_to
from estate.reader.values import ZONES
from estate.topics.document_secrets.plan import document_secrets
from tests.balancers import with_a_pair, without_a_pair
from tests.documents import texts
from tests.estates import REPOSITORY, Estate, shipped
from toolchain import build

pytestmark = pytest.mark.level2

KEY = b64encode(b"canary-of-thirty-two-bytes-7d01e").decode()
HTTP, USERS = "canary-5b1f7c9e02d84a63", "pusher:$2y$canary-91ce"
NODES = {zone: b64encode(f"nodes:canary-of-{zone}".encode()).decode() for zone in ZONES}


def hand_over(estate: Estate, out: Path, stack: str = "intranet") -> Result:
    return CliRunner().invoke(
        main, ["handover", "--root", str(estate.root), "--stack", stack, "--out", str(out)]
    )


@pytest.fixture
def bootstrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESTATE_INTRANET_API_SERVER_ENCRYPTION", KEY)
    monkeypatch.setenv("ESTATE_INTRANET_REGISTRY_HTTP", HTTP)
    monkeypatch.setenv("ESTATE_INTRANET_REGISTRY_USERS", USERS)
    monkeypatch.setenv("ESTATE_INTRANET_REGISTRY_NODES", NODES["intranet"])
    monkeypatch.setenv("ESTATE_DMZ_API_SERVER_ENCRYPTION", KEY)
    monkeypatch.setenv("ESTATE_DMZ_KEEPALIVED_MASTERS", "masters8")
    monkeypatch.setenv("ESTATE_DMZ_REGISTRY_HTTP", HTTP)
    monkeypatch.setenv("ESTATE_DMZ_REGISTRY_USERS", USERS)
    monkeypatch.setenv("ESTATE_DMZ_REGISTRY_NODES", NODES["dmz"])


def test_every_reference_is_declared_and_every_declared_secret_is_needed(tmp_path: Path) -> None:
    """X11: a document cannot ask for what nobody makes."""
    for plan in with_a_pair(shipped(tmp_path)).plans().values():
        found = {name for text in texts(plan).values() for name in referred_to(text)}
        assert found == {document_secret.name for document_secret in document_secrets(plan)}


def test_what_must_exist_before_the_cluster_never_comes_from_its_stack(tmp_path: Path) -> None:
    """X11: the registry's secrets are needed to start the cluster."""
    plan = with_a_pair(shipped(tmp_path)).plans()["dmz"]
    origins = {
        document_secret.name: document_secret.origin for document_secret in document_secrets(plan)
    }
    assert origins == {
        "api-server-encryption": "bootstrap",
        "keepalived-masters": "bootstrap",
        "keepalived/lb-dmz/auth_pass": "stack",
        "keepalived/router/auth_pass": "stack",
        "registry-http": "bootstrap",
        "registry-nodes": "bootstrap",
        "registry-users": "bootstrap",
    }


@pytest.mark.usefixtures("bootstrapped")
def test_secrets_stand_in_files_of_their_own_that_others_cannot_read(tmp_path: Path) -> None:
    """X11, fault 17: nowhere else, not in what is printed, not in what render writes."""
    estate = without_a_pair(shipped(tmp_path))
    out = tmp_path / "out"
    done = hand_over(estate, out)
    assert done.exit_code == 0, done.output
    values = [one.encode() for one in (KEY, HTTP, USERS, NODES["intranet"])]
    secret = {
        "api-server/encryption.yaml",
        "registry/certs.d/registry.intranet.harbour.example/hosts.toml",
        "registry/registry.env",
        "registry/registry.htpasswd",
    }
    for path in out.rglob("*"):
        if path.is_file():
            name = path.relative_to(out).as_posix()
            content = path.read_bytes()
            holds = any(value in content for value in values)
            assert holds == (name in secret), name
            if name in secret:
                assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert b"${secret:" not in content
            assert NODES["dmz"].encode() not in content
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert (out / "registry/registry.env").read_text() == f"REGISTRY_HTTP_SECRET={HTTP}\n"
    assert not any(value in done.output.encode() for value in values)
    again = hand_over(estate, out)
    assert again.exit_code == 0, again.output


def test_a_folder_of_files_serves_as_well(tmp_path: Path) -> None:
    """X11: as systemd credentials or a mounted secret come."""
    folder = tmp_path / "bootstrap"
    folder.mkdir()
    (folder / "api-server-encryption").write_text(f"{KEY}\n")
    (folder / "registry-http").write_text(f"{HTTP}\n")
    (folder / "registry-users").write_text(f"{USERS}\n")
    (folder / "registry-nodes").write_text(f"{NODES['intranet']}\n")
    estate = without_a_pair(shipped(tmp_path))
    source = "{kind: environment, prefix: ESTATE_INTRANET_}"
    estate.edit("Pulumi.intranet.yaml", source, "{kind: files, directory: /bootstrap}")
    text = (estate.root / "Pulumi.intranet.yaml").read_text()
    (estate.root / "Pulumi.intranet.yaml").write_text(text.replace("/bootstrap}", f"{folder}}}"))
    done = hand_over(estate, tmp_path / "out")
    if re.search(r"[^A-Za-z0-9/_.-]", str(folder)) or len(str(folder)) > 200:
        assert done.exit_code == 1  # pytest's folder is no path that may be declared
    else:
        assert done.exit_code == 0, done.output
        assert HTTP in (tmp_path / "out/registry/registry.env").read_text()


SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
"""How a checkpoint marks what it encrypts."""


def engine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The real `pulumi` on PATH, with a file backend of the test's own."""
    for name, value in {
        "PATH": os.pathsep.join([str(build.binaries()["pulumi"].parent), os.environ["PATH"]]),
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_BACKEND_URL": f"file://{folder / 'backend'}",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("home", "backend"):
        (folder / name).mkdir()

    def run(*arguments: str, given: str = "") -> None:
        ran = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=folder / "estate",
            input=given,
            text=True,
            capture_output=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr

    return run


@pytest.mark.usefixtures("bootstrapped")
def test_generated_secrets_come_from_the_stacks_secret_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """X11, fault 17: asked of the real engine; before there is a value, the way to one is named."""
    estate = shipped(tmp_path)
    for file in ("Pulumi.dmz.yaml", "Pulumi.intranet.yaml"):  # the lab's salt is not this test's
        text = (estate.root / file).read_text()
        estate.add(file, re.sub(r"(?m)^encryptionsalt: .*\n", "", text))
    shutil.copy(REPOSITORY / "Pulumi.yaml", estate.root)
    pulumi = engine(tmp_path, monkeypatch)
    pulumi("stack", "init", "--no-select", "dmz")
    out, name = tmp_path / "out", "keepalived/router/auth_pass"
    before = hand_over(estate, out, "dmz")
    assert before.exit_code == 1
    assert name in before.output
    assert not out.exists()
    root = {
        "urn": "urn:pulumi:dmz::estate::pulumi:pulumi:Stack::estate-dmz",
        "custom": False,
        "type": "pulumi:pulumi:Stack",
        "outputs": {"documentSecrets": SECRET | {"plaintext": json.dumps({name: "canary12"})}},
    }
    salt = yaml.safe_load((estate.root / "Pulumi.dmz.yaml").read_text())["encryptionsalt"]
    state = {
        "version": 3,
        "deployment": {
            "manifest": {"time": "2026-03-01T00:00:00Z", "magic": "", "version": ""},
            "secrets_providers": {"type": "passphrase", "state": {"salt": salt}},
            "resources": [root],
        },
    }
    pulumi("stack", "import", "--stack=dmz", given=json.dumps(state))
    done = hand_over(estate, out, "dmz")
    assert done.exit_code == 0, done.output
    assert "canary12" not in done.output
    files = [path for path in out.rglob("*") if path.is_file()]
    holds = [path for path in files if b"canary12" in path.read_bytes()]
    assert [path.relative_to(out).as_posix() for path in holds] == [
        "keepalived/router/auth_pass.conf"
    ]
    assert stat.S_IMODE(holds[0].stat().st_mode) == 0o600


def test_nothing_is_written_while_a_secret_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """X11: all that are missing are named at once, with the place where they should be."""
    monkeypatch.delenv("ESTATE_INTRANET_REGISTRY_HTTP", raising=False)
    monkeypatch.delenv("ESTATE_INTRANET_REGISTRY_USERS", raising=False)
    out = tmp_path / "out"
    done = hand_over(without_a_pair(shipped(tmp_path)), out)
    assert done.exit_code == 1
    assert "registry-http: the variable ESTATE_INTRANET_REGISTRY_HTTP does not exist" in done.output
    assert "registry-users: the variable ESTATE_INTRANET_REGISTRY_USERS" in done.output
    assert not out.exists()


@pytest.mark.usefixtures("bootstrapped")
@pytest.mark.parametrize("value", ["nodes:pass-word", "bm9kZXM=", b64encode(b":word").decode()])
def test_a_login_of_nodes_that_no_registry_would_take_is_told(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1, X11: as itself, without a colon, without a name; the value is not shown."""
    monkeypatch.setenv("ESTATE_INTRANET_REGISTRY_NODES", value)
    done = hand_over(without_a_pair(shipped(tmp_path)), tmp_path / "out")
    assert done.exit_code == 1
    assert "registry-nodes: it must be name:password in base64" in done.output
    assert value not in done.output
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("bootstrapped")
def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    """X11: secrets are not strewn over what somebody else keeps there."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes").write_text("mine")
    done = hand_over(without_a_pair(shipped(tmp_path)), out)
    assert done.exit_code == 1
    assert "was not written by a handover" in done.output
    assert [path.name for path in out.iterdir()] == ["notes"]


def test_a_reference_is_filled_and_nothing_else_is(tmp_path: Path) -> None:
    """X11: other languages' variables stay as they are."""
    text = f"a {reference('x/y')} b ${{HOME}} ${{secret}} $x"
    assert referred_to(text) == {"x/y"}
    assert filled(text, {"x/y": "v", "z": "w"}) == "a v b ${HOME} ${secret} $x"
    with pytest.raises(KeyError):
        filled(text, {})
