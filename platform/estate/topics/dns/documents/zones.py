"""Name service: the configuration of CoreDNS, and zone files for the company's servers.

A zone file is one view of a domain: the other zone's name servers answer from another file of the
same name, and neither shows the other's addresses (J4). Serial numbers are the primary's own to
raise when it loads a changed file: the same declarations give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address

from estate.documents.document import Document
from estate.plan import Plan
from estate.topics.dns.declare import Dns
from estate.topics.dns.documents.names import NamePlan, names_of
from estate.topics.dns.plan import DnsPlan
from estate.topics.dns.plan.domains import CLUSTER_DOMAIN, domain_of

_TTL = 300


def dns_documents(plan: Plan) -> tuple[Document, ...]:
    """The Corefile, and a file for each domain and each range of addresses; none without facts."""
    dns = plan.of(DnsPlan).dns
    if dns is None:
        return ()
    names = names_of(plan, dns)
    files = [Document("dns/Corefile", corefile(dns))]
    for domain in sorted(dns.domains):
        own = [name for name in names if domain_of(name.name, dns.named) == domain]
        records = (f"{name.name}. A {name.address}" for name in own)
        files.append(_zone_file(plan, dns, domain, records))
    for domain in sorted(dns.records_in):
        own = [name for name in names if domain_of(name.name, dns.named) == domain]
        files.append(_records(plan, dns, domain, own))
    for reverse, pointers in _reverse(names).items():
        files.append(_zone_file(plan, dns, reverse, pointers))
    return tuple(files)


def corefile(dns: Dns) -> str:
    """The cluster's names from its API server, the rest from the declared servers (J1, J2).

    Names of pods are not served: nothing of the estate asks for them, and they only repeat an
    address. ``loop`` ends a CoreDNS that is asked what it asked, instead of letting it spin.
    ``ready`` speaks for the plugins of its own block, so it stands beside ``kubernetes``, and there
    alone: in releases of before April 2026 the last block that has it hides the others
    (coredns/coredns#8035).
    ``prometheus`` counts the queries of its own block, so each has it.
    """
    blocks = [
        _block(
            f"{CLUSTER_DOMAIN} in-addr.arpa ip6.arpa",
            f"kubernetes {CLUSTER_DOMAIN} in-addr.arpa ip6.arpa {{",
            "    pods disabled",
            "    fallthrough in-addr.arpa ip6.arpa",
            "    ttl 30",
            "}",
            "ready",
            *_forward(dns.resolvers),
        )
    ]
    for forward in dns.forwards:
        blocks.append(_block(" ".join(forward.domains), *_forward(forward.servers)))
    health = ("health {", "    lameduck 5s", "}")
    blocks.append(_block(".", *health, *_forward(dns.resolvers), "loop"))
    return "\n".join(blocks)


def _block(domains: str, *lines: str) -> str:
    every = ("errors", "prometheus :9153", *lines, "cache 30", "reload", "loadbalance")
    return "".join([f"{domains} {{\n", *(f"    {line}\n" for line in every), "}\n"])


def _forward(servers: Iterable[IPv4Address]) -> tuple[str, ...]:
    """In order: the second is asked where the first does not answer."""
    return (
        f"forward . {' '.join(str(server) for server in servers)} {{",
        "    policy sequential",
        "    max_concurrent 1000",
        "}",
    )


def _zone_file(plan: Plan, dns: Dns, domain: str, records: Iterable[str]) -> Document:
    mailbox, _, host = dns.owner.partition("@")
    contact = f"{mailbox.replace('.', chr(92) + '.')}.{host}."
    lines = [
        f"; Names of {domain} as zone '{plan.zone}' sees them, from the estate's declarations.",
        "; The serial is the primary's own to raise whenever it loads a changed file.",
        f"$ORIGIN {domain}.",
        f"$TTL {_TTL}",
        f"@ SOA {dns.name_servers[0].name}. {contact} 1 3600 600 1209600 {_TTL}",
        *(f"@ NS {server.name}." for server in dns.name_servers),
        *records,
    ]
    return Document(f"dns/zones/{domain}.zone", "\n".join(lines) + "\n")


def _records(plan: Plan, dns: Dns, domain: str, names: Iterable[NamePlan]) -> Document:
    """What the name servers of others add to their zone: delegations, with addresses, and names."""
    below = [one for one in dns.domains if one.endswith(f".{domain}")]
    lines = [
        f"; Records that zone '{plan.zone}' needs in {domain}, whose other records are not ours.",
        *(f"{one}. {_TTL} NS {server.name}." for one in below for server in dns.name_servers),
        *(
            f"{server.name}. {_TTL} A {server.address}"
            for server in dns.name_servers
            if domain_of(server.name, below)
        ),
        *(f"{name.name}. {_TTL} A {name.address}" for name in names),
    ]
    return Document(f"dns/records/{domain}.zone", "\n".join(lines) + "\n")


def _reverse(names: Iterable[NamePlan]) -> dict[str, list[str]]:
    """By reverse domain of 256 addresses: one name for each address."""
    first: dict[IPv4Address, str] = {}
    for one in names:
        first.setdefault(one.address, one.name)
    found: dict[str, list[str]] = {}
    for address, name in sorted(first.items()):
        pointer = address.reverse_pointer
        found.setdefault(pointer.partition(".")[2], []).append(f"{pointer}. PTR {name}.")
    return found
