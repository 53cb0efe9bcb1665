"""Declarations of names that are refused, by example."""

from __future__ import annotations

from tests.level0.refused import DMZ, INTRANET, QUOTE, Refusal

REFUSALS = (
    Refusal(
        code="dns-asks-itself",
        edits=((DMZ, "resolvers: [10.10.2.53, 10.10.2.54]", "resolvers: [«10.96.0.10]"),),
        key_path="estate:dns.resolvers[0]",
        found="10.96.0.10 is an address of the cluster",
        allowed="name servers outside the cluster",
    ),
    Refusal(
        code="outside-domains",
        edits=((QUOTE, "[quote.harbour.example]", "[«quote.harbor.example]"),),
        key_path="hosts[0]",
        found="'quote.harbor.example' is in none of the domains of zone 'dmz'",
        allowed="harbour.example",
        hint="Add its domain to estate:dns.records_in in Pulumi.dmz.yaml",
    ),
    Refusal(
        code="outside-domains",
        edits=((DMZ, "node_domain: nodes.dmz.harbour.example", "node_domain: «nodes.example"),),
        key_path="estate:dns.node_domain",
        found="'nodes.example' is in none of the zone's domains",
        allowed="harbour.example",
        hint="Add its domain to estate:dns.domains",
    ),
    Refusal(
        code="resolver-of-both-zones",
        edits=((INTRANET, "resolvers: [10.20.2.53,", "resolvers: [«10.10.2.53,"),),
        key_path="estate:dns.resolvers[0]",
        found="10.10.2.53 is used by zone 'dmz', too (Pulumi.dmz.yaml:",
        allowed="name servers of this zone's own",
        hint="split horizon",
    ),
    Refusal(
        code="name-taken",
        edits=(
            (
                DMZ,
                "domains: [dmz.harbour.example], servers",
                "domains: [dmz.harbour.example, «dmz.harbour.example], servers",
            ),
        ),
        key_path="estate:dns.forwards[0].domains[1]",
        found="the domain 'dmz.harbour.example' stands here again",
        allowed="each domain once",
    ),
    Refusal(
        code="domain-of-others",
        edits=(
            (
                DMZ,
                "domains: [dmz.harbour.example], servers",
                "domains: [«harbour.example], servers",
            ),
        ),
        key_path="estate:dns.forwards[0].domains[0]",
        found="the zone's own name servers would be asked for 'harbour.example', which is others'",
        allowed="dmz.harbour.example",
        hint="Forward the zone's own domains there",
    ),
    Refusal(
        code="domain-of-others",
        edits=(
            (
                DMZ,
                "records_in: [harbour.example]",
                "records_in: [harbour.example, «a.dmz.harbour.example]",
            ),
        ),
        key_path="estate:dns.records_in[1]",
        found="'a.dmz.harbour.example' is in the zone's own domains",
        allowed="domains of others",
        hint="Leave it out",
    ),
    Refusal(
        code="domain-of-others",
        edits=((DMZ, "host: mail.harbour.example", "host: «mail.dmz.harbour.example"),),
        key_path="estate:monitoring.mail.host",
        found="'mail.dmz.harbour.example' of the mail relay lies in 'dmz.harbour.example'",
        allowed="names outside of the zone's own domains",
        hint="Delegate a domain of its own to the zone",
    ),
)
