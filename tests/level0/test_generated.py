"""What is accepted keeps its promises, whatever it is; and changes only what it must."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from ipaddress import IPv4Network
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from estate.declarations.load import load
from estate.derivation import Derived, derive
from estate.objects.container import ACCEPTS
from estate.plan import Plan
from estate.reader.values import Zone
from estate.topics.apps.plan import AppsPlan
from estate.topics.apps.plan.model import AppPlan, LimitsPlan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.exposure.plan import ExposurePlan, VirtualServersPlan
from estate.topics.firewall.plan import FirewallPlan
from estate.topics.network.plan import NetworkPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.model import Amount
from estate.topics.tenancy.plan import TenancyPlan
from tests.estates import REPOSITORY
from tests.level0.generated import Drawn, Text, estates, write

pytestmark = pytest.mark.level0

SLOW_OR_PICKY = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)
FOR_CAPACITY = {
    "pool-does-not-survive",
    "pool-too-small",
    "quota-too-small",
    "max-above-ceiling",
}
few = settings(
    max_examples=40, derandomize=True, deadline=None, suppress_health_check=SLOW_OR_PICKY
)
many = settings(few, max_examples=2000)


def _derived(texts: Text) -> Derived:
    with tempfile.TemporaryDirectory() as folder:
        return derive(load(write(Path(folder), texts)))


def _accepted(drawn: Drawn) -> Mapping[Zone, Plan]:
    derived = _derived(drawn.texts())
    codes = {problem.code for problem in derived.problems}
    assert codes <= FOR_CAPACITY, derived.problems
    event("refused for capacity" if codes else "accepted")
    return derived.plans


def _keeps_promises(drawn: Drawn) -> None:
    for zone, plan in _accepted(drawn).items():
        _exposure_is_unique_and_in_range(plan)
        _namespaces_are_unique_and_have_one_pool(plan)
        _rows_are_the_pools_nodes(plan, drawn)
        _node_ports_are_reached_by_whom_they_are_meant_for(plan)
        _the_dmz_reaches_the_intranet_by_declared_databases_only(plan)
        _connections_are_those_declared(plan, drawn)
        _every_pool_survives(plan)
        _quotas_are_kept_promises(plan)
        assert plan.zone == zone


def _exposure_is_unique_and_in_range(plan: Plan) -> None:
    nodes = {node.address for pool in plan.of(NodesPlan).pools for node in pool.nodes}
    exposed = [app.exposure for app in plan.of(AppsPlan).apps if app.exposure]
    ports = [exposure.node_port for exposure in exposed if exposure.node_port]
    assert len(set(ports)) == len(ports)
    band = plan.of(NetworkPlan).network.node_ports
    assert all(band.first <= port <= band.last for port in ports)
    for exposure in exposed:
        server = exposure.virtual_server
        assert any(server.address in vips for vips in plan.of(ExposurePlan).load_balancer.vips)
        assert set(server.members) <= nodes
        assert len(set(server.members)) == len(server.members) > 0
        assert exposure.sources
        if exposure.traffic_policy == "Cluster":
            expected = {
                plan.of(NetworkPlan).network.nodes,
                *filter(None, [plan.of(NetworkPlan).network.tunnels]),
            }
            assert set(exposure.sources) == expected
        elif server.snat == "auto":
            seen = [address for source in exposure.sources for address in source]
            assert sorted(seen) == sorted(plan.of(ExposurePlan).load_balancer.sources)
        else:
            # The F5's monitors come from its own addresses, whatever clients do.
            seen = {address for source in exposure.sources for address in (source[0], source[-1])}
            clients = IPv4Network("10.30.0.0/16")
            assert seen - {clients[0], clients[-1]} == set(
                plan.of(ExposurePlan).load_balancer.sources
            )
            assert clients in exposure.sources


def _namespaces_are_unique_and_have_one_pool(plan: Plan) -> None:
    namespaces = [one for tenant in plan.of(TenancyPlan).tenants for one in tenant.namespaces]
    pool_of = {one.name: one.pool for one in namespaces}
    assert len(pool_of) == len(namespaces)
    pools = {pool.name: pool for pool in plan.of(NodesPlan).pools}
    for app in plan.of(AppsPlan).apps:
        assert pool_of[app.namespace] == app.pool
        assert pools[app.pool].tenant in (None, app.tenant)
    owners = Counter((app.namespace, app.tenant) for app in plan.of(AppsPlan).apps)
    assert len({namespace for namespace, _ in owners}) == len(owners)


def _rows_are_the_pools_nodes(plan: Plan, drawn: Drawn) -> None:
    """F2, F3: computed again from what was written, without the plan's own helpers."""
    nodes = drawn.files[f"Pulumi.{plan.zone}.yaml"]["config"]["estate:nodes"]
    expected = {
        (app["app"], use["name"], node["address"])
        for app in drawn.apps()
        if app["zone"] == plan.zone == "dmz" and app["state"] == "active"
        for use in app["databases"]
        for node in nodes
        if node["pool"] == ("egress" if use["via"] == "egress" else app.get("pool", "shared"))
    }
    rows = [
        (row.app, row.destination_name, str(row.source_address))
        for row in plan.of(FirewallPlan).rows
        if row.firewall == "inner"
    ]
    assert len(rows) == len(set(rows))
    assert set(rows) == expected


def _node_ports_are_reached_by_whom_they_are_meant_for(plan: Plan) -> None:
    """E14, X2: through a firewall before nodes come the balancer, and clients where it is
    transparent; to members of a virtual server, on its port. Nodes go out to the registry."""
    own = {IPv4Network(source) for source in plan.of(ExposurePlan).load_balancer.sources}
    members = {
        (member, port): server
        for server in plan.of(VirtualServersPlan).virtual_servers
        if server.running
        for member in server.members
        for port in (server.member_port, server.monitor.port or server.member_port)
    }
    machines = {node.address for pool in plan.of(NodesPlan).pools for node in pool.nodes}
    machines |= {machine.address for machine in plan.of(ControlPlanePlan).machines}
    used = {
        (virtual_server.address, virtual_server.port)
        for virtual_server in plan.of(VirtualServersPlan).virtual_servers
        if virtual_server.name in ("registry", "api-server")
    }
    for row in plan.of(FirewallPlan).rows:
        if row.firewall == "before-nodes" and row.purpose in ("images", "API servers"):
            assert row.source_address in machines
            assert (row.destination_address, row.port) in used
        elif row.firewall == "before-nodes":
            server = members[(row.destination_address, row.port)]
            seen = server.clients or (IPv4Network("0.0.0.0/0"),)
            clients = {*seen} if server.snat == "none" else set[IPv4Network]()
            assert IPv4Network(row.source_address) in own | clients


def _the_dmz_reaches_the_intranet_by_declared_databases_only(plan: Plan) -> None:
    """A1, F2, F3."""
    for row in plan.of(FirewallPlan).rows:
        if plan.zone == "dmz" and row.destination_zone == "intranet":
            assert row.firewall == "inner"
            purposes = ("database", "relayed database")
            assert row.purpose in purposes, "from its own nodes, or by the relays"


def _connections_are_those_declared(plan: Plan, drawn: Drawn) -> None:
    """Both sides know each of them, and nothing else."""
    declared = {
        (app["app"], peer["app"])
        for app in drawn.apps()
        if app["zone"] == plan.zone and app["state"] == "active"
        for peer in app["connects_to"]
    }
    out = [connection for app in plan.of(AppsPlan).apps for connection in app.connects_to]
    back = [connection for app in plan.of(AppsPlan).apps for connection in app.connected_from]
    assert Counter(out) == Counter(back)
    assert {(connection.caller, connection.callee) for connection in out} == declared
    assert len(out) == len(declared)


def _every_pool_survives(plan: Plan) -> None:
    for pool in plan.of(NodesPlan).pools:
        apps = [app for app in plan.of(AppsPlan).apps if app.pool == pool.name and app.running]
        if apps:
            assert len(pool.nodes) >= 2
        for lost in pool.nodes if apps else ():
            rooms = {node.name: node.room for node in pool.nodes if node is not lost}
            moving = [_without_those_that_stay(app, rooms) for app in apps]
            assert all(Amount().fits(room) for room in rooms.values())
            assert _packs(moving, list(rooms.values()))


def _without_those_that_stay(app: AppPlan, rooms: dict[str, Amount]) -> AppPlan:
    """The app's pods that may go anywhere; the others take what their own node has (X15)."""
    volumes = app.stateful.volumes if app.stateful else ()
    homes = {disk.replica: disk.node for volume in volumes for disk in volume.disks if disk.node}
    for node in homes.values():
        if node in rooms:
            rooms[node] = rooms[node] - app.size
    return replace(app, replicas=app.replicas - len(homes))


def _quotas_are_kept_promises(plan: Plan) -> None:
    """What a tenant may ask for in a pool is there; what its apps run, and update, it may ask for.

    Where only retired apps are left nothing is promised any more: their nodes may be gone.
    """
    for tenant in plan.of(TenancyPlan).tenants:
        asked: dict[str, Amount] = {}
        for namespace in tenant.namespaces:
            there = [app for app in plan.of(AppsPlan).apps if app.namespace == namespace.name]
            apps = [app for app in there if app.running]
            if there and not apps:
                continue
            ending = namespace.quota.pods // 2 if namespace.alone else 0
            promised = replace(namespace.quota, pods=namespace.quota.pods - ending)
            asked[namespace.pool] = asked.get(namespace.pool, Amount()) + promised
            most = [app.scale.most if app.scale else app.replicas for app in apps]
            run = [app.size.times(count) for app, count in zip(apps, most, strict=True)]
            surges = [app.size for app in apps if not (app.schedule or app.stateful)]
            for surge in surges or [Amount()]:
                assert (sum(run, Amount()) + surge).fits(namespace.quota)
            assert namespace.node_ports == sum(app.exposure is not None for app in apps)
        rooms = {pool.name: pool.room for pool in plan.of(NodesPlan).pools}
        assert all(quota.fits(rooms[pool]) for pool, quota in asked.items())


def _packs(apps: Sequence[AppPlan], rooms: Sequence[Amount]) -> bool:
    """Whether all replicas fit, by trying every way: slow, and independent of the plan's own."""
    pods = sorted(
        ((app.size.cpu, app.size.memory) for app in apps for _ in range(app.replicas)), reverse=True
    )

    @cache
    def fits(number: int, left: tuple[tuple[int, int, int], ...]) -> bool:
        if number == len(pods):
            return True
        cpu, memory = pods[number]
        return any(
            fits(
                number + 1,
                tuple(sorted((*left[:at], (c - cpu, m - memory, p - 1), *left[at + 1 :]))),
            )
            for at, (c, m, p) in enumerate(left)
            if c >= cpu and m >= memory and p >= 1 and (at == 0 or left[at - 1] != left[at])
        )

    return fits(0, tuple(sorted((room.cpu, room.memory, room.pods) for room in rooms)))


@few
@given(estates())
def test_what_is_accepted_keeps_its_promises(drawn: Drawn) -> None:
    """C1, C4, D3, D4, E1 to E3, F2, X4, X15: ports, addresses, members, rows, peers, capacity."""
    _keeps_promises(drawn)


@pytest.mark.scale
@many
@given(estates(most_apps=7))
def test_what_is_accepted_keeps_its_promises_at_scale(drawn: Drawn) -> None:
    """C1, D4, E1 to E3, F2, X4: as above, on many more estates."""
    _keeps_promises(drawn)


@few
@given(estates(), st.randoms(use_true_random=False))
def test_the_order_of_keys_changes_nothing(drawn: Drawn, random: Random) -> None:
    """P-a: the same declarations in another order of keys and of lists give the same plans."""
    shuffled = Drawn()
    for file in sorted(drawn.files, key=lambda _: random.random()):
        content = list(drawn.files[file].items())
        random.shuffle(content)
        shuffled.files[file] = dict(content)
        if file.startswith("Pulumi"):
            config = list(drawn.files[file]["config"].items())
            random.shuffle(config)
            shuffled.files[file] = {"config": dict(config)}
            for key in ("estate:pools", "estate:nodes", "estate:databases"):
                items = list(drawn.files[file]["config"].get(key, ()))
                random.shuffle(items)
                if items:
                    shuffled.files[file]["config"][key] = items
    assert _accepted(shuffled) == _accepted(drawn)


@few
@given(estates(), st.data())
def test_changing_one_apps_replicas_changes_that_app_only(
    drawn: Drawn, data: st.DataObject
) -> None:
    """P-b: everything else in both plans stays what it is."""
    before = _accepted(drawn)
    if not drawn.apps() or not before:
        return
    alike = ("traditional", "web", "service", "rpc")
    apps = [
        file
        for file, one in drawn.files.items()
        if one.get("kind") in alike and one.get("exposure") != "node"
    ]
    if not apps:
        return
    file = data.draw(st.sampled_from(sorted(apps)))
    changed = Drawn({**drawn.files, file: drawn.files[file] | {"replicas": 4, "scale": {"max": 7}}})
    after = _accepted(changed)
    if not after:
        return
    name, zone = changed.files[file]["app"], changed.files[file]["zone"]
    for plan in (before[zone], after[zone]):
        assert name in [app.name for app in plan.of(AppsPlan).apps]
    for one in before:
        mine = name if one == zone else ""
        assert _without(before[one], mine) == _without(after[one], mine)
    assert before[zone].of(AppsPlan).apps != after[zone].of(AppsPlan).apps


def _without(plan: Plan, app: str) -> tuple[object, ...]:
    """The plan without an app, and without the namespace that is its own, whose quota follows."""
    others = tuple(one for one in plan.of(AppsPlan).apps if one.name != app)
    own = {one.namespace for one in plan.of(AppsPlan).apps if one.name == app}
    own -= {one.tenant for one in plan.of(AppsPlan).apps}
    namespaces = [
        namespace for tenant in plan.of(TenancyPlan).tenants for namespace in tenant.namespaces
    ]
    return (
        others,
        [namespace for namespace in namespaces if namespace.name not in own],
        plan.of(NodesPlan).pools,
        plan.of(FirewallPlan).rows,
        plan.of(ControlPlanePlan).cluster,
        plan.of(NetworkPlan).network,
        plan.of(ExposurePlan).load_balancer,
    )


_PRINT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from estate.declarations.load import load
from estate.derivation import derive
derived = derive(load(Path(sys.argv[2])))
print([str(problem) for problem in derived.problems], dict(derived.plans))
"""


def _printed(root: Path, seed: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", _PRINT, str(REPOSITORY / "platform"), str(root)],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        check=True,
        text=True,
    ).stdout


def test_the_seed_of_hashes_changes_nothing(tmp_path: Path) -> None:
    """P-a: neither the plans nor the problems depend on what Python hashes to."""
    assert len({_printed(REPOSITORY, seed) for seed in ("0", "4711")}) == 1
    broken = tmp_path / "apps"
    broken.mkdir()
    for number in range(20):
        (broken / f"a{number}.yaml").write_text("kind: web\nx: 1\ny: [no]\n")
    assert len({_printed(tmp_path, seed) for seed in ("0", "4711")}) == 1


def test_the_packing_check_itself_tells_right_from_wrong() -> None:
    """X4: a check that always says yes would prove nothing."""

    def app(cpu: int, replicas: int) -> AppPlan:
        return AppPlan(
            name="a",
            tenant="t",
            namespace="t",
            zone="dmz",
            kind="service",
            owner="o",
            running=True,
            protected=False,
            image="i",
            replicas=replicas,
            size=Amount(cpu=cpu, memory=1, pods=1),
            limits=LimitsPlan(cpu=cpu, memory=1),
            user=1,
            group=1,
            tmp=1,
            stop_within=30,
            ready=ACCEPTS,
            alive=ACCEPTS,
            host="",
            ready_within=300,
            listen=None,
            pool="p",
            tolerations=(),
            exposure=None,
            databases=(),
            connects_to=(),
            connected_from=(),
            secrets=(),
            logs=None,
        )

    room = Amount(cpu=10, memory=100, pods=3)
    assert _packs([app(5, 4)], [room, room])
    assert not _packs([app(6, 3)], [room, room])
    assert not _packs([app(1, 7)], [room, room])
    assert _packs([app(6, 2), app(4, 2)], [room, room])
