"""The smallest estate that `check` and `prove` accept, for tests: two zones, a tenant, no app.

Tests say what they need beside it, and stand on nothing that ships::

    estate = minimal().with_app("shop", replicas=3).with_stack("dmz", network={"cni": "cilium"})
    plan = estate.written(tmp_path).plans()["dmz"]

Each call returns another estate, so that one can be the start of several. `written` makes the
files and gives a :class:`tests.estates.Estate`, which loads, plans and lists problems. Keys of a
stack are written without `estate:`; mappings are merged into what stands there, anything else
takes its place, and `None` removes the key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import yaml

from tests.estates import Estate

Json = dict[str, Any]

ZONES = ("dmz", "intranet")
DIGEST = f"sha256:{'5a' * 32}"
IMAGE = f"team/app@{DIGEST}"
OWNER = "team@example.org"
CLIENTS = ("10.99.0.0/16",)
"""From where an exposed app is used."""


def _stack(zone: str, first: int, name: str = "") -> Json:
    """One zone's facts: its addresses begin with 10.<first> to 10.<first + 3>."""
    name = name or zone
    nodes, pods, services, outside = (f"10.{first + n}" for n in range(4))
    racks = {"n1": "a", "n2": "b", "n3": "c", "r1": "a", "r2": "b"}
    return {
        "cluster": {
            "zone": zone,
            "name": name,
            "context": name,
            "distribution": "kubernetes",
            "version": "1.36",
            "api_server": {"address": f"{nodes}.0.5"},
        },
        "network": {
            "nodes": f"{nodes}.1.0/24",
            "pods": f"{pods}.0.0/16",
            "services": f"{services}.0.0/16",
            "cni": "calico",
            "encapsulation": "none",
            "pod_egress_identity": "node",
            "node_ports": {"first": 30000, "last": 30099},
        },
        "registry": {"host": f"registry.{name}.example.org"},
        "identity": {
            "default": "staff",
            "issuers": [{"name": "staff", "url": "https://login.example.org", "audiences": [name]}],
        },
        "load_balancer": {
            "kind": "f5",
            "name": f"f5-{name}",
            "self_addresses": [f"{outside}.0.2"],
            "vips": [f"{outside}.0.16/28"],
        },
        "routers": {
            "owner": OWNER,
            "shards": [{"name": "default", "size": "S", "address": f"{outside}.0.17"}],
        },
        "removal": "allowed",
        "node_sizes": {
            "medium": {"cpu": 8, "memory": "32Gi", "reserved": {"cpu": 1, "memory": "2Gi"}}
        },
        "pools": [{"name": "shared"}, {"name": "router", "role": "router"}],
        "nodes": [
            {
                "name": f"{name}-{node}",
                "address": f"{nodes}.1.{10 + n}",
                "rack": rack,
                "size": "medium",
                "pool": "router" if node.startswith("r") else "shared",
            }
            for n, (node, rack) in enumerate(racks.items())
        ],
    }


def _tenant(name: str) -> Json:
    here = {"pool": "shared", "quota": {"cpu": 8, "memory": "16Gi", "pods": 20}}
    return {
        "tenant": name,
        "owner": OWNER,
        "contact": OWNER,
        "business_unit": "Unit",
        "cost_centre": "CC-1",
        "zones": dict.fromkeys(ZONES, here),
    }


def _app(name: str, tenant: str, zone: str) -> Json:
    return {
        "app": name,
        "tenant": tenant,
        "zone": zone,
        "kind": "web",
        "owner": OWNER,
        "image": IMAGE,
        "replicas": 2,
        "size": {"cpu": "500m", "memory": "1Gi"},
        "health": "/healthz",
        "listen": {"port": 8080},
        "hosts": [f"{name}.{zone}.example.org"],
    }


@dataclass(frozen=True)
class Minimal:
    """Declarations as plain data, by file."""

    files: Mapping[str, Json] = field(default_factory=dict[str, Json])

    def with_file(self, file: str, **changes: Any) -> Minimal:
        """The keys of a file, which may be a new one."""
        return replace(self, files={**self.files, file: _merged(self.files.get(file, {}), changes)})

    def with_stack(self, zone: str, **changes: Any) -> Minimal:
        """The facts of a zone, by their keys without `estate:`."""
        facts = {f"estate:{key}": value for key, value in changes.items()}
        return self.with_file(f"Pulumi.{zone}.yaml", config=facts)

    def with_environments(self, *others: str) -> Minimal:
        """Environments that come before production, each with two stacks of its own."""
        made = self.with_file(
            "environments.yaml", first="production", promotion=[*others, "production"]
        )
        for number, environment in enumerate(others, start=1):
            for zone, first in zip(ZONES, (10, 20), strict=True):
                name = f"{environment}-{zone}"
                made = made.with_stack(name, **_stack(zone, first + 50 * number, name))
        return made

    def with_tenant(self, tenant: str, **changes: Any) -> Minimal:
        """A tenant of both zones, on their shared pools."""
        return self.with_file(f"tenants/{tenant}.yaml", **_merged(_tenant(tenant), changes))

    def with_app(
        self, app: str, *, tenant: str = "team", zone: str = "dmz", **changes: Any
    ) -> Minimal:
        """A web app of two replicas, behind the zone's router, whose names the tenant may give."""
        whole = _merged(_app(app, tenant, zone), changes)
        made = self.with_file(f"apps/{app}-{zone}.yaml", **whole)
        if not whole.get("hosts") or f"tenants/{tenant}.yaml" not in self.files:
            return made
        facts = made.files.get(f"Pulumi.{zone}.yaml", {}).get("config", {})
        given = facts.get("estate:tenant_names", {}).get(tenant, [])
        return made.with_stack(zone, tenant_names={tenant: [*given, *whole["hosts"]]})

    def with_port(
        self, owner: str, port: int, *, zone: str = "dmz", protocol: str = "TCP"
    ) -> Minimal:
        """A node port for an owner: `<tenant>/<app>` or `platform/<service>`."""
        entry = {"zone": zone, "port": port, "protocol": protocol, "owner": owner}
        register = "registers/node-ports.yaml"
        return self.with_file(register, ports=[*self.files[register]["ports"], entry])

    def with_exposed_app(
        self, app: str, *, address: str, node_port: int, zone: str = "dmz", **changes: Any
    ) -> Minimal:
        """A traditional app of the tenant `team` behind the load balancer, on a node port."""
        exposed: Json = {
            "kind": "traditional",
            "hosts": None,
            "listen": {
                "port": 8080,
                "node_port": node_port,
                "traffic_policy": "Cluster",
                "tls": True,
            },
            "vip": {"address": address, "port": 443, "clients": list(CLIENTS)},
        }
        whole = self.with_app(app, zone=zone, **_merged(exposed, changes))
        return whole.with_port(f"team/{app}", node_port, zone=zone)

    def written(self, folder: Path) -> Estate:
        """The files, in an empty part of ``folder``."""
        estate = Estate(folder / "estate")
        for file, content in self.files.items():
            estate.add(file, yaml.dump(content, Dumper=_WrittenOut, sort_keys=False))
        return estate


class _WrittenOut(yaml.SafeDumper):
    """Writes no anchors, which declarations may not have."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def minimal() -> Minimal:
    """Two zones with a pool, a router and a load balancer each, and the tenant `team`."""
    image = {
        "source": "registry.example.org/image",
        "version": "1",
        "image": "platform/image",
    }
    made = Minimal({"registers/node-ports.yaml": {"ports": []}})
    made = made.with_file("images.yaml", images=dict.fromkeys(("probe", "relay", "router"), image))
    for zone, first in zip(ZONES, (10, 20), strict=True):
        made = made.with_stack(zone, **_stack(zone, first))
        for n, part in enumerate(("http", "health")):
            made = made.with_port(f"platform/router-default-{part}", 30090 + n, zone=zone)
    return made.with_tenant("team")


def _merged(old: Json, new: Json) -> Json:
    """Both; mappings key by key, and `None` takes a key away."""
    found = dict(old)
    for key, value in new.items():
        if value is None:
            found.pop(key, None)
        elif isinstance(value, dict) and isinstance(found.get(key), dict):
            found[key] = _merged(found[key], cast(Json, value))
        else:
            found[key] = value
    return found


SHAPES = {
    "no app": minimal(),
    "an app behind the router": minimal().with_app("shop"),
    "an app of another tenant in the other zone": (
        minimal().with_tenant("other").with_app("desk", tenant="other", zone="intranet")
    ),
    "an app behind the load balancer": (
        minimal().with_exposed_app("till", address="10.13.0.20", node_port=30010)
    ),
}
"""What is tried of the builders themselves: each is accepted and proved."""
