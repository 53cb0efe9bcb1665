"""A domain as its primary serves it: a zone transfer (`dig AXFR`), or its zone file (J4).

The serial is the primary's own. Records that sign a domain (RFC 4034, RFC 5155, RFC 7344) are its
signer's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

import dns.exception
import dns.rdatatype
import dns.zone
from dns.rdata import Rdata
from dns.rdtypes.ANY.SOA import SOA

from estate.verifying.verdict import Held, Unreadable

SIGNING = frozenset(
    {"RRSIG", "DNSKEY", "NSEC", "NSEC3", "NSEC3PARAM", "CDS", "CDNSKEY", "TYPE65534"}
)
"""TYPE65534 is how BIND remembers what it has signed."""

Records = Mapping[tuple[str, str], frozenset[str]]
"""By name and type: time to live and data of each."""


def held(domain: str, declared: str, found: str, *, whole: bool) -> Held:
    """``whole``: the domain is the estate's alone; else it adds some names to it.

    Raises :class:`Unreadable` where the file holds no records.
    """
    own = _records(domain, declared)
    try:
        theirs = _records(domain, found)
    except (dns.exception.DNSException, ValueError) as trouble:
        raise Unreadable(f"it is no zone transfer of {domain}: {trouble}") from None
    if not theirs:
        raise Unreadable(f"it has no record of {domain}: `dig AXFR` was refused, or did not end")
    differences: list[str] = []
    for name, kind in sorted(own.keys() | theirs.keys() if whole else own.keys()):
        ours, other = own.get((name, kind), frozenset()), theirs.get((name, kind), frozenset())
        differences += [f"{name} {kind} {one}: not served" for one in sorted(ours - other)]
        differences += [
            f"{name} {kind} {one}: served and not declared" for one in sorted(other - ours)
        ]
    return Held(differences=tuple(differences))


def _records(domain: str, text: str) -> Records:
    zone = dns.zone.from_text(text, origin=domain, relativize=False, check_origin=False)
    found: dict[tuple[str, str], frozenset[str]] = {}
    for name, rdataset in zone.iterate_rdatasets():
        kind = dns.rdatatype.to_text(rdataset.rdtype)
        if kind not in SIGNING:
            data = {_text(one) for one in cast("Iterable[Rdata]", rdataset)}
            found[name.to_text(), kind] = frozenset(f"{rdataset.ttl} {one}" for one in data)
    return found


def _text(data: Rdata) -> str:
    """Without a serial."""
    return (data.replace(serial=0) if isinstance(data, SOA) else data).to_text()
