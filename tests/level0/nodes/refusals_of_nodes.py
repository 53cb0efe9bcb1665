"""Names of nodes that no cluster could have, by example."""

from __future__ import annotations

from tests.level0.refused import DMZ, Refusal

_NODE = "{name: dmz-n06, address"

REFUSALS = (
    Refusal(
        code="bad-node-name",
        edits=((DMZ, _NODE, "{name: «Worker1005.dc1, address"),),
        key_path="estate:nodes[5].name",
        found="'Worker1005.dc1' is not the name of a node",
        allowed="the name that `kubectl get nodes` prints",
        neighbour=((DMZ, _NODE, "{name: 1005.dc1, address"),),
    ),
    Refusal(
        code="bad-node-name",
        edits=((DMZ, _NODE, f"{{name: «{'a' * 64}.dc1, address"),),
        key_path="estate:nodes[5].name",
        found="is not the name of a node",
        allowed="at most 253 characters",
        neighbour=((DMZ, _NODE, f"{{name: {'a' * 63}.dc1, address"),),
    ),
)
