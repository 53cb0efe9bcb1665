"""NetworkPolicy objects as Kubernetes defines them, every field of them."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Literal

from pydantic import Field, model_validator

from estate.proof.emitted import Emitted, Place
from estate.proof.readers.pods import BY_CONTROLLERS
from estate.proof.readers.ports import EVERY, LAST, Ports, Protocol
from estate.proof.readers.selectors import Selector
from estate.proof.readers.strict import Metadata, Strict, Troubles

Direction = Literal["Ingress", "Egress"]


class IpBlock(Strict):
    """A network, without some parts of it."""

    cidr: IPv4Network
    without: tuple[IPv4Network, ...] = Field(default=(), alias="except")


class Peer(Strict):
    """The other end: pods, or addresses."""

    podSelector: Selector | None = None
    namespaceSelector: Selector | None = None
    ipBlock: IpBlock | None = None

    @model_validator(mode="after")
    def _as_the_api_server_demands(self) -> Peer:
        pods = self.podSelector is not None or self.namespaceSelector is not None
        if pods == (self.ipBlock is not None):
            raise ValueError("a peer is either pods or an address block")
        return self


class PolicyPort(Strict):
    """A port, a range of them, or one that the pod has a name for."""

    protocol: Protocol = "TCP"
    port: int | str | None = None
    endPort: int | None = None

    @model_validator(mode="after")
    def _as_the_api_server_demands(self) -> PolicyPort:
        if self.endPort is not None and (
            not isinstance(self.port, int) or self.endPort < self.port
        ):
            raise ValueError("endPort stands with a number that is not greater")
        return self

    def range(self) -> Ports:
        """The ports, where they do not go by a name."""
        if self.port is None:
            return Ports(self.protocol, 1, LAST)
        assert isinstance(self.port, int)
        return Ports(self.protocol, self.port, self.endPort or self.port)


class IngressRule(Strict):
    """Sources, and ports of the selected pods."""

    peers: tuple[Peer, ...] = Field(default=(), alias="from")
    ports: tuple[PolicyPort, ...] = ()


class EgressRule(Strict):
    """Destinations, and their ports."""

    peers: tuple[Peer, ...] = Field(default=(), alias="to")
    ports: tuple[PolicyPort, ...] = ()


Rule = IngressRule | EgressRule


class _Spec(Strict):
    podSelector: Selector = Selector()
    policyTypes: tuple[Direction, ...] = ()
    ingress: tuple[IngressRule, ...] = ()
    egress: tuple[EgressRule, ...] = ()


class Policy(Strict):
    """One policy and where it stands."""

    place: Place
    namespace: str
    pods: Selector
    ingress: tuple[IngressRule, ...] | None
    """None where it does not isolate in this direction."""
    egress: tuple[EgressRule, ...] | None


OTHERS = (
    "AdminNetworkPolicy",
    "BaselineAdminNetworkPolicy",
    "ClusterNetworkPolicy",
    "GlobalNetworkPolicy",
    "CiliumNetworkPolicy",
    "CiliumClusterwideNetworkPolicy",
    "EgressFirewall",
)
"""Policies of other kinds that decide as well, and that nothing here reads."""


def read_policies(emitted: Emitted, troubles: Troubles) -> list[Policy]:
    """Every NetworkPolicy of the zone."""
    found: list[Policy] = []
    for place, body in emitted.objects:
        kind = str(body["kind"])
        other = kind == "NetworkPolicy" and body["apiVersion"] != "networking.k8s.io/v1"
        if kind in OTHERS or other:
            troubles.refuse(place, f"{body['apiVersion']} {kind} decides about traffic as well")
        elif kind == "NetworkPolicy":
            metadata = troubles.read(Metadata, body["metadata"], place)
            spec = troubles.read(_Spec, body["spec"], place)
            if metadata and spec:
                found.append(_policy(place, metadata, spec))
                _understood(found[-1], troubles)
    return found


def _policy(place: Place, metadata: Metadata, spec: _Spec) -> Policy:
    # Unless it says so itself, a policy isolates for what comes in, and for what goes out if it
    # has rules for that.
    types = spec.policyTypes or ("Ingress", *(["Egress"] if spec.egress else []))
    return Policy(
        place=place,
        namespace=metadata.namespace,
        pods=spec.podSelector,
        ingress=spec.ingress if "Ingress" in types else None,
        egress=spec.egress if "Egress" in types else None,
    )


def _understood(policy: Policy, troubles: Troubles) -> None:
    selectors = [policy.pods]
    for rule in (*(policy.ingress or ()), *(policy.egress or ())):
        selectors += [peer.podSelector for peer in rule.peers if peer.podSelector]
        out = isinstance(rule, EgressRule)
        by_name = any(isinstance(port.port, str) for port in rule.ports)
        if out and by_name and (not rule.peers or any(peer.ipBlock for peer in rule.peers)):
            troubles.refuse(policy.place, "addresses have no names for their ports")
    for key in {key for selector in selectors for key in selector.keys} & {*BY_CONTROLLERS}:
        troubles.refuse(policy.place, f"'{key}' is a label that only controllers give to pods")


def ranges(rule: Rule) -> tuple[Ports, ...] | None:
    """The ports of a rule that no pod has to be asked for; None where one goes by a name."""
    if any(isinstance(port.port, str) for port in rule.ports):
        return None
    return tuple(port.range() for port in rule.ports) or EVERY
