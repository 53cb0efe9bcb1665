"""What pools and quotas refuse, by example."""

from __future__ import annotations

from tests.level0.refused import DMZ, INTRANET, MOTOR, PORTAL, Refusal

REFUSALS = (
    Refusal(
        code="reserves-too-large",
        edits=(
            (
                DMZ,
                "medium: {cpu: 8, memory: 32Gi, reserved: {cpu: 500m,",
                "medium: {cpu: 8, memory: 32Gi, reserved: «{cpu: 8,",
            ),
        ),
        key_path="estate:node_sizes.medium.reserved",
        found="a node of size 'medium' has nothing left for apps",
        allowed="less than 7.69 cpu and 31.29 GiB",
    ),
    Refusal(
        code="pool-too-small",
        edits=(
            (DMZ, "- {name: policy-portal, tenant: life", "- «{name: policy-portal, tenant: life"),
            (
                DMZ,
                "rack: rack-b, size: medium, pool: policy-portal",
                "rack: rack-b, size: medium, pool: shared",
            ),
        ),
        key_path="estate:pools[0]",
        found="pool 'policy-portal' of policy-portal has 1 node",
        allowed="at least 2 nodes, so that what runs there survives the loss of one",
        hint="Add 1 more under estate:nodes with pool: policy-portal",
    ),
    Refusal(
        code="pool-does-not-survive",
        edits=(
            (DMZ, "- {name: policy-portal, tenant: life", "- «{name: policy-portal, tenant: life"),
            (PORTAL, "{cpu: 2, memory: 4Gi}", "{cpu: 4, memory: 4Gi}"),
        ),
        key_path="estate:pools[0]",
        found="2 nodes with 14.38 cpu and 58.58 GiB for apps, policy-portal need 8.04 cpu and "
        "8.125 GiB; "
        "without node 'dmz-n01' there are 7.19 cpu and 29.29 GiB",
        allowed="everything pinned to a pool fits when any one node is gone",
        hint="Add 1 node of size 'medium', or shrink an app",
        neighbour=((PORTAL, "{cpu: 2, memory: 4Gi}", "{cpu: 3575m, memory: 4Gi}"),),
    ),
    Refusal(
        code="pool-does-not-survive",
        edits=(
            (DMZ, "- {name: policy-portal, tenant: life", "- «{name: policy-portal, tenant: life"),
            (PORTAL, "{cpu: 2, memory: 4Gi}", "{cpu: 9, memory: 4Gi}"),
        ),
        key_path="estate:pools[0]",
        found="policy-portal need 18.04 cpu",
        hint="A replica is larger than a node: shrink it, or use larger nodes",
    ),
    Refusal(
        code="quota-exceeds-pool",
        edits=(
            (
                MOTOR,
                "dmz:\n    pool: shared\n    quota: {cpu: 8,",
                "dmz:\n    pool: shared\n    quota: «{cpu: 51,",
            ),
        ),
        key_path="zones.dmz.quota",
        found="the tenant's quotas in pool 'shared' come to 51 cpu",
        hint="Lower a quota, or add nodes to the pool",
        neighbour=(
            (
                MOTOR,
                "dmz:\n    pool: shared\n    quota: {cpu: 8,",
                "dmz:\n    pool: shared\n    quota: {cpu: 50,",
            ),
        ),
    ),
    Refusal(
        code="quota-exceeds-pool",
        edits=(
            (
                MOTOR,
                "dmz:\n    pool: shared\n    quota: {cpu: 8, memory: 16Gi, pods: 20}",
                "dmz:\n    pool: shared\n    quota: {cpu: 30, memory: 16Gi, pods: 20}\n"
                "    namespaces: {batch: {pool: shared, quota: «{cpu: 21, memory: 9Gi, pods: 5}}}",
            ),
        ),
        key_path="zones.dmz.namespaces.batch.quota",
        found="the tenant's quotas in pool 'shared' come to 51 cpu and 25 GiB in 25 pods",
    ),
    Refusal(
        code="pool-too-small",
        edits=(
            (INTRANET, "- {name: egress, role: egress}", "- «{name: egress, role: egress}"),
            (
                INTRANET,
                "rack: rack-b, size: medium, pool: egress",
                "rack: rack-b, size: medium, pool: shared",
            ),
        ),
        key_path="estate:pools[5]",
        found="pool 'egress' of the role 'egress' has 1 node",
    ),
    Refusal(
        code="quota-too-small",
        edits=(
            (
                MOTOR,
                "dmz:\n    pool: shared\n    quota: {cpu: 8,",
                "dmz:\n    pool: shared\n    quota: «{cpu: 1500m,",
            ),
        ),
        key_path="zones.dmz.quota",
        found="need 1.5 cpu and 3 GiB in 3 pods, and 0.5 cpu and 1 GiB in one more",
        hint="Raise the quota, or shrink an app",
        neighbour=(
            (
                MOTOR,
                "dmz:\n    pool: shared\n    quota: {cpu: 8,",
                "dmz:\n    pool: shared\n    quota: {cpu: 2,",
            ),
        ),
    ),
)
