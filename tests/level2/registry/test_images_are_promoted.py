"""From quality over outside to inside, by digest, with what is emitted (G4, G5, L3)."""

from __future__ import annotations

import hashlib
import json
import urllib.request
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from estate.composition import compose
from estate.plan import Plan
from estate.reader.values import ZONES
from estate.topics.registry.declare.resolved_images import resolved
from tests.documents import table, texts
from tests.estates import REPOSITORY, Estate, shipped
from tests.registries import Loopback, Registry, loopback, make_image

pytestmark = pytest.mark.level2

QUOTE = "apps/quote-dmz.yaml"
DIGEST = "sha256:facadefacadefacadefacadefacadefacadefacadefacade0ff1dffae9186188"
QUALITY, OUTSIDE = "registry.quality.harbour.example", "registry.dmz.harbour.example"
INTAKE = "registry-intake.estate-registry.svc:5000"


def files(plan: Plan, service: str) -> dict[str, str]:
    """What the pods of a service read."""
    (found,) = (
        manifest.body
        for manifest in compose(plan).manifests
        if manifest.kind == "ConfigMap"
        and manifest.name.startswith(f"estate-registry-{service}-")
        and manifest.name.count("-") == service.count("-") + 3
    )
    data: Any = found["data"]
    return data


@dataclass
class Chain:
    """The three registries, of which the last is two that share a directory."""

    at: Loopback
    estate: Estate
    quality: Registry
    outside: Registry
    serving: Registry
    intake: Registry

    def line(self, text: str) -> str:
        """The line of the one image that exists here, with loopback's addresses."""
        (found,) = (line for line in text.splitlines() if " motor/quote " in line)
        for emitted, here in ((QUALITY, self.quality), (OUTSIDE, self.outside)):
            found = found.replace(emitted, here.host)
        return f"# the rest of the list is not here\n{found}\n"

    def build(self, seed: int) -> str:
        """A build that is pushed to quality under the tag that moves; its digest."""
        folder = self.at.folder / f"built-{seed}"
        digest = make_image(folder, 2**16, seed)
        process = self.at.skopeo(
            *("copy", "--insecure-policy", "--preserve-digests"),
            *("--dest-cert-dir", str(self.at.pki.folder)),
            f"oci:{folder}:built",
            f"docker://{self.quality.host}/motor/quote:latest",
        )
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 0, said
        return digest

    def has(self, registry: Registry, digest: str) -> bool:
        """Whether the registry has the manifest, and it is what its digest says."""
        url = f"https://{registry.host}/v2/motor/quote/manifests/{digest}"
        status, _, body = self.at.ask("GET", url)
        assert status in (200, 404)
        return status == 200 and f"sha256:{hashlib.sha256(body).hexdigest()}" == digest


@pytest.fixture
def chain(tmp_path: Path) -> Generator[Chain]:
    estate = shipped(tmp_path)
    plan = estate.plans()["dmz"]
    outside = texts(plan)["registry/config.yml"]
    with loopback(tmp_path) as at:
        found = Chain(
            at,
            estate,
            at.registry("quality", outside, storage="quality"),
            at.registry("outside", outside, storage="outside"),
            at.registry("serving", files(plan, "registry")["config.yml"], storage="inside"),
            at.registry("intake", files(plan, "registry-intake")["config.yml"], storage="inside"),
        )
        at.log_in(found.quality.host, found.outside.host)
        yield found


def test_what_is_declared_arrives_with_its_digest_and_a_moved_tag_changes_nothing(
    chain: Chain,
) -> None:
    """G5, L3: the promotion is the digest in the declaration, and no other image moves."""
    tested = chain.build(seed=1)
    chain.estate.edit(QUOTE, DIGEST, tested)
    later = chain.build(seed=2)  # the same tag
    plan = chain.estate.plans()["dmz"]
    first = chain.at.promote(
        chain.line(texts(plan)["images/promotion.txt"]),
        chain.outside.host,
        "release-team@harbour.example",
        [chain.quality.host],
    )
    second = chain.at.promote(
        chain.line(files(plan, "promotion")["images.txt"]),
        chain.intake.host,
        "system:serviceaccount:estate-registry:promotion",
        [chain.outside.host],
    )
    assert [one["result"] for one in (*first, *second)] == ["copied", "copied"]
    for registry in (chain.quality, chain.outside, chain.intake, chain.serving):
        assert chain.has(registry, tested)
    assert chain.has(chain.quality, later)
    assert not any(chain.has(one, later) for one in (chain.outside, chain.intake, chain.serving))
    # What was there once is not asked for again, even where quality has gone.
    chain.quality.process.kill()
    (again,) = chain.at.promote(
        chain.line(texts(plan)["images/promotion.txt"]), chain.outside.host, "x", []
    )
    assert again["result"] == "present"


def test_a_record_says_what_who_when_from_where_and_where_to(chain: Chain) -> None:
    """G5: one line of JSON for each image, also for the one that failed."""
    tested = chain.build(seed=1)
    chain.estate.edit(QUOTE, DIGEST, tested)
    text = chain.line(texts(chain.estate.plans()["dmz"])["images/promotion.txt"])
    (record,) = chain.at.promote(
        text, chain.outside.host, "release-team@harbour.example", [chain.quality.host]
    )
    assert set(record) == {"at", "by", "result", "digest", "from", "to"}
    assert record["by"] == "release-team@harbour.example"
    assert record["digest"] == tested
    assert record["from"] == f"{chain.quality.host}/motor/quote"
    assert record["to"] == f"{chain.outside.host}/motor/quote"


def test_nobody_pushes_to_what_serves_the_nodes(chain: Chain) -> None:
    """G4: whoever stands on a node reaches it without a name; it takes nothing in."""
    url = f"https://{chain.serving.host}/v2/motor/quote/blobs/uploads/"
    assert chain.at.ask("POST", url, b"", user="")[0] == 405
    status, _, _ = chain.at.ask(
        "POST", url.replace(chain.serving.host, chain.intake.host), b"", user=""
    )
    assert status == 202


def test_the_registries_inside_count_what_they_do(chain: Chain) -> None:
    """I3: where Prometheus asks, and not where nodes do."""
    chain.has(chain.serving, DIGEST)
    for registry in (chain.serving, chain.intake):
        with urllib.request.urlopen(
            f"http://{registry.address}:{registry.metrics}/metrics"
        ) as answer:
            assert "registry_storage_cache_requests_total" in answer.read().decode()
        assert chain.at.ask("GET", f"https://{registry.host}/metrics")[0] == 404
    assert not chain.outside.metrics


def test_what_is_asked_for_by_tag_gets_its_tag_and_the_tag_leads_where_the_list_says(
    chain: Chain,
) -> None:
    """G5, A3: kubeadm knows tags alone; one that was moved in the registry outside is put right."""
    tested, later = chain.build(seed=1), chain.build(seed=2)
    at = chain.at
    lines = {
        digest: f"{chain.quality.host}/motor/quote kubernetes/pause {digest} 3.10.2\n"
        for digest in (tested, later)
    }
    results: list[str] = []
    for digest in (tested, tested, later, tested):
        (record,) = at.promote(lines[digest], chain.outside.host, "x", [chain.quality.host])
        results.append(record["result"])
        assert record["to"] == f"{chain.outside.host}/kubernetes/pause:3.10.2"
        url = f"https://{chain.outside.host}/v2/kubernetes/pause/manifests/3.10.2"
        _, headers, _ = at.ask("GET", url)
        assert headers["Docker-Content-Digest"] == digest
    assert results == ["copied", "present", "copied", "copied"]


def test_an_image_that_skopeo_may_not_read_is_not_copied(chain: Chain) -> None:
    """G5: the policy names the registries that images come from, and rejects all others."""
    tested = chain.build(seed=1)
    text = f"{chain.quality.host}/motor/quote motor/quote {tested}\n"
    (chain.at.folder / "sleep").write_text("#!/bin/sh\n")
    (chain.at.folder / "sleep").chmod(0o755)
    process = chain.at.promoting(text, chain.outside.host, "x", [], first=chain.at.folder)
    out, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert json.loads(out)["result"] == "failed"
    assert "is rejected by policy" in said
    assert not chain.has(chain.outside, tested)


def test_the_lists_hold_each_image_of_the_declarations_and_nothing_else(tmp_path: Path) -> None:
    """G5, G8: apps from quality, the platform's own from their makers, by digest."""
    estate = shipped(tmp_path)
    loaded = estate.load()
    assert loaded.images
    lock = loaded.images_lock.value if loaded.images_lock else None
    own = {
        image.image: image.source for image in resolved(loaded.images.value, lock).images.values()
    }
    for zone in ZONES:
        plan = estate.plans()[zone]
        apps = {app.value.image for app in loaded.apps if app.value.zone == zone}
        promoted = [line.split() for line in texts(plan)["images/promotion.txt"].splitlines()]
        mirrored = [line.split() for line in texts(plan)["images/mirror.txt"].splitlines()]
        mirrored = [line for line in mirrored if len(line) == 3]  # others' have tags, too
        assert {f"{path}@{digest}" for _, path, digest in promoted} == apps
        assert {f"{path}@{digest}": source for source, path, digest in mirrored} == own
        inside = [line.split() for line in files(plan, "promotion")["images.txt"].splitlines()]
        host = f"registry.{zone}.harbour.example"
        assert all(source == f"{host}/{path}" for source, path, _ in inside)
        # What others are built on is not run as it is.
        run = {f"{path}@{digest}" for _, path, digest in inside}
        assert run == apps | {one for one in own if not one.startswith("base/")}
        others = {row["target"] for row in table(plan, "images/programs.csv")}
        rows = [
            row
            for row in table(plan, "images/mirror.csv")
            if row["target"].partition("@")[0] not in others
        ]
        assert {row["target"] for row in rows} == {f"{host}/{one}" for one in own}
        assert all(row["version"] for row in rows)


def test_the_catalogue_says_what_has_to_be_built_anew_when_a_base_is_corrected(
    tmp_path: Path,
) -> None:
    """G7: by base, with whom to tell."""
    rows = table(shipped(tmp_path).plans()["dmz"], "images/bases.csv")
    built = {row["image"]: row for row in rows if row["base"] == "base-java"}
    assert set(built) == {"quote", "policy-portal"}
    assert built["quote"]["owner"] == "quote@harbour.example"
    assert built["quote"]["base_digest"].startswith("sha256:")
    assert {row["image"] for row in rows if row["base"] == "base-os"} >= {"base-java", "probe"}


def test_the_script_that_people_get_is_the_one_that_the_cluster_runs(tmp_path: Path) -> None:
    """G5: one way to copy, tried here over real registries."""
    plan = shipped(tmp_path).plans()["dmz"]
    assert files(plan, "promotion")["promote.sh"] == texts(plan)["images/promote.sh"]
    assert str(REPOSITORY) not in texts(plan)["images/promote.sh"]
