"""What environments share: each address, name, number and partition has one owner in all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estate.reader.problems import Problem
from estate.whole import whole
from tests.estates import TODAY
from tests.minimal import Minimal, minimal

pytestmark = pytest.mark.level0

SHOP = ["shop.dmz.test.example.org"]
F5 = {
    "kind": "f5",
    "name": "f5-dmz",
    "self_addresses": ["10.13.0.2"],
    "vips": ["10.13.0.16/28"],
}
"""The device that production has, too."""


def two() -> Minimal:
    return minimal().with_environments("test")


def found(made: Minimal, folder: Path) -> tuple[Problem, ...]:
    return whole(made.written(folder).root, TODAY).problems


def the_one(made: Minimal, folder: Path) -> Problem:
    problems = found(made, folder)
    assert len(problems) == 1, "\n".join(str(one) for one in problems)
    return problems[0]


@pytest.mark.parametrize(
    ("facts", "code", "key"),
    [
        ({"cluster": {"name": "dmz"}}, "not-isolated", "estate:cluster.name"),
        ({"cluster": {"context": "dmz"}}, "not-isolated", "estate:cluster.context"),
        (
            {"registry": {"host": "registry.dmz.example.org"}},
            "not-isolated",
            "estate:registry.host",
        ),
        ({"network": {"pods": "10.11.128.0/17"}}, "range-overlap", "estate:network.pods"),
    ],
)
def test_a_cluster_of_an_environment_is_its_own(
    facts: dict[str, Any], code: str, key: str, tmp_path: Path
) -> None:
    """A1: what production has, test has not."""
    problem = the_one(two().with_stack("test-dmz", **facts), tmp_path)
    assert (problem.code, problem.key_path) == (code, key)
    assert problem.source.file == "Pulumi.test-dmz.yaml"
    assert "Pulumi.dmz.yaml" in problem.found


def test_an_audience_is_of_one_environment(tmp_path: Path) -> None:
    """B1: a token for test opens nothing in production."""
    issuer = {"name": "staff", "url": "https://login.example.org", "audiences": ["dmz"]}
    made = two().with_stack("test-dmz", identity={"issuers": [issuer]})
    assert the_one(made, tmp_path).code == "not-isolated"


def test_a_node_has_an_address_and_a_name_of_its_own_over_all_environments(tmp_path: Path) -> None:
    """A9: inventories and lists of peers tell machines apart by their names."""
    made = two()
    nodes = made.files["Pulumi.test-dmz.yaml"]["config"]["estate:nodes"]
    taken = [{**nodes[0], "name": "dmz-n1"}, *nodes[1:]]
    problem = the_one(made.with_stack("test-dmz", nodes=taken), tmp_path)
    assert (problem.code, problem.key_path) == ("name-of-others", "estate:nodes[0].name")


def on_one_f5(address: str = "10.13.0.18") -> Minimal:
    """Test behind production's device, with its router at an address."""
    shard = {"name": "default", "size": "S", "address": address}
    return two().with_stack("test-dmz", load_balancer=F5, routers={"shards": [shard]})


def test_environments_may_share_an_f5_and_its_range_of_virtual_addresses(tmp_path: Path) -> None:
    """E3: a partition for each tenant of each environment, on one device."""
    assert not found(on_one_f5(), tmp_path)


def test_a_shared_f5_may_connect_from_other_addresses_to_another_environment(
    tmp_path: Path,
) -> None:
    """E3: a device has a self IP in each VLAN."""
    made = on_one_f5().with_stack("test-dmz", load_balancer={"self_addresses": ["10.63.0.2"]})
    assert not found(made, tmp_path)


def test_an_address_of_an_f5_belongs_to_one_device(tmp_path: Path) -> None:
    """A1: two names of one device are a mistake in one of them."""
    made = on_one_f5().with_stack("test-dmz", load_balancer={"name": "f5-test", "vips": [
        "10.63.0.16/28"]}, routers={"shards": [{"name": "default", "size": "S",
        "address": "10.63.0.17"}]})  # fmt: skip
    problem = the_one(made, tmp_path)
    assert problem.code == "address-taken"
    assert problem.key_path == "estate:load_balancer.self_addresses[0]"


@pytest.mark.parametrize(
    ("device", "codes"),
    [
        (F5, {"address-taken"}),
        ({"vips": F5["vips"]}, {"address-taken", "range-overlap"}),
    ],
)
def test_a_virtual_address_belongs_to_one_environment(
    device: dict[str, Any], codes: set[str], tmp_path: Path
) -> None:
    """E5: two devices would answer for it, or two partitions of one."""
    problems = found(two().with_stack(
        "test-dmz",
        load_balancer=device,
        routers={"shards": [{"name": "default", "size": "S", "address": "10.13.0.17"}]},
    ), tmp_path)  # fmt: skip
    assert {problem.code for problem in problems} == codes
    texts = "".join(problem.found for problem in problems)
    assert "10.13.0.17 is an address of dmz (Pulumi.dmz.yaml" in texts


@pytest.mark.parametrize("tenant", ["test-team", "test-platform", "test-new"])
def test_a_partition_of_the_first_environment_does_not_begin_as_another_ones(
    tenant: str, tmp_path: Path
) -> None:
    """E3: test's team is test_team on the device, and so would be a tenant test-team. A tenant
    test-new is refused before test has one that is called new."""
    problem = the_one(on_one_f5().with_tenant(tenant, only_in=["production"]), tmp_path)
    assert (problem.code, problem.key_path) == ("partition-taken", "tenant")
    assert problem.source.file == f"tenants/{tenant}.yaml"
    assert f"its partition {tenant.replace('-', '_')} on f5-dmz would be one of test-dmz" in (
        problem.found
    )
    assert "(Pulumi.test-dmz.yaml:" in problem.found


@pytest.mark.parametrize("tenant", ["test", "testing", "a-test"])
def test_other_tenants_keep_their_names(tenant: str, tmp_path: Path) -> None:
    assert not found(on_one_f5().with_tenant(tenant), tmp_path)


def test_a_tenant_of_the_other_environment_alone_may_be_called_so(tmp_path: Path) -> None:
    """Its partition is test_test_new."""
    assert not found(on_one_f5().with_tenant("test-new", only_in=["test"]), tmp_path)


def test_partitions_of_two_devices_may_have_one_name(tmp_path: Path) -> None:
    assert not found(two().with_tenant("test-team", only_in=["production"]), tmp_path)


def test_a_host_name_leads_to_one_environment(tmp_path: Path) -> None:
    """J4: production's name in test would send people to the wrong one."""
    made = two().with_app("shop")
    made = made.with_stack("test-dmz", tenant_names={"team": ["shop.dmz.example.org"]})
    problem = the_one(made, tmp_path)
    assert (problem.code, problem.key_path) == ("name-of-others", "hosts[0]")
    assert "of dmz" in problem.found


def test_environments_use_one_filer_in_directories_of_their_own(tmp_path: Path) -> None:
    """H6: one export inside another would mix the files of both."""
    made = two().with_stack(
        "dmz", nfs_filers=[{"name": "filer", "address": "10.99.3.1", "export": "/exports/dmz"}]
    )

    def with_export(path: str) -> Minimal:
        filer = {"name": "filer", "address": "10.99.3.1", "export": path}
        return made.with_stack("test-dmz", nfs_filers=[filer])

    assert not found(with_export("/exports/test-dmz"), tmp_path / "apart")
    assert the_one(with_export("/exports/dmz/test"), tmp_path / "nested").code == "export-taken"


def test_a_server_of_one_environment_is_not_among_the_nodes_of_another(tmp_path: Path) -> None:
    """F6: the way from one environment to another is a virtual address."""
    database = {"name": "db", "address": "10.10.1.77", "port": 5432, "tenants": ["team"]}
    problem = the_one(two().with_stack("test-dmz", databases=[database]), tmp_path)
    assert problem.code == "address-inside" and "of dmz (Pulumi.dmz.yaml" in problem.found


def test_a_virtual_router_number_is_taken_once_in_a_segment(tmp_path: Path) -> None:
    """E4: two groups that share a number take each other's addresses away."""

    def pair(name: str, first: int) -> dict[str, Any]:
        hosts = [
            {
                "name": f"{name}-{n}",
                "address": f"10.99.0.{first + n}",
                "interface": "eth0",
                "priority": 100 + n,
            }
            for n in (1, 2)
        ]
        return {
            "kind": "haproxy",
            "name": name,
            "hosts": hosts,
            "segment": "10.99.0.0/24",
            "virtual_router": 51,
            "vips": [f"10.99.0.{first + 16}/28"],
        }

    made = two()
    for stack, name, first in (("dmz", "lb", 0), ("test-dmz", "lb-test", 32)):
        shard = [{"name": "default", "size": "S", "address": f"10.99.0.{first + 17}"}]
        made = made.with_stack(
            stack, platform_load_balancer=pair(name, first), routers={"shards": shard}
        )
    problem = the_one(made, tmp_path)
    assert problem.code == "virtual-router-taken"
    assert problem.key_path == "estate:platform_load_balancer.virtual_router"
