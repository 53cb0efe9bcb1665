"""The audit log leaves a master: the real rsyslogd with the emitted file, on loopback (B7)."""

from __future__ import annotations

import csv
import io
import json
import socket
import ssl
import subprocess
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lab.ports import free
from tests.documents import all_firewall_rows, texts
from tests.estates import Estate, shipped
from tests.programs import running, until

pytestmark = pytest.mark.level2

FILE = "masters/audit-rsyslog.conf"
NAME = "audit.harbour.example"
AUTHORITY = "/etc/ssl/certs/harbour-ca.pem"
LOGS = "/var/log/kubernetes/audit"


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Estate:
    return shipped(tmp_path_factory.mktemp("shipped"))


class Receiver:
    """Syslog over TLS with counted octets (RFC 5425), as a company's log receiver takes it."""

    def __init__(self, port: int, folder: Path, name: str) -> None:
        self.events: list[str] = []
        self.connections = 0
        key, self.authority = folder / "key.pem", folder / "certificate.pem"
        made = ("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
        subject = ("-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext")
        files = (f"subjectAltName=DNS:{name}", "-keyout", str(key), "-out", str(self.authority))
        subprocess.run([*made, *subject, *files], check=True, capture_output=True)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.authority, key)
        self._port = port

    @contextmanager
    def listening(self) -> Generator[None]:
        """While the block lasts."""
        with socket.create_server(("127.0.0.1", self._port)) as server:
            threading.Thread(target=self._accept, args=(server,), daemon=True).start()
            yield
            server.shutdown(socket.SHUT_RDWR)

    def _accept(self, server: socket.socket) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._read, args=(connection,), daemon=True).start()

    def _read(self, connection: socket.socket) -> None:
        try:
            with self._context.wrap_socket(connection, server_side=True).makefile("rb") as stream:
                while length := self._length(stream):
                    header, _, message = stream.read(length).decode().partition(" audit - ")
                    assert header.startswith("<182>1 "), header
                    self.events.append(message)
        except OSError:
            return

    @staticmethod
    def _length(stream: io.BufferedIOBase) -> int:
        digits = b""
        while (one := stream.read(1)).isdigit():
            digits += one
        return int(digits or b"0")

    @property
    def names(self) -> list[str]:
        """Of the requests that the events are about."""
        return [json.loads(event)["auditID"] for event in self.events]


@contextmanager
def forwarding(estate: Estate, folder: Path, name: str = NAME) -> Generator[tuple[Receiver, Path]]:
    """rsyslogd runs; its receiver, which does not listen yet, and the API server's log."""
    (port,) = free(1)
    receiver = Receiver(port, folder, name)
    logs = folder / "audit"
    logs.mkdir()
    log = logs / "audit.log"
    log.touch()
    text = texts(estate.plans()["dmz"])[FILE]
    for there, here in (
        (AUTHORITY, str(receiver.authority)),
        (LOGS, str(logs)),
        ('target="10.10.2.50"', 'target="127.0.0.1"'),
        ('port="6514"', f'port="{port}"'),
        ('action.resumeInterval="10"', 'action.resumeInterval="1"'),
    ):
        assert text.count(there) == 1, there
        text = text.replace(there, here)
    work = folder / "work"
    work.mkdir()
    whole = folder / "rsyslog.conf"
    whole.write_text(f'global(workDirectory="{work}")\n{text}', encoding="utf-8")
    checked = subprocess.run(
        ["/usr/sbin/rsyslogd", "-N1", "-f", str(whole)], capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stderr
    pid = f"{folder / 'rsyslogd.pid'}"
    with running(folder, "/usr/sbin/rsyslogd", "-n", "-f", str(whole), "-i", pid):
        yield receiver, log


def write(log: Path, *names: str, size: int = 0) -> None:
    """Events as the API server writes them: one line of JSON each."""
    with log.open("a", encoding="utf-8") as file:
        for name in names:
            event = {"kind": "Event", "auditID": name, "annotations": {"x": "y" * size}}
            file.write(json.dumps(event) + "\n")


def test_events_arrive_whole_and_in_their_order(estate: Estate, tmp_path: Path) -> None:
    """B7: as one line of JSON each, the large ones too."""
    with forwarding(estate, tmp_path) as (receiver, log), receiver.listening():
        write(log, "a", "b")
        write(log, "large", size=300_000)
        until(lambda: len(receiver.events) == 3)
        assert receiver.names == ["a", "b", "large"]


def test_nothing_is_lost_when_the_api_server_begins_another_file(
    estate: Estate, tmp_path: Path
) -> None:
    """B7: it renames the full one."""
    with forwarding(estate, tmp_path) as (receiver, log), receiver.listening():
        write(log, "a")
        until(lambda: receiver.names == ["a"])
        write(log, "b")
        log.rename(log.with_name("audit-2026-01-31T10-00-00.000.log"))
        write(log, "c")
        until(lambda: len(receiver.events) == 3)
        assert receiver.names == ["a", "b", "c"]


def test_events_wait_for_a_receiver_that_does_not_answer(estate: Estate, tmp_path: Path) -> None:
    """B7: on the master, until it does."""
    with forwarding(estate, tmp_path) as (receiver, log):
        write(log, "a", "b")
        with receiver.listening():
            until(lambda: receiver.names[-1:] == ["b"])
        assert receiver.names == ["a", "b"]


def test_a_server_of_another_name_gets_nothing(estate: Estate, tmp_path: Path) -> None:
    """B7, I4: even where the same authority signed its certificate."""
    with forwarding(estate, tmp_path, "other.harbour.example") as (receiver, log):
        with receiver.listening():
            write(log, "a")
            until(lambda: receiver.connections >= 3)
        assert receiver.events == []


def test_masters_reach_the_receiver_and_its_team_knows_what_comes(estate: Estate) -> None:
    """B7, E14: three masters, 40 events a second of 1,200 bytes, for 400 days."""
    found = texts(estate.plans()["dmz"])
    (row,) = [
        one
        for one in csv.DictReader(io.StringIO(found["firewall/outgoing.csv"]))
        if one["purpose"] == "audit log"
    ]
    assert (row["server"], row["port"]) == (f"audit receiver {NAME}", "6514")
    rows = [*csv.DictReader(io.StringIO(found["masters/audit-receiver.csv"]))]
    assert [one["sender"] for one in rows] == ["dmz-c01", "dmz-c02", "dmz-c03"]
    daily = 40 * 1200 * 86_400
    assert {(int(one["bytes_a_day"]), int(one["bytes"])) for one in rows} == {(daily, 400 * daily)}
    installed = [*csv.DictReader(io.StringIO(found["masters/machines.csv"]))]
    assert sum(one["file"] == "/etc/rsyslog.d/60-estate-audit.conf" for one in installed) == 3


def test_a_firewall_before_servers_lets_the_masters_through(tmp_path: Path) -> None:
    """E14: a row for each, and no other machine."""
    estate = shipped(tmp_path)
    own = "    - {name: fw-dmz, before: nodes} "
    estate.edit("Pulumi.dmz.yaml", own, f"    - {{name: fw-files, before: servers}}\n{own}")
    rows = [
        firewall_row
        for firewall_row in all_firewall_rows(estate.plans()["dmz"])
        if firewall_row["purpose"] == "audit log"
    ]
    assert {(row["source_address"], row["port"]) for row in rows} == {
        (f"10.10.1.{last}", 6514) for last in (6, 7, 8)
    }


def test_without_a_receiver_nothing_is_forwarded(tmp_path: Path) -> None:
    """B7: the log stays on the master that wrote it."""
    estate = shipped(tmp_path)
    text = (estate.root / "Pulumi.dmz.yaml").read_text(encoding="utf-8")
    begin = text.index("      receiver: ")
    end = text.index("    size: medium", begin)
    estate.add("Pulumi.dmz.yaml", text[:begin] + text[end:])
    assert not [one for one in texts(estate.plans()["dmz"]) if "audit-r" in one]
