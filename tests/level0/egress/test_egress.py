"""Ways to databases: by name, from the app's own nodes or by the zone's egress (F1 to F4, X1)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estate.composition import compose
from estate.objects.manifest import Manifest
from estate.reader.values import ZONES, Zone
from estate.topic import Group
from estate.topics.apps.plan import AppsPlan
from estate.topics.apps.plan.model import AppPlan
from estate.topics.egress.plan import EgressPlan
from estate.topics.egress.plan.model import RelaysPlan
from estate.topics.firewall.plan import FirewallPlan
from tests.documents import table
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level0

DMZ = "Pulumi.dmz.yaml"
RELAYS = (
    "    relays:\n      - {database: claimdb, port: 15432}\n      - {app: reserving, port: 15433}\n"
)


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def on_ovn(estate: Estate) -> Estate:
    """The shipped estate with OVN-Kubernetes in the DMZ, whose egress has addresses of its own."""
    estate.edit(DMZ, "cni: calico", "cni: ovn-kubernetes")
    estate.edit(DMZ, "encapsulation: vxlan", "encapsulation: geneve")
    estate.edit(DMZ, "pod_egress_identity: node", "pod_egress_identity: egress")
    estate.edit(DMZ, RELAYS, "    addresses: [10.10.1.211, 10.10.1.212]\n")
    return estate.edit("apps/policy-portal-dmz.yaml", "via: direct", "via: egress")


def objects(estate: Estate, zone: Zone) -> dict[tuple[str, str], Manifest]:
    return {
        (manifest.kind, manifest.name): manifest
        for manifest in compose(estate.plans()[zone]).manifests
    }


def spec(found: dict[tuple[str, str], Manifest], kind: str, name: str) -> Any:
    return found[(kind, name)].body["spec"]


def app(estate: Estate, name: str) -> AppPlan:
    return next(one for one in estate.plans()["dmz"].of(AppsPlan).apps if one.name == name)


def rows(estate: Estate, name: str) -> list[tuple[str, str]]:
    """Sources of the rows to its databases."""
    found = estate.plans()["dmz"].of(FirewallPlan).rows
    return [
        (row.source_node, str(row.source_address))
        for row in found
        if row.app == name and row.firewall == "fw-inner" and "database" in row.purpose
    ]


def relays(estate: Estate) -> RelaysPlan:
    plan = estate.plans()["dmz"].of(EgressPlan).relays
    assert plan is not None
    return plan


EGRESS_NODES = [("dmz-e01", "10.10.1.103"), ("dmz-e02", "10.10.1.104")]


def test_one_app_goes_directly_and_one_by_the_relays(estate: Estate) -> None:
    """F2, F3: rows of the app's own nodes, and rows of A and B."""
    assert rows(estate, "policy-portal") == [("dmz-n01", "10.10.1.11"), ("dmz-n02", "10.10.1.12")]
    assert rows(estate, "claim-intake") == EGRESS_NODES


def test_a_node_that_joins_the_apps_pool_opens_nothing_for_a_relayed_app(estate: Estate) -> None:
    """F3, X18: only the egress's nodes are open; one more of those opens one more row."""
    line = "    - {name: dmz-n13, address: 10.10.1.23, rack: rack-b, size: medium, pool: shared}\n"
    last = "    - {name: dmz-r01,"
    estate.edit(DMZ, last, f"{line}{last}")
    assert rows(estate, "claim-intake") == EGRESS_NODES
    estate.edit(DMZ, line, line.replace("pool: shared", "pool: egress"))
    assert rows(estate, "claim-intake") == [*EGRESS_NODES, ("dmz-n13", "10.10.1.23")]
    assert relays(estate).replicas == 3


def test_a_database_has_a_name_in_the_namespaces_of_its_apps(estate: Estate) -> None:
    """F4: a Service without a selector and its slice: port names and numbers are equal."""
    found = objects(estate, "intranet")
    names = [name for kind, name in found if kind == "EndpointSlice"]
    assert sorted(names) == [
        "claimdb.actuarial-reserving",
        "claimdb.claims",
        "claimdb.claims-batch",
        "gitlab.motor",  # a system of delivery, which is found as databases are
        "policydb.life",
        "policydb.life-policy-portal",
    ]
    for name in names:
        service, endpoints = found[("Service", name)], found[("EndpointSlice", name)]
        labels: Any = endpoints.body["metadata"]
        ports: Any = endpoints.body["ports"]
        assert "selector" not in spec(found, "Service", name)
        assert endpoints.namespace == service.namespace
        assert labels["labels"]["kubernetes.io/service-name"] == service.physical_name
        assert labels["labels"]["endpointslice.kubernetes.io/managed-by"] == "estate"
        (port,) = spec(found, "Service", name)["ports"]
        assert (port["name"], port["port"]) == (ports[0]["name"], ports[0]["port"])
    endpoints: Any = found[("EndpointSlice", "claimdb.claims")].body["endpoints"]
    assert endpoints[0]["addresses"] == ["10.20.9.20"]


@pytest.mark.parametrize("zone", ZONES)
def test_no_endpoints_of_the_old_kind_are_made(estate: Estate, zone: Zone) -> None:
    """F4: deprecated since Kubernetes 1.33."""
    assert not [kind for kind, _ in objects(estate, zone) if kind == "Endpoints"]


def test_an_app_finds_its_database_by_one_name_whichever_way_it_leads(estate: Estate) -> None:
    """F4: the way changes, what the app and its init container are told does not."""
    before = app(estate, "claim-intake")
    by_relay = objects(estate, "dmz")
    assert spec(by_relay, "Service", "claimdb.claims") == {
        "type": "ExternalName",
        "externalName": "claimdb.estate-egress.svc.cluster.local",
    }
    assert by_relay[("Service", "estate-egress-claimdb")].physical_name == "claimdb"
    estate.edit("apps/claim-intake-dmz.yaml", "claimdb, via: egress", "claimdb, via: direct")
    after = app(estate, "claim-intake")
    assert spec(objects(estate, "dmz"), "Service", "claimdb.claims")["type"] == "ClusterIP"
    assert before.needs == after.needs
    assert before.needs is not None
    assert before.needs.targets == ("claimdb.claims.svc:5432",)
    deployments = [
        found[("Deployment", "claim-intake")] for found in (by_relay, objects(estate, "dmz"))
    ]
    assert deployments[0] == deployments[1]


def test_a_relayed_app_reaches_relays_and_no_database(estate: Estate) -> None:
    """F3: the app to the relays' port, the relays from it and to the database: nothing else."""
    found = objects(estate.without_calls_to_reserving(), "dmz")
    assert ("NetworkPolicy", "claim-intake-databases") not in found
    (out,) = spec(found, "NetworkPolicy", "claim-intake-relayed")["egress"]
    (peer,) = out["to"]
    assert peer["namespaceSelector"]["matchLabels"] == {
        "kubernetes.io/metadata.name": "estate-egress"
    }
    assert peer["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": "relay"}
    assert out["ports"] == [{"protocol": "TCP", "port": 15432}]
    (back,) = spec(found, "NetworkPolicy", "estate-egress-relay-claimdb")["ingress"]
    assert back["from"] == [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "claims"}},
            "podSelector": {"matchLabels": {"estate/app": "claim-intake"}},
        }
    ]
    assert back["ports"] == [{"protocol": "TCP", "port": 15432}]
    (on,) = spec(found, "NetworkPolicy", "estate-egress-relay-databases")["egress"]
    assert on["to"] == [{"ipBlock": {"cidr": "10.20.9.20/32"}}]
    assert on["ports"] == [{"protocol": "TCP", "port": 5432}]


def test_the_relays_service_leads_to_its_own_listener(estate: Estate) -> None:
    """F3: people's port outside, the listener's inside, by the container's port name."""
    found = objects(estate, "dmz")
    (port,) = spec(found, "Service", "estate-egress-claimdb")["ports"]
    pod = spec(found, "Deployment", "estate-egress-relay")["template"]["spec"]
    (container,) = pod["containers"]
    numbers = {one["name"]: one["containerPort"] for one in container["ports"]}
    assert (port["port"], numbers[port["targetPort"]]) == (5432, 15432)


def test_relays_stand_on_the_egress_nodes_and_count_there(estate: Estate) -> None:
    """F3, X4: as many as nodes; together they fit on one when the other is lost."""
    assert (relays(estate).placement.pool, relays(estate).replicas) == ("egress", 2)
    estate.edit(DMZ, "  estate:egress:  ", "  estate:egress:\n    size: L\n    #")
    assert relays(estate).connections == 20_000
    estate.edit(
        DMZ,
        "    medium: {cpu: 8,",
        "    tiny: {cpu: 4, memory: 3Gi, reserved: {cpu: 500m, memory: 1Gi}}\n    medium: {cpu: 8,",
    )
    for node in (
        "dmz-e01, address: 10.10.1.103, rack: rack-a",
        "dmz-e02, address: 10.10.1.104, rack: rack-b",
    ):
        estate.edit(DMZ, f"{node}, size: medium", f"{node}, size: tiny")
    (problem,) = estate.problems()
    assert problem.code == "pool-does-not-survive"
    assert "pool 'egress'" in problem.found and "relay need 4 cpu" in problem.found


def test_where_no_app_uses_them_there_are_no_relays(estate: Estate) -> None:
    """F3: what nobody needs is not open; the port stays reserved in the stack's file."""
    assert estate.plans()["intranet"].of(EgressPlan).relays is None
    estate.edit("apps/claim-intake-dmz.yaml", "zone: dmz", "zone: dmz\nstate: retired")
    assert estate.plans()["dmz"].of(EgressPlan).relays is None
    assert ("Service", "claimdb.claims") not in objects(estate, "dmz")


def test_those_who_look_after_databases_see_who_comes_from_where(estate: Estate) -> None:
    """F4, X1: one row for each app and address, in the zone where the app runs."""
    found = table(estate.plans()["dmz"], "databases/access.csv")
    assert [(row["database"], row["app"], row["seen_as"]) for row in found] == [
        ("claimdb", "claim-intake", "10.10.1.103/32"),
        ("claimdb", "claim-intake", "10.10.1.104/32"),
        ("policydb", "policy-portal", "10.10.1.11/32"),
        ("policydb", "policy-portal", "10.10.1.12/32"),
    ]
    assert found[0]["connects_to"] == "claimdb.claims.svc:5432"


def test_pods_of_their_own_address_are_seen_by_it(estate: Estate) -> None:
    """X1: inside a zone, where no firewall asks for single addresses."""
    estate.edit("Pulumi.intranet.yaml", "encapsulation: vxlan", "encapsulation: none")
    estate.edit("Pulumi.intranet.yaml", "    tunnels: 10.69.0.0/24\n", "")
    estate.edit("Pulumi.intranet.yaml", "identity: node", "identity: pod")
    seen = {row["seen_as"] for row in table(estate.plans()["intranet"], "databases/access.csv")}
    assert seen == {"10.68.0.0/16"}


def test_on_ovn_the_egress_is_addresses_that_move(estate: Estate) -> None:
    """F3: rows with these addresses, an EgressIP with both, no relay in between."""
    plan = on_ovn(estate).plans()["dmz"]
    assert plan.of(EgressPlan).relays is None
    addresses = [("egress", "10.10.1.211"), ("egress", "10.10.1.212")]
    assert rows(estate, "claim-intake") == rows(estate, "policy-portal") == addresses
    found = objects(estate, "dmz")
    assert spec(found, "EgressIP", "databases") == {
        "egressIPs": ["10.10.1.211", "10.10.1.212"],
        "namespaceSelector": {
            "matchExpressions": [
                {
                    "key": "kubernetes.io/metadata.name",
                    "operator": "In",
                    "values": ["claims", "life-policy-portal"],
                }
            ]
        },
        "podSelector": {
            "matchExpressions": [
                {
                    "key": "estate/app",
                    "operator": "In",
                    "values": ["claim-intake", "policy-portal"],
                }
            ]
        },
    }
    (out,) = spec(found, "NetworkPolicy", "claim-intake-databases")["egress"]
    assert out["to"] == [{"ipBlock": {"cidr": "10.20.9.20/32"}}]
    assert spec(found, "Service", "claimdb.claims")["type"] == "ClusterIP"


def test_only_egress_nodes_carry_the_label_that_takes_addresses(estate: Estate) -> None:
    """F3: in one patch with the pool's label, as one field manager has one set of fields."""
    found = objects(on_ovn(estate), "dmz")
    labelled = {
        manifest.physical_name
        for (kind, _), manifest in found.items()
        if kind == "Node" and "k8s.ovn.org/egress-assignable" in str(manifest.body)
    }
    assert labelled == {"dmz-e01", "dmz-e02"}


def test_labels_come_before_the_addresses(estate: Estate) -> None:
    """F3: addresses go to the nodes that are labelled when the object appears."""
    groups: list[Group] = list(compose(on_ovn(estate).plans()["dmz"]).groups)
    names = [group.name for group in groups]
    assert names.index("egress") < names.index("egress-addresses")
