"""Names that are emitted: records of zones, hosts of certificates, labels of virtual servers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address

from estate.proof.emitted import Emitted, Place
from estate.proof.readers.as3 import DECLARATION
from estate.proof.readers.strict import Metadata, Troubles, listed, mapping

ZONES = "dns/zones/"
CERTIFICATES = ("api-server/certificates.csv", "logging/certificates.csv")


@dataclass(frozen=True, kw_only=True)
class Record:
    """A line of a zone file that leads from a name to an address, or back."""

    place: Place
    name: str
    address: IPv4Address
    back: bool
    """From the address to the name."""


@dataclass(frozen=True, kw_only=True)
class CertifiedName:
    """A host that a certificate speaks for."""

    place: Place
    name: str
    namespace: str
    """Where the certificate's key is; empty where that is a machine."""


@dataclass(frozen=True, kw_only=True)
class Answering:
    """An address of the F5, and whose it says to be."""

    place: Place
    partition: str
    label: str
    address: IPv4Address


def zones_of(emitted: Emitted) -> dict[str, Place]:
    """Each domain that a zone file is of."""
    names = (name for name in emitted.texts if name.startswith(ZONES))
    return {
        name.removeprefix(ZONES).removesuffix(".zone"): emitted.document(name) for name in names
    }


def read_records(emitted: Emitted, troubles: Troubles) -> Iterator[Record]:
    """Every record of every zone file; names are absolute there."""
    for domain, place in zones_of(emitted).items():
        for number, line in enumerate(emitted.texts[f"{ZONES}{domain}.zone"].splitlines(), 1):
            words = line.split()
            at = place.at(f"line {number}")
            if not words or words[0].startswith((";", "$")) or words[:1] == ["@"]:
                continue
            try:
                yield _record(at, domain, *words)
            except (TypeError, ValueError):
                troubles.refuse(at, "a line that is no record of a name or an address")


def _record(at: Place, domain: str, name: str, kind: str, value: str) -> Record:
    owner = _absolute(name)
    if owner != domain and not owner.endswith(f".{domain}"):
        raise ValueError(name)
    if kind == "A":
        return Record(place=at, name=owner, address=IPv4Address(value), back=False)
    if kind != "PTR":
        raise ValueError(kind)
    numbers = owner.removesuffix(".in-addr.arpa").split(".")
    address = IPv4Address(".".join(reversed(numbers)))
    return Record(place=at, name=_absolute(value), address=address, back=True)


def _absolute(name: str) -> str:
    if not name.endswith("."):
        raise ValueError(name)
    return name.lower().rstrip(".")


def read_certified(emitted: Emitted, troubles: Troubles) -> Iterator[CertifiedName]:
    """Hosts of the certificates that are asked for, by document or by object."""
    for document in CERTIFICATES:
        place = emitted.document(document)
        rows = csv.DictReader(io.StringIO(emitted.texts.get(document, "")))
        for number, row in enumerate(rows, 2):
            for word in row["names"].split():
                if _is_host(word):
                    yield CertifiedName(
                        place=place.at(f"line {number}"),
                        name=word.lower().rstrip("."),
                        namespace=row.get("namespace", ""),
                    )
    for place, body in emitted.of_kind("Certificate"):
        metadata = troubles.read(Metadata, body["metadata"], place)
        for name in listed(mapping(body["spec"]).get("dnsNames")) if metadata else ():
            yield CertifiedName(
                place=place,
                name=str(name).lower().rstrip("."),
                namespace=metadata.namespace if metadata else "",
            )


def _is_host(word: str) -> bool:
    """Lists have addresses too, and words that say which machine is meant."""
    try:
        ip_address(word)
    except ValueError:
        return "." in word
    return False


def read_answering(emitted: Emitted) -> Iterator[Answering]:
    """Every virtual address of the F5; what is no AS3 has been refused by its own reader."""
    try:
        partitions = mapping(json.loads(emitted.texts.get(DECLARATION, "{}")))
    except ValueError:
        return
    for partition, applications in partitions.items():
        for name, application in mapping(applications).items():
            found = mapping(application)
            for service in (mapping(found.get(one)) for one in ("service", "service_udp")):
                for one in listed(service.get("virtualAddresses")):
                    first = listed(one)[0] if listed(one) else one
                    yield Answering(
                        place=emitted.document(DECLARATION).at(f"{partition}.{name}"),
                        partition=partition,
                        label=str(found.get("label", "")),
                        address=IPv4Address(str(first).partition("/")[0]),
                    )
