"""Checks of the way to Kibana."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.stack import Stack
from estate.reader.problems import Declared, Problem
from estate.topics.dns.plan.domains import domain_of


def check_kibana(stack: Declared[Stack]) -> Iterator[Problem]:
    """Its name is one that the zone can give."""
    published = stack.value.logging.published if stack.value.logging else None
    dns = stack.value.dns
    if published and dns and domain_of(published.host, dns.named) is None:
        yield stack.problem(
            "outside-domains",
            ("logging", "published", "host"),
            f"'{published.host}' is in none of the domains of zone '{stack.value.cluster.zone}'",
            ", ".join(dns.named),
        )
