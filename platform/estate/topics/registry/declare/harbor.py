"""Harbor in place of the plain registry: where rights by project and scans are asked for (G6).

Further requirements: X11.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from estate.reader.addresses import Address, HostName, Port
from estate.reader.amounts import Memory
from estate.reader.values import Line, Model, Name, Owner
from estate.topics.registry.declare.machines import BootstrapSecret, RegistryMachine


class HarborDatabase(Model):
    """The PostgreSQL that all replicas share; the one of the chart is a single pod."""

    host: HostName = Field(examples=["postgres.insurer.example"])
    """Its host name, which its certificate has to name."""
    port: Port = 5432
    """Its port."""
    name: Name = "registry"
    """The database."""
    user: Name = Field(examples=["harbor"])
    """Who logs in; the password is a Secret of the cluster that Harbor runs in."""


class HarborRedis(Model):
    """The Redis that all replicas share, behind sentinels."""

    sentinels: tuple[HostName, ...] = Field(
        min_length=3,
        examples=[["a.example:26379", "b.example:26379", "c.example:26379"]],
    )
    """The sentinels, three or more, each with its port: fewer agree on nothing."""
    master_set: Name = Field(examples=["harbor"])
    """What they call the set of servers."""


class HarborImages(Model):
    """Where images are kept: a claim that all replicas write to, or an object store."""

    claim: Name | None = Field(default=None, examples=["harbor-images"])
    """An existing claim of the cluster that Harbor runs in."""
    access: Literal["ReadWriteMany", "ReadWriteOnce"] = "ReadWriteMany"
    """How it may be mounted: replicas on several nodes need ``ReadWriteMany``."""
    bucket: Name | None = Field(default=None, examples=["harbor"])
    """A bucket of an object store that speaks S3."""
    endpoint: HostName | None = Field(default=None, examples=["s3.insurer.example"])
    """The store's host name."""


class HarborUpstream(Model):
    """The registry that images are replicated from, by rule and by name of project."""

    host: HostName = Field(examples=["registry.quality.insurer.example"])
    """Its host name."""
    kind: Literal["harbor", "docker-registry"] = "harbor"
    """What it is."""
    login: BootstrapSecret = Field(examples=["bootstrap:harbor-upstream"])
    """The password of ``user`` there."""
    user: Line = Field(min_length=1, max_length=200, examples=["robot$replication"])
    """Who pulls."""
    cron: str = Field(
        default="0 0 * * * *", pattern=r"^[0-9*/,-]+( [0-9*/,?-]+){5}$", examples=["0 0 * * * *"]
    )
    """When: Harbor's six fields, seconds first."""


class Harbor(Model):
    """Harbor, in a cluster of its own that stands before this one does."""

    owner: Owner = Field(examples=["platform@insurer.example"])
    """The mailbox of its owner."""
    servers: tuple[RegistryMachine, ...] = Field(
        min_length=2,
        examples=[
            [
                {"name": "harbor-a", "address": "10.10.2.31"},
                {"name": "harbor-b", "address": "10.10.2.32"},
            ]
        ],
    )
    """The nodes that it answers on, by node port: two, or more."""
    port: Port = 30003
    """The node port, which speaks TLS."""
    address: Address = Field(examples=["10.10.0.20"])
    """The virtual address that nodes and people reach it by."""
    replicas: int = Field(default=2, ge=2, le=10)
    """How many of each part run: core, portal, registry, job service."""
    database: HarborDatabase = Field(
        examples=[{"host": "postgres.insurer.example", "user": "harbor"}]
    )
    """Outside Harbor: its own database is lost with its node."""
    redis: HarborRedis = Field(
        examples=[
            {
                "sentinels": [
                    "redis-a.example:26379",
                    "redis-b.example:26379",
                    "redis-c.example:26379",
                ],
                "master_set": "harbor",
            }
        ]
    )
    """Outside Harbor, for the same reason."""
    images: HarborImages = Field(examples=[{"claim": "harbor-images"}])
    """Where images are kept."""
    job_logs: Literal["database", "ReadWriteMany", "ReadWriteOnce"] = "database"
    """Where the job service keeps its logs: in the database, or on a claim; one that is
    ``ReadWriteOnce`` lets its second replica wait for ever."""
    quota: Memory = Field(examples=["200Gi"])
    """How much each project may keep."""
    trivy_database: HostName | None = None
    """The registry that holds copies of Trivy's databases; without it, Harbor's operators put the
    files onto the scanner's volume. Nothing is fetched from the internet in either case."""
    severity: Literal["critical", "high", "medium", "low"] = "critical"
    """From which severity on an image cannot be pulled."""
    upstream: HarborUpstream | None = Field(
        default=None,
        examples=[
            {
                "host": "registry.quality.insurer.example",
                "user": "robot$replication",
                "login": "bootstrap:harbor-upstream",
            }
        ],
    )
    """Where images of apps come from."""
