"""What is refused of ways to databases and of how packets leave a cluster, by example."""

from __future__ import annotations

from tests.level0.refused import DMZ, INTAKE, INTRANET, PORTAL, Edit, Refusal

_IMAGE = (
    "  relay:\n    source: docker.io/library/haproxy\n"
    '    version: "3.2.24"\n'
    "    image: platform/haproxy\n"
)
_RELAYS = (
    "    relays:\n      - {database: claimdb, port: 15432}\n      - {app: reserving, port: 15433}\n"
)
_EGRESS = (
    "  estate:egress:                         # the way to what stands behind a firewall\n"
    f"{_RELAYS}"
)
_OVN: tuple[Edit, ...] = (
    (DMZ, "cni: calico", "cni: ovn-kubernetes"),
    (DMZ, "encapsulation: vxlan", "encapsulation: geneve"),
    (PORTAL, "via: direct", "via: egress"),
)
_NO_RESERVING: Edit = (INTAKE, "  - {app: reserving, zone: intranet, via: egress}\n", "    []\n")
_ADDRESSES = "    addresses: [10.10.1.211, 10.10.1.212]\n"
_PLAIN: tuple[Edit, ...] = (
    (INTRANET, "encapsulation: vxlan", "encapsulation: none"),
    (INTRANET, "    tunnels: 10.69.0.0/24\n", ""),
)


def _identity(identity: str) -> Edit:
    return (DMZ, "pod_egress_identity: node", f"pod_egress_identity: {identity}")


WAYS = (
    Refusal(
        code="via-missing",
        edits=((PORTAL, "{name: policydb, via: direct}", "{name: «policydb}"),),
        key_path="databases[0].name",
        found="the firewall 'fw-inner' stands before 'policydb'",
        allowed="via: direct, or via: egress",
        hint="direct opens it for the 2 nodes of pool 'policy-portal'",
        neighbour=(
            (PORTAL, "{name: policydb, via: direct}", "{name: policydb}"),
            (INTRANET, "    - {name: fw-inner, source_zone: dmz}\n", "    []\n"),
            (DMZ, "        across: [fw-inner]\n", ""),
            _NO_RESERVING,
        ),
    ),
    Refusal(
        code="egress-identity",
        edits=(
            _identity("pod"),
            (DMZ, "encapsulation: vxlan", "encapsulation: none"),
            (DMZ, "    tunnels: 10.65.0.0/24\n", ""),
            (DMZ, _EGRESS, ""),
            (INTAKE, "databases:\n  - {name: claimdb, via: egress}\n", ""),
            (INTAKE, "needs: {databases: [claimdb]}\n", ""),
            _NO_RESERVING,
            (PORTAL, "via: direct", "via: «direct"),
        ),
        key_path="databases[0].via",
        found="the firewall before 'policydb' would not see the app's nodes",
        allowed="databases of the app's own zone, or pod_egress_identity: node in Pulumi.dmz.yaml",
        hint="pods' addresses change with every restart",
        neighbour=(
            *_PLAIN,
            (INTRANET, "pod_egress_identity: node", "pod_egress_identity: pod"),
        ),
    ),
    Refusal(
        code="egress-identity",
        edits=(
            _identity("pod"),
            (DMZ, "encapsulation: vxlan", "encapsulation: none"),
            (DMZ, "    tunnels: 10.65.0.0/24\n", ""),
            (DMZ, _EGRESS, ""),
            (PORTAL, "databases:\n  - {name: policydb, via: direct}\n", ""),
            _NO_RESERVING,
            (INTAKE, "{name: claimdb, via: egress", "{name: claimdb, via: «egress"),
        ),
        key_path="databases[0].via",
        found="'claimdb' would see the relays' pods by their own addresses",
        allowed="pod_egress_identity: node or egress in Pulumi.dmz.yaml",
        hint="would escape every NetworkPolicy",
    ),
    Refusal(
        code="egress-identity",
        edits=(
            *_OVN[:2],
            _identity("egress"),
            (DMZ, _RELAYS, _ADDRESSES),
            _NO_RESERVING,
            (PORTAL, "via: direct", "via: «direct"),
        ),
        key_path="databases[0].via",
        found="the firewall before 'policydb' would not see the app's nodes",
        allowed="via: egress",
        neighbour=(*_OVN, _identity("egress"), (DMZ, _RELAYS, _ADDRESSES)),
    ),
    Refusal(
        code="unknown-relay",
        edits=((PORTAL, "via: direct", "via: «egress"),),
        key_path="databases[0].via",
        found="there is no relay 'policydb'",
        allowed="claimdb",
        hint="Add {database: policydb, port: 15000} to estate:egress.relays in Pulumi.dmz.yaml",
        neighbour=(
            (PORTAL, "via: direct", "via: egress"),
            (DMZ, _RELAYS, f"{_RELAYS}      - {{database: policydb, port: 15000}}\n"),
        ),
    ),
    Refusal(
        code="no-egress-pool",
        edits=(
            _NO_RESERVING,
            (DMZ, "{name: egress, role: egress}", "{name: egress}"),
            (INTAKE, "{name: claimdb, via: egress", "{name: claimdb, via: «egress"),
        ),
        key_path="databases[0].via",
        found="zone 'dmz' has no nodes for its egress",
        allowed="a pool with role: egress of two nodes or more in Pulumi.dmz.yaml",
    ),
    Refusal(
        code="no-platform-image",
        edits=(
            _NO_RESERVING,
            ("images.yaml", _IMAGE, ""),
            (INTAKE, "via: egress", "via: «egress"),
        ),
        key_path="databases[0].via",
        found="there is no image for the zone's relays",
        allowed="an image 'relay' in images.yaml",
    ),
    Refusal(
        code="ways-differ",
        edits=(
            (
                "+apps/claim-status-dmz.yaml",
                "",
                "app: claim-status\ntenant: claims\nzone: dmz\nkind: service\n"
                f"owner: a@b.example\nimage: claims/status@sha256:{'0' * 64}\nreplicas: 2\n"
                "size: {cpu: 100m, memory: 128Mi}\nhealth: /healthz\nlisten: {port: 8080}\n"
                "databases: [{name: claimdb, via: «direct}]\n",
            ),
        ),
        key_path="databases[0].via",
        found="'claim-intake' of the same namespace connects to 'claimdb' by another way "
        "(apps/claim-intake-dmz.yaml:",
        allowed="via: egress",
        hint="Give the app a namespace of its own",
    ),
    Refusal(
        code="name-taken",
        edits=(
            ("apps/commission-intranet.yaml", "app: commission", "app: policydb"),
            ("apps/commission-intranet.yaml", "tenant: brokers", "tenant: life"),
            ("apps/underwriting-intranet.yaml", "- {name: policydb}", "- {name: «policydb}"),
        ),
        key_path="databases[0].name",
        found="'policydb' is what a Service of the app 'policydb' in the same namespace is called",
        allowed="databases that are called like no Service of the namespace's apps",
        neighbour=(("apps/commission-intranet.yaml", "app: commission", "app: policydb"),),
    ),
)

RELAYS = (
    Refusal(
        code="unknown-database",
        edits=((DMZ, _RELAYS, f"{_RELAYS}      - {{database: «policy-db, port: 15000}}\n"),),
        key_path="estate:egress.relays[2].database",
        found="there is no database 'policy-db'",
        allowed="claimdb, policydb",
        hint="Did you mean 'policydb'?",
    ),
    Refusal(
        code="name-taken",
        edits=((DMZ, _RELAYS, f"{_RELAYS}      - {{database: «claimdb, port: 15000}}\n"),),
        key_path="estate:egress.relays[2].database",
        found="the name 'claimdb' stands here again (first in line ",
        allowed="each name once",
    ),
    Refusal(
        code="relay-port",
        edits=((DMZ, _RELAYS, f"{_RELAYS}      - {{database: policydb, port: «15432}}\n"),),
        key_path="estate:egress.relays[2].port",
        found="port 15432 of the relays is that of 'claimdb'",
        allowed="one of its own from 1024 on, but 8404 and 8405",
        neighbour=((DMZ, _RELAYS, f"{_RELAYS}      - {{database: policydb, port: 15434}}\n"),),
    ),
    Refusal(
        code="relay-port",
        edits=((DMZ, "port: 15432", "port: «443"),),
        key_path="estate:egress.relays[0].port",
        found="port 443 of the relays is not free",
        allowed="from 1024 on",
        neighbour=((DMZ, "port: 15432", "port: 1024"),),
    ),
    Refusal(
        code="egress-unused",
        edits=((DMZ, _RELAYS, f"{_RELAYS}    addresses: «[10.10.1.211, 10.10.1.212]\n"),),
        key_path="estate:egress.addresses",
        found="servers would see none of them: pod_egress_identity is 'node'",
        allowed="pod_egress_identity: egress",
    ),
    Refusal(
        code="egress-unused",
        edits=(
            *_OVN,
            _identity("egress"),
            (
                DMZ,
                _RELAYS,
                f"{_ADDRESSES}    relays:\n      «- {{database: claimdb, port: 1521}}\n",
            ),
        ),
        key_path="estate:egress.relays",
        found="relays stand for their nodes, and pod_egress_identity is 'egress'",
        allowed="pod_egress_identity: node",
    ),
    Refusal(
        code="egress-addresses",
        edits=(
            *_OVN,
            _identity("egress"),
            (DMZ, _RELAYS, "    addresses: «[10.10.1.211]\n"),
        ),
        key_path="estate:egress.addresses",
        found="there are 1 egress addresses and 2 nodes of role egress",
        allowed="two addresses or more (estate:egress.addresses), on two nodes or more",
    ),
    Refusal(
        code="address-outside",
        edits=(
            *_OVN,
            _identity("egress"),
            (DMZ, _RELAYS, "    addresses: [10.10.1.211, «10.10.7.202]\n"),
        ),
        key_path="estate:egress.addresses[1]",
        found="10.10.7.202 is outside the range of nodes",
        allowed="10.10.1.0/24",
        hint="Addresses on a second interface of the nodes do not serve pods with networks of",
    ),
    Refusal(
        code="address-taken",
        edits=(
            *_OVN,
            _identity("egress"),
            (DMZ, _RELAYS, "    addresses: [«10.10.1.103, 10.10.1.212]\n"),
        ),
        key_path="estate:egress.addresses[0]",
        found="10.10.1.103 is the address of node dmz-e01 of zone 'dmz' already",
        allowed="each address once",
    ),
    Refusal(
        code="address-special",
        edits=((INTRANET, "address: 10.20.9.10", "address: «169.254.9.10"),),
        key_path="estate:databases[0].address",
        found="169.254.9.10 is no address that packets are sent to from elsewhere",
        allowed="none of loopback, link-local, multicast or reserved",
        hint="The API server would refuse it as an endpoint",
    ),
    Refusal(
        code="address-inside",
        edits=((INTRANET, "address: 10.20.9.10", "address: «10.100.9.10"),),
        key_path="estate:databases[0].address",
        found="10.100.9.10 lies in the range of services of zone 'intranet'",
        hint="Policies admit that range as a whole",
    ),
)

PACKETS = (
    Refusal(
        code="identity-impossible",
        edits=((INTRANET, "pod_egress_identity: node", "pod_egress_identity: «pod"),),
        key_path="estate:network.pod_egress_identity",
        found="packets between pods travel in vxlan: routers outside know no pod",
        allowed="node, or encapsulation: none with a route to the pods' range",
    ),
    Refusal(
        code="identity-impossible",
        edits=(
            (DMZ, "pod_egress_identity: node", "pod_egress_identity: «egress"),
            (DMZ, _RELAYS, _ADDRESSES),
            (PORTAL, "via: direct", "via: egress"),
            _NO_RESERVING,
        ),
        key_path="estate:network.pod_egress_identity",
        found="calico has no egress addresses that survive the loss of their node",
        allowed="node or pod, or cni: ovn-kubernetes",
        hint="relays on two nodes do the same",
    ),
    Refusal(
        code="identity-impossible",
        edits=(
            (
                DMZ,
                "pod_egress_identity: node",
                "pod_egress_identity: node\n    masquerade: «false",
            ),
        ),
        key_path="estate:network.masquerade",
        found="pods would keep their own address, and pod_egress_identity is 'node'",
        allowed="masquerade: true, or pod_egress_identity: pod",
        hint="Leave the key out: it follows",
        neighbour=(
            (DMZ, "pod_egress_identity: node", "pod_egress_identity: node\n    masquerade: true"),
        ),
    ),
    Refusal(
        code="identity-impossible",
        edits=(
            *_PLAIN,
            (
                INTRANET,
                "pod_egress_identity: node",
                "pod_egress_identity: pod\n    masquerade: «true",
            ),
        ),
        key_path="estate:network.masquerade",
        found="pods would hide behind another address, and pod_egress_identity is 'pod'",
        allowed="masquerade: false, or pod_egress_identity: node",
        neighbour=(
            *_PLAIN,
            (
                INTRANET,
                "pod_egress_identity: node",
                "pod_egress_identity: pod\n    masquerade: false",
            ),
        ),
    ),
    Refusal(
        code="tunnel-in-tunnel",
        edits=((DMZ, "encapsulation: vxlan", "encapsulation: «vxlan\n    underlay: encapsulated"),),
        key_path="estate:network.encapsulation",
        found="vxlan would travel in the tunnel that the nodes' own network is",
        allowed="none, or double_encapsulation: accepted where that has been measured",
        neighbour=(
            (
                DMZ,
                "encapsulation: vxlan",
                "encapsulation: vxlan\n    underlay: encapsulated\n"
                "    double_encapsulation: accepted\n    uplink_mtu: 1450",
            ),
        ),
    ),
    Refusal(
        code="superfluous",
        edits=(
            (
                DMZ,
                "encapsulation: vxlan",
                "encapsulation: vxlan\n    double_encapsulation: «accepted",
            ),
        ),
        key_path="estate:network.double_encapsulation",
        found="nothing is wrapped twice",
        allowed="underlay: encapsulated with an encapsulation of the cluster's own",
        hint="Leave the key out",
    ),
)

REFUSALS = (*WAYS, *RELAYS, *PACKETS)
