"""What a topic says of itself in one value, which everything else iterates over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Generic, TypeVar

from estate.declarations.catalogue import Catalogue
from estate.declarations.load import Loaded
from estate.documents.document import Document
from estate.flows.model import Flow
from estate.objects.manifest import Manifest
from estate.objects.probe import Probe
from estate.plan import Plan
from estate.reader.problems import Problem
from estate.reader.values import Zone
from estate.topics.exposure.plan.model import VirtualServerPlan
from estate.topics.nodes.declare import Role
from estate.topics.nodes.plan.model import PoolPlan
from estate.topics.nodes.plan.pods import Pod

S = TypeVar("S")


class Stage(IntEnum):
    """When a group is applied: nothing needs an object of a later stage."""

    CLUSTER = 0
    ADMISSION = 1
    POOLS = 2
    TENANTS = 3
    SERVICES = 4
    APPS = 5


@dataclass(frozen=True, kw_only=True)
class Kind(Generic[S]):
    """A kind of group: how a part of the plan becomes objects, and which component has them."""

    family: str
    """What these components are, in the plural: a folder of ``estate render``."""
    stage: Stage
    manifests: Callable[[S], tuple[Manifest, ...]]
    component: str
    """``topic:function``, in the topic's ``component.py``: loaded by the Pulumi program only."""
    probes: Callable[[S], tuple[Probe, ...]] = lambda _: ()
    """Requests that have to be refused before the program goes on."""

    def group(self, name: str, part: S) -> Group:
        """The group of that logical name."""
        return Group(
            name=name,
            part=part,
            family=self.family,
            stage=self.stage,
            component=self.component,
            build=lambda: self.manifests(part),
            probe=lambda: self.probes(part),
        )


@dataclass(frozen=True, kw_only=True)
class Group:
    """One component: its logical name and the part of the plan that it is made from."""

    name: str
    part: object
    family: str
    stage: Stage
    component: str
    build: Callable[[], tuple[Manifest, ...]]
    probe: Callable[[], tuple[Probe, ...]]

    @cached_property
    def manifests(self) -> tuple[Manifest, ...]:
        """The objects that this component registers."""
        return self.build()

    @property
    def size(self) -> int:
        """How many resources it registers, itself among them."""
        return 1 + len(self.manifests)


@dataclass(frozen=True, kw_only=True)
class Given:
    """What topics check and derive from: both zones, read and found by name."""

    loaded: Loaded
    catalogue: Catalogue
    pools: Mapping[Zone, tuple[PoolPlan, ...]]
    """Of each zone whose nodes and pools fit together."""
    service_pods: Mapping[tuple[Zone, str], list[Pod]]
    """By zone and pool: the pods that the platform's services run there."""


Check = Callable[[Given], Iterable[Problem]]
Derive = Callable[[Given, Zone, Plan], Iterable[object]]


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A topic's one entry. Each field has a default: a topic fills in those that it has."""

    name: str
    """Its package below ``estate.topics``."""
    checks: tuple[Check, ...] = ()
    """They run in any order."""
    derive: Derive = lambda given, zone, plan: ()
    """Its parts of a zone's plan, from the parts of the topics before it."""
    virtual_servers: Callable[[Given, Zone, Plan], Iterable[VirtualServerPlan]] = (
        lambda given, zone, plan: ()
    )
    """What people reach of it by an address, from the parts of every topic."""
    conclude: Derive = lambda given, zone, plan: ()
    """Parts that need every virtual server in view."""
    pods: tuple[tuple[Role, Callable[[Catalogue, Zone], Iterable[Pod]]], ...] = ()
    """Pods of its platform services, by the role of the pool that they run on."""
    groups: Callable[[Plan], Iterable[Group]] = lambda plan: ()
    """What a cluster gets of it, in order."""
    documents: tuple[Callable[[Plan], Iterable[Document]], ...] = ()
    """What other teams get of it."""
    flows: Callable[[Plan, Loaded], Iterable[Flow]] = lambda plan, loaded: ()
    """Who has to reach what in a zone, for the proof."""
