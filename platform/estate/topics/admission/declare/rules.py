"""What nothing on the clusters may do: the rules by name, in words, with the way out (B3, E2).

One source of words: `estate check` says them of a declaration, admission says them of an object.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

RuleName = Literal[
    "image",
    "host-path",
    "host-port",
    "host-namespaces",
    "privilege",
    "node-port",
    "endpoints",
    "exposure",
    "placement",
]

BOUNDS: dict[RuleName, tuple[str, ...]] = {
    "host-path": ("paths",),
    "host-port": ("ports",),
    "host-namespaces": ("shares",),
    "privilege": ("root", "capabilities"),
}
"""By rule, the keys that say what an exception opens; an exception has one of them at least."""

OF_SERVICES: frozenset[RuleName] = frozenset(("node-port", "endpoints", "exposure"))
"""Rules of Services and routes; all others are rules of pods, which have a service account."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule in words."""

    says: str
    """What holds, as a sentence without its end."""
    way_out: str
    """What to do instead, as a sentence without its end."""
    keys: tuple[str, ...] = ()
    """Keys that people who know Kubernetes would look for, in lower case, letters only."""


RULES: dict[RuleName, Rule] = {
    "image": Rule(
        says="images come from the zone's own registry and are named by digest",
        way_out="Push the image there and name it by the digest that was tested (image: "
        "path@sha256:...)",
        keys=("imagetag", "tag", "registry", "imagepullsecrets"),
    ),
    "host-path": Rule(
        says="a pod mounts no directory of its node",
        way_out="Keep files on a filer (logs: {filer, size}); it is mounted by a claim",
        keys=("hostpath", "hostpaths", "volumes", "volumemounts"),
    ),
    "host-port": Rule(
        says="a container opens no port of its node",
        way_out="Be reached by a node port (kind: traditional, `estate ports assign`), or "
        "inside the cluster by connects_to",
        keys=("hostport", "hostports"),
    ),
    "host-namespaces": Rule(
        says="a pod shares neither network nor processes nor IPC with its node",
        way_out="Listen on the pod's own address (listen.port), and be reached by a node port",
        keys=("hostnetwork", "hostpid", "hostipc", "hostnamespaces"),
    ),
    "privilege": Rule(
        says="a container runs as a user other than root, without privileges or capabilities",
        way_out="Let the image run as any user, on a port from 1024, writing to /tmp and declared "
        "volumes alone",
        keys=(
            "privileged",
            "capabilities",
            "securitycontext",
            "runasuser",
            "runasroot",
            "allowprivilegeescalation",
        ),
    ),
    "node-port": Rule(
        says="a Service has only node ports that the register has for its namespace",
        way_out="Declare the app (kind: traditional), and run `estate ports assign` for its port",
        keys=("nodeports", "healthchecknodeport"),
    ),
    "endpoints": Rule(
        says="a Service points to pods of its own namespace, or to a server that its apps declare",
        way_out="Declare the server (databases, delivery), or connect to the other app "
        "(connects_to)",
        keys=("externalname", "endpoints", "endpointslices"),
    ),
    "exposure": Rule(
        says="what is reached from outside is declared, and stands in the zone that it is meant "
        "for",
        way_out="Declare it in the app's file (kind: traditional, listen and vip); in the dmz it "
        "is external, in the intranet internal",
        keys=("loadbalancer", "externalips", "ingress", "gateway", "route", "exposure"),
    ),
    "placement": Rule(
        says="a pod runs on its namespace's pool, and tolerates no other pool's taint",
        way_out="Give the app a pool (pool: name), or leave nodes to the scheduler",
        keys=("tolerations", "nodeselector", "nodename", "affinity", "schedulername"),
    ),
}


def rule_of(key: str) -> RuleName | None:
    """The rule that a declaration would break if it could have ``key``, however it is spelled."""
    plain = re.sub(r"[^a-z]", "", key.lower())
    return next((name for name, rule in RULES.items() if plain in rule.keys), None)
