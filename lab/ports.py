"""Ports for a control plane, so that labs that start side by side take none of each other."""

from __future__ import annotations

import random
import socket

LOOPBACK = "127.0.0.1"

_RANGE = range(20000, 30000)
"""Below what systems give to outgoing connections, and below node ports."""


def taken(port: int) -> bool:
    """Whether something listens on this port of any address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            return True
    return False


def free(count: int) -> list[int]:
    """``count`` different ports, at random, that nothing listens on now."""
    candidates = random.SystemRandom().sample(_RANGE, len(_RANGE))
    found = [port for port in candidates[: count * 20] if not taken(port)]
    return found[:count]
