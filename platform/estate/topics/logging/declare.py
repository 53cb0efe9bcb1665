"""Logging of a zone, sized by one word and by what it has to hold (H3 to H8).

Further requirements: C7, X15.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from estate.reader.addresses import Address, Cidr, HostName, Port
from estate.reader.amounts import Memory
from estate.reader.identifiers import Wwid
from estate.reader.values import AbsolutePath, GroupName, Model, Name, NodeName, Owner

LoggingSize = Literal["S", "M", "L"]
"""How much of it: see `plan/logging_sizes.py` for what each takes."""

SetName = Literal["master", "hot", "warm"]
"""What a node of Elasticsearch is for: votes, recent logs, older logs."""

StreamName = Literal["access", "infrastructure", "application"]
"""The audiences of logs: operations, the platform team, the tenants' developers."""


class StoreVolume(Model):
    """What one node of Elasticsearch keeps its data on."""

    replica: int = Field(ge=1, le=100, examples=[1])
    """Which of the set has it, counted from 1: one more is one more node."""
    size: Memory = Field(examples=["800Gi"])
    """How large it is."""


class StoreDisk(StoreVolume):
    """A file system on a node of the logging pool; its pod runs there and nowhere else."""

    node: NodeName = Field(examples=["dmz-l01"])
    """The node that it is in."""
    path: AbsolutePath = Field(examples=["/srv/disks/logs-hot"])
    """Where the node has it mounted."""


class StoreLun(StoreVolume):
    """A LUN on the Fibre Channel SAN, which follows the pod to another node."""

    wwid: Wwid = Field(examples=["3600508b400105e210000900000490000"])
    """Its world wide identifier."""


class StoreSet(Model):
    """Nodes of Elasticsearch with one role: as many as there are disks and LUNs."""

    backend: Name = Field(examples=["local-ssd"])
    """One of estate:storage's, with disks in nodes or on Fibre Channel; its class is theirs."""
    disks: tuple[StoreDisk, ...] = ()
    """Disks in nodes, where the backend is one of those."""
    luns: tuple[StoreLun, ...] = ()
    """LUNs, where the backend is an array."""


_DISK = {"replica": 1, "node": "dmz-l01", "path": "/srv/disks/logs-hot", "size": "800Gi"}
_SET = {"backend": "local-ssd", "disks": [_DISK]}


class StoreSets(Model):
    """The nodes of Elasticsearch by role."""

    master: StoreSet = Field(examples=[_SET])
    """Master nodes: three or five, without data."""
    hot: StoreSet = Field(examples=[_SET])
    """Nodes that receive logs and hold the recent ones."""
    warm: StoreSet = Field(examples=[_SET])
    """Nodes that hold older logs, on cheaper disks."""


class Stream(Model):
    """Volume and retention."""

    events_per_second: int = Field(ge=1, le=1_000_000, examples=[400])
    """On average over a day, in the whole zone."""
    bytes_per_event: int = Field(ge=1, le=1_000_000, examples=[500])
    """As it is stored, with the fields that the collector adds."""
    hot_days: int = Field(default=3, ge=1, le=365)
    """How long it is kept on hot nodes."""
    days: int = Field(ge=1, le=3650, examples=[30])
    """How long it is kept at all."""
    roll_days: int = Field(default=1, ge=1, le=90)
    """How long one index is written at most, unless it is full before. More days make fewer
    indices, of which Elasticsearch holds so many only, and more bytes on hot nodes."""


class ReadStream(Stream):
    """A stream whose readers are the same everywhere in the zone."""

    readers: tuple[GroupName, ...] = Field(min_length=1, examples=[["web-operations"]])
    """The groups of readers, as the identity provider names them."""


class Streams(Model):
    """The three streams, each for an audience of its own."""

    access: ReadStream = Field(
        examples=[
            {
                "events_per_second": 400,
                "bytes_per_event": 500,
                "days": 90,
                "readers": ["web-operations"],
            }
        ]
    )
    """Requests to routers and load balancers."""
    infrastructure: ReadStream = Field(
        examples=[
            {
                "events_per_second": 200,
                "bytes_per_event": 500,
                "days": 30,
                "readers": ["platform-support"],
            }
        ]
    )
    """Logs of nodes and of the platform's pods."""
    application: Stream = Field(
        examples=[{"events_per_second": 600, "bytes_per_event": 700, "days": 30}]
    )
    """Logs of apps: each tenant's groups read their own tenant's only."""


class CertManager(Model):
    """The ClusterIssuers by which cert-manager, which the cluster has, comes by certificates."""

    issuer: Name = Field(examples=["company-ca"])
    """Of the company's authority, for what clients see."""
    transport_issuer: Name = Field(examples=["elasticsearch-ca"])
    """Of an authority that signs nothing else: each certificate of it admits a node."""


class LoggingCertificates(Model):
    """TLS Secrets in ``estate-logging`` with certificate, key and authority: who issues
    certificates puts them there, since no declaration and no state holds a key."""

    transport: Name = Field(examples=["elasticsearch-transport-tls"])
    """What nodes of Elasticsearch know each other by; from an authority for nothing else."""
    http: Name = Field(examples=["elasticsearch-http-tls"])
    """What Elasticsearch shows to its clients."""
    kibana: Name = Field(examples=["kibana-tls"])
    """What Kibana shows to people."""
    cert_manager: CertManager | None = Field(
        default=None,
        examples=[{"issuer": "company-ca", "transport_issuer": "elasticsearch-ca"}],
    )
    """Who fills the Secrets; without it people do, by the list that is handed over."""


class Published(Model):
    """The address of Kibana."""

    host: HostName = Field(examples=["logs.dmz.insurer.example"])
    """Its name, which its certificate bears."""
    address: Address = Field(examples=["10.10.0.27"])
    """The virtual address; from the ranges of the platform's load balancer."""
    port: Port = 443
    """The users' port."""
    clients: tuple[Cidr, ...] = Field(default=(), examples=[["10.30.0.0/16"]])
    """The ranges of clients; every address where none is declared."""


class SnapshotDays(Model):
    """How long a snapshot of each stream is kept, counted from the day on which it is made."""

    access: int = Field(default=365, ge=1, le=3650)
    """Of the access logs; no shorter than of apps' logs."""
    infrastructure: int = Field(default=180, ge=1, le=3650)
    """Of the logs of nodes and the platform; no shorter than of apps' logs."""
    application: int = Field(default=90, ge=1, le=3650)
    """Of the logs of all tenants' apps."""


class Snapshots(Model):
    """Where Elasticsearch copies its logs to every night, apart from its own disks."""

    filer: Name = Field(examples=["filer-dmz"])
    """One of estate:nfs_filers, whose export all nodes of Elasticsearch share."""
    directory: Name = "log-snapshots"
    """The directory below the filer's export."""
    size: Memory = Field(examples=["4Ti"])
    """How much it may keep."""
    days: SnapshotDays = Field(default_factory=SnapshotDays, examples=[{"access": 365}])
    """How long each stream's are kept."""


class Logging(Model):
    """Elasticsearch, Kibana and the collector, for one zone."""

    size: LoggingSize = Field(examples=["M"])
    """What each pod requests: S for a lab, M, L. How many there are, the disks say."""
    owner: Owner = Field(examples=["platform@insurer.example"])
    """The mailbox of who runs it."""
    replicas: int = Field(default=1, ge=1, le=2)
    """How many copies of everything there are beside the first: one node lost loses nothing."""
    streams: Streams = Field(
        examples=[
            {
                "access": {
                    "events_per_second": 400,
                    "bytes_per_event": 500,
                    "days": 90,
                    "readers": ["web-operations"],
                },
                "infrastructure": {
                    "events_per_second": 200,
                    "bytes_per_event": 500,
                    "days": 30,
                    "readers": ["platform-support"],
                },
                "application": {"events_per_second": 600, "bytes_per_event": 700, "days": 30},
            }
        ]
    )
    """What comes and how long it is kept."""
    sets: StoreSets = Field(examples=[{"master": _SET, "hot": _SET, "warm": _SET}])
    """The nodes of Elasticsearch, each with a disk or LUN of its own."""
    certificates: LoggingCertificates = Field(
        examples=[
            {
                "transport": "elasticsearch-transport-tls",
                "http": "elasticsearch-http-tls",
                "kibana": "kibana-tls",
            }
        ]
    )
    """The Secrets that hold certificates."""
    published: Published | None = Field(
        default=None,
        examples=[{"host": "logs.dmz.insurer.example", "address": "10.10.0.27"}],
    )
    """How people reach Kibana; without it, Kibana has no address outside of the cluster."""
    intake: bool = False
    """Whether the zone's load balancers send their access logs here, to node port
    ``platform/log-intake``."""
    snapshots: Snapshots | None = Field(
        default=None, examples=[{"filer": "filer-dmz", "size": "4Ti"}]
    )
    """Where logs are copied to every night; without it the disks of Elasticsearch are all."""
    inotify_instances: int = Field(default=128, ge=128, le=65536)
    """How many inotify instances nodes allow one user (fs.inotify.max_user_instances): the
    collector takes one for each tenant with log files. Where it is more than Linux' own 128, the
    handover has a file for every node."""
    node_disk: Memory | None = Field(default=None, examples=["200Gi"])
    """How much of a node's disk logs may take while Elasticsearch takes none."""
    generation: int = Field(default=1, ge=1, le=999)
    """A higher number makes new passwords for what speaks to Elasticsearch."""
