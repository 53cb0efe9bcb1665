"""`estate verify`: what devices export against what is declared (A9, E3, H2, J4)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dns.query
import dns.zone
import pytest
from click.testing import CliRunner, Result

from estate.cli.main import main
from estate.documents.secrets import referred_to
from estate.plan import Plan
from lab.ports import LOOPBACK
from tests.documents import texts
from tests.estates import Estate, shipped
from tests.name_servers import coredns

pytestmark = pytest.mark.level2

F5 = "f5/as3.json"
EXPORTS = "nfs/filer-dmz.exports"
DOMAIN = "dmz.harbour.example"
ZONE = f"dns/zones/{DOMAIN}.zone"
RECORDS = "dns/records/harbour.example.zone"
HAPROXY = "haproxy/masters/haproxy.cfg"
PASSWORDS = "keepalived/masters/auth_pass.conf"
CANARY = "canary-4f7d"


@dataclass(frozen=True)
class Collected:
    """A folder of what devices gave, and the documents that they should have."""

    estate: Estate
    folder: Path
    documents: dict[str, str]

    def put(self, name: str, text: str) -> None:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())

    def verify(self, *options: str) -> Result:
        root = ("--root", str(self.estate.root), "--stack", "dmz")
        return CliRunner().invoke(main, ["verify", *root, *options, str(self.folder)])


@pytest.fixture
def collected(tmp_path: Path) -> Collected:
    estate = shipped(tmp_path)
    folder = tmp_path / "collected of dmz"
    folder.mkdir()
    return Collected(estate, folder, dict(texts(estate.plans()["dmz"])))


def shown_by_exportfs(document: str) -> str:
    """As `exportfs -v` of nfs-utils 2.6.2 printed the shipped file: defaults, and two lines."""
    lines: list[str] = []
    for line in document.splitlines():
        if line.startswith("#"):
            continue
        directory, options, *clients = line.split(" ")
        late = "no_wdelay" if "no_wdelay" in options else "wdelay"
        for client in clients:
            lines.append(directory)
            lines.append(
                f"\t\t{client}(sync,{late},hide,no_subtree_check,anonuid=10001,anongid=10001,"
                "sec=sys,rw,root_squash,no_all_squash)"
            )
    return "\n".join(lines) + "\n"


def shown_by_dig(document: str) -> str:
    """A transfer as dig prints it: whole names, comments around, and the SOA at both ends."""
    zone = dns.zone.from_text(document, origin=DOMAIN, relativize=False)
    lines = [
        f"{name} {ttl} IN {data.rdtype.name} {data}" for name, ttl, data in zone.iterate_rdatas()
    ]
    (soa,) = (line for line in lines if " SOA " in line)
    soa = soa.replace(" 1 3600", " 2026113001 3600")
    others = [line for line in lines if " SOA " not in line]
    return "\n".join(["; <<>> DiG <<>> AXFR", soa, *others, soa, ";; XFR size: 9 records", ""])


def test_devices_that_have_what_is_declared_are_said_to(collected: Collected) -> None:
    """A9: an F5 with a partition of its own, a filer, a name server, and the masters' pair."""
    device: dict[str, Any] = json.loads(collected.documents[F5])
    device["others"] = {"class": "Tenant", "theirs": {"class": "Application"}}
    collected.put(F5, json.dumps({"class": "AS3", "action": "deploy", "declaration": device}))
    collected.put(EXPORTS, shown_by_exportfs(collected.documents[EXPORTS]))
    collected.put(ZONE, shown_by_dig(collected.documents[ZONE]))
    collected.put(HAPROXY, collected.documents[HAPROXY])
    found = collected.verify()
    assert found.exit_code == 0, found.output
    assert "4 files: 4 as declared." in found.output
    assert "also there, of others, and not judged: partition others" in found.output


def test_what_was_changed_on_an_f5_is_named_with_its_path(collected: Collected) -> None:
    """E3: a member that somebody took out, and a virtual server that somebody added."""
    device: dict[str, Any] = json.loads(collected.documents[F5])
    application: dict[str, Any] = device["life"]["policy_portal"]
    pool, body = next(
        (name, one) for name, one in application.items() if dict_of(one).get("class") == "Pool"
    )
    gone = body["members"][0]["serverAddresses"].pop()
    application[pool]["passphrase"] = {"ciphertext": CANARY}
    device["life"]["by_hand"] = {"class": "Application", "template": "generic"}
    collected.put(F5, json.dumps(device))
    found = collected.verify()
    assert found.exit_code == 1
    assert "life/by_hand: on the device and not declared" in found.output
    assert CANARY not in found.output and "passphrase.ciphertext: a value that is" in found.output
    (line,) = (one for one in found.output.splitlines() if gone in one)
    assert f"life/policy_portal/{pool}: declared and not on the device: members[0]" in line


def dict_of(found: object) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}  # pyright: ignore[reportUnknownVariableType]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("sec=sys,rw,", "sec=sys,ro,", "for 10.10.1.11: ro, declared: rw"),
        ("root_squash", "no_root_squash", "no_root_squash, declared: root_squash"),
        (
            "10.10.1.11(",
            "*(",
            "/exports/dmz/life-policy-portal/policy-portal for *: exported and not declared",
        ),
        ("10.10.1.11(", "10.10.1.99(", "for 10.10.1.11: not exported"),
        ("(sync,", "(sync,insecure,", "insecure, declared: secure"),
    ],
)
def test_an_export_with_another_right_is_named(
    collected: Collected, old: str, new: str, sentence: str
) -> None:
    """H2, M1: options that the document leaves out hold as exports(5) says."""
    shown = shown_by_exportfs(collected.documents[EXPORTS])
    assert old in shown
    collected.put(EXPORTS, shown.replace(old, new, 1))
    found = collected.verify()
    assert found.exit_code == 1
    assert sentence in found.output


def test_directories_of_others_on_a_filer_are_not_judged(collected: Collected) -> None:
    """H2."""
    shown = shown_by_exportfs(collected.documents[EXPORTS])
    collected.put(EXPORTS, f"{shown}/exports/home 10.1.1.1(ro)\n")
    found = collected.verify()
    assert found.exit_code == 0, found.output
    assert "directory /exports/home" in found.output


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        (
            "10.10.1.8\n",
            "10.10.1.88\n",
            ("A 300 10.10.1.8: not served", "A 300 10.10.1.88: served and not declared"),
        ),
        ("portal.", "forgotten.", (": not served",)),
        (f"api.{DOMAIN}. 300", f"api.{DOMAIN}. 3600", (f"api.{DOMAIN}. A 300 10.10.1.5: not",)),
    ],
)
def test_a_record_that_differs_is_named(
    collected: Collected, old: str, new: str, sentences: tuple[str, ...]
) -> None:
    """J4."""
    name = RECORDS if old == "portal." else ZONE
    served = (
        collected.documents[name] if name == RECORDS else shown_by_dig(collected.documents[ZONE])
    )
    assert old in served
    collected.put(name, served.replace(old, new, 1))
    found = collected.verify()
    assert found.exit_code == 1
    assert all(sentence in found.output for sentence in sentences), found.output


def test_records_that_sign_a_domain_and_names_of_the_company_are_no_difference(
    collected: Collected,
) -> None:
    """J4, RFC 4034."""
    signed = f"api.{DOMAIN}. 300 IN NSEC ns1.{DOMAIN}. A NSEC\n"
    collected.put(ZONE, shown_by_dig(collected.documents[ZONE]) + signed)
    collected.put(RECORDS, collected.documents[RECORDS] + "login.harbour.example. 9 A 10.40.0.9\n")
    found = collected.verify()
    assert found.exit_code == 0, found.output


def test_a_transfer_from_a_running_name_server_is_read(
    collected: Collected, tmp_path: Path
) -> None:
    """J4: CoreDNS serves the emitted zone file; its transfer says what the document says."""
    file = tmp_path / "zone"
    file.write_text(collected.documents[ZONE], encoding="ascii")
    configuration = (
        f"{DOMAIN} {{\n    bind {LOOPBACK}\n    file {file}\n    transfer {{\n        to *\n"
        "    }\n}\n"
    )
    with coredns(tmp_path, configuration, f"api.{DOMAIN}") as resolver:
        transfer = dns.query.xfr(LOOPBACK, DOMAIN, port=resolver.port, relativize=False)
        served = dns.zone.from_xfr(transfer, relativize=False)
    text = served.to_text(relativize=False)
    assert isinstance(text, str)
    collected.put(ZONE, text)
    found = collected.verify()
    assert found.exit_code == 0, found.output
    collected.put(ZONE, text.replace("10.10.1.5", "10.10.1.50"))
    assert collected.verify().exit_code == 1


def test_a_line_that_somebody_changed_on_a_machine_is_named(collected: Collected) -> None:
    """E8."""
    document = collected.documents[HAPROXY]
    lines = document.splitlines()
    place = next(number for number, line in enumerate(lines) if "server " in line)
    changed = [*lines]
    changed[place] = f"{lines[place]} disabled"
    collected.put(HAPROXY, "\n".join(changed) + "\n")
    found = collected.verify()
    assert found.exit_code == 1
    assert f"line {place + 1}: {changed[place]}, declared: {lines[place]}" in found.output


def test_any_value_of_a_secret_is_right_and_none_is_printed(collected: Collected) -> None:
    """X11: the file of a machine has the secret itself."""
    document = collected.documents[PASSWORDS]
    (name,) = referred_to(document)
    filled = document.replace(f"${{secret:{name}}}", CANARY)
    collected.put(PASSWORDS, filled)
    assert collected.verify().exit_code == 0
    collected.put(PASSWORDS, filled.replace(CANARY, f"{CANARY} # changed by hand"))
    for options in ((), ("--json",)):
        found = collected.verify(*options)
        assert found.exit_code == 1
        assert "another line than declared" in found.output
        assert CANARY not in found.output


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        (F5, "{}", "it is no AS3 declaration"),
        (F5, "<html>", "it is not JSON"),
        (EXPORTS, "Export list for filer:\n", "line 1 is none of `exportfs -v`"),
        (ZONE, "; Transfer failed.\n", "`dig AXFR` was refused"),
        (ZONE, "no zone at all\n", f"it is no zone transfer of {DOMAIN}"),
        ("firewall/request.json", "{}", "`estate import firewall`"),
        ("f5/as3.jsn", "{}", "not declared"),
    ],
)
def test_a_file_that_cannot_be_held_against_a_document_is_no_success(
    collected: Collected, name: str, text: str, sentence: str
) -> None:
    """A9: a typing error must not read as a device without drift."""
    collected.put(name, text)
    found = collected.verify()
    assert found.exit_code == 1
    assert sentence in found.output
    assert found.exception is None or isinstance(found.exception, SystemExit)


def test_a_folder_without_a_file_says_what_to_collect(collected: Collected) -> None:
    """A9."""
    found = collected.verify()
    assert found.exit_code == 1
    assert "estate render --stack dmz --out OUT" in found.output


def test_another_zones_files_are_not_declared(collected: Collected) -> None:
    """A1: the dmz is not asked about the intranet's documents."""
    plan: Plan = collected.estate.plans()["intranet"]
    others = sorted(texts(plan).keys() - collected.documents.keys())
    collected.put(others[0], "x\n")
    found = collected.verify()
    assert found.exit_code == 1 and "not declared" in found.output
