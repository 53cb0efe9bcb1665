"""What apps of every kind declare, and what those declare that run on and are connected to.

Requirements: C4, D1, D3, F1, F2, F3, G7, K5, K6, N2.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from estate.objects.pod import STOP_SECONDS, TMP, USER
from estate.reader.addresses import Port
from estate.reader.amounts import Memory, Resources
from estate.reader.stacks import Differences, OnlyIn
from estate.reader.url_paths import ScrapedPath
from estate.reader.values import FilePath, ForbiddenKey, Image, Model, Name, Owner, State, Zone
from estate.topics.admission.declare.rules import RULES, rule_of
from estate.topics.apps.declare.alone import AnyAlone
from estate.topics.apps.declare.beside import Before, Sidecars
from estate.topics.apps.declare.container import Limits, UserNumber, Writable
from estate.topics.apps.declare.environment import Process, Settings
from estate.topics.apps.declare.health import AnyHealth, Health
from estate.topics.apps.declare.secrets import Secret
from estate.topics.egress.declare.firewalls import FirewallOrder
from estate.topics.mesh.declare import Mesh


class DatabaseUse(Model):
    """A database that the app connects to, and the way."""

    name: Name = Field(examples=["policydb"])
    """The database's name, as a stack file declares it."""
    via: Literal["direct", "egress"] | None = Field(default=None, examples=["direct"])
    """``direct``: from the nodes of the app's own pool. ``egress``: through the zone's egress
    nodes, which the firewall admits. Optional if no firewall stands in between."""


class Peer(Model):
    """Another app that this one connects to."""

    app: Name = Field(examples=["rating"])
    """The other app's name; it runs in another namespace, or in the other zone."""
    zone: Zone | None = Field(default=None, examples=["intranet"])
    """The zone that it runs in, where that is the other one: then the way leads by its virtual
    address or its routers', through the firewalls between the zones. Its team consents with
    ``serves_zones``."""
    via: Literal["direct", "egress"] | None = Field(default=None, examples=["egress"])
    """Into the other zone: ``direct`` from the nodes of the app's own pool, ``egress`` through
    the zone's egress nodes."""


class ConfigFile(Model):
    """A file that the app reads; pods restart when its text changes."""

    path: FilePath = Field(examples=["/etc/quote/quote.properties"])
    """Its path in the container; it hides other files of the image in that directory."""
    content: str = Field(max_length=500_000, examples=["currency=EUR"])
    """The text. Everyone who may read the namespace may read it: passwords belong in 'secrets'."""


class Listen(Model):
    """The container's port."""

    port: Port = Field(examples=[8080])
    """The port that the container listens on."""


class Metrics(Model):
    """The metrics that the zone's Prometheus reads from every pod."""

    port: Port = Field(examples=[9090])
    """A port of its own: users of the app must not read its metrics."""
    path: ScrapedPath = "/metrics"
    """The HTTP path of metrics in Prometheus' format."""


class Needs(Model):
    """What must answer before the app starts; the init container retries until the time is over."""

    apps: tuple[Name, ...] = Field(default=(), examples=[["rating"]])
    """Apps that must accept connections: of its own namespace, or of connects_to."""
    databases: tuple[Name, ...] = Field(default=(), examples=[["policydb"]])
    """Databases that must accept connections: of those that it connects to."""
    within: int = Field(default=120, ge=10, le=3600)
    """Seconds after which the start counts as failed and the pod restarts."""


class Scale(Model):
    """More replicas while the processors are busy, down to ``replicas`` when they are not."""

    max: int | None = Field(default=None, ge=3, le=500, examples=[6])
    """The most replicas; on a pool of its own, as many as survive the loss of a node."""
    cpu: int = Field(default=70, ge=10, le=95)
    """The target of CPU use, in percent of the request, on average."""


class AppBase(Process):
    """What every app declares."""

    @classmethod
    def forbidden_key(cls, key: str) -> ForbiddenKey | None:
        """The rule of admission that an app with this key would break (B3)."""
        name = rule_of(key)
        if name is None:
            return None
        return ForbiddenKey(rule=name, says=RULES[name].says, way_out=RULES[name].way_out)

    app: Name = Field(examples=["policy-portal"])
    """The app's name; unique in its zone."""
    tenant: Name = Field(examples=["life"])
    """Its tenant: a file of tenants/."""
    zone: Zone = Field(examples=["dmz"])
    """Its zone, which has one cluster."""
    owner: Owner = Field(examples=["life-portal@insurer.example"])
    """The mailbox of its team."""
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
    """Its base image, by a name of images.yaml."""
    size: Resources = Field(examples=[{"cpu": 2, "memory": "4Gi"}])
    """CPU and memory of one pod: the size of its former machine."""
    limits: Limits = Field(default_factory=Limits, examples=[{"cpu": "none", "memory": "8Gi"}])
    """The most that one pod may use, where that is more than ``size``. Quotas and pools count
    ``size``: it is what is kept for the pod."""
    user: UserNumber = Field(default=USER, examples=[1001])
    """The user that the container runs as, a number."""
    group: UserNumber | None = Field(default=None, examples=[1001])
    """Its group, which its volumes belong to. Without it, the number of ``user``."""
    writable: tuple[Writable, ...] = Field(
        default=(), max_length=20, examples=[[{"path": "/var/cache/quote", "size": "1Gi"}]]
    )
    """Directories that it may write to; beside these and ``/tmp`` its file system is read-only."""
    tmp: Memory = Field(default=TMP, examples=["1Gi"])
    """The most that ``/tmp`` may hold."""
    stop_within: int = Field(default=STOP_SECONDS, ge=10, le=3600, examples=[120])
    """Seconds that a pod has to end, of which the first 5 pass before it gets SIGTERM. A node that
    is shut down without being drained gives 30."""
    sidecars: Sidecars = Field(
        default=(),
        examples=[
            [
                {
                    "name": "proxy",
                    "image": "life/proxy@sha256:"
                    "facadefacadefacadefacadefacadefacadefacadefacade2fd1a95889960348",
                    "size": {"cpu": "100m", "memory": "64Mi"},
                }
            ]
        ],
    )
    """Containers that start before the app's own, in this order, stay beside it and end after
    it."""
    before: Before = Field(
        default=(),
        examples=[
            [
                {
                    "name": "migrate",
                    "image": "life/migrate@sha256:"
                    "facadefacadefacadefacadefacadefacadefacadefacade2fd1a95889960348",
                    "size": {"cpu": "100m", "memory": "128Mi"},
                }
            ]
        ],
    )
    """Containers that run before the app's own, one after the other, each to its end: in every
    pod, at every start."""
    pool: Name | None = Field(default=None, examples=["policy-portal"])
    """A pool dedicated to this app; without it the app runs in a namespace of its tenant."""
    namespace: Name | None = Field(default=None, examples=["batch"])
    """One of the tenant's further namespaces; without it, the namespace with the tenant's name."""
    mesh: Mesh | None = Field(default=None, examples=[{"mode": "ambient", "mtls": "permissive"}])
    """The mesh's settings for an app with its own pool and therefore its own namespace."""
    databases: tuple[DatabaseUse, ...] = Field(default=(), examples=[[{"name": "policydb"}]])
    """The databases that it connects to; firewall rows follow from them."""
    delivery: tuple[Name, ...] = Field(default=(), examples=[["gitlab"]])
    """Systems of estate:delivery, such as GitLab, that it connects to."""
    firewall: FirewallOrder | None = Field(
        default=None, examples=[{"ticket": "CHG0012345", "expires": "2027-06-30"}]
    )
    """The ticket and end of its firewall rows, where there is a change order."""
    connects_to: tuple[Peer, ...] = Field(default=(), examples=[[{"app": "rating"}]])
    """The apps of other namespaces, or of the other zone, that it connects to; the entry opens
    both sides."""
    secrets: tuple[Secret, ...] = Field(default=(), examples=[[{"name": "session-key"}]])
    """Its secrets: generated, or stored in the stack's file."""
    settings: dict[Name, Settings] = Field(
        default_factory=dict[Name, Settings], examples=[{"common": {"CURRENCY": "EUR"}}]
    )
    """Groups of environment variables by name, for containers that name them in
    'environment_from'."""
    config: tuple[ConfigFile, ...] = Field(
        default=(),
        examples=[[{"path": "/etc/quote/quote.properties", "content": "currency=EUR"}]],
    )
    """Files that it reads."""
    needs: Needs | None = Field(default=None, examples=[{"databases": ["policydb"]}])
    """Apps and databases that must answer before it starts. Retries in the app are better."""
    only_in: OnlyIn = None
    """The environments that have the app; without it, all."""
    differences: Differences = Field(
        default=None, alias="in", examples=[{"test": {"replicas": 2, "without": ["scale"]}}]
    )
    """What differs, by environment: any key but those that say what the app is. Mappings are merged
    key by key, ``config`` by path, ``secrets`` by name; other values take the common one's place.
    ``without`` lists keys that the environment does not have."""

    @property
    def peers(self) -> tuple[Peer, ...]:
        """Those of ``connects_to`` that run in its own zone."""
        return tuple(one for one in self.connects_to if one.zone in (None, self.zone))


class RunningApp(AppBase):
    """What every app declares whose pods run on."""

    replicas: int = Field(ge=1, le=100, examples=[2])
    """How many pods run; two or more, so that the app survives the loss of a node. One takes a
    reason: ``alone``."""
    alone: AnyAlone | None = Field(
        default=None, examples=["it holds the lock of the settlement file"]
    )
    """Why one pod is enough: it stands still at each update and until a lost node's pods are
    replaced."""
    ready_within: int = Field(default=300, ge=10, le=3600)
    """Seconds that each replica has to become ready. When one needs longer, its container is
    started anew and the update counts as failed. A whole update takes at most as many times this
    as there are replicas, and the time that old ones take to stop."""
    metrics: Metrics | None = Field(default=None, examples=[{"port": 9090}])
    """The metrics that the zone's Prometheus reads from every pod; without it, none."""


class ScalingApp(RunningApp):
    """What every app declares whose replicas are alike, so that their number may follow load."""

    scale: Scale | None = Field(default=None, examples=[{"max": 6}])
    """With it, the number of replicas follows the load, from ``replicas`` upwards."""


class ServingApp(RunningApp):
    """What every app declares whose pods are connected to."""

    listen: Listen = Field(examples=[{"port": 8080}])
    """Where the container listens."""
    health: AnyHealth = Field(default_factory=Health, examples=["/healthz"])
    """How kubelets ask whether a replica can serve: an HTTP path that answers 200, ``tcp``,
    ``grpc``, or a mapping of ``ready`` and ``alive``. Without it, its port has to accept."""
    serves: tuple[Name, ...] = Field(default=(), examples=[["motor"]])
    """The other tenants whose apps may connect to it; those of its own tenant always may."""


class ElasticApp(ServingApp, ScalingApp):
    """What every app declares whose pods are connected to and are alike."""
