"""Handed-over documents as the teams that get them read them: parsed, pointers followed."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

import yaml

from estate.handover import documents
from estate.plan import Plan
from estate.topics.firewall.plan.permissions import short_id

Json = dict[str, Any]

BETWEEN_ZONES = ("fw-inner", "fw-core")
"""Firewalls, as the shipped estate and tests call them."""


def texts(plan: Plan) -> dict[str, str]:
    """Every document's text by its name."""
    return {document.name: document.text for document in documents(plan)}


def as3(plan: Plan) -> Json:
    """The zone's AS3 declaration."""
    return json.loads(texts(plan)["f5/as3.json"])


def all_firewall_rows(plan: Plan) -> list[Json]:
    """The rows of the firewall request."""
    return json.loads(texts(plan)["firewall/request.json"])["rows"]


def firewall_cells(plan: Plan) -> list[dict[str, str]]:
    """The same rows as a table has them."""
    return [{key: str(value) for key, value in row.items()} for row in all_firewall_rows(plan)]


def permission_id(firewall: str, source: str, destination: str, service: str) -> str:
    """The id of the row that lets ``source`` through, such as with ``tcp-1521``."""
    ends = (IPv4Network(source), IPv4Network(destination))
    return short_id("p", firewall, *ends, service)


def firewall_rows(plan: Plan) -> list[Json]:
    """Those between the zones that apps need; masters' ways to issuers have tests of their own."""
    return [
        row
        for row in all_firewall_rows(plan)
        if row["firewall"] in BETWEEN_ZONES and row["purpose"] != "sign-in"
    ]


def table(plan: Plan, name: str) -> list[dict[str, str]]:
    """The rows of a CSV document by column."""
    return list(csv.DictReader(io.StringIO(texts(plan)[name])))


def kubelets(plan: Plan) -> dict[str, Json]:
    """Every kubelet configuration by its document's name."""
    return {
        name: yaml.safe_load(text)
        for name, text in texts(plan).items()
        if name.startswith("kubelet/") and name.endswith(".yaml")
    }


@dataclass(frozen=True)
class VirtualServer:
    """A virtual server with the pool and the monitor that its pointers lead to."""

    tenant: str
    app: str
    service: Json
    pool: Json
    monitor: Json

    @property
    def addresses(self) -> set[str]:
        """Where users connect to."""
        return {
            entry[0] if isinstance(entry, list) else entry
            for entry in self.service["virtualAddresses"]
        }

    @property
    def clients(self) -> list[str]:
        """Who may connect; empty when everybody may."""
        entries: list[Any] = self.service["virtualAddresses"]
        return [entry[1] for entry in entries if isinstance(entry, list)]

    @property
    def members(self) -> list[str]:
        """Whom it connects to, each as ``address:port``."""
        return [
            f"{address}:{member['servicePort']}"
            for member in self.pool["members"]
            for address in member["serverAddresses"]
        ]


def objects(content: Json, cls: str) -> dict[str, Json]:
    """The objects of an AS3 class that stand directly in ``content``."""
    return {name: one for name, one in _objects(content) if one["class"] == cls}


def classed(content: Json, name: str = "") -> list[tuple[str, Json]]:
    """``content`` and every object in it that has a class, outermost first."""
    inner = [found for key, one in _objects(content) for found in classed(one, key)]
    return [(name, content), *inner]


def _objects(content: Json) -> list[tuple[str, Json]]:
    return [(key, one) for key, one in content.items() if isinstance(one, dict) and "class" in one]


def virtual_servers(declaration: Json) -> dict[str, VirtualServer]:
    """Of apps, by name; fails where a pointer leads nowhere or to another class."""
    return {
        app: server for app, server in _servers(declaration).items() if server.tenant != "platform"
    }


def platform_servers(declaration: Json) -> dict[str, VirtualServer]:
    """What people and nodes reach the platform itself by, the same way."""
    return {
        app: server for app, server in _servers(declaration).items() if server.tenant == "platform"
    }


def _servers(declaration: Json) -> dict[str, VirtualServer]:
    found: dict[str, VirtualServer] = {}
    for tenant_name, tenant in objects(declaration, "Tenant").items():
        for app_name, app in objects(tenant, "Application").items():
            services = [objects(app, f"Service_{kind}") for kind in ("TCP", "HTTP", "HTTPS")]
            for service in (one for found in services for one in found.values()):
                pool = objects(app, "Pool")[service["pool"]]
                (monitor,) = (objects(app, "Monitor")[one["use"]] for one in pool["monitors"])
                server = VirtualServer(tenant_name, app_name, service, pool, monitor)
                assert app_name not in found
                found[app_name] = server
    return found
