"""MetalLB's resources: a pool of addresses per tenant, and the nodes that answer for it (E9).

What it reads stands in its own namespace, which comes with MetalLB and not with the estate.
"""

from __future__ import annotations

from estate.objects.labels import tenant_labels, zone_labels
from estate.objects.manifest import JsonObject, Manifest, manifest
from estate.topics.exposure.plan.model import AddressPoolPlan, MetalLBPlan
from estate.topics.nodes.plan.pools import POOL_LABEL

_ADVERTISEMENTS = {"layer2": "L2Advertisement", "bgp": "BGPAdvertisement"}


def metallb(plan: MetalLBPlan) -> tuple[Manifest, ...]:
    """Peers, then pools, then advertisements."""
    return (
        *_peers(plan),
        *(_pool(plan, pool) for pool in plan.pools),
        *(_advertisement(plan, pool) for pool in plan.pools),
    )


def _pool(plan: MetalLBPlan, pool: AddressPoolPlan) -> Manifest:
    spec: JsonObject = {
        "addresses": [f"{address}/32" for address in pool.addresses],
        "autoAssign": False,
        "serviceAllocation": {"namespaces": list(pool.namespaces)},
    }
    return _of_tenant(plan, pool, "IPAddressPool", spec)


def _advertisement(plan: MetalLBPlan, pool: AddressPoolPlan) -> Manifest:
    among = {"key": POOL_LABEL, "operator": "In", "values": list(pool.nodes_of)}
    spec: JsonObject = {
        "ipAddressPools": [pool.name],
        "nodeSelectors": [{"matchExpressions": [among]}],
    }
    return _of_tenant(plan, pool, _ADVERTISEMENTS[plan.balancer.mode], spec)


def _of_tenant(plan: MetalLBPlan, pool: AddressPoolPlan, kind: str, spec: JsonObject) -> Manifest:
    return manifest(
        "metallb.io/v1beta1",
        kind,
        pool.name,
        {"spec": spec},
        namespace=plan.balancer.namespace,
        labels=tenant_labels(plan.zone, pool.tenant),
    )


def _peers(plan: MetalLBPlan) -> list[Manifest]:
    return [
        manifest(
            "metallb.io/v1beta2",
            "BGPPeer",
            peer.name,
            {
                "spec": {
                    "myASN": plan.balancer.as_number,
                    "peerASN": peer.as_number,
                    "peerAddress": str(peer.address),
                }
            },
            namespace=plan.balancer.namespace,
            labels=zone_labels(plan.zone),
        )
        for peer in plan.balancer.peers
    ]
