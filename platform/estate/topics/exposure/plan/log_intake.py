"""Where load balancers send their access logs: a node port of logging's own nodes (H5).

Devices know nodes, not Services: each of them spreads what it sends over the nodes of the pool and
leaves out those that do not answer, as it does for apps. They speak TCP, so that what cannot be
sent waits at the device and is not lost on the way.
"""

from __future__ import annotations

from estate.declarations.catalogue import Catalogue
from estate.declarations.stack import Stack
from estate.reader.values import Zone
from estate.topics.exposure.declare.load_balancers import MetalLB
from estate.topics.exposure.plan.access_logs import LogDevice, LogIntakePlan
from estate.topics.exposure.plan.balancers import PLATFORM, balancers

INTAKE = "log-intake"
PORT_OWNER = f"{PLATFORM}/{INTAKE}"
"""As the register of node ports has it."""

PORT = 5140
"""Where its pods listen."""


def log_devices(stack: Stack) -> tuple[LogDevice, ...]:
    """The load balancers that send, none where that is not declared. MetalLB has nothing to say:
    nodes take connections themselves."""
    if stack.logging is None or not stack.logging.intake:
        return ()
    found = (one for _, one in balancers(stack) if not isinstance(one, MetalLB))
    return tuple(LogDevice(name=one.name, addresses=one.sources) for one in found)


def plan_log_intake(catalogue: Catalogue, zone: Zone) -> LogIntakePlan | None:
    """None where no device sends anything."""
    stack = catalogue.stack(zone)
    pool = next((one.name for one in stack.pools if one.role == "logging"), None)
    devices = log_devices(stack)
    if stack.logging is None or not devices or pool is None:
        return None
    return LogIntakePlan(
        owner=stack.logging.owner,
        devices=devices,
        members=catalogue.addresses_of(zone, pool),
        node_port=catalogue.node_port(zone, PORT_OWNER),
    )
