"""Generated estates: small, valid by construction, with everything that apps may declare."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from estate.reader.values import ZONES, Zone
from tests.level0.apps.generated_apps import draw_app, give_disks

Text = dict[str, str]
"""What stands in each file."""


@dataclass
class Drawn:
    """An estate's declarations as plain data, by file."""

    files: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])

    def texts(self) -> Text:
        """JSON is YAML: the files' contents."""
        return {file: json.dumps(content, indent=1) for file, content in self.files.items()}

    def apps(self) -> list[dict[str, Any]]:
        """The apps, by file name."""
        return [self.files[file] for file in sorted(self.files) if file.startswith("apps/")]


def write(root: Path, texts: Text) -> Path:
    """Write the files under ``root``."""
    for file, text in texts.items():
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@st.composite
def estates(draw: st.DrawFn, most_apps: int = 5) -> Drawn:
    """Estates of which most are accepted: only capacity is left to chance."""
    drawn = Drawn()
    image = {"source": "registry.example/image", "version": "1", "image": "team/app"}
    drawn.files["images.yaml"] = {"images": {"probe": image, "relay": image, "router": image}}
    pin = {"digest": "sha256:" + "facade00" * 8, "resolved_by": "a@b.example"}
    drawn.files["images.lock.yaml"] = {
        "digests": {"registry.example/image:1": {**pin, "resolved_at": "2026-11-29"}}
    }
    tenants = [f"t{number}" for number in range(draw(st.integers(1, 3)))]
    for tenant in tenants:
        drawn.files[f"tenants/{tenant}.yaml"] = {
            "tenant": tenant,
            "owner": "a@b.example",
            "contact": "a@b.example",
            "business_unit": "Unit",
            "cost_centre": "CC-1",
            "state": "active",
            "zones": {},
        }
    for zone in ZONES:
        facts = _stack(draw, zone, tenants)
        for tenant in tenants:
            drawn.files[f"tenants/{tenant}.yaml"]["zones"][zone] = {
                "pool": "shared",
                "quota": _all_of_it(facts),
            }
        facts["estate:pools"].append({"name": "router", "role": "router"})
        _nodes(draw, facts, zone, "router", 2)
        here: list[dict[str, Any]] = []
        for number in range(draw(st.integers(0, most_apps))):
            app = draw_app(draw, facts, zone, number, draw(st.sampled_from(tenants)))
            if app["kind"] not in ("batch", "worker"):
                app["serves"] = [tenant for tenant in tenants if tenant != app["tenant"]]
            app["connects_to"] = [
                {"app": other["app"]}
                for other in here
                if other["state"] == "active"
                and other["kind"] not in ("batch", "worker")
                and other.get("exposure") != "node"
                and (other["tenant"] != app["tenant"] or "pool" in {*other, *app})
                and draw(st.booleans())
            ]
            _behind_a_gateway(draw, app, here)
            here.append(app)
            if app.get("pool"):
                facts["estate:pools"].append(
                    {"name": app["pool"], "tenant": app["tenant"], "app": app["app"]}
                )
                least = app.get("replicas", 2) + (app.get("exposure") == "node")
                least = least if app["kind"] in ("rpc", "stateful") else 2
                _nodes(draw, facts, zone, app["pool"], draw(st.integers(least, least + 1)))
                own = [fact for fact in facts["estate:nodes"] if fact["pool"] == app["pool"]]
                give_disks(app, [one["name"] for one in own], facts)
            drawn.files[f"apps/{app['app']}-{zone}.yaml"] = app
        drawn.files[f"Pulumi.{zone}.yaml"] = {"config": facts}
    ports = [_port(app) for app in _exposed(drawn)]
    drawn.files["registers/node-ports.yaml"] = {"ports": ports + list(_router_ports(drawn))}
    return drawn


def _behind_a_gateway(draw: st.DrawFn, app: dict[str, Any], here: list[dict[str, Any]]) -> None:
    """A provider that others of the cluster may call may be called through one that sees people."""
    gateways = [
        one
        for one in here
        if one["kind"] in ("traditional", "web")
        and one["state"] == "active"
        and "pool" not in {*one, *app}
        and one["tenant"] == app["tenant"]
    ]
    if app.get("exposure") == "cluster" and gateways and draw(st.booleans()):
        app |= {"exposure": "gateway", "gateway": draw(st.sampled_from(gateways))["app"]}


def _stack(draw: st.DrawFn, zone: Zone, tenants: list[str]) -> dict[str, Any]:
    base = 10 if zone == "dmz" else 20
    encapsulated = draw(st.booleans())
    network = {
        "nodes": f"10.{base}.1.0/24",
        "pods": f"10.{base + 100}.0.0/17",
        "services": f"10.{base + 101}.0.0/16",
        "cni": "calico",
        "encapsulation": "vxlan" if encapsulated else "none",
        "pod_egress_identity": "node",
        "node_ports": {"first": 30000, "last": 30030},
    }
    facts: dict[str, Any] = {
        "estate:cluster": {
            "zone": zone,
            "name": zone,
            "context": zone,
            "distribution": "kubernetes",
            "version": "1.36",
            "api_server": {"address": f"10.{base}.0.5"},
        },
        "estate:network": network
        | (
            {"tunnels": f"10.{base + 100}.128.0/24", "cluster_cidr": f"10.{base + 100}.0.0/16"}
            if encapsulated
            else {}
        ),
        "estate:tenant_names": {},
        "estate:registry": {"host": f"registry.{zone}.example"},
        "estate:identity": {
            "default": "staff",
            "issuers": [{"name": "staff", "url": "https://login.example.com", "audiences": [zone]}],
        },
        "estate:node_sizes": {
            "small": _size(draw, 4, 16),
            "large": _size(draw, 8, 32),
        },
        "estate:pools": [{"name": "shared"}, {"name": "egress", "role": "egress"}],
        "estate:egress": {"relays": [{"database": "db1", "port": 15432}]},
        "estate:nodes": [],
        "estate:load_balancer": {
            "kind": "f5",
            "name": f"f5-{zone}",
            "self_addresses": [f"10.{base}.0.{2 + n}" for n in range(draw(st.integers(1, 3)))],
            "vips": [f"10.{base}.0.16/28", f"10.{base}.0.64/28"],
        },
        "estate:storage": {
            "csi": [{"name": "ceph", "driver": "rbd.csi.ceph.com"}],
            "local": [{"name": "ssd", "disks": []}],
            "fibre_channel": [{"name": "san", "luns": []}],
            "iscsi": [
                {
                    "name": "ip",
                    "iqn": f"iqn.2026-01.example:{zone}",
                    "portals": [f"10.{base}.3.{20 + n}" for n in range(draw(st.integers(1, 2)))],
                    "luns": [],
                }
            ],
        },
        "estate:ensembles": [
            {
                "name": "zk",
                "servers": [{"address": f"10.{base}.9.{99 + n}", "port": 2181} for n in range(3)],
                "tenants": tenants,
            }
        ],
        "estate:nfs_filers": [{"name": "filer", "address": f"10.{base}.3.10", "export": "/e"}],
    }
    # Before virtual addresses of the intranet, apps would have to name their clients.
    within = ["nodes", "servers"] if zone == "intranet" else ["nodes", "servers", "vips"]
    facts["estate:firewalls"] = [
        {"name": f"before-{what}", "before": what} for what in within if draw(st.booleans())
    ]
    facts["estate:firewall_order"] = {
        "ticket": "CHG1",
        "ordered": "2026-01-01",
        "valid_days": draw(st.integers(100, 900)),
    }
    if zone == "intranet":
        facts["estate:firewalls"].append({"name": "inner", "source_zone": "dmz"})
        facts["estate:databases"] = [
            {"name": f"db{n}", "address": f"10.{base}.9.{n + 1}", "port": 1521, "tenants": tenants}
            for n in range(2)
        ]
    _nodes(draw, facts, zone, "shared", draw(st.integers(2, 4)))
    _nodes(draw, facts, zone, "egress", 2)
    facts["estate:routers"] = _routers(draw, base, tenants)
    return facts


def _routers(draw: st.DrawFn, base: int, tenants: list[str]) -> dict[str, Any]:
    """A shard for all tenants, and perhaps one for the first of them."""
    shards: list[dict[str, Any]] = [{"name": "default", "size": "S", "address": f"10.{base}.0.30"}]
    if draw(st.booleans()):
        own = {"name": "own", "size": "S", "address": f"10.{base}.0.29", "tenants": tenants[:1]}
        shards.append(own | {"https": {"certificate": "own"}})
    return {"owner": "a@b.example", "shards": shards}


def _router_ports(drawn: Drawn) -> Iterator[dict[str, Any]]:
    """The shards' entries in the register."""
    for zone in ZONES:
        facts = drawn.files[f"Pulumi.{zone}.yaml"]["config"]
        for number, shard in enumerate(facts["estate:routers"]["shards"]):
            for index, name in enumerate(("health", "http", "https")):
                if name != "https" or "https" in shard:
                    yield {
                        "zone": zone,
                        "port": 30020 + 3 * number + index,
                        "protocol": "TCP",
                        "owner": f"platform/router-{shard['name']}-{name}",
                    }


def _exposed(drawn: Drawn) -> list[dict[str, Any]]:
    return [app for app in drawn.apps() if app["kind"] == "traditional"]


def _port(app: dict[str, Any]) -> dict[str, Any]:
    """Its entry in the register; the generator numbers apps, and ports alike."""
    return {
        "zone": app["zone"],
        "port": 30000 + int(app["app"].removeprefix("app")),
        "protocol": "TCP",
        "owner": f"{app['tenant']}/{app['app']}",
    }


def _all_of_it(facts: dict[str, Any]) -> dict[str, Any]:
    """A quota as large as the pool that apps share."""
    nodes = (node for node in facts["estate:nodes"] if node["pool"] == "shared")
    sizes = [facts["estate:node_sizes"][node["size"]] for node in nodes]
    cpu = sum(1000 * size["cpu"] - 200 for size in sizes)
    memory = sum(1024 * int(size["memory"].removesuffix("Gi")) - 600 for size in sizes)
    return {
        "cpu": f"{cpu}m",
        "memory": f"{memory}Mi",
        "pods": sum(size["pods"] for size in sizes),
    }


def _size(draw: st.DrawFn, cpu: int, memory: int) -> dict[str, Any]:
    return {
        "cpu": cpu,
        "memory": f"{memory}Gi",
        "pods": draw(st.sampled_from([4, 8, 110])),
        "reserved": {"cpu": "200m", "memory": "500Mi"},
    }


def _nodes(draw: st.DrawFn, facts: dict[str, Any], zone: Zone, pool: str, count: int) -> None:
    base = 10 if zone == "dmz" else 20
    for _ in range(count):
        number = len(facts["estate:nodes"]) + 1
        facts["estate:nodes"].append(
            {
                "name": f"{zone}-n{number}",
                "address": f"10.{base}.1.{number}",
                "rack": draw(st.sampled_from(["rack-a", "rack-b"])),
                "size": draw(st.sampled_from(["small", "large"])),
                "pool": pool,
            }
        )
