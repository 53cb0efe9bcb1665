"""Registries: two machines outside the cluster, a copy inside it (G1 to G4).

Further requirements: G5, X10.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from estate.reader.addresses import Address, Cidr, HostName, Port
from estate.reader.amounts import Memory
from estate.reader.times import Schedule, TimeZone
from estate.reader.values import AbsolutePath, Model, Name, Owner
from estate.topics.registry.declare.harbor import Harbor
from estate.topics.registry.declare.machines import BootstrapSecret, RegistryMachine


class RegistryVip(Model):
    """The address of the registry for nodes and people."""

    address: Address = Field(examples=["10.10.0.20"])
    """Its address, within the load balancer's ranges."""
    port: Port = 443
    """Its port; host names are written without it where it is 443."""
    stickiness: Literal["source", "none"] = "source"
    """A client stays with one machine: pushes over a shared file system fail otherwise."""


class RegistryTls(Model):
    """The machines' certificate files, from the company's CA."""

    certificate: AbsolutePath = Field(examples=["/etc/pki/estate/registry.crt"])
    """The certificate with its chain."""
    key: AbsolutePath = Field(examples=["/etc/pki/estate/registry.key"])
    """Its key, which the registry's user alone reads."""
    authority: AbsolutePath = Field(examples=["/etc/pki/estate/ca.crt"])
    """On each node: the certificate of the authority that signed it."""


class ExternalRegistry(Model):
    """The registry outside the cluster, on machines that stand before the cluster does."""

    servers: tuple[RegistryMachine, ...] = Field(
        examples=[
            [
                {"name": "reg-dmz-a", "address": "10.10.2.11"},
                {"name": "reg-dmz-b", "address": "10.10.2.12"},
            ]
        ]
    )
    """The machines: two, or more."""
    owner: Owner = Field(examples=["platform@insurer.example"])
    """The mailbox of its owner."""
    port: Port = 5000
    """Where each of them listens."""
    vip: RegistryVip = Field(examples=[{"address": "10.10.0.20"}])
    """The address that nodes and people reach it by."""
    filer: Name = Field(examples=["filer-dmz"])
    """One of estate:nfs_filers, whose export all of them mount."""
    directory: Name = "registry"
    """The directory below the filer's export."""
    http_secret: BootstrapSecret = Field(examples=["bootstrap:registry-http"])
    """What all of them sign uploads with: each continues what another began."""
    users: BootstrapSecret = Field(examples=["bootstrap:registry-users"])
    """Names and bcrypt hashes of who may pull and push, as htpasswd writes them."""
    node_login: BootstrapSecret = Field(examples=["bootstrap:registry-nodes"])
    """How nodes log in, as the registry refuses anonymous clients: ``name:password`` in base64, as
    ``auth`` in a docker configuration; the name is one of ``users``."""
    tls: RegistryTls = Field(
        examples=[
            {
                "certificate": "/etc/pki/estate/registry.crt",
                "key": "/etc/pki/estate/registry.key",
                "authority": "/etc/pki/estate/ca.crt",
            }
        ]
    )
    """Where certificate and key stand."""
    promoted_from: HostName | None = Field(
        default=None, examples=["registry.quality.insurer.example"]
    )
    """The registry of the environment that images of apps are tested in."""
    clients: tuple[Cidr, ...] = Field(default=(), examples=[["10.50.8.16/28"]])
    """The ranges of clients beside the zone's nodes: sources of pushes. Without
    it the load balancer admits every source, and there are no firewall rows for clients."""
    deletion: Literal["refused", "allowed"] = "refused"
    """Whether a manifest can be deleted: what production runs must stay, so refused."""


class Promotion(Model):
    """When the cluster fetches what its declarations name."""

    schedule: Schedule = Field(examples=["15 * * * *"])
    """The job's schedule: minute, hour, day of the month, month, day of the week (0 is Sunday)."""
    time_zone: TimeZone = Field(default="Etc/UTC", examples=["Europe/Berlin"])
    """The time zone of the schedule."""
    login: Name = Field(examples=["registry-login"])
    """The Secret in ``estate-registry`` with name and password for the registry outside, a
    docker configuration."""
    kept: Literal["by hand", "stack"] = "by hand"
    """Who puts it there: who looks after that registry, or the stack, whose file keeps it
    encrypted."""
    generation: int = Field(default=1, ge=1, le=999)
    """Raise it when the stack stores a new one."""

    @property
    def secret(self) -> str:
        """The Secret's name: with its generation where the stack makes it."""
        return self.login if self.kept == "by hand" else f"{self.login}-g{self.generation}"


class InternalRegistry(Model):
    """The registry inside the cluster, which nodes ask first; nothing outside reaches it."""

    address: Address = Field(examples=["10.96.0.50"])
    """Its cluster address: nodes know no cluster names, so it is fixed."""
    filer: Name = Field(examples=["filer-dmz"])
    """One of estate:nfs_filers, whose export all replicas share."""
    directory: Name = "registry-internal"
    """The directory below the filer's export."""
    storage: Memory = Field(examples=["500Gi"])
    """How much it may keep."""
    replicas: int = Field(default=2, ge=2, le=20)
    """How many serve the nodes; two or more."""
    size: Literal["S", "M", "L"] = Field(examples=["M"])
    """How much each pod gets: ``S`` for a lab, ``M`` meant for up to 100 nodes, ``L`` for 500."""
    certificate: Name = Field(examples=["registry-tls"])
    """The TLS Secret in ``estate-registry`` with certificate, key and the authority's certificate:
    who issues certificates puts it there, since no declaration holds a key."""
    generation: int = Field(default=1, ge=1, le=1000)
    """A higher number makes a new HTTP secret."""
    promotion: Promotion = Field(examples=[{"schedule": "15 * * * *", "login": "registry-login"}])
    """When it fetches what the declarations name from the registry outside."""


class Registry(Model):
    """The registry that this zone's nodes pull from; apps name images relative to it."""

    host: HostName = Field(examples=["registry.dmz.insurer.example"])
    """Its host name, with a port where it is not 443."""
    external: ExternalRegistry | None = Field(
        default=None,
        examples=[
            {
                "servers": [
                    {"name": "reg-dmz-a", "address": "10.10.2.11"},
                    {"name": "reg-dmz-b", "address": "10.10.2.12"},
                ],
                "owner": "platform@insurer.example",
                "vip": {"address": "10.10.0.20"},
                "filer": "filer-dmz",
                "http_secret": "bootstrap:registry-http",
                "users": "bootstrap:registry-users",
                "node_login": "bootstrap:registry-nodes",
                "tls": {
                    "certificate": "/etc/pki/estate/registry.crt",
                    "key": "/etc/pki/estate/registry.key",
                    "authority": "/etc/pki/estate/ca.crt",
                },
            }
        ],
    )
    """Its machines; without it, another team runs the registry and there are no documents."""
    internal: InternalRegistry | None = Field(
        default=None,
        examples=[
            {
                "address": "10.96.0.50",
                "filer": "filer-dmz",
                "storage": "500Gi",
                "size": "M",
                "certificate": "registry-tls",
                "promotion": {"schedule": "15 * * * *", "login": "registry-login"},
            }
        ],
    )
    """The copy inside the cluster; without it, nodes pull from the registry outside."""
    harbor: Harbor | None = Field(
        default=None,
        examples=[
            {
                "owner": "platform@insurer.example",
                "servers": [
                    {"name": "harbor-a", "address": "10.10.2.31"},
                    {"name": "harbor-b", "address": "10.10.2.32"},
                ],
                "address": "10.10.0.20",
                "database": {"host": "postgres.insurer.example", "user": "harbor"},
                "redis": {
                    "sentinels": [
                        "redis-a.example:26379",
                        "redis-b.example:26379",
                        "redis-c.example:26379",
                    ],
                    "master_set": "harbor",
                },
                "images": {"claim": "harbor-images"},
                "quota": "200Gi",
            }
        ],
    )
    """Harbor in place of both, where rights by project and scans are asked for."""
