"""What the cluster gets where nodes answer for virtual addresses themselves (E9)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estate.composition import compose
from tests.balancers import GATEWAY, with_metallb
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level0


def _bodies(estate: Estate, kind: str) -> list[Any]:
    return [
        manifest.body
        for manifest in compose(estate.plans()["dmz"]).manifests
        if manifest.kind == kind
    ]


def test_users_and_callers_have_a_service_each(tmp_path: Path) -> None:
    """E9: users keep address and port; other apps keep the name and the app's own port."""
    services = _bodies(with_metallb(shipped(tmp_path)), "Service")
    found = {service["metadata"]["name"]: service for service in services}
    assert found["policy-portal"]["spec"]["type"] == "ClusterIP"
    users = found["policy-portal-vip"]
    assert users["metadata"]["annotations"]["metallb.io/loadBalancerIPs"] == "10.10.0.21"
    assert users["spec"] == {
        "type": "LoadBalancer",
        "allocateLoadBalancerNodePorts": False,
        "loadBalancerClass": "metallb.io/metallb",
        "externalTrafficPolicy": "Cluster",
        "selector": {"estate/app": "policy-portal"},
        "ports": [
            {
                "name": "http",
                "protocol": "TCP",
                "appProtocol": "https",
                "port": 443,
                "targetPort": "http",
                "nodePort": 30010,
            }
        ],
        "loadBalancerSourceRanges": ["10.30.0.0/16"],
    }


def test_quotas_and_admission_know_the_declared_addresses_only(tmp_path: Path) -> None:
    """E9, C1: no Service of another namespace, and none for another address."""
    estate = with_metallb(shipped(tmp_path))
    quotas = {
        body["metadata"]["namespace"]: body["spec"]["hard"]["services.loadbalancers"]
        for body in _bodies(estate, "ResourceQuota")
    }
    assert {name for name, count in quotas.items() if count != "0"} == {
        "brokers",
        "life-policy-portal",
    }
    data = [body["data"] for body in _bodies(estate, "ConfigMap") if "zone" in body.get("data", {})]
    vips = [{key: one[key] for key in one if key.startswith("vips.")} for one in data]
    assert vips == [{"vips.brokers": "10.10.0.22", "vips.life-policy-portal": "10.10.0.21"}]


def test_pools_are_each_one_tenants(tmp_path: Path) -> None:
    """E9: no address in two pools, no pool for the namespaces of two tenants."""
    pools = _bodies(with_metallb(shipped(tmp_path)), "IPAddressPool")
    addresses = [address for pool in pools for address in pool["spec"]["addresses"]]
    assert sorted(addresses) == ["10.10.0.21/32", "10.10.0.22/32"]
    assert {
        pool["metadata"]["labels"]["estate/tenant"]: pool["spec"]["serviceAllocation"]
        for pool in pools
    } == {
        "brokers": {"namespaces": ["brokers"]},
        "life": {"namespaces": ["life-policy-portal"]},
    }


def test_two_apps_cannot_share_an_address(tmp_path: Path) -> None:
    """E9: MetalLB gives an address to one Service."""
    estate = with_metallb(shipped(tmp_path))
    text = (estate.root / GATEWAY).read_text(encoding="utf-8")
    second = text.replace("app: broker-gateway", "app: second-gateway", 1)
    second = second.replace("port: 443,", "port: 444,").replace("30011", "30020")
    estate.add("apps/second-gateway-dmz.yaml", second)
    estate.assign("dmz", "brokers/second-gateway", 30020)
    found = [problem for problem in estate.problems() if problem.key_path == "vip.address"]
    assert [problem.code for problem in found] == ["balancer-cannot"]
    assert "that of the app 'broker-gateway'" in found[0].found


def test_an_app_that_is_called_like_a_service_of_users_is_refused(tmp_path: Path) -> None:
    """E9, A8: -vip behind an app's name is taken where nodes answer themselves."""
    estate = with_metallb(shipped(tmp_path))
    text = (estate.root / GATEWAY).read_text(encoding="utf-8")
    second = text.replace("app: broker-gateway\n", "app: broker-gateway-vip\n", 1)
    second = second.replace("10.10.0.22", "10.10.0.23").replace("30011", "30020")
    estate.add("apps/broker-gateway-vip-dmz.yaml", second)
    assert [
        problem
        for problem in estate.problems()
        if problem.code == "name-taken" and problem.key_path == "app"
    ]
