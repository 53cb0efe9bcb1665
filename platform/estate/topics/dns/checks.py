"""Checks of names: domains, name servers and published names."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from estate.declarations.catalogue import Catalogue
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import ZONES, Zone
from estate.topics.apps.declare.reached import TraditionalApp, WebApp
from estate.topics.dns.declare import Dns
from estate.topics.dns.plan.domains import domain_of


def check_names(catalogue: Catalogue) -> list[Problem]:
    """Names are in the zone's domains, and no zone's cluster asks another's resolvers."""
    problems: list[Problem] = []
    for zone in catalogue.stacks:
        stack = catalogue.stacks[zone]
        if stack.value.dns:
            problems += _servers(stack, stack.value.dns)
            problems += _domains(stack, stack.value.dns)
    problems += _views(catalogue)
    problems += _published(catalogue)
    return problems


def _asked(dns: Dns) -> Iterator[tuple[KeyPath, IPv4Address]]:
    for index, server in enumerate(dns.resolvers):
        yield ("dns", "resolvers", index), server
    for number, forward in enumerate(dns.forwards):
        for index, server in enumerate(forward.servers):
            yield ("dns", "forwards", number, "servers", index), server


def _servers(stack: Declared[Stack], dns: Dns) -> Iterator[Problem]:
    """CoreDNS that asks itself answers nothing, and notices only when it runs (J2)."""
    network = stack.value.network
    for path, server in _asked(dns):
        if server in network.services or server in network.pods:
            yield stack.problem(
                "dns-asks-itself",
                path,
                f"{server} is an address of the cluster: its name service would query itself",
                "name servers outside the cluster",
            )


def _domains(stack: Declared[Stack], dns: Dns) -> Iterator[Problem]:
    first: dict[str, KeyPath] = {}
    for number, forward in enumerate(dns.forwards):
        for index, domain in enumerate(forward.domains):
            path: KeyPath = ("dns", "forwards", number, "domains", index)
            if first.setdefault(domain, path) != path:
                line = stack.place(first[domain]).line
                found = f"the domain '{domain}' stands here again (first in line {line})"
                yield stack.problem("name-taken", path, found, "each domain once")
    yield from _hidden(stack, dns)
    if domain_of(dns.node_domain, dns.domains) is None:
        yield stack.problem(
            "outside-domains",
            ("dns", "node_domain"),
            f"'{dns.node_domain}' is in none of the zone's domains",
            ", ".join(dns.domains),
            "Add its domain to estate:dns.domains",
        )


def _hidden(stack: Declared[Stack], dns: Dns) -> Iterator[Problem]:
    """The zone's own name servers deny every name that no declaration has."""
    own = {server.address for server in dns.name_servers}
    for number, forward in enumerate(dns.forwards):
        for index, domain in enumerate(forward.domains):
            if own & {*forward.servers} and domain_of(domain, dns.domains) is None:
                yield stack.problem(
                    "domain-of-others",
                    ("dns", "forwards", number, "domains", index),
                    f"the zone's own name servers would be asked for '{domain}', which is others': "
                    "none of its other names would resolve",
                    ", ".join(dns.domains),
                    "Forward the zone's own domains there; resolvers know the others",
                )
    for index, domain in enumerate(dns.records_in):
        if domain_of(domain, dns.domains) is not None:
            yield stack.problem(
                "domain-of-others",
                ("dns", "records_in", index),
                f"'{domain}' is in the zone's own domains: nobody else answers for it",
                "domains of others",
                "Leave it out",
            )


def _views(catalogue: Catalogue) -> Iterator[Problem]:
    """Two zones that ask one server would see one another's names (A1, J4)."""
    first: dict[IPv4Address, tuple[Zone, KeyPath]] = {}
    for zone in ZONES:
        stack = catalogue.stacks.get(zone)
        for path, server in _asked(stack.value.dns) if stack and stack.value.dns else ():
            other, place = first.setdefault(server, (zone, path))
            if stack and other != zone:
                where = catalogue.stacks[other].place(place)
                yield stack.problem(
                    "resolver-of-both-zones",
                    path,
                    f"{server} is used by zone '{other}', too ({where})",
                    "name servers of this zone's own",
                    "Each zone has its own view: split horizon",
                )


def _published(catalogue: Catalogue) -> Iterator[Problem]:
    for declared in catalogue.apps:
        app = declared.value
        dns = catalogue.stack(app.zone).dns
        if dns is None:
            continue
        names: list[tuple[KeyPath, str]] = []
        if isinstance(app, WebApp):
            names = [(("hosts", index), name) for index, name in enumerate(app.hosts)]
        elif isinstance(app, TraditionalApp):
            names = [(("vip", "names", index), name) for index, name in enumerate(app.vip.names)]
        for path, name in names:
            if domain_of(name, dns.named) is None:
                yield declared.problem(
                    "outside-domains",
                    path,
                    f"'{name}' is in none of the domains of zone '{app.zone}'",
                    ", ".join(dns.named),
                    f"Add its domain to estate:dns.records_in in {catalogue.stack_file(app.zone)}",
                )
