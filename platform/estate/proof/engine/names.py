"""Every emitted name resolves to its one owner, and to nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address

from estate.proof.emitted import Emitted, Place
from estate.proof.engine.view import View
from estate.proof.readers.given_names import (
    CertifiedName,
    Record,
    read_answering,
    read_certified,
    read_records,
    zones_of,
)
from estate.proof.readers.strict import Metadata, Troubles, mapping
from estate.reader.problems import Problem
from estate.reader.values import Zone
from estate.topics.apps.plan.name_claims import COMPANY, NameClaim

ELSEWHERE = "name-leads-elsewhere"
MISSING = "name-leads-nowhere"
_CLUSTER = (".svc", ".cluster.local", "kubernetes.default")
_TENANT = "estate/tenant"
_ROUTER = "platform/router-"
PLATFORM = "platform"


@dataclass(frozen=True, kw_only=True)
class OwnedName:
    """A name as the declarations have it: the register's entry, without its place."""

    zone: Zone
    name: str
    owner: str
    holder: str
    address: IPv4Address | None

    @property
    def shown(self) -> str:
        """Its owner, in words."""
        return f"'{self.holder}'" if self.owner else f"the platform's '{self.holder}'"


def owned_names(claims: Iterable[NameClaim]) -> tuple[OwnedName, ...]:
    """Host names of the register."""
    return tuple(
        OwnedName(
            zone=claim.zone,
            name=claim.name,
            owner=claim.owner,
            holder=claim.holder,
            address=claim.address,
        )
        for claim in claims
        if claim.scope == "host" and not claim.name.startswith("*.")
    )


def check_names(
    names: Iterable[OwnedName], found: Mapping[Zone, Emitted], views: Mapping[Zone, View]
) -> Iterator[Problem]:
    """A problem for each name that leads elsewhere, to nobody, or to two."""
    every = list(names)
    for zone, emitted in found.items():
        own = _Names([name for name in every if name.zone == zone])
        yield from _of_zone(own, emitted, views[zone])


class _Names:
    def __init__(self, names: list[OwnedName]) -> None:
        self.by_name: dict[str, list[OwnedName]] = {}
        self.by_address: dict[IPv4Address, list[OwnedName]] = {}
        for name in names:
            self.by_name.setdefault(name.name, []).append(name)
            if name.address:
                self.by_address.setdefault(name.address, []).append(name)

    def leads(self, name: str, address: IPv4Address) -> bool:
        return any(one.address == address for one in self.by_name.get(name, ()))

    def whose(self, name: str) -> str:
        found = self.by_name.get(name)
        return f"a name of {found[0].shown}" if found else "nobody's name"


def _of_zone(own: _Names, emitted: Emitted, view: View) -> Iterator[Problem]:
    troubles = Troubles()
    records = list(read_records(emitted, troubles))
    yield from _records(own, records)
    yield from _missing(own, records, zones_of(emitted))
    yield from _published(own, emitted, view)
    yield from _certified(own, read_certified(emitted, troubles))
    yield from _answering(own, emitted)
    yield from troubles.problems


def _records(own: _Names, records: Iterable[Record]) -> Iterator[Problem]:
    for record in records:
        if not own.leads(record.name, record.address):
            way = (
                f"{record.address} -> {record.name}"
                if record.back
                else f"{record.name} -> {record.address}"
            )
            yield record.place.problem(
                ELSEWHERE,
                f"the record {way} has no declaration: {record.name} is {own.whose(record.name)}",
                "A record has to point to the address that the name's owner declares",
            )


def _missing(own: _Names, records: list[Record], zones: Mapping[str, Place]) -> Iterator[Problem]:
    """Of the domains that a zone file is of, every name has its record, every address one too."""
    there = {(record.name, record.address) for record in records if not record.back}
    back = {record.address for record in records if record.back}
    for name, owners in own.by_name.items():
        around = [domain for domain in zones if name == domain or name.endswith(f".{domain}")]
        for owner in owners if around else ():
            place = zones[max(around, key=len)]
            if owner.address and (name, owner.address) not in there:
                yield place.problem(
                    MISSING,
                    f"{name}, {own.whose(name)}, has no record for {owner.address}",
                    "Clients would not find it, or find the name's former address",
                )
            elif owner.address and owner.address not in back:
                yield place.problem(
                    MISSING,
                    f"no record maps {owner.address} back to {name}",
                    "Logs and tickets would show an address without a name",
                )


def _published(own: _Names, emitted: Emitted, view: View) -> Iterator[Problem]:
    """A host is published from its owner's namespace, to the owner's own Service."""
    tenants: dict[str, str] = {}
    for _, body in emitted.of_kind("Namespace"):
        metadata = Metadata.model_validate(mapping(body["metadata"]))
        tenants[metadata.name] = metadata.labels.get(_TENANT, "")
    for rule in view.published:
        holder = f"{tenants.get(rule.namespace, '')}/{rule.service}"
        host = rule.host.lower().rstrip(".")
        if not any(name.holder == holder for name in own.by_name.get(host, ())):
            yield rule.place.problem(
                ELSEWHERE,
                f"{host} is published to '{holder}', and is {own.whose(host)}",
                "A host is published by the app that the register names",
            )


def _certified(own: _Names, certified: Iterable[CertifiedName]) -> Iterator[Problem]:
    """The platform's certificates speak for the platform's own names and Services."""
    for one in certified:
        if _of_cluster(one):
            continue
        owners = own.by_name.get(one.name, ())
        if not any(name.owner == COMPANY and name.address for name in owners):
            yield one.place.problem(
                ELSEWHERE,
                f"a certificate of the platform has the name {one.name}, {own.whose(one.name)}",
                "Who has the certificate can answer in the owner's place",
            )


def _of_cluster(one: CertifiedName) -> bool:
    """A Service's name; where the key is in a namespace, of that namespace alone."""
    name = one.name.removesuffix(".cluster.local")
    if not one.namespace:
        return name.endswith(_CLUSTER)
    return name.endswith(f".{one.namespace}.svc")


def _answering(own: _Names, emitted: Emitted) -> Iterator[Problem]:
    """At an address of the F5 its names' owner answers: the app itself, or the platform."""
    for one in read_answering(emitted):
        for name in own.by_address.get(one.address, ()):
            if one.partition == PLATFORM and (name.owner == COMPANY or _ROUTER in one.label):
                continue  # routes decide about the hosts of a router
            if one.label != name.holder:
                yield one.place.problem(
                    ELSEWHERE,
                    f"'{one.label}' answers at {one.address}, the address of {name.name}, "
                    f"{own.whose(name.name)}",
                    "The names of an address belong to the address's owner",
                )
