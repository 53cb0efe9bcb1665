"""`estate images` asks a real registry by the real skopeo (G5, G8)."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest
import urllib3
import yaml
from click.testing import CliRunner

from estate.cli.main import main
from tests.estates import Estate, shipped
from tests.programs import HTTP, running, until
from tests.registries import free_port, make_image
from toolchain import build

pytestmark = pytest.mark.level2

REFERENCE = "docker.elastic.co/kibana/kibana:9.5.1"
INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[str]:
    """A registry on loopback, which skopeo may ask without TLS."""
    folder = tmp_path / "registry"
    folder.mkdir()
    host = f"127.0.0.1:{free_port()}"
    program = str(build.binaries()["registry"])
    config = {
        "version": 0.1,
        "storage": {"filesystem": {"rootdirectory": str(folder / "data")}},
        "http": {"addr": host},
    }
    (folder / "config.yml").write_text(json.dumps(config), encoding="utf-8")
    insecure = folder / ".config/containers/registries.conf"
    insecure.parent.mkdir(parents=True)
    insecure.write_text(f'[[registry]]\nlocation = "{host}"\ninsecure = true\n', encoding="utf-8")
    monkeypatch.setenv("HOME", str(folder))
    with running(folder, program, "serve", "config.yml"):
        until(lambda: _answers(host))
        yield host


def _answers(host: str) -> bool:
    try:
        return HTTP.request("GET", f"http://{host}/v2/").status == 200
    except urllib3.exceptions.HTTPError:
        return False


def _push(host: str, folder: Path, *tags: str) -> str:
    """Two platforms behind one index, under each tag; the index' digest."""
    repository = f"{host}/elastic/kibana/kibana"
    manifests: list[dict[str, object]] = []
    for seed, architecture in enumerate(("amd64", "arm64")):
        layout = folder / architecture
        digest = make_image(layout, 1000, seed)
        target = f"docker://{repository}:{architecture}"
        copy = ["skopeo", "copy", "--insecure-policy", f"oci:{layout}:built", target]
        ran = subprocess.run(copy, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        size = (layout / "blobs" / "sha256" / digest.partition(":")[2]).stat().st_size
        platform = {"os": "linux", "architecture": architecture}
        manifests.append(
            {"mediaType": MANIFEST, "digest": digest, "size": size, "platform": platform}
        )
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}
    body = json.dumps(index).encode()
    for tag in tags:
        url = f"http://{host}/v2/elastic/kibana/kibana/manifests/{tag}"
        put = HTTP.request("PUT", url, body=body, headers={"Content-Type": INDEX})
        assert put.status == 201, put.data
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def _images(estate: Estate, *arguments: str) -> str:
    command = ["images", arguments[0], "--root", str(estate.root), *arguments[1:]]
    return CliRunner().invoke(main, command, catch_exceptions=False).output


def test_the_digest_is_that_of_the_index_of_all_platforms(host: str, tmp_path: Path) -> None:
    """G5: whichever platform a node has, the index leads to its image."""
    index = _push(host, tmp_path, "9.5.1", "9.5.3", "9.6.0")
    estate = shipped(tmp_path)
    (estate.root / "images.yaml").write_text(
        "images:\n  kibana:\n    source: docker.elastic.co/kibana/kibana\n"
        '    version: "9.5.1"\n    image: platform/kibana\n'
    )
    mirror = ("--mirror", f"docker.elastic.co={host}/elastic")
    said = _images(estate, "resolve", *mirror)
    assert f"{REFERENCE}  {index}" in said
    text = (estate.root / "images.lock.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(text)["digests"][REFERENCE]["digest"] == index
    said = _images(estate, "check", *mirror)
    assert f"{REFERENCE}  {index}" in said
    assert "newer patch releases: 9.5.3\n" in said


def test_a_tag_that_a_registry_does_not_have_stays_unresolved(host: str, tmp_path: Path) -> None:
    _push(host, tmp_path, "9.5.0")
    estate = shipped(tmp_path)
    said = _images(estate, "resolve", "--mirror", f"docker.elastic.co={host}/elastic")
    assert f"{REFERENCE}  unreachable: " in said
    assert "manifest unknown" in said
