"""What the registry's machines, the load balancer, the filer and the nodes are told (G1 to G3)."""

from __future__ import annotations

import re
import subprocess
import tomllib
from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml

from estate.objects.pod import USER
from estate.plan import Plan
from estate.topics.apps.plan import AppsPlan
from tests.documents import as3, platform_servers, table, texts
from tests.estates import shipped

pytestmark = pytest.mark.level2


def unit(plan: Plan, name: str) -> ConfigParser:
    """A unit as systemd reads it."""
    found = ConfigParser(strict=True, interpolation=None)
    found.optionxform = lambda optionstr: optionstr  # systemd tells letters apart
    found.read_string(texts(plan)[f"registry/{name}"])
    return found


def test_all_machines_get_the_same_files(tmp_path: Path) -> None:
    """G2: storage, settings and secret that differ would break pushes."""
    for zone, plan in shipped(tmp_path).plans().items():
        rows = table(plan, "registry/machines.csv")
        of = {
            machine: {(row["document"], row["file"]) for row in rows if row["machine"] == machine}
            for machine in (f"{zone}-reg-a", f"{zone}-reg-b")
        }
        assert {row["machine"] for row in rows} == set(of)
        first, second = of.values()
        assert first == second and len(first) == 9
        assert {document for document, _ in first} <= set(texts(plan))


def test_the_configuration_watches_its_storage_tells_nobody_and_deletes_nothing(
    tmp_path: Path,
) -> None:
    """G1, G2: health on, notifications off; deletion is a declaration."""
    estate = shipped(tmp_path)
    content = yaml.safe_load(texts(estate.plans()["dmz"])["registry/config.yml"])
    assert content["health"]["storagedriver"]["enabled"] is True
    assert content["notifications"] == {"endpoints": []}
    assert content["storage"]["delete"] == {"enabled": False}
    assert content["http"]["relativeurls"] is True
    assert content["http"]["tls"]["minimumtls"] == "tls1.2"
    estate.edit(
        "Pulumi.dmz.yaml",
        "      http_secret:",
        "      deletion: allowed\n      http_secret:",
    )
    content = yaml.safe_load(texts(estate.plans()["dmz"])["registry/config.yml"])
    assert content["storage"]["delete"] == {"enabled": True}
    assert "cache" not in content["storage"]  # one would go on offering what the other deleted


def test_no_document_holds_a_secret_and_each_has_one_place(tmp_path: Path) -> None:
    """X11: the secret is read from a file that exists before the cluster does."""
    plan = shipped(tmp_path).plans()["dmz"]
    assert "secret" not in yaml.safe_load(texts(plan)["registry/config.yml"])["http"]
    assert (
        unit(plan, "registry.service")["Service"]["EnvironmentFile"] == "/etc/estate/registry.env"
    )
    rows = [row for row in table(plan, "registry/secrets.csv") if "HTTP_SECRET" in row["form"]]
    assert {(row["place"], row["secret"], row["file"], row["mode"]) for row in rows} == {
        (machine, "bootstrap:registry-http", "/etc/estate/registry.env", "0600")
        for machine in ("dmz-reg-a", "dmz-reg-b")
    }


def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    """G1: the program and the storage that it needs; a mount unit is called after its place."""
    plan = shipped(tmp_path).plans()["dmz"]
    folder = tmp_path / "units"
    folder.mkdir()
    for name in (
        *("registry.service", "srv-registry.mount"),
        *("registry-readonly.service", "registry-collect@.service"),
    ):
        text = texts(plan)[f"registry/{name}"]
        # The program is not installed here; any other will do to read the unit.
        (folder / name.replace("@", "@try")).write_text(
            text.replace("/usr/local/bin/registry", "/bin/true")
        )
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(one) for one in sorted(folder.iterdir()))],
        capture_output=True,
        text=True,
    )
    complaints = [line for line in ran.stderr.splitlines() if "registry" in line]
    assert (ran.returncode, complaints) == (0, [])
    mount, service = unit(plan, "srv-registry.mount")["Mount"], unit(plan, "registry.service")
    assert mount["What"] == "10.10.3.10:/exports/dmz/registry"
    assert mount["Where"] == service["Unit"]["RequiresMountsFor"] == "/srv/registry"
    assert service["Service"]["User"] == str(USER)


def test_a_mount_never_gives_up_and_sees_soon_what_the_other_machine_wrote(tmp_path: Path) -> None:
    """G3: a soft mount would lose parts of layers; cached absence fails a pull after a push."""
    options = unit(shipped(tmp_path).plans()["dmz"], "srv-registry.mount")["Mount"]["Options"]
    assert {"hard", "nfsvers=4.1", "lookupcache=positive", "actimeo=3"} <= set(options.split(","))


def test_the_filer_exports_the_directory_to_both_machines_and_nobody_else(tmp_path: Path) -> None:
    """G3: sync, no write delay, root squashed."""
    plan = shipped(tmp_path).plans()["dmz"]
    (line,) = (
        one
        for one in texts(plan)["nfs/filer-dmz.exports"].splitlines()
        if one.startswith("/exports/dmz/registry ")
    )
    directory, options, *clients = line.split(" ")
    assert directory == "/exports/dmz/registry"
    assert {"sync", "no_wdelay", "root_squash"} <= set(options.removeprefix("-").split(","))
    assert clients == ["10.10.2.21", "10.10.2.22"]
    rows = {row["directory"]: row for row in table(plan, "nfs/directories.csv")}
    assert (rows[directory]["uid"], rows[directory]["mode"]) == (str(USER), "2770")


def test_the_load_balancer_keeps_a_client_with_a_machine_and_takes_401_for_an_answer(
    tmp_path: Path,
) -> None:
    """G2, G3, X10: and a registry whose storage is gone answers 503."""
    server = platform_servers(as3(shipped(tmp_path).plans()["dmz"]))["registry"]
    assert server.tenant == "platform"
    assert server.addresses == {"10.10.0.20"}
    assert server.members == ["10.10.2.21:5000", "10.10.2.22:5000"]
    assert server.service["persistenceMethods"] == ["source-address"]
    assert server.monitor["monitorType"] == "https"
    assert server.monitor["send"].startswith(r"GET /v2/ HTTP/1.1\r\n")
    for answer, well in (("200 OK", True), ("401 Unauthorized", True), ("503 Gone", False)):
        assert bool(re.match(server.monitor["receive"], f"HTTP/1.1 {answer}")) is well


def test_nodes_pull_from_the_address_and_know_who_signed_its_certificate(tmp_path: Path) -> None:
    """G1: as containerd reads it, in a folder that is called as images name the registry."""
    plan = shipped(tmp_path).plans()["dmz"]
    host = "registry.dmz.harbour.example"
    found = tomllib.loads(texts(plan)[f"registry/certs.d/{host}/hosts.toml"])
    known: dict[str, object] = {
        "capabilities": ["pull", "resolve"],
        "ca": "/etc/pki/estate/ca.crt",
    }
    assert found["server"] == f"https://{host}"
    login = {"authorization": "Basic ${secret:registry-nodes}"}
    assert found["host"][f"https://{host}"] == known | {"header": login}
    # The one inside is asked first, by an address: nodes know no cluster names (G4).
    first, second = found["host"]
    assert (first, second) == ("https://10.96.0.50:5000", f"https://{host}")
    assert found["host"][first] == known | {"dial_timeout": "3s"}


def test_a_registry_of_somebody_else_is_only_named(tmp_path: Path) -> None:
    """G1: without machines nothing is emitted for them."""
    estate = shipped(tmp_path)
    text = (estate.root / "Pulumi.dmz.yaml").read_text()
    start, end = text.index("    external:"), text.index("  estate:", text.index("    external:"))
    plan = estate.add("Pulumi.dmz.yaml", text[:start] + text[end:]).plans()["dmz"]
    assert not [name for name in texts(plan) if name.startswith("registry/")]
    assert plan.of(AppsPlan).apps[0].image.startswith("registry.dmz.harbour.example/")
