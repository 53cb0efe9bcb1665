"""Nodes of a running cluster: `kubectl get nodes -o json`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from estate.importing.machine import Machine, Unreadable
from estate.objects.quantity import quantity

CONTROL_PLANE = "node-role.kubernetes.io/control-plane"


def machines(text: str) -> tuple[Machine, ...]:
    """One for each Node of the list. Raises :class:`Unreadable`."""
    try:
        return tuple(_machines(json.loads(text)))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unreadable("it is not what `kubectl get nodes -o json` prints") from None


def _machines(found: dict[str, Any]) -> Iterator[Machine]:
    for node in found["items"]:
        labels: dict[str, str] = node["metadata"].get("labels", {})
        status: dict[str, Any] = node.get("status", {})
        capacity = status.get("capacity", {})
        internal = [
            one["address"] for one in status.get("addresses", []) if one["type"] == "InternalIP"
        ]
        yield Machine(
            name=node["metadata"]["name"],
            # A cluster of both families says both; IPv4 is what is declared.
            address=next((one for one in internal if ":" not in one), *internal[:1] or [""]),
            rack=labels.get("topology.kubernetes.io/zone", ""),
            cpu=int(quantity(capacity.get("cpu", "0")) * 1000),
            memory=int(quantity(capacity.get("memory", "0"))),
            labels=labels,
            master=CONTROL_PLANE in labels,
        )
