"""A zone behind MetalLB on a real API server that knows its definitions (E9)."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from estate.topics.apps.plan import AppsPlan
from tests.balancers import with_datagrams, with_metallb
from tests.estates import shipped
from tests.level3.applied import Applied, applied

DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"
KINDS = "ipaddresspools.metallb.io,l2advertisements.metallb.io"
OURS = ("-A", "-l", "app.kubernetes.io/managed-by=estate")


@pytest.fixture(scope="module")
def metallb(tmp_path_factory: pytest.TempPathFactory) -> Generator[Applied]:
    """The shipped estate, its DMZ behind MetalLB: clusters stand, nothing is applied yet."""
    folder = tmp_path_factory.mktemp("metallb")
    with applied(folder, with_datagrams(with_metallb(shipped(folder)))) as found:
        yield found


def _names(found: list[dict[str, Any]]) -> list[str]:
    return sorted(f"{one['kind']} {one['metadata']['name']}" for one in found)


def test_definitions_are_installed_only_where_they_are_declared(metallb: Applied) -> None:
    """E9: the intranet, behind its pair, has none."""
    groups = {one["spec"]["group"] for one in metallb.get("dmz", DEFINITIONS)}
    assert "metallb.io" in groups
    assert metallb.get("intranet", DEFINITIONS) == []


def test_a_preview_says_which_definitions_are_missing(metallb: Applied) -> None:
    """E9, fault 11: before anything is written, not by `no matches for kind` half way."""
    name = "l2advertisements.metallb.io"
    metallb.lab.kubectl("dmz", "delete", DEFINITIONS, name)
    try:
        for verb in ("preview", "up"):
            words = (verb, "--non-interactive", *(["--yes"] if verb == "up" else []))
            ran = metallb.lab.pulumi(*words, stack="dmz", check=False)
            assert ran.returncode != 0
            said = " ".join((ran.stdout + ran.stderr).split())
            assert "does not know L2Advertisement of metallb.io/v1beta1" in said
            assert "come with MetalLB 0.15" in said
        assert metallb.get("dmz", "namespaces", "-l", "app.kubernetes.io/managed-by=estate") == []
    finally:
        metallb.lab.up()


def test_it_is_applied_and_a_second_up_changes_nothing(metallb: Applied) -> None:
    """E9: as MetalLB's definitions and our own admission take it."""
    metallb.up("dmz")
    metallb.up("dmz", "--expect-no-changes")
    assert _names(metallb.get("dmz", KINDS, *OURS)) == [
        "IPAddressPool brokers.brokers",
        "IPAddressPool life",
        "L2Advertisement brokers.brokers",
        "L2Advertisement life",
    ]


def test_no_node_port_is_chosen_and_nobody_else_may_answer(metallb: Applied) -> None:
    """E2, E9: what the API server keeps, beside what was sent."""
    declared = {
        f"{app.name}-vip": [
            virtual_server.member_port for virtual_server in app.exposure.virtual_servers
        ]
        for app in metallb.estate.plans()["dmz"].of(AppsPlan).apps
        if app.exposure
    }
    assert declared["broker-gateway-vip"] == [30011, 30012]
    found = {
        one["metadata"]["name"]: one["spec"]
        for one in metallb.get("dmz", "services", "-A")
        if one["spec"]["type"] == "LoadBalancer"
    }
    assert declared == {
        name: [port["nodePort"] for port in spec["ports"]] for name, spec in found.items()
    }
    for spec in found.values():
        assert spec["loadBalancerClass"] == "metallb.io/metallb"
        assert spec["allocateLoadBalancerNodePorts"] is False
        assert "healthCheckNodePort" not in spec


def test_destroy_leaves_nothing(metallb: Applied) -> None:
    """E9: definitions stay, since they are not ours; of what is ours, nothing does."""
    metallb.lab.pulumi("destroy", "--yes", stack="dmz")
    assert metallb.everything("dmz") == set()
    assert metallb.get("dmz", KINDS, "-A") == []
    assert metallb.get("dmz", DEFINITIONS)
