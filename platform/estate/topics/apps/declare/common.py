"""What apps of every kind declare, and what those declare that run on and are connected to."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from estate.reader.addresses import Port
from estate.reader.amounts import Resources
from estate.reader.values import AbsolutePath, FilePath, Image, Model, Name, Owner, State, Zone
from estate.topics.egress.declare.firewalls import FirewallOrder
from estate.topics.mesh.declare import Mesh


class DatabaseUse(Model):
    """A database that the app connects to, and by which way (F1, F2, F3)."""

    name: Name = Field(examples=["policydb"])
    """The database's name, as a stack file declares it."""
    via: Literal["direct", "egress"] | None = Field(default=None, examples=["direct"])
    """``direct``: from the nodes of the app's own pool. ``egress``: by the zone's egress, of which
    alone the firewall knows. May be left out where no firewall stands in between."""


class Peer(Model):
    """Another app of the zone that this one connects to (C4)."""

    app: Name = Field(examples=["rating"])
    """The other app's name; it runs in the same zone, in another namespace."""


class Secret(Model):
    """A secret, mounted at ``/etc/secrets/<name>``; a higher generation replaces it."""

    name: Name = Field(examples=["session-key"])
    """The secret's name, and that of its folder below ``/etc/secrets``."""
    source: Literal["generated", "stack"] = Field(default="generated", alias="from")
    """``generated``: random. ``stack``: what somebody stored encrypted in the stack's file."""
    length: int = Field(default=32, ge=16, le=128)
    """How many characters a generated one has."""
    generation: int = Field(default=1, ge=1, le=999)
    """Raise it to have a new value; pods restart with it."""


class ConfigFile(Model):
    """A file that the app reads; pods restart when its text changes (K6)."""

    path: FilePath = Field(examples=["/etc/quote/quote.properties"])
    """Where the container finds it; nothing else of the image is seen in its directory."""
    content: str = Field(max_length=500_000, examples=["currency=EUR"])
    """The text. Whoever may read the namespace may read it: passwords belong in 'secrets'."""


class Listen(Model):
    """Where the app's container listens."""

    port: Port = Field(examples=[8080])
    """The port that the container listens on."""


class Metrics(Model):
    """What the zone's Prometheus reads from every pod."""

    port: Port = Field(examples=[9090])
    """A port of its own: whoever may use the app is not shown its metrics."""
    path: AbsolutePath = "/metrics"
    """The HTTP path that answers in Prometheus' format."""


class Needs(Model):
    """What must answer before the app starts; it is asked again until the time is over (N2)."""

    apps: tuple[Name, ...] = Field(default=(), examples=[["rating"]])
    """Apps that must accept connections: of its own namespace, or of connects_to."""
    databases: tuple[Name, ...] = Field(default=(), examples=[["policydb"]])
    """Databases that must accept connections: of those that it connects to."""
    within: int = Field(default=120, ge=10, le=3600)
    """Seconds after which the start counts as failed; the pod is then started anew."""


class Scale(Model):
    """More replicas while the processors are busy, down to ``replicas`` when they are not (D3)."""

    max: int | None = Field(default=None, ge=3, le=500, examples=[6])
    """The most replicas; on a pool of its own, as many as survive the loss of a node."""
    cpu: int = Field(default=70, ge=10, le=95)
    """The part of the requested CPU, in percent, that replicas shall use on average."""


class AppBase(Model):
    """What every app declares."""

    app: Name = Field(examples=["policy-portal"])
    """The app's name; unique in its zone."""
    tenant: Name = Field(examples=["life"])
    """The tenant that it belongs to: a file of tenants/."""
    zone: Zone = Field(examples=["dmz"])
    """The zone, and so the cluster, that it runs in."""
    owner: Owner = Field(examples=["life-portal@insurer.example"])
    """The mailbox of the team that answers for it."""
    state: State = "active"
    """``retired`` is the first of two steps by which an app leaves: its pods go, its port,
    address and volumes stay; then its file goes."""
    image: Image = Field(
        examples=[
            "life/policy-portal@sha256:"
            "facadefacadefacadefacadefacadefacadefacadefacade2fd1a95889960348"
        ]
    )
    """Path in the zone's registry, by digest."""
    base: Name | None = Field(default=None, examples=["base-java"])
    """The image of images.yaml that it is built on (G7)."""
    size: Resources = Field(examples=[{"cpu": 2, "memory": "4Gi"}])
    """What one pod gets: today's size of the machine it comes from (D1)."""
    pool: Name | None = Field(default=None, examples=["policy-portal"])
    """A pool dedicated to this app; without it the app runs in a namespace of its tenant."""
    namespace: Name | None = Field(default=None, examples=["batch"])
    """One of the tenant's further namespaces; without it the one that bears the tenant's name."""
    mesh: Mesh | None = Field(default=None, examples=[{"mode": "ambient", "mtls": "permissive"}])
    """What the zone's mesh does for an app with a pool, and so a namespace, of its own (K5)."""
    databases: tuple[DatabaseUse, ...] = Field(default=(), examples=[[{"name": "policydb"}]])
    """The databases that it connects to; what a firewall must let through follows from them."""
    delivery: tuple[Name, ...] = Field(default=(), examples=[["gitlab"]])
    """Systems of estate:delivery, such as GitLab, that it connects to."""
    firewall: FirewallOrder | None = Field(
        default=None, examples=[{"ticket": "CHG0012345", "expires": "2027-06-30"}]
    )
    """The order under which its firewall rows are asked for, where there is one (F2)."""
    connects_to: tuple[Peer, ...] = Field(default=(), examples=[[{"app": "rating"}]])
    """The apps of other namespaces that it connects to: both sides are opened from here (C4)."""
    secrets: tuple[Secret, ...] = Field(default=(), examples=[[{"name": "session-key"}]])
    """Secrets that are made for it, or kept for it in the stack's file."""
    config: tuple[ConfigFile, ...] = Field(
        default=(),
        examples=[[{"path": "/etc/quote/quote.properties", "content": "currency=EUR"}]],
    )
    """Files that it reads."""
    needs: Needs | None = Field(default=None, examples=[{"databases": ["policydb"]}])
    """What must answer before it starts. Apps had better try again by themselves."""


class ServingApp(AppBase):
    """What every app declares whose pods run on and are connected to."""

    listen: Listen = Field(examples=[{"port": 8080}])
    """Where the container listens."""
    replicas: int = Field(ge=2, le=100, examples=[2])
    """How many pods run; two or more, so that the app survives the loss of a node."""
    ready_within: int = Field(default=300, ge=10, le=3600)
    """Seconds that each replica has to become ready. When one needs longer, its container is
    started anew and the update counts as failed. A whole update takes at most as many times this
    as there are replicas, and the time that old ones take to stop."""
    serves: tuple[Name, ...] = Field(default=(), examples=[["motor"]])
    """The other tenants whose apps may connect to it; those of its own tenant may anyway."""
    metrics: Metrics | None = Field(default=None, examples=[{"port": 9090}])
    """What the zone's Prometheus reads from every pod; without it, nothing."""


class ElasticApp(ServingApp):
    """What every app declares whose replicas are alike, so that their number may follow load."""

    scale: Scale | None = Field(default=None, examples=[{"max": 6}])
    """With it, replicas is the least and the number follows the load."""
