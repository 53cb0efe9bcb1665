"""Monitoring of a zone, sized by one word, and the receivers of alerts (I1 to I8)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from estate.reader.addresses import Address, Host, Port
from estate.reader.amounts import Memory
from estate.reader.identifiers import Wwid
from estate.reader.values import AbsolutePath, Model, Name, NodeName, Owner
from estate.topics.identity.declare.issuers import HttpsUrl

MonitoringSize = Literal["S", "M", "L"]
"""How much of it: see `plan/monitoring_sizes.py` for what each takes."""


class MonitoringVolume(Model):
    """What one of the two Prometheus keeps its samples on."""

    replica: int = Field(ge=1, le=2, examples=[1])
    """Which of the two has it."""
    size: Memory = Field(examples=["200Gi"])
    """How large it is; nine tenths of what is not the write-ahead log's hold samples."""


class MonitoringDisk(MonitoringVolume):
    """A file system on a node of the monitoring pool: what it holds is lost with the node."""

    node: NodeName = Field(examples=["dmz-m01"])
    """The node that it is in."""
    path: AbsolutePath = Field(examples=["/srv/disks/prometheus"])
    """Where the node has it mounted."""


class MonitoringLun(MonitoringVolume):
    """A LUN on the Fibre Channel SAN, which follows the pod to another node."""

    wwid: Wwid = Field(examples=["3600508b400105e210000900000490000"])
    """Its world wide identifier."""


class Mail(Model):
    """The relay that takes mail from the cluster."""

    host: Host = Field(examples=["mail.insurer.example"])
    """Its name, which its certificate bears."""
    address: Address = Field(examples=["10.10.9.25"])
    """Its address: policies admit nothing else."""
    port: Port = 25
    """Its port."""
    sender: Owner = Field(examples=["alerts@insurer.example"])
    """The mailbox that mail comes from."""


class Webhook(Model):
    """A service that takes alerts over HTTPS: an on-call service, a ticket system."""

    name: Name = Field(examples=["oncall"])
    """Its name in tenants' files."""
    url: HttpsUrl = Field(examples=["https://oncall.insurer.example/alerts"])
    """Its URL."""
    address: Address = Field(examples=["10.10.9.26"])
    """Its address: policies admit nothing else."""
    port: Port = 443
    """Its port, where the URL names another."""
    token: Literal["generated", "stack"] | None = None
    """Its bearer token: random, or a value stored encrypted in the stack's file."""
    generation: int = Field(default=1, ge=1, le=999)
    """Raise it for a new token."""

    @property
    def stored(self) -> bool:
        """Whether the stack's file keeps the token."""
        return self.token == "stack"  # noqa: S105 a word, no token


class Monitoring(Model):
    """Prometheus, Alertmanager, Grafana and what they read, for one zone."""

    size: MonitoringSize = Field(examples=["M"])
    """S: a lab, M: meant for up to 100 nodes, L: for up to 500."""
    resource_metrics: Literal["estate", "cluster"] = "estate"
    """Who serves what autoscalers and `kubectl top` ask for: a metrics-server of the estate's, or
    one that the cluster has anyway; two would take each other's place."""
    days: int = Field(default=15, ge=1, le=400)
    """How long samples are kept, unless the disk is full before."""
    disks: tuple[MonitoringDisk, ...] = ()
    """Disks in nodes, one for each Prometheus that has no LUN."""
    luns: tuple[MonitoringLun, ...] = ()
    """LUNs, one for each Prometheus that has no disk."""
    mail: Mail = Field(
        examples=[
            {
                "host": "mail.insurer.example",
                "address": "10.10.9.25",
                "sender": "alerts@insurer.example",
            }
        ]
    )
    """The relay that takes mail from the cluster."""
    webhooks: tuple[Webhook, ...] = ()
    """The services that take alerts over HTTPS."""
    owner: Owner = Field(examples=["platform@insurer.example"])
    """The platform team's mailbox: it gets all alerts that concern no tenant."""
    webhook: Name | None = Field(default=None, examples=["oncall"])
    """One of the webhooks, for the platform's own critical alerts."""
