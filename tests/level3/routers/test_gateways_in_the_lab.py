"""A shard that publishes by Gateway API on a real API server that knows its definitions (E10)."""

from __future__ import annotations

import copy
import json
from collections.abc import Generator
from typing import Any

import pytest

from tests.estates import shipped
from tests.gateways import with_gateway
from tests.level3.applied import Applied, applied

DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"
ROUTES = "httproutes.gateway.networking.k8s.io"
KINDS = f"gatewayclasses.gateway.networking.k8s.io,gateways.gateway.networking.k8s.io,{ROUTES}"
OURS = ("-A", "-l", "app.kubernetes.io/managed-by=estate")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Generator[Applied]:
    """The shipped estate, the brokers' shard by Gateway API: clusters stand, nothing is applied."""
    folder = tmp_path_factory.mktemp("gateway")
    with applied(folder, with_gateway(shipped(folder))) as found:
        yield found


def _route(gateway: Applied) -> dict[str, Any]:
    """That of the brokers' desk, as somebody would write another like it."""
    (found,) = gateway.get("dmz", ROUTES, "broker-desk", "-n", "brokers")
    labels = {"estate/zone": "dmz"}
    metadata = {"name": "another", "namespace": "brokers", "labels": labels}
    return {
        "apiVersion": found["apiVersion"],
        "kind": found["kind"],
        "metadata": metadata,
        "spec": found["spec"],
    }


def _asked(gateway: Applied, body: dict[str, Any]) -> str:
    """Why the API server would not take it; empty where it would."""
    file = gateway.lab.state / "route.json"
    file.write_text(json.dumps(body), encoding="utf-8")
    command = ("create", "--dry-run=server", f"-f={file}")
    ran = gateway.lab.kubectl("dmz", *command, check=False)
    return ran.stderr if ran.returncode else ""


def test_definitions_are_installed_only_where_they_are_declared(gateway: Applied) -> None:
    """E10: the intranet publishes by Ingress and has none."""
    groups = {one["spec"]["group"] for one in gateway.get("dmz", DEFINITIONS)}
    assert "gateway.networking.k8s.io" in groups
    assert gateway.get("intranet", DEFINITIONS) == []


def test_a_preview_says_which_definitions_are_missing(gateway: Applied) -> None:
    """E10, fault 11: before anything is written, not by `no matches for kind` half way."""
    gateway.lab.kubectl("dmz", "delete", DEFINITIONS, ROUTES)
    try:
        ran = gateway.lab.pulumi("preview", "--non-interactive", stack="dmz", check=False)
        assert ran.returncode != 0
        said = " ".join((ran.stdout + ran.stderr).split())
        assert "does not know HTTPRoute of gateway.networking.k8s.io/v1" in said
        assert "come with Gateway API 1.6, standard channel" in said
    finally:
        gateway.lab.up()


def test_it_is_applied_and_a_second_up_changes_nothing(gateway: Applied) -> None:
    """E10: as the definitions and our own admission take it."""
    gateway.up("dmz")
    gateway.up("dmz", "--expect-no-changes")
    found = gateway.get("dmz", KINDS, *OURS)
    assert sorted(f"{one['kind']} {one['metadata']['name']}" for one in found) == [
        "Gateway router-brokers",
        "GatewayClass external-brokers",
        "HTTPRoute broker-desk",
        "HTTPRoute router-brokers",
    ]


def test_a_tenant_publishes_its_own_hosts_at_its_own_shard(gateway: Applied) -> None:
    """C5: another route like the declared one passes; each of these is refused for one reason."""
    route = _route(gateway)
    assert _asked(gateway, route) == ""

    def refused(says: str, **changes: Any) -> None:
        changed = copy.deepcopy(route)
        changed["spec"] |= changes
        message = _asked(gateway, changed)
        assert says in message, message
        assert "Rule exposure: " in message

    host = "is not declared for namespace brokers"
    refused(f"the host quote.harbour.example {host}", hostnames=["quote.harbour.example"])
    refused(f"the host * {host}", hostnames=[])
    (parent,) = route["spec"]["parentRefs"]
    for change, name in (
        ({"name": "router-default"}, "estate-ingress/router-default/https"),
        ({"namespace": "motor"}, "motor/router-brokers/https"),
        ({"sectionName": "http"}, "estate-ingress/router-brokers/http"),
        ({"kind": "ListenerSet"}, "ListenerSet"),
    ):
        refused(f"it attaches to {name}, which is no listener for", parentRefs=[parent | change])
    del parent["sectionName"]
    refused("it attaches to estate-ingress/router-brokers/*", parentRefs=[parent])


def test_other_tenants_do_not_attach(gateway: Applied) -> None:
    """C5: not even with a host of their own; nor does the tenant by an Ingress of old."""
    route = _route(gateway)
    route["metadata"]["namespace"] = "motor"
    route["spec"]["hostnames"] = ["quote.harbour.example"]
    message = _asked(gateway, route)
    assert "it attaches to estate-ingress/router-brokers/https, which is no listener" in message

    (ingress,) = gateway.get("dmz", "ingresses", "quote", "-n", "motor")
    ingress["metadata"] = {"name": "old", "namespace": "brokers", "labels": {"estate/zone": "dmz"}}
    ingress["spec"]["rules"][0]["host"] = "brokers.harbour.example"
    ingress["spec"]["ingressClassName"] = "external-brokers"
    assert "its class is external-brokers, and that of namespace brokers is" in _asked(
        gateway, ingress
    )


def test_a_shard_goes_over_to_ingress_and_back(gateway: Applied) -> None:
    """E10: one word in the stack file; of the other API nothing is left."""
    old, new = "        api: gateway\n", ""
    gateway.estate.edit("Pulumi.dmz.yaml", old, new)
    try:
        gateway.up("dmz")
        assert gateway.get("dmz", KINDS, *OURS) == []
        assert gateway.get("dmz", "ingresses", "broker-desk", "-n", "brokers")
    finally:
        line = "        tenants: [brokers]\n"
        gateway.estate.edit("Pulumi.dmz.yaml", line, line + old)
    gateway.up("dmz")
    assert len(gateway.get("dmz", KINDS, *OURS)) == 4


def test_destroy_leaves_nothing(gateway: Applied) -> None:
    """E10: definitions stay, since they are not ours; of what is ours, nothing does."""
    gateway.lab.pulumi("destroy", "--yes", stack="dmz")
    assert gateway.everything("dmz") == set()
    assert gateway.get("dmz", KINDS, "-A") == []
    assert gateway.get("dmz", DEFINITIONS)
