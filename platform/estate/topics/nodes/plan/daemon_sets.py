"""What the platform runs on every node: apps cannot have it (X4)."""

from __future__ import annotations

from estate.declarations.stack import Stack
from estate.topics.nodes.plan.model import Amount
from estate.topics.nodes.plan.reloader import RELOADER

NODE_EXPORTER = Amount(cpu=100, memory=64 * 2**20, pods=1)
"""What one node-exporter requests, which is its limit too: a bound that we set, not measured."""

LOG_COLLECTOR = Amount(cpu=200, memory=512 * 2**20, pods=1)
"""What one collector of logs requests: its buffers are on disk, so memory does not grow with them.
A bound that we set, not measured."""


def daemon_sets(stack: Stack) -> dict[str, Amount]:
    """What one pod of each takes: what is declared, and what declared services bring."""
    found = {
        daemon_set.name: Amount(cpu=daemon_set.cpu, memory=daemon_set.memory, pods=1)
        for daemon_set in stack.daemon_sets
    }
    return found | brought(stack)


def brought(stack: Stack) -> dict[str, Amount]:
    """Those that come with a service and are not to be declared once more."""
    found = {"node-exporter": NODE_EXPORTER} if stack.monitoring else {}
    return {**found, "log-collector": LOG_COLLECTOR + RELOADER} if stack.logging else found
