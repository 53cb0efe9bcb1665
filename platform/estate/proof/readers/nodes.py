"""Nodes: their addresses from the list that the node team gets, their labels from the objects."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address

from estate.proof.emitted import Emitted
from estate.proof.readers.strict import Metadata, Troubles

LIST = "kubelet/nodes.csv"


@dataclass(frozen=True)
class Nodes:
    """A zone's nodes."""

    addresses: Mapping[str, IPv4Address]
    labels: Mapping[str, Mapping[str, str]]

    @cached_property
    def names(self) -> Mapping[IPv4Address, str]:
        """By address."""
        return {address: name for name, address in self.addresses.items()}

    def selected(self, selector: Mapping[str, str]) -> tuple[str, ...]:
        """Where a pod with that node selector may stand."""
        return tuple(
            name
            for name, labels in self.labels.items()
            if selector.items() <= {**labels, "kubernetes.io/hostname": name}.items()
        )


def read_nodes(emitted: Emitted, troubles: Troubles) -> Nodes:
    """From `kubelet/nodes.csv` and the labels that the estate gives to nodes."""
    place = emitted.document(LIST)
    addresses: dict[str, IPv4Address] = {}
    for row in csv.DictReader(io.StringIO(emitted.texts.get(LIST, ""))):
        try:
            addresses[row["node"]] = IPv4Address(row["address"])
        except (KeyError, ValueError):
            troubles.refuse(place.at(str(row)), "a line without a node and its address")
    labels: dict[str, Mapping[str, str]] = {}
    for place, body in emitted.of_kind("Node"):
        if found := troubles.read(Metadata, body["metadata"], place):
            labels[found.name] = found.labels
    return Nodes(addresses, dict(sorted(labels.items())))
