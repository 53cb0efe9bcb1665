"""A pair of HAProxy hosts: what its haproxy.cfg forwards, and whose keepalived brings addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network

from estate.proof.emitted import Emitted, Place
from estate.proof.readers.addresses import address
from estate.proof.readers.as3 import Member, VirtualServer
from estate.proof.readers.strict import Troubles
from estate.reader.addresses import EVERYBODY

_NAME = re.compile(r"haproxy/([^/]+)/haproxy\.cfg")
_HOST = re.compile(r"keepalived/([^/]+)/([^/]+)/keepalived\.conf")
_BIND = re.compile(r"bind ([0-9.]+):([0-9]+)( ssl crt \S+ alpn \S+)?")
_SERVER = re.compile(r"server (\S+) ([0-9.]+):([0-9]+)( check)?")
_ASKED = re.compile(r"default-server .* port ([0-9]+)( .*)?")
_ONLY = re.compile(r"tcp-request connection reject unless \{ src ([0-9./ ]+) \}")
_HELD = re.compile(r"\s+([0-9.]+)/32")
_STATUS = "status"
"""What HAProxy tells its own host, on loopback."""
_RING = "log_intake"
"""Its own lines: a ring of memory, and a frontend on loopback that hands them to nodes."""
_LOGS = f"log ring@{_RING} local0"
_PATH = "http-request set-var(txn.path) path"
_SILENT = (
    *("mode tcp", "mode http", "balance ", "hash-type ", "option ", "http-check "),
    *("default-server ", "cookie ", "timeout ", "log-format ", _PATH, "#"),
)
"""Words of a frontend or backend that decide nothing about who reaches what."""
_OF_RING = ("no log", "format ", "maxlen ", "size ")


@dataclass
class _Section:
    place: Place
    binds: list[tuple[IPv4Address, int]] = field(default_factory=list[tuple[IPv4Address, int]])
    clients: list[str] = field(default_factory=list[str])
    backend: str = ""
    members: list[Member] = field(default_factory=list[Member])
    unchecked: bool = False
    asked_on: set[int] = field(default_factory=set[int])
    silent: bool = False
    """It serves the host itself, in HTTP."""
    ring: bool = False
    """It carries HAProxy's own lines."""


def read_pairs(emitted: Emitted, troubles: Troubles) -> Iterator[VirtualServer]:
    """Every virtual server of every pair."""
    for name, text in emitted.texts.items():
        if match := _NAME.fullmatch(name):
            place = emitted.document(name)
            found = _sections(text, place, troubles)
            logs_to = _logs_to(text, found)
            for (kind, name), section in found.items():
                if kind != "frontend":
                    continue
                for server in _virtual_servers(match[1], section, found, troubles):
                    if name != _RING or not server.address.is_loopback:
                        yield replace(server, logs_to=logs_to)


def _logs_to(text: str, found: Mapping[tuple[str, str], _Section]) -> tuple[Member, ...]:
    """What gets its lines: by the ring, its one server, and what listens there."""
    ring, front = found.get(("ring", _RING)), found.get(("frontend", _RING))
    said = any(line.strip() == _LOGS for line in text.splitlines())
    if not said or ring is None or front is None:
        return ()
    handed = {(member.address, member.port) for member in ring.members}
    backend = found.get(("backend", front.backend))
    if not backend or backend.unchecked or not handed <= {*front.binds} or not handed:
        return ()
    return tuple(backend.members)


def read_holders(emitted: Emitted) -> Mapping[tuple[str, IPv4Address], Mapping[str, Place]]:
    """By group of hosts and virtual address: the hosts whose keepalived brings the address."""
    found: dict[tuple[str, IPv4Address], dict[str, Place]] = {}
    for name, text in emitted.texts.items():
        if match := _HOST.fullmatch(name):
            for held in _HELD.findall(text):
                place = emitted.document(name).at(f"virtual address {held}")
                found.setdefault((match[1], address(held)), {})[match[2]] = place
    return found


def _sections(text: str, place: Place, troubles: Troubles) -> dict[tuple[str, str], _Section]:
    found: dict[tuple[str, str], _Section] = {}
    now: _Section | None = None
    for line in (one.strip() for one in text.splitlines()):
        words = line.split()
        if words[:1] in (["global"], ["defaults"]):
            now = None
        elif words[:1] in (["frontend"], ["backend"], ["ring"]):
            now = found[words[0], words[1]] = _Section(
                place.at(line), silent=words[1] == _STATUS, ring=words[1] == _RING
            )
        elif words[:1] == ["listen"]:
            troubles.refuse(place.at(line), "frontend and backend in one are not read")
            now = None
        elif line and now is not None:
            _line(line, now, troubles)
    return found


def _line(line: str, now: _Section, troubles: Troubles) -> None:
    if match := _ASKED.fullmatch(line):
        now.asked_on.add(int(match[1]))
    elif now.silent or line.startswith(_SILENT) or (now.ring and line.startswith(_OF_RING)):
        return
    elif match := _BIND.fullmatch(line):
        now.binds.append((address(match[1]), int(match[2])))
    elif match := _ONLY.fullmatch(line):
        now.clients += match[1].split()
    elif line.startswith("default_backend "):
        now.backend = line.split()[1]
    elif match := _SERVER.match(line):
        place = now.place.at(f"server {match[2]}:{match[3]}")
        now.members.append(Member(place=place, address=address(match[2]), port=int(match[3])))
        now.unchecked = now.unchecked or match[4] is None
    else:
        troubles.refuse(now.place.at(line), "the proof does not know this word of haproxy.cfg")


def _virtual_servers(
    pair: str, section: _Section, found: Mapping[tuple[str, str], _Section], troubles: Troubles
) -> Iterator[VirtualServer]:
    if section.silent:
        return
    backend = found.get(("backend", section.backend))
    if backend is None:
        troubles.refuse(section.place, f"its backend '{section.backend}' does not stand there")
        return
    clients = section.clients or [str(EVERYBODY)]
    for at, number in section.binds:
        yield VirtualServer(
            place=section.place.at(f"bind {at}:{number}"),
            address=at,
            port=number,
            clients=tuple(
                (section.place.at(f"src {client}"), IPv4Network(client)) for client in clients
            ),
            translates=True,
            members=tuple(backend.members),
            monitored=not backend.unchecked,
            asked_on=tuple(sorted(backend.asked_on)),
            pair=pair,
        )
