"""Commands of FortiOS, read back: sections, entries and settings, as Fortinet's CLI reference has
them (https://docs.fortinet.com/document/fortigate/7.0.9/administration-guide/508024)."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

Entry = dict[str, list[str]]

KEYS: Mapping[str, frozenset[str]] = {
    "firewall address": frozenset({"subnet", "comment"}),
    "firewall addrgrp": frozenset({"member", "comment"}),
    "firewall vip": frozenset({"extip", "mappedip", "extintf", "comment"}),
    "firewall service custom": frozenset(
        {"tcp-portrange", "udp-portrange", "protocol", "protocol-number", "comment"}
    ),
    "firewall schedule onetime": frozenset({"start", "end"}),
    "firewall policy": frozenset(
        {
            *("name", "srcintf", "dstintf", "srcaddr", "dstaddr", "action", "schedule", "service"),
            "comments",
        }
    ),
}
"""Of each section, the settings in use that the reference knows."""

LONGEST = {
    "firewall address": 79,
    "firewall addrgrp": 79,
    "firewall vip": 79,
    "firewall service custom": 79,
    "firewall schedule onetime": 31,
}
"""Of names, by the same reference; a policy's name is a setting, and has 35."""


def read(text: str) -> dict[str, list[tuple[str, Entry]]]:
    """Each section's entries in their order; fails where a device would refuse a line."""
    found: dict[str, list[tuple[str, Entry]]] = {}
    section = ""
    entry: Entry | None = None
    for line in text.splitlines():
        word, *rest = shlex.split(line)
        if word == "config":
            assert not section and entry is None, line
            section = " ".join(rest)
            assert section in KEYS and section not in found, line
            found[section] = []
        elif word == "edit":
            assert section and entry is None, line
            (name,) = rest
            assert len(name) <= LONGEST.get(section, 35), line
            entry = {}
            found[section].append((name, entry))
        elif word == "set":
            assert entry is not None, line
            key, *values = rest
            assert key in KEYS[section] and key not in entry and values, line
            assert len(" ".join(values)) <= {"comment": 255, "name": 35}.get(key, 1023), line
            entry[key] = values
        elif word == "next":
            assert entry is not None, line
            entry = None
        else:
            assert word == "end" and section and entry is None, line
            section = ""
    assert not section
    return found
