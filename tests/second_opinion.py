"""What np-guard's analyzer says about NetworkPolicy, in the proof's own words."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import yaml

from estate.proof.readers.addresses import Space, members
from estate.proof.readers.matrix import Matrix
from estate.proof.readers.pods import Pods
from estate.proof.readers.ports import EVERY, PROTOCOLS, Ports, Protocol, pieces
from toolchain import build

Way = tuple[str, str]
"""From where to where."""
Ways = dict[Way, set[Ports]]


def pods_as_manifests(pods: Iterable[Pods]) -> Iterator[dict[str, Any]]:
    """Pods that the proof knows and no manifest has, for the analyzer to know them, too."""
    for pod in pods:
        labels = dict(pod.labels)
        ports = [
            {"name": name, "containerPort": port.first, "protocol": port.protocol}
            for name, port in pod.named.items()
        ]
        yield {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": _plain(pod), "namespace": pod.namespace},
            "spec": {
                "replicas": 2,
                "selector": {"matchLabels": labels},
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {"containers": [{"name": "c", "image": "i", "ports": ports}]},
                },
            },
        }


def _plain(one: Pods) -> str:
    return re.sub(r"[^a-z0-9-]+", "-", one.name).strip("-")


def theirs(folder: Path, pods: Iterable[Pods], space: Space) -> Ways:
    """What the analyzer finds open in the manifests of a folder, by kind of pods and range."""
    ran = subprocess.run(
        [str(build.binary("netpolicy")), "list", "-q", "-o", "json", "--dirpath", str(folder)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    # The analyzer holds pods on their node's network by policies, which no network plugin does.
    names = {
        f"{pod.namespace}/{_plain(pod)}": "" if pod.host_network else pod.full_name for pod in pods
    }
    found: Ways = {}
    lines: list[dict[str, str]] = json.loads(ran.stdout or "[]") or []
    for line in lines:
        for source in _ends(line["src"], names, space):
            for destination in _ends(line["dst"], names, space):
                if source != destination:
                    ports = {*_ports(line["conn"])}
                    found.setdefault((source, destination), set()).update(ports)
    return {way: _merged(ports) for way, ports in found.items()}


def _ends(text: str, names: dict[str, str], space: Space) -> Iterator[str]:
    if match := re.fullmatch(r"([0-9.]+)-([0-9.]+)", text):
        low, high = (IPv4Address(group) for group in match.groups())
        for number in range(space.holding(low), space.holding(high) + 1):
            yield space.name(number)
    elif not text.startswith("{") and (name := names[text.partition("[")[0]]):
        yield name


def _ports(text: str) -> Iterator[Ports]:
    if text == "All Connections":
        yield from EVERY
        return
    protocol: Protocol | None = None
    for word in re.split(r"[ ,]+", text):
        if word in PROTOCOLS:
            protocol = next(one for one in PROTOCOLS if one == word)
            continue
        assert protocol, text
        first, _, last = word.partition("-")
        yield Ports(protocol, int(first), int(last or first))


def ours(matrix: Matrix) -> Ways:
    """The same from the proof's matrix; labels given by hand are nothing the analyzer knows."""
    found: Ways = {}
    on_host = sum(pod.host_network << number for number, pod in enumerate(matrix.pods))
    known = matrix.everything & ~matrix.by_hand & ~on_host
    for destination in members(known):
        is_pod = destination < len(matrix.pods)
        openings = (*matrix.into.get(destination, ()), *matrix.out_to.get(destination, ()))
        for piece in pieces(port for opening in openings for port in opening.ports):
            inward = matrix.lets_in(destination, piece) if is_pod else matrix.all_pods
            both = inward & matrix.lets_out(destination, piece) & known & ~(1 << destination)
            for source in members(both):
                way = matrix.name(source), matrix.name(destination)
                found.setdefault(way, set()).add(piece)
    return {way: _merged(ports) for way, ports in found.items()}


def _merged(found: Iterable[Ports]) -> set[Ports]:
    merged: list[Ports] = []
    for ports in sorted(found):
        if merged and merged[-1].protocol == ports.protocol and ports.first <= merged[-1].last + 1:
            merged[-1] = merged[-1]._replace(last=max(merged[-1].last, ports.last))
        else:
            merged.append(ports)
    return {*merged}


def write_manifests(folder: Path, name: str, found: Iterable[dict[str, Any]]) -> None:
    """A file that the analyzer reads."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(yaml.safe_dump_all(found), encoding="utf-8")
