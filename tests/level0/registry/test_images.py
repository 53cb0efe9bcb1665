"""Images of the platform's own: versions, digests, and who knows them (G5, G8)."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from estate.cli.images_lock_file import Change, as_text, merged
from estate.cli.main import main
from estate.composition import compose
from estate.topics.registry.declare.images_lock import Pin
from estate.topics.registry.declare.resolved_images import UNRESOLVED, references
from estate.topics.registry.plan.patch_releases import moves, newer
from tests.estates import REPOSITORY, Estate, shipped

pytestmark = pytest.mark.level0

ONE, OTHER = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"
KIBANA = "docker.elastic.co/kibana/kibana:9.5.1"


def pin(digest: str, by: str = "somebody") -> Pin:
    return Pin(digest=digest, resolved_by=by, resolved_at="2026-03-01")


def _lock(root: Path) -> Mapping[str, Mapping[str, str]]:
    return yaml.safe_load((root / "images.lock.yaml").read_text(encoding="utf-8"))["digests"]


def test_every_digest_of_the_lock_file_is_of_an_image_that_is_named(tmp_path: Path) -> None:
    """G8."""
    images = shipped(tmp_path).load().images
    assert images
    assert set(_lock(REPOSITORY)) <= {reference.reference for reference in references(images.value)}


def test_digests_of_the_fictional_insurer_cannot_be_taken_for_measured_ones() -> None:
    """README says so: a digest that nobody measured begins with ``facade``."""
    fictional = {
        one["image"].partition("@sha256:")[2]
        for path in (REPOSITORY / "apps").glob("*.yaml")
        for one in [yaml.safe_load(path.read_text(encoding="utf-8"))]
    }
    for reference, found in _lock(REPOSITORY).items():
        digest = found["digest"].removeprefix("sha256:")
        if reference.partition("/")[0].endswith(".example"):
            fictional.add(digest)
        else:
            assert not digest.startswith("facade"), reference
    assert len(fictional) > 10
    assert all(digest.startswith("facade" * 8) for digest in fictional)


def test_what_has_no_digest_is_rendered_with_one_that_nobody_takes_for_one(tmp_path: Path) -> None:
    """G5: the lab runs with it; no registry has it."""
    text = str([manifest.body for manifest in compose(shipped(tmp_path).plans()["dmz"]).manifests])
    assert f"platform/kibana@{UNRESOLVED}" in text
    assert "platform/prometheus@sha256:63805ebb8d2b3920" in text
    assert f"platform/prometheus@{UNRESOLVED}" not in text


def test_another_version_has_no_digest_until_somebody_resolves_it(tmp_path: Path) -> None:
    estate = shipped(tmp_path).edit("images.yaml", 'version: "v3.5.0"', 'version: "v3.5.1"')
    text = str([manifest.body for manifest in compose(estate.plans()["dmz"]).manifests])
    assert f"platform/prometheus@{UNRESOLVED}" in text


def test_check_names_what_is_unresolved_and_passes(tmp_path: Path) -> None:
    root = str(shipped(tmp_path).root)
    ran = CliRunner().invoke(main, ["check", "--root", root], catch_exceptions=False)
    assert ran.exit_code == 0
    assert "Notice: 28 images unresolved" in ran.output and KIBANA in ran.output
    ran = CliRunner().invoke(main, ["check", "--root", root, "--json"], catch_exceptions=False)
    assert KIBANA in json.loads(ran.output)["notices"][0]


@pytest.mark.parametrize(
    ("version", "tags", "found"),
    [
        (
            "v3.5.0",
            ("v3.5.2", "v3.5.1", "v3.6.0", "v3.5.3-rc.1", "v3.5.1-busybox"),
            "v3.5.1 v3.5.2",
        ),
        ("v3.5.0", ("3.5.1", "v3.4.9", "latest", "v3.5"), ""),
        ("3.6.8-0", ("3.6.8-1", "3.6.9-0", "3.6.10-0", "3.6.9"), "3.6.8-1 3.6.9-0 3.6.10-0"),
        ("1.2.9", ("1.2.10", "1.2.11-alpine"), "1.2.10"),
        ("9.6", ("9.6.1", "9.7"), ""),
    ],
)
def test_newer_patch_releases_are_later_ones_of_the_same_line(
    version: str, tags: tuple[str, ...], found: str
) -> None:
    assert " ".join(newer(version, tags)) == found


def test_a_tag_without_a_patch_number_moves() -> None:
    assert moves("9.6") and moves("latest") and not moves("v3.5.0") and not moves("3.6.8-0")


def test_what_is_resolved_again_keeps_who_saw_it_first() -> None:
    known = {"a.example/a:1": pin(ONE, "first"), "a.example/gone:1": pin(ONE)}
    found = {"a.example/a:1": pin(ONE, "second"), "a.example/b:1": pin(OTHER)}
    pins, changes = merged(known, found, ["a.example/a:1", "a.example/b:1", "a.example/c:1"])
    assert pins["a.example/a:1"].resolved_by == "first"
    assert changes == (Change("a.example/b:1", "", OTHER), Change("a.example/gone:1", ONE, ""))
    moved, changes = merged(known, {"a.example/a:1": pin(OTHER, "second")}, ["a.example/a:1"])
    assert moved["a.example/a:1"].resolved_by == "second"
    assert changes[0] == Change("a.example/a:1", ONE, OTHER)


def test_the_lock_file_is_what_its_writer_writes(tmp_path: Path) -> None:
    lock = shipped(tmp_path).load().images_lock
    assert lock
    text = (REPOSITORY / "images.lock.yaml").read_text(encoding="utf-8")
    assert as_text(lock.value.digests) == text


SKOPEO = """#!/bin/sh
case "$1 $3$2" in
  *mirror.example*kibana*) [ "$1" = inspect ] && printf manifest || echo '{"Tags": ["9.5.2"]}' ;;
  *) echo "dial tcp: no route to host" >&2; exit 1 ;;
esac
"""


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A skopeo on PATH that knows one image of one mirror."""
    program = tmp_path / "bin" / "skopeo"
    program.parent.mkdir()
    program.write_text(SKOPEO, encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")


def _images(estate: Estate, *arguments: str) -> tuple[int, str]:
    command = ["images", arguments[0], "--root", str(estate.root), *arguments[1:]]
    ran = CliRunner().invoke(main, command, catch_exceptions=False)
    return ran.exit_code, ran.output


@pytest.mark.usefixtures("registry")
def test_resolve_writes_what_a_registry_said_and_names_what_did_not_answer(tmp_path: Path) -> None:
    """G5: the digest is that of the bytes; who, when and where stand beside it."""
    estate = shipped(tmp_path)
    mirror = ("--mirror", "docker.elastic.co=mirror.example/elastic", "--by", "release-team")
    code, said = _images(estate, "resolve", *mirror)
    assert code == 1, "something is unresolved"
    found = _lock(estate.root)[KIBANA]
    assert found["digest"].startswith("sha256:05b3abf25")  # sha256 of what the registry sent
    assert found["resolved_by"] == "release-team"
    assert found["asked"] == "mirror.example/elastic/kibana/kibana"
    assert re.fullmatch(r"[0-9-]{10}T[0-9:]{8}Z", found["resolved_at"])
    assert "docker.io/library/haproxy:3.2.24  unreachable: dial tcp: no route to host" in said
    assert "27 unresolved" in said
    assert _lock(REPOSITORY).items() <= _lock(estate.root).items()
    code, said = _images(estate, "check", *mirror[:2])
    assert code == 0
    assert "newer patch releases: 9.5.2" in said
    assert "newer patch releases: unreachable (dial tcp: no route to host)" in said


@pytest.mark.usefixtures("registry")
def test_what_nobody_names_any_more_is_said_and_leaves(tmp_path: Path) -> None:
    estate = shipped(tmp_path).edit("images.yaml", 'version: "v3.5.0"', 'version: "v3.5.1"')
    code, said = _images(estate, "check", "--offline")
    assert code == 1
    assert "quay.io/prometheus/prometheus:v3.5.0  stands in images.lock.yaml" in said
    _, said = _images(estate, "resolve")
    assert "quay.io/prometheus/prometheus:v3.5.0  is not named any more" in said
    assert "quay.io/prometheus/prometheus:v3.5.0" not in _lock(estate.root)


def test_without_skopeo_nothing_is_resolved_and_check_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    estate = shipped(tmp_path)
    code, said = _images(estate, "resolve")
    assert code == 1 and "skopeo is not on PATH" in said
    code, said = _images(estate, "check")
    assert code == 0 and "newer patch releases: skopeo is not on PATH" in said


@pytest.mark.usefixtures("registry")
def test_a_mirror_without_a_place_is_refused_in_words(tmp_path: Path) -> None:
    code, said = _images(shipped(tmp_path), "resolve", "--mirror", "quay.io")
    assert code == 1 and "write HOST=PLACE" in said
