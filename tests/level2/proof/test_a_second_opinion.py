"""np-guard's analyzer reads the same manifests and must find the same connections (F6)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

from estate.cli.render import render_stack
from estate.composition import compose
from estate.proof.emitted import Emitted, Place
from estate.proof.readers.addresses import Space
from estate.proof.readers.matrix import Matrix, networks
from estate.proof.readers.network_policies import read_policies
from estate.proof.readers.nodes import Nodes
from estate.proof.readers.pods import read_pods
from estate.proof.readers.strict import Troubles
from estate.reader.values import ZONES, Zone
from tests.estates import shipped
from tests.proving import proved
from tests.second_opinion import ours, pods_as_manifests, theirs, write_manifests

pytestmark = pytest.mark.level2

Json = dict[str, Any]


@pytest.mark.parametrize("zone", ZONES)
def test_both_agree_on_the_shipped_estate(tmp_path: Path, zone: Zone) -> None:
    """F6: between any two kinds of pods, and between pods and addresses, port by port."""
    estate = shipped(tmp_path)
    view = proved(estate).views[zone]
    out = tmp_path / "out"
    render_stack(compose(estate.plans()[zone]), out)
    known = [pod for pod in view.pods if not pod.any_labels]
    missing = [pods for pods in known if pods.origin != "emitted"]
    write_manifests(out / "manifests", "others.yaml", pods_as_manifests(missing))
    found, expected = ours(view.matrix), theirs(out / "manifests", known, view.matrix.space)
    assert len(expected) > 30
    assert found == expected


LABELS: tuple[dict[str, str], ...] = (
    {"app": "a"},
    {"app": "b", "tier": "front"},
    {"tier": "back"},
    {},
)
SPACES = ("one", "two", "three")
PORTS: tuple[Json, ...] = (
    {"protocol": "TCP", "port": 80},
    {"protocol": "UDP", "port": 53},
    {"protocol": "TCP", "port": 1000, "endPort": 2000},
    {"protocol": "TCP", "port": "http"},
    {"protocol": "SCTP"},
    {"port": 443},
)
BLOCKS: tuple[Json, ...] = (
    {"cidr": "10.0.0.0/8"},
    {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16", "10.2.3.4/32"]},
    {"cidr": "192.0.2.7/32"},
    {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/9"]},
)


def _selector(draw: random.Random) -> Json:
    match draw.randrange(6):
        case 0:
            return {}
        case 1:
            return {"matchLabels": {"app": draw.choice("ab")}}
        case 2:
            return {"matchExpressions": [_values(draw, "In")]}
        case 3:
            return {"matchExpressions": [_values(draw, "NotIn")]}
        case 4:
            return {"matchExpressions": [{"key": "tier", "operator": "Exists"}]}
        case _:
            return {"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}


def _values(draw: random.Random, operator: str) -> Json:
    values = draw.sample(["a", "b", "front"], draw.randint(1, 2))
    return {"key": draw.choice(["app", "tier"]), "operator": operator, "values": values}


def _namespaces(draw: random.Random) -> Json:
    name = {"kubernetes.io/metadata.name": draw.choice(SPACES)}
    return draw.choice([{}, {"matchLabels": name}, {"matchLabels": {"team": "x"}}])


def _peer(draw: random.Random) -> Json:
    match draw.randrange(4):
        case 0:
            return {"ipBlock": draw.choice(BLOCKS)}
        case 1:
            return {"podSelector": _selector(draw)}
        case 2:
            return {"namespaceSelector": _namespaces(draw)}
        case _:
            return {"namespaceSelector": _namespaces(draw), "podSelector": _selector(draw)}


def _rule(draw: random.Random, side: str) -> Json:
    peers = [_peer(draw) for _ in range(draw.randint(0, 2))]
    known = PORTS
    if side == "to" and (not peers or any("ipBlock" in peer for peer in peers)):
        known = tuple(one for one in PORTS if one.get("port") != "http")  # which we refuse
    ports = draw.sample(known, draw.randint(0, 2))
    return {**({side: peers} if peers else {}), **({"ports": ports} if ports else {})}


def _policy(draw: random.Random, number: int) -> Json:
    types = draw.choice([["Ingress"], ["Egress"], ["Ingress", "Egress"], None])
    spec: Json = {"podSelector": _selector(draw)}
    if types is not None:
        spec["policyTypes"] = types
    for way, side in (("ingress", "from"), ("egress", "to")):
        if types is None or way.title() in types:
            spec[way] = [_rule(draw, side) for _ in range(draw.randint(0, 2))]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": f"policy-{number}", "namespace": draw.choice(SPACES)},
        "spec": spec,
    }


def _workloads() -> Iterator[Json]:
    for space in SPACES:
        for number, labels in enumerate(LABELS):
            port = {"name": "http", "containerPort": 8080 + number, "protocol": "TCP"}
            yield {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "metadata": {"name": f"pods-{number}", "namespace": space},
                "spec": {
                    "replicas": 2,
                    "selector": {"matchLabels": labels},
                    "template": {
                        "metadata": {"labels": labels},
                        "spec": {"containers": [{"name": "c", "image": "i", "ports": [port]}]},
                    },
                },
            }


@pytest.mark.parametrize("seed", range(25))
def test_both_agree_on_policies_that_use_all_that_kubernetes_allows(
    tmp_path: Path, seed: int
) -> None:
    """F6: expressions, exceptions, ranges and names of ports, defaults, unions, both ends."""
    draw = random.Random(seed)  # noqa: S311 the same ones every time
    spaces: list[Json] = [
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": name, "labels": {"team": "x"} if name == "two" else {}},
        }
        for name in SPACES
    ]
    policies = [_policy(draw, number) for number in range(6)]
    objects = [*spaces, *_workloads(), *policies]
    write_manifests(tmp_path, "all.yaml", objects)
    troubles = Troubles()
    placed = tuple((Place("all.yaml", str(one["metadata"])), one) for one in objects)
    emitted = Emitted(zone="dmz", objects=placed, texts={})
    pods = list(read_pods(emitted, Nodes({}, {}), troubles))
    read = read_policies(emitted, troubles)
    assert troubles.problems == []
    blocks = [block for network in networks(read) for block in (network.cidr, *network.without)]
    space = Space([*blocks, IPv4Network("203.0.113.0/24")], {})
    labels = {str(one["metadata"]["name"]): one["metadata"]["labels"] for one in spaces}
    matrix = Matrix(pods, labels, space, read)
    assert ours(matrix) == theirs(tmp_path, pods, space)
