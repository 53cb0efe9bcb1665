"""Two registries on one directory are set to read-only, collected and set back (G1, G2, X10)."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import time
from collections.abc import Generator, Mapping
from configparser import ConfigParser
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from estate.topics.registry.documents.collection import KEEP_DAYS, LOCAL
from tests.documents import table, texts
from tests.estates import shipped
from tests.registries import Loopback, Registry, free_port, loopback
from toolchain import build

pytestmark = pytest.mark.level2

MACHINES = ("127.0.0.31", "127.0.0.32")
INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


@dataclass
class Machines:
    """Both machines, with the files that they are handed."""

    at: Loopback
    files: dict[str, str]
    ports: dict[str, int]
    now: dict[str, Registry] = field(default_factory=dict[str, Registry])

    def serve(self, address: str, document: str) -> None:
        """What starting one unit does: it ends the other."""
        if address in self.now:
            self.now[address].process.kill()
        name = f"{document}-{address}-{len(self.at.started)}"
        self.now[address] = self.at.registry(
            name, self.files[document], address=address, port=self.ports[address]
        )

    def push(self, path: str, content: str, children: tuple[str, ...] = ()) -> str:
        """An image of one layer, or an index of images; its digest."""
        if children:
            listed = [{"mediaType": MANIFEST, "digest": child, "size": 1} for child in children]
            body = {"schemaVersion": 2, "mediaType": INDEX, "manifests": listed}
            return self._put(path, body, INDEX)
        config, layer = (self._blob(path, f"{part} {content}") for part in ("{}", "layer"))
        body = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {**config, "mediaType": "application/vnd.oci.image.config.v1+json"},
            "layers": [{**layer, "mediaType": "application/vnd.oci.image.layer.v1.tar"}],
        }
        return self._put(path, body, MANIFEST)

    def _blob(self, path: str, content: str) -> dict[str, object]:
        data = content.encode()
        digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        host = self.now[MACHINES[0]].host
        status, headers, _ = self.at.ask("POST", f"https://{host}/v2/{path}/blobs/uploads/", b"")
        assert status == 202
        place = f"https://{host}{headers['Location']}&digest={digest}"
        assert self.at.ask("PUT", place, data)[0] == 201
        return {"digest": digest, "size": len(data)}

    def _put(self, path: str, body: Mapping[str, object], media: str) -> str:
        data = json.dumps(body).encode()
        digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        host = self.now[MACHINES[0]].host
        url = f"https://{host}/v2/{path}/manifests/{digest}"
        status, _, said = self.at.ask("PUT", url, data, media=media)
        assert status == 201, said
        return digest

    def has(self, path: str, digest: str, address: str = MACHINES[1]) -> int:
        """The answer of a machine for a manifest."""
        host = self.now[address].host
        url = f"https://{host}/v2/{path}/manifests/{digest}"
        return self.at.ask("GET", url, media=f"{MANIFEST}, {INDEX}")[0]

    def blobs(self) -> int:
        found = self.at.folder.glob("storage/docker/registry/v2/blobs/sha256/*/*/data")
        return len(list(found))

    def aged(self, path: str, digest: str, days: int) -> None:
        """Pushed so many days ago."""
        then = time.time() - days * 86400
        hash_ = digest.removeprefix("sha256:")
        link = f"storage/docker/registry/v2/repositories/{path}/_manifests/revisions/sha256/{hash_}"
        os.utime(self.at.folder / link / "link", (then, then))

    def collect(self, verb: str, keep: str) -> subprocess.CompletedProcess[str]:
        """The emitted script with the unit's own settings, of which only places are changed."""
        folder = self.at.folder
        unit = ConfigParser(strict=False, interpolation=None)
        unit.read_string(self.files["registry-collect@.service"])
        (folder / "keep.txt").write_text(keep, encoding="utf-8")
        (folder / "registry-collect.sh").write_text(self.files["registry-collect.sh"])
        content = yaml.safe_load(self.files["collect.yml"])
        local = f"127.0.0.1:{free_port()}"
        assert content["http"]["addr"] == LOCAL
        content["http"]["addr"] = local
        content["storage"]["filesystem"]["rootdirectory"] = str(folder / "storage")
        (folder / "collect.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
        settings = {
            "PATH": os.environ["PATH"],
            "OTEL_TRACES_EXPORTER": "none",
            "KEEP_DAYS": str(KEEP_DAYS),
            "STORAGE": str(folder / "storage"),
            "KEEP": str(folder / "keep.txt"),
            "PROGRAM": str(build.binary("registry")),
            "CONFIG": str(folder / "collect.yml"),
            "LOCAL": local,
            "HOST": MACHINES[0],
            "MACHINES": " ".join(registry.host for registry in self.now.values()),
            "AUTHORITY": str(self.at.pki.certificate),
        }
        return subprocess.run(
            ["/bin/sh", "registry-collect.sh", verb],
            cwd=folder,
            env=settings,
            text=True,
            capture_output=True,
            timeout=120,
        )


@pytest.fixture
def machines(tmp_path: Path) -> Generator[Machines]:
    """Both of them serve as they are handed over."""
    found = {
        name.removeprefix("registry/"): text
        for name, text in texts(shipped(tmp_path).plans()["dmz"]).items()
        if name.startswith("registry/")
    }
    with loopback(tmp_path, *MACHINES) as at:
        both = Machines(at, found, {one: free_port() for one in MACHINES})
        for one in MACHINES:
            both.serve(one, "config.yml")
        yield both


def test_old_images_go_and_declared_new_and_listed_ones_stay(machines: Machines) -> None:
    """G1, G2: one machine after the other to read-only, one collects, one after the other back."""
    declared = machines.push("life/portal", "declared")
    former = machines.push("life/portal", "former")
    recent = machines.push("life/portal", "recent")
    arm, amd = (machines.push("platform/proxy", one) for one in ("arm", "amd"))
    index = machines.push("platform/proxy", "", children=(arm, amd))
    unknown = machines.push("programs/calico", "whatever the tag is")
    for path, digest in (
        ("life/portal", declared),
        ("life/portal", former),
        *(("platform/proxy", one) for one in (arm, amd, index)),
        ("programs/calico", unknown),
    ):
        machines.aged(path, digest, KEEP_DAYS + 1)
    machines.aged("life/portal", recent, KEEP_DAYS - 1)
    keep = f"life/portal {declared}\nplatform/proxy {index}\nprograms/calico *\n"
    before = machines.blobs()

    machines.serve(MACHINES[0], "readonly.yml")
    refused = machines.collect("delete", keep)
    assert refused.returncode == 1
    assert (
        f"nothing is deleted: {machines.now[MACHINES[1]].host}: takes images in" in refused.stderr
    )
    machines.serve(MACHINES[1], "readonly.yml")
    host = machines.now[MACHINES[1]].host
    assert machines.has("life/portal", former) == 200  # pods go on starting
    upload = f"https://{host}/v2/life/portal/blobs/uploads/"
    assert machines.at.ask("POST", upload, b"")[0] == 405

    tried = machines.collect("try", keep)
    assert tried.returncode == 0, tried.stderr
    assert [line for line in tried.stdout.splitlines() if line.startswith("old: ")] == [
        f"old: life/portal {former}"
    ]
    assert machines.blobs() == before

    ran = machines.collect("delete", keep)
    assert ran.returncode == 0, ran.stderr + ran.stdout
    assert machines.blobs() == before - 3  # its manifest, its settings and its layer
    for one in MACHINES:
        machines.serve(one, "config.yml")
    for path, digest in (
        ("life/portal", declared),
        ("life/portal", recent),
        *(("platform/proxy", one) for one in (arm, amd, index)),
        ("programs/calico", unknown),
    ):
        assert machines.has(path, digest) == 200, path
    assert machines.has("life/portal", former) == 404
    assert machines.push("life/portal", "former") == former  # it can come back
    assert machines.has("life/portal", former) == 200


def test_the_list_of_another_registry_deletes_nothing(machines: Machines) -> None:
    """G1: no line of it fits; and an empty one fits nothing."""
    digest = machines.push("life/portal", "declared")
    machines.aged("life/portal", digest, KEEP_DAYS + 1)
    for one in MACHINES:
        machines.serve(one, "readonly.yml")
    for keep in (f"motor/quote sha256:{'0' * 64}\n", ""):
        ran = machines.collect("delete", keep)
        assert ran.returncode == 1 and "the list is another registry's" in ran.stderr
    assert machines.has("life/portal", digest) == 200


def test_a_machine_that_does_not_answer_stops_the_collection(machines: Machines) -> None:
    """X10: it may come back and take images in."""
    digest = machines.push("life/portal", "declared")
    for one in MACHINES:
        machines.serve(one, "readonly.yml")
    machines.now[MACHINES[1]].process.kill()
    ran = machines.collect("delete", f"life/portal {digest}\n")
    assert ran.returncode == 1 and "nothing is deleted" in ran.stderr


def test_the_list_has_every_image_that_the_zone_names(tmp_path: Path) -> None:
    """G1, G5: of apps, of the platform, of the control plane and of programs of others."""
    plan = shipped(tmp_path).plans()["dmz"]
    kept = {tuple(one.split(" ")) for one in texts(plan)["registry/keep.txt"].splitlines()}
    listed = "".join(texts(plan)[f"images/{name}.txt"] for name in ("mirror", "promotion"))
    for line in listed.splitlines():
        _, path, digest, *_ = line.split(" ")
        assert (path, digest) in kept or (path, "*") in kept
    rows = table(plan, "images/programs.csv")
    unresolved = {row["target"] for row in rows if row["state"] == "unresolved" and row["image"]}
    assert all(
        any(f"/{path}:" in one for path, digest in kept if digest == "*") for one in unresolved
    )


def test_units_end_each_other_and_only_the_ordinary_one_starts_with_the_machine(
    tmp_path: Path,
) -> None:
    """G2: a machine that starts anew serves as before."""
    plan = shipped(tmp_path).plans()["dmz"]
    documents = texts(plan)
    ordinary, other = (
        documents[f"registry/{name}.service"] for name in ("registry", "registry-readonly")
    )
    assert "Conflicts=registry.service\n" in other
    assert "[Install]" in ordinary and "[Install]" not in other
    assert "serve /etc/estate/registry-readonly.yml\n" in other
    for line in ordinary.partition("[Service]")[2].partition("[Install]")[0].splitlines():
        assert line.startswith("ExecStart=") or line in other
    files = {one["document"]: one["file"] for one in table(plan, "registry/machines.csv")}
    assert files["registry/registry-collect.sh"] == "/usr/local/lib/estate/registry-collect.sh"
