"""Two registries on one directory behind HAProxy, as they are handed over (G1 to G3, X10)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from estate.objects.promotion import PromotedImage, image_list
from estate.topics.exposure.plan import VirtualServersPlan
from tests.balancers import with_a_pair
from tests.documents import texts
from tests.estates import shipped
from tests.loopback import moved, running, until
from tests.registries import Gate, Loopback, Registry, loopback, make_image

pytestmark = pytest.mark.level2

LARGE = 24 * 2**20
VIP = "10.10.0.20"


@dataclass
class Pair:
    """Both registries, and the address that clients know."""

    at: Loopback
    registries: tuple[Registry, Registry]
    port: int
    emitted: str

    @property
    def host(self) -> str:
        return f"{moved(VIP)}:{self.port}"

    def answers(self) -> bool:
        """Whether the balancer has found a machine that is well."""
        try:
            return self.at.ask("GET", f"https://{self.host}/v2/")[0] == 200
        except OSError:
            return False

    def serving(self) -> tuple[Registry, Registry]:
        """The one that clients are with, and the other."""
        first, second = self.registries
        busy = "/blobs/" in first.process.said()
        return (first, second) if busy else (second, first)

    def again(self, registry: Registry) -> None:
        """A machine that was lost comes back."""
        self.at.registry(
            f"again-{registry.address}", self.emitted, address=registry.address, port=registry.port
        )


@pytest.fixture
def pair(tmp_path: Path) -> Generator[Pair]:
    """Machines and a balancer without an F5: its configuration is what the F5's says, too."""
    estate = with_a_pair(shipped(tmp_path))
    estate.edit("Pulumi.dmz.yaml", "clients: [10.50.8.16/28]", "clients: [0.0.0.0/0]")
    plan = estate.plans()["dmz"]
    emitted = texts(plan)["registry/config.yml"]
    (server,) = (
        virtual_server
        for virtual_server in plan.of(VirtualServersPlan).virtual_servers
        if virtual_server.name == "registry"
    )
    machines = [moved(str(member)) for member in server.members]
    with loopback(tmp_path, moved(VIP), *machines) as at:
        first, second = (
            at.registry(f"registry-{machine}", emitted, address=machine, port=server.member_port)
            for machine in machines
        )
        with running(texts(plan)["haproxy/lb-dmz/haproxy.cfg"], tmp_path) as balancer:
            found = Pair(at, (first, second), balancer.ports[f"{VIP}:443"], emitted)
            assert until(found.answers)
            yield found


def layout(pair: Pair, size: int = 2**20, seed: int = 1) -> tuple[str, str]:
    """An image that was built, and its digest."""
    folder = pair.at.folder / f"built-{seed}"
    return f"oci:{folder}:built", make_image(folder, size, seed)


def copy(pair: Pair, source: str, target: str) -> None:
    process = pair.at.skopeo(
        *("copy", "--insecure-policy", "--preserve-digests", "--retry-times", "5"),
        *("--src-cert-dir", str(pair.at.pki.folder), "--dest-cert-dir", str(pair.at.pki.folder)),
        source,
        target,
    )
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said


def pulled_digest(folder: Path) -> str:
    """Of what was pulled: every blob is what its name says."""
    manifest = (folder / "manifest.json").read_bytes()
    for layer in json.loads(manifest)["layers"]:
        name = layer["digest"].removeprefix("sha256:")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == name
    return f"sha256:{hashlib.sha256(manifest).hexdigest()}"


def stored_blobs(pair: Pair) -> int:
    """How many blobs the directory holds, after each was held against its name."""
    found = list((pair.at.folder / "storage").glob("docker/registry/v2/blobs/sha256/*/*/data"))
    for one in found:
        assert hashlib.sha256(one.read_bytes()).hexdigest() == one.parent.name
    return len(found)


def test_whoever_is_not_logged_in_is_answered_with_401_and_the_registry_counts_as_well(
    pair: Pair,
) -> None:
    """G2: the load balancer's monitor has no name and no password; HAProxy passed both servers."""
    status, headers, _ = pair.at.ask("GET", f"https://{pair.host}/v2/", user="")
    assert status == 401
    assert headers["Www-Authenticate"].startswith("Basic realm=")
    assert pair.at.ask("GET", f"https://{pair.host}/v2/")[0] == 200


def test_what_is_pushed_to_the_address_is_pulled_from_either_machine(pair: Pair) -> None:
    """G1 to G3: one directory behind both; digests are equal."""
    source, digest = layout(pair)
    pair.at.log_in(pair.host, *(registry.host for registry in pair.registries))
    copy(pair, source, f"docker://{pair.host}/life/portal@{digest}")
    for number, host in enumerate((pair.host, *(registry.host for registry in pair.registries))):
        folder = pair.at.folder / f"pulled-{number}"
        copy(pair, f"docker://{host}/life/portal@{digest}", f"dir:{folder}")
        assert pulled_digest(folder) == digest


def test_a_client_survives_the_loss_of_a_machine_in_the_middle_of_a_pull(pair: Pair) -> None:
    """G2, G3: with the retries of the emitted job it goes on with the other machine."""
    source, digest = layout(pair, LARGE)
    other = pair.at.registry("inside", pair.emitted, storage="inside")
    pair.at.log_in(pair.host, other.host)
    copy(pair, source, f"docker://{pair.host}/life/portal@{digest}")
    for registry in pair.registries:
        registry.process.log.write_text("")
    gate = Gate((moved(VIP), pair.port), LARGE // 2, downwards=True)
    via = f"127.0.0.1:{gate.port}"
    pair.at.log_in(via, other.host)
    images = image_list(
        [PromotedImage(source=f"{via}/life/portal", path="life/portal", digest=digest)]
    )
    process = pair.at.promoting(images, other.host, "test", [via])
    assert gate.reached.wait(60), process.communicate()
    pair.serving()[0].process.kill()
    gate.opened.set()
    out, said = process.communicate(timeout=120)
    gate.close()
    assert process.returncode == 0, said
    assert "level=fatal" in said  # the loss was felt, once at least
    assert json.loads(out)["result"] == "copied"
    folder = pair.at.folder / "pulled"
    copy(pair, f"docker://{other.host}/life/portal@{digest}", f"dir:{folder}")
    assert pulled_digest(folder) == digest


def test_a_client_survives_the_loss_of_a_machine_in_the_middle_of_a_push(pair: Pair) -> None:
    """G2, G3: nothing half written is ever offered, and both machines have the whole image."""
    source, digest = layout(pair, LARGE)
    outside = pair.at.registry("outside", pair.emitted, storage="outside")
    gate = Gate((moved(VIP), pair.port), LARGE // 2, downwards=False)
    via = f"127.0.0.1:{gate.port}"
    pair.at.log_in(via, outside.host, *(registry.host for registry in pair.registries))
    copy(pair, source, f"docker://{outside.host}/life/portal@{digest}")
    images = image_list(
        [PromotedImage(source=f"{outside.host}/life/portal", path="life/portal", digest=digest)]
    )
    process = pair.at.promoting(images, via, "test", [outside.host])
    assert gate.reached.wait(60), process.communicate()
    lost, left = pair.serving()
    lost.process.kill()
    gate.opened.set()
    out, said = process.communicate(timeout=120)
    gate.close()
    assert process.returncode == 0, said
    assert "level=fatal" in said  # the loss was felt, once at least
    assert json.loads(out)["result"] == "copied"
    pair.again(lost)
    for number, registry in enumerate((left, lost)):
        folder = pair.at.folder / f"pulled-{number}"
        copy(pair, f"docker://{registry.host}/life/portal@{digest}", f"dir:{folder}")
        assert pulled_digest(folder) == digest
    assert stored_blobs(pair) == 3


@pytest.mark.parametrize(("secret", "status"), [("the-same-on-every-machine", 201), ("other", 404)])
def test_machines_with_different_secrets_refuse_what_the_other_began(
    tmp_path: Path, secret: str, status: int
) -> None:
    """X10: a push fails with BLOB_UPLOAD_INVALID where the secrets differ, and only there."""
    emitted = texts(shipped(tmp_path).plans()["dmz"])["registry/config.yml"]
    with loopback(tmp_path) as at:
        first = at.registry("first", emitted)
        second = at.registry("second", emitted, secret=secret)
        url = f"https://{first.host}/v2/life/portal/blobs/uploads/"
        begun, headers, _ = at.ask("POST", url, b"")
        assert begun == 202
        body = b"a layer"
        digest = hashlib.sha256(body).hexdigest()
        # relativeurls: the client stays with the address that it knows.
        place = f"https://{second.host}{headers['Location']}&digest=sha256:{digest}"
        found, _, answer = at.ask("PUT", place, body)
        assert found == status, answer
        if status != 201:
            assert json.loads(answer)["errors"][0]["code"] == "BLOB_UPLOAD_INVALID"
