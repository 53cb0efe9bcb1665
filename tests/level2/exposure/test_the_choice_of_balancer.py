"""F5, HAProxy or MetalLB: the same inventory, the same members behind the addresses (E9, E11)."""

from __future__ import annotations

import copy
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from estate.composition import compose
from estate.declarations.load import load
from estate.derivation import derive
from estate.plan import Plan
from estate.reader.values import ZONES, Zone
from estate.topics.nodes.plan import NodesPlan
from tests.documents import as3, platform_servers, texts, virtual_servers
from tests.level0.generated import Drawn, estates, write

pytestmark = pytest.mark.level2

Members = dict[tuple[str, str], list[str]]
"""By virtual address and port: whom it leads to."""


def on_the_f5(plan: Plan) -> Members:
    return {
        (address, str(server.service["virtualPort"])): server.members
        for servers in (virtual_servers, platform_servers)
        for server in servers(as3(plan)).values()
        for address in server.addresses
    }


def on_the_pair(plan: Plan) -> Members:
    found: Members = {}
    text = texts(plan).get("haproxy/pair/haproxy.cfg", "")
    for part in re.split(r"(?m)^(?=frontend )", text)[2:]:
        bind = re.search(r"bind ([0-9.]+):([0-9]+)", part)
        assert bind
        found[(bind[1], bind[2])] = re.findall(r"(?m)^    server \S+ (\S+) check", part)
    return found


def on_metallb(plan: Plan) -> Members:
    """From the objects alone: which nodes may answer for each Service's address."""
    manifests = [manifest.body for manifest in compose(plan).manifests]
    kinds: dict[str, list[Any]] = defaultdict(list)
    for body in manifests:
        kinds[str(body["kind"])].append(body)
    labels = {kind["metadata"]["name"]: kind["metadata"]["labels"] for kind in kinds["Node"]}
    at = {node.name: node.address for pool in plan.of(NodesPlan).pools for node in pool.nodes}
    found: Members = {}
    for service in kinds["Service"]:
        if service["spec"].get("type") != "LoadBalancer":
            continue
        address = service["metadata"]["annotations"]["metallb.io/loadBalancerIPs"]
        (pool,) = [
            kind for kind in kinds["IPAddressPool"] if f"{address}/32" in kind["spec"]["addresses"]
        ]
        assert service["metadata"]["namespace"] in pool["spec"]["serviceAllocation"]["namespaces"]
        (told,) = [
            kind
            for kind in kinds["L2Advertisement"]
            if kind["spec"]["ipAddressPools"] == [pool["metadata"]["name"]]
        ]
        (selector,) = told["spec"]["nodeSelectors"]
        (wanted,) = selector["matchExpressions"]
        nodes = sorted(
            at[name] for name, has in labels.items() if has[wanted["key"]] in wanted["values"]
        )
        for port in service["spec"]["ports"]:
            found[address, str(port["port"])] = [f"{node}:{port['nodePort']}" for node in nodes]
    return found


def with_metallb(drawn: Drawn) -> Drawn:
    """MetalLB for the apps, a pair for what is the platform's own."""
    changed = copy.deepcopy(drawn)
    for zone, base in zip(ZONES, (10, 20), strict=True):
        facts: dict[str, Any] = changed.files[f"Pulumi.{zone}.yaml"]["config"]
        of_apps = ("16/29", "24/30", "28/32", "64/28")
        facts["estate:load_balancer"] = {
            "kind": "metallb",
            "name": "nodes",
            "mode": "layer2",
            "vips": [f"10.{base}.0.{one}" for one in of_apps],
        }
        facts["estate:platform_load_balancer"] = _pair(
            base, [f"10.{base}.0.29/32", f"10.{base}.0.30/31"]
        )
    for app in changed.apps():
        if "vip" in app:
            app["vip"] |= {"snat": "none"}
    return changed


def with_pairs(drawn: Drawn) -> Drawn:
    changed = copy.deepcopy(drawn)
    for zone, base in zip(ZONES, (10, 20), strict=True):
        facts: dict[str, Any] = changed.files[f"Pulumi.{zone}.yaml"]["config"]
        facts["estate:load_balancer"] = _pair(base, facts["estate:load_balancer"]["vips"])
    return changed


def _pair(base: int, vips: list[str]) -> dict[str, Any]:
    hosts = [
        {
            "name": f"lb{number}",
            "address": f"10.{base}.0.{number}",
            "interface": "eth0",
            "priority": number,
        }
        for number in (1, 2)
    ]
    return {
        "kind": "haproxy",
        "name": "pair",
        "hosts": hosts,
        "segment": f"10.{base}.0.0/24",
        "virtual_router": 1,
        "vips": vips,
    }


def plans(drawn: Drawn) -> Mapping[Zone, Plan]:
    with TemporaryDirectory() as folder:
        return derive(load(write(Path(folder), drawn.texts()))).plans


@given(estates())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_all_choices_lead_to_the_same_members(drawn: Drawn) -> None:
    """E9, E11: whatever apps declare, apart from what only one of the three can do."""
    for app in drawn.apps():
        if "vip" in app:
            app["vip"] |= {"snat": "auto"}
            app["vip"].pop("stickiness", None)
            app["listen"] |= {"traffic_policy": "Cluster"}
    before, paired, own = plans(drawn), plans(with_pairs(drawn)), plans(with_metallb(drawn))
    assert before.keys() == paired.keys() == own.keys()
    for zone, plan in before.items():
        assert on_the_pair(paired[zone]) == on_the_f5(plan)
        of_the_platform = on_the_pair(own[zone])
        assert on_metallb(own[zone]) | of_the_platform == on_the_f5(plan)


@given(estates())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_pair_leads_to_the_members_of_an_f5_under_local_too(drawn: Drawn) -> None:
    """E11: whatever apps declare, apart from what only an F5 can do and a pair refuses."""
    for app in drawn.apps():
        if "vip" in app:
            app["vip"] |= {"snat": "auto"}
    before, after = plans(drawn), plans(with_pairs(drawn))
    assert before.keys() == after.keys()
    for zone, plan in before.items():
        assert on_the_pair(after[zone]) == on_the_f5(plan)
