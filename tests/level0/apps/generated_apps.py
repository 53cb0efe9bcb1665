"""Generated apps: of every kind, each with what such an app may declare."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from estate.reader.values import Zone

IMAGE = f"team/app@sha256:{'0' * 64}"
KINDS = ("traditional", "web", "service", "rpc", "stateful", "worker", "batch")

Facts = dict[str, Any]
App = dict[str, Any]


def draw_app(draw: st.DrawFn, facts: Facts, zone: Zone, number: int, tenant: str) -> App:
    """An app; what it needs of the zone is added to ``facts``."""
    kind = draw(st.sampled_from(KINDS))
    app = _common(draw, zone, number, tenant, kind)
    app |= _process(draw, app) | _container(draw)
    match kind:
        case "batch":
            return app | _batch(draw)
        case "worker":
            return app | _worker(draw)
        case _:
            return _serving(draw, app, facts, zone, number)


def _batch(draw: st.DrawFn) -> App:
    times = draw(st.sampled_from(["30 2 * * MON-FRI", "*/15 * * JAN *"]))
    return {"schedule": times, "suspended": draw(st.booleans())}


def _serving(draw: st.DrawFn, app: App, facts: Facts, zone: Zone, number: int) -> App:
    """What listens."""
    kind, tenant = app["kind"], app["tenant"]
    app |= {
        "replicas": draw(st.integers(2, 3)),
        "listen": {"port": draw(st.sampled_from([80, 8080]))},
    }
    if draw(st.booleans()):
        app["metrics"] = {"port": 9090}
    if kind in ("traditional", "web", "service"):
        app["health"] = draw(st.sampled_from(HEALTH))
    elif draw(st.booleans()):
        app["health"] = "grpc"
    match kind:
        case "traditional":
            _traditional(draw, app, zone, number)
        case "web":
            app["hosts"] = [f"{app['app']}.{zone}.example"]
            facts["estate:tenant_names"].setdefault(tenant, []).extend(app["hosts"])
            app["stickiness"] = draw(st.sampled_from(["none", "cookie"]))
            app["paths"] = draw(st.sampled_from([["/"], ["/a", "/b"]]))
        case "rpc":
            _rpc(draw, app, facts)
        case "stateful":
            _stateful(draw, app, facts)
        case _:
            pass
    on_node = app.get("exposure") == "node"
    if kind != "stateful" and not on_node and draw(st.booleans()):
        app["scale"] = {"max": app["replicas"] + draw(st.integers(1, 3))}
    return app


def _common(draw: st.DrawFn, zone: Zone, number: int, tenant: str, kind: str) -> App:
    name = f"app{number}"
    databases = [f"db{n}" for n in sorted(draw(st.sets(st.integers(0, 1), max_size=2)))]
    app: App = {
        "app": name,
        "tenant": tenant,
        "zone": zone,
        "kind": kind,
        "owner": "a@b.example",
        "state": draw(st.sampled_from(["active"] * 4 + ["retired"])),
        "image": IMAGE,
        "size": {
            "cpu": draw(st.sampled_from(["200m", "500m", "900m", "1500m"])),
            "memory": draw(st.sampled_from(["512Mi", "1Gi", "3Gi"])),
        },
        "databases": [_use(database, zone) for database in databases],
        "secrets": [{"name": "key"}] if draw(st.booleans()) else [],
        "config": [
            {"path": f"/etc/{folder}/app.conf", "content": f"number={number}\n"}
            for folder in sorted(draw(st.sets(st.sampled_from(["app", "more"]))))
        ],
    }
    if draw(st.booleans()):
        app["pool"] = f"own-{name}"
    if databases and draw(st.booleans()):
        app["needs"] = {"databases": databases}
    return app


HEALTH: list[str | App] = [
    "/healthz",
    "tcp",
    "grpc",
    {"ready": "/ready?full=1", "alive": "none"},
    {"ready": {"grpc": "a.b.v1.C"}, "alive": {"path": "/livez", "port": 8081, "tls": True}},
    {"ready": {"command": ["/bin/ready", "--now"]}, "alive": {"port": 8081}},
]


def _worker(draw: st.DrawFn) -> App:
    """One or several pods that listen nowhere."""
    alone = {"why": "it holds a lock", "overlap": draw(st.booleans())}
    number = draw(st.sampled_from([{"replicas": 2}, {"replicas": 1, "alone": alone}]))
    alive = {"health": {"alive": {"command": ["/bin/alive"]}}}
    return number | (alive if draw(st.booleans()) else {})


def _container(draw: st.DrawFn) -> App:
    """What differs from most containers."""
    if draw(st.booleans()):
        return {}
    return {
        "limits": draw(st.sampled_from([{"cpu": "none"}, {"cpu": 2, "memory": "4Gi"}])),
        "user": draw(st.sampled_from([1001, 70000])),
        "writable": [{"path": "/var/cache/app", "size": "1Gi"}],
        "tmp": "512Mi",
        "stop_within": 90,
        "sidecars": [
            {
                "name": "proxy",
                "image": IMAGE,
                "size": {"cpu": "50m", "memory": "32Mi"},
                "alive": {"port": 15021},
            }
        ],
        "before": [
            {
                "name": "migrate",
                "image": IMAGE,
                "size": {"cpu": "100m", "memory": "64Mi"},
                "command": ["/bin/migrate"],
            }
        ],
    }


def _process(draw: st.DrawFn, app: App) -> App:
    """What its container runs, and its environment."""
    if not draw(st.booleans()):
        return {}
    own = {"KEY": {"secret": "key"}} if app["secrets"] else {}
    sources = [{"pod": "address"}, {"size": "memory-mib"}, "$(POD_NAME) of $$(ALL)"]
    return {
        "environment": {**own, "A.b-c": "a=b", "ONE": draw(st.sampled_from(sources))},
        "command": ["/bin/app"],
        "arguments": ["--one=$(ONE)"],
        "working_directory": "/opt/app",
    }


def _use(database: str, zone: Zone) -> App:
    """All databases are the intranet's. One way for each: apps of a namespace share it."""
    ways = {"db0": "direct", "db1": "egress"}
    return {"name": database} | ({"via": ways[database]} if zone == "dmz" else {})


def _traditional(draw: st.DrawFn, app: App, zone: Zone, number: int) -> None:
    base = 10 if zone == "dmz" else 20
    policy = draw(st.sampled_from(["Cluster", "Local"]))
    app["listen"]["traffic_policy"] = policy
    if draw(st.booleans()):
        app["listen"]["node_port"] = 30000 + number  # as the register has it
    app["listen"]["tls"] = draw(st.booleans())
    app["vip"] = {
        "address": f"10.{base}.0.{draw(st.sampled_from([17, 65])) + number}",
        "port": 443 if app["listen"]["tls"] else 80,
        "members": draw(st.sampled_from(["all", "pool"])),
    }
    if draw(st.booleans()):
        app["vip"] |= {"snat": "none", "clients": ["10.30.0.0/16"]}
    if draw(st.booleans()):
        app["logs"] = {"filer": "filer", "size": "1Gi"}


def _rpc(draw: st.DrawFn, app: App, facts: Facts) -> None:
    """In the way that the zone's network allows; behind a gateway once there is one."""
    modes = ["cluster"]
    if facts["estate:network"]["encapsulation"] == "none":
        modes.append("routed")
    if "pool" in app:
        modes.append("node")
    app |= {"registry": {"ensemble": "zk"}, "exposure": draw(st.sampled_from(modes))}
    if app["exposure"] != "cluster":
        app["consumers"] = ["10.40.0.0/24"]
    if app["exposure"] == "node":
        facts.setdefault("estate:exceptions", []).append(
            {
                "rule": "host-port",
                "namespace": f"{app['tenant']}-{app['app']}",
                "account": app["app"],
                "ports": [app["listen"]["port"]],
                "reason": "called from machines",
                "owner": "a@b.example",
                "approved": "2026-01-31",
                "expires": "2099-12-31",
            }
        )


def give_disks(app: App, nodes: list[str], facts: Facts) -> None:
    """A disk in a node of its own for each replica that keeps its data in one."""
    if app.get("volumes", [{}])[0].get("backend") == "ssd":
        disks = facts["estate:storage"]["local"][0]["disks"]
        for replica, node in enumerate(nodes[: app["replicas"]], start=1):
            disk = {"app": app["app"], "volume": "data", "replica": replica, "size": "10Gi"}
            disks.append({**disk, "node": node, "path": f"/srv/{app['app']}"})


def _stateful(draw: st.DrawFn, app: App, facts: Facts) -> None:
    # Disks in nodes are given out once the nodes of the app's own pool are known.
    backends = ["ceph", "san", "ip", *(["ssd"] if "pool" in app else [])]
    backend = draw(st.sampled_from(backends))
    app["volumes"] = [{"name": "data", "size": "10Gi", "backend": backend, "path": "/data"}]
    app["start"] = draw(st.sampled_from(["ordered", "parallel"]))
    arrays = {"san": "fibre_channel", "ip": "iscsi"}
    if backend in arrays:
        luns = facts["estate:storage"][arrays[backend]][0]["luns"]
        for replica in range(1, app["replicas"] + 1):
            where = {"wwid": f"3{len(luns):032x}"} if backend == "san" else {"lun": len(luns)}
            disk = {"app": app["app"], "volume": "data", "replica": replica, "size": "10Gi"}
            luns.append({**disk, **where})
