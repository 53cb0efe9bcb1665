"""A layer 2 segment with the hosts of a pair, each a machine of its own: network, processes, files.

with segment(folder, {"10.10.1.13": 30011}, "10.10.0.22:443") as net:
    net.start("dmz-lb1", "10.10.0.2", files)
    net.holders("10.10.0.22")
    net.kill("dmz-lb1")

Nothing leaves it: its namespaces have no other interface than those that connect its hosts. The
files stand where they are installed, in mounts that only the host sees. It takes root.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.loopback import DEADLINE, until

WORLD = "10.10.0.1"
"""Whoever is no host of the pair: clients and members."""

_INSTALLED = {
    "haproxy.cfg": "/etc/haproxy/haproxy.cfg",
    "keepalived.conf": "/etc/keepalived/keepalived.conf",
    "auth_pass.conf": "/etc/keepalived/auth_pass.conf",
    "sysctl.conf": "/run/sysctl.conf",
}

_BOOT = """
set -e
ip link set lo up
ip link set eth0 up
ip address add {address}/24 dev eth0
ip route add default via {world}
for empty in /run /etc/haproxy /etc/keepalived /var/lib/haproxy; do mount -t tmpfs none $empty; done
mkdir /run/haproxy
echo 1 >/var/lib/haproxy/server-state
for file in {files}; do cp {folder}/$(basename $file) $file; done
sysctl --quiet --load=/run/sysctl.conf
"""
_PROGRAMS = (
    "exec haproxy -W -db -q -f /etc/haproxy/haproxy.cfg",
    "exec keepalived --dont-fork --log-console --log-detail",
)


@dataclass
class _Host:
    holder: subprocess.Popen[bytes]
    """The first process of the host: all others end with it."""
    inside: int
    """Its number here."""
    programs: dict[str, subprocess.Popen[bytes]] = field(
        default_factory=dict[str, subprocess.Popen[bytes]]
    )


@dataclass
class Segment:
    """The segment, its hosts, and a client that connects all the time."""

    folder: Path
    world: int
    """The process whose network the clients and the members have."""
    client: subprocess.Popen[str]
    counted: list[str] = field(default_factory=list[str])
    """What each connection got, in order: the member's name, or ``-``."""
    hosts: dict[str, _Host] = field(default_factory=dict[str, _Host])

    def start(self, name: str, address: str, files: Mapping[str, str]) -> None:
        """A host is switched on, with HAProxy and keepalived as emitted."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        for file, text in files.items():
            (folder / Path(_INSTALLED[file]).name).write_text(text, encoding="utf-8")
        holder, inside = _namespaces("--pid", "--fork", "--kill-child", "--mount-proc")
        host = self.hosts[name] = _Host(holder, inside)
        last = address.rpartition(".")[2]
        _run(self.world, f"ip link add host{last} type veth peer name eth0 netns {inside}")
        _run(self.world, f"ip link set host{last} master segment up")
        boot = _BOOT.format(
            address=address, world=WORLD, folder=folder, files=" ".join(_INSTALLED.values())
        )
        _run(inside, boot, "--mount", "--pid")
        for program in _PROGRAMS:
            word = program.split()[1]
            with (folder / f"{word}.log").open("ab") as log:
                command = _enter(inside, program, "--mount", "--pid")
                host.programs[word] = subprocess.Popen(command, stdout=log, stderr=log)

    def kill(self, name: str) -> None:
        """A host loses its power."""
        host = self.hosts.pop(name)
        host.holder.kill()
        for process in (host.holder, *host.programs.values()):
            process.wait(DEADLINE)

    def kill_program(self, name: str, program: str) -> None:
        """One program of a host is gone, with all that it started."""
        named = f'[ "$(cat $one/comm)" = {program} ] && kill -KILL ${{one#/proc/}}'
        script = f"for one in /proc/[0-9]*; do {named}; done; true"
        _run(self.hosts[name].inside, script, "--mount", "--pid")

    def log(self, name: str, program: str) -> str:
        """What a program of a host said."""
        return (self.folder / name / f"{program}.log").read_text(encoding="utf-8")

    def holders(self, address: str) -> set[str]:
        """The hosts that have the address."""
        found: set[str] = set()
        for name, host in self.hosts.items():
            listed = _run(host.inside, "ip -4 -oneline address show dev eth0")
            if f" {address}/" in listed:
                found.add(name)
        return found

    def next(self, count: int) -> list[str]:
        """What the next connections get."""
        begin = len(self.counted) + 1  # the one that is on its way began before
        assert until(lambda: len(self.counted) >= begin + count)
        return self.counted[begin : begin + count]


def _enter(process: int, script: str, *namespaces: str) -> list[str]:
    return ["nsenter", "--target", str(process), "--net", *namespaces, "sh", "-c", script]


def _run(process: int, script: str, *namespaces: str) -> str:
    done = subprocess.run(
        _enter(process, script, *namespaces), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _namespaces(*more: str) -> tuple[subprocess.Popen[bytes], int]:
    """A process with namespaces of its own, and the one in them."""
    holder = subprocess.Popen(["unshare", "--net", *more, "sleep", "infinity"])
    own = Path("/proc/self/ns/net").readlink()
    children = Path(f"/proc/{holder.pid}/task/{holder.pid}/children")

    def inside() -> int:
        words = children.read_text(encoding="ascii").split() if more else [str(holder.pid)]
        for word in words:
            command = Path(f"/proc/{word}/comm").read_text(encoding="ascii").strip()
            if command == "sleep" and Path(f"/proc/{word}/ns/net").readlink() != own:
                return int(word)
        return 0

    assert until(lambda: inside() != 0)
    return holder, inside()


@contextmanager
def segment(folder: Path, members: Mapping[str, int], target: str) -> Generator[Segment]:
    """The segment with members behind it, and a client that connects to ``target`` all the time."""
    world, inside = _namespaces()
    _run(
        inside,
        "ip link set lo up && ip link add segment type bridge && ip link set segment up && "
        f"ip address add {WORLD}/24 dev segment && "
        + " && ".join(f"ip address add {address}/32 dev lo" for address in members),
    )
    places = " ".join(f"{address}:{port}" for address, port in members.items())
    script = f"exec {sys.executable} -u {Path(__file__).with_name('segment_world.py')}"
    client = subprocess.Popen(
        _enter(inside, f"{script} {target} {places}"), stdout=subprocess.PIPE, text=True
    )
    net = Segment(folder, inside, client)

    reader = threading.Thread(target=lambda: _counting(net), daemon=True)
    reader.start()
    try:
        yield net
    finally:
        for name in list(net.hosts):
            net.kill(name)
        for process in (client, world):
            process.kill()
            process.wait(DEADLINE)
        reader.join(DEADLINE)


def _counting(net: Segment) -> None:
    assert net.client.stdout
    for line in net.client.stdout:
        net.counted.append(line.strip())
