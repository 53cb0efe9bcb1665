"""Both stacks applied to real API servers; what the API servers then say.

The tests of this file run in order; last of all that share the lab, both stacks are destroyed.
"""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from estate.reader.values import ZONES, Zone
from estate.topics.apps.plan import AppsPlan
from estate.topics.exposure.plan import ExposurePlan, VirtualServersPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.routers.plan import RoutersPlan
from estate.topics.tenancy.plan import TenancyPlan
from tests.level3.applied import STACKS, Applied

GOLDEN = Path(__file__).parents[1] / "level1" / "golden"
POOL = "node-restriction.kubernetes.io/pool"


@pytest.mark.parametrize("stack", STACKS)
def test_a_second_up_changes_nothing(world: Applied, stack: str) -> None:
    ran = world.up(stack, "--expect-no-changes")
    assert "unchanged" in ran.stdout


@pytest.mark.parametrize("stack", STACKS)
def test_drift_of_nothing_is_found_by_refresh(world: Applied, stack: str) -> None:
    world.lab.pulumi("refresh", "--preview-only", "--expect-no-changes", stack=stack)


@pytest.mark.parametrize("stack", STACKS)
def test_the_state_holds_the_golden_urns(world: Applied, stack: str) -> None:
    exported = json.loads(world.lab.pulumi("stack", "export", stack=stack).stdout)
    found = {one["urn"] for one in exported["deployment"]["resources"]}
    golden = set((GOLDEN / f"{stack}.urns").read_text(encoding="utf-8").splitlines())
    assert golden <= found
    rest = {urn.split("::")[2] for urn in found - golden}
    assert rest == {
        "pulumi:pulumi:Stack",
        "pulumi:providers:random",
        "pulumi:providers:pulumi",  # which reads the outputs of the last update
        "kubernetes:core/v1:Namespace",  # kube-system, which the guard reads
    }


@pytest.mark.parametrize("zone", ZONES)
def test_every_replica_runs_on_its_pools_nodes(world: Applied, zone: Zone) -> None:
    """C6, D6: the pods of an app stand on the nodes of its pool, and nowhere else."""
    plan = world.estate.plans()[zone]
    nodes = {pool.name: {node.name for node in pool.nodes} for pool in plan.of(NodesPlan).pools}
    for app in plan.of(AppsPlan).apps:
        pods = world.get(zone, "pods", "-n", app.namespace, "-l", f"estate/app={app.name}")
        assert len(pods) == (0 if app.schedule else app.replicas), app.name
        for pod in pods:
            assert pod["status"]["phase"] == "Running", app.name
            assert pod["spec"]["nodeName"] in nodes[app.pool], app.name


@pytest.mark.parametrize("zone", ZONES)
def test_replicas_stand_on_different_nodes(world: Applied, zone: Zone) -> None:
    """D8: the loss of one node takes one replica."""
    for app in world.estate.plans()[zone].of(AppsPlan).apps:
        if app.schedule:  # its pods come by the clock
            continue
        pods = world.get(zone, "pods", "-n", app.namespace, "-l", f"estate/app={app.name}")
        assert len({pod["spec"]["nodeName"] for pod in pods}) == app.replicas, app.name


@pytest.mark.parametrize("zone", ZONES)
def test_node_ports_are_those_declared_and_no_others(world: Applied, zone: Zone) -> None:
    """E1, E2."""
    plan = world.estate.plans()[zone]
    declared = {
        app.name: ({app.exposure.node_port}, app.exposure.traffic_policy)
        for app in plan.of(AppsPlan).apps
        if app.exposure
    }
    for router in plan.of(RoutersPlan).routers:
        declared[router.name] = ({router_port.node_port for router_port in router.ports}, "Local")
    for server in plan.of(VirtualServersPlan).virtual_servers:
        if server.name == "kibana":
            declared["kibana-published"] = ({server.member_port}, "Local")
    intake = plan.of(ExposurePlan).log_intake
    assert intake
    declared["log-intake"] = ({intake.node_port}, "Local")
    found = {
        service["metadata"]["name"]: (
            {port["nodePort"] for port in service["spec"]["ports"]},
            service["spec"]["externalTrafficPolicy"],
        )
        for service in world.get(zone, "services", "-A")
        if service["spec"]["type"] == "NodePort"
    }
    assert found == declared


@pytest.mark.parametrize("zone", ZONES)
def test_routers_run_on_router_nodes_apart(world: Applied, zone: Zone) -> None:
    """C5, D8: admitted as restricted, each shard's routers on different nodes of the role."""
    plan = world.estate.plans()[zone]
    (pool,) = (pool for pool in plan.of(NodesPlan).pools if pool.role == "router")
    assert plan.of(RoutersPlan).routers
    for router in plan.of(RoutersPlan).routers:
        selector = f"app.kubernetes.io/name={router.name}"
        pods = world.get(zone, "pods", "-n", "estate-ingress", "-l", selector)
        assert {pod["status"]["phase"] for pod in pods} == {"Running"}, router.name
        nodes = {pod["spec"]["nodeName"] for pod in pods}
        assert len(pods) == len(nodes) == router.replicas == 2, router.name
        assert nodes <= {node.name for node in pool.nodes}, router.name


@pytest.mark.parametrize("zone", ZONES)
def test_a_router_reads_what_it_publishes_and_nothing_else(world: Applied, zone: Zone) -> None:
    """B2, C5: asked of the API server as the router's own service account."""
    plan = world.estate.plans()[zone]
    namespaces = {one.name for tenant in plan.of(TenancyPlan).tenants for one in tenant.namespaces}
    for router in plan.of(RoutersPlan).routers:
        account = f"--as=system:serviceaccount:estate-ingress:{router.name}"
        for namespace in sorted(namespaces | {"estate-ingress", "kube-system"}):
            seen = namespace in (*router.namespaces, "estate-ingress")
            for right in ("list secrets", "watch ingresses", "list endpointslices"):
                words = ("auth", "can-i", *right.split(), f"-n={namespace}", account)
                ran = world.lab.kubectl(zone, *words, check=False)
                assert ran.stdout.startswith("yes" if seen else "no"), (right, namespace)
            words = ("auth", "can-i", "update", "ingresses", f"-n={namespace}", account)
            assert world.lab.kubectl(zone, *words, check=False).stdout.startswith("no")


@pytest.mark.parametrize("zone", ZONES)
def test_every_claim_is_bound_to_the_volume_made_for_it(world: Applied, zone: Zone) -> None:
    """M1."""
    claims = world.get(zone, "pvc", "-A")
    assert claims
    for claim in claims:
        assert claim["status"]["phase"] == "Bound"
        (volume,) = world.get(zone, "pv", claim["spec"]["volumeName"])
        assert volume["spec"]["claimRef"]["name"] == claim["metadata"]["name"]
        assert volume["spec"]["claimRef"]["namespace"] == claim["metadata"]["namespace"]


@pytest.mark.parametrize("zone", ZONES)
def test_nodes_carry_their_pools_label_and_keep_their_taints(world: Applied, zone: Zone) -> None:
    """D2, D5: the label by patch, the taint as the kubelet registered it."""
    found = {node["metadata"]["name"]: node for node in world.get(zone, "nodes")}
    for pool in world.estate.plans()[zone].of(NodesPlan).pools:
        for planned in pool.nodes:
            node = found[planned.name]
            assert node["metadata"]["labels"][POOL] == pool.name
            taints = {(t["key"], t["value"], t["effect"]) for t in node["spec"].get("taints", [])}
            assert taints == {(t.key, t.value, t.effect) for t in pool.taints}


def test_a_pod_beyond_the_quota_is_refused_by_name_of_the_quota(world: Applied) -> None:
    """C1."""
    ran = _run_pod(world, "motor", cpu="20", privileged=False)
    assert ran.returncode != 0
    assert "exceeded quota: quota" in ran.stderr


def test_a_privileged_pod_is_refused(world: Applied) -> None:
    """B3."""
    ran = _run_pod(world, "motor", cpu="10m", privileged=True)
    assert ran.returncode != 0
    assert 'violates PodSecurity "restricted' in ran.stderr


def test_a_node_port_that_nobody_declared_is_refused(world: Applied) -> None:
    """E2: admission knows the numbers; the quota, which comes after it, how many there are."""
    ran = world.lab.kubectl(
        "dmz",
        *("create", "service", "nodeport", "other", "--tcp=80", "--node-port=30050"),
        *("-n", "brokers"),
        check=False,
    )
    assert ran.returncode != 0
    # Made by hand, it does not say its zone either: whichever rule answers first is named.
    assert "Rule node-port" in ran.stderr or "Rule exposure" in ran.stderr
    quota = world.get("dmz", "resourcequota", "quota", "-n", "brokers")[0]["status"]
    assert quota["hard"]["services.nodeports"] == quota["used"]["services.nodeports"] == "1"


def _run_pod(
    world: Applied, namespace: str, *, cpu: str, privileged: bool
) -> subprocess.CompletedProcess[str]:
    container = {
        "name": "probe",
        "image": f"registry.dmz.harbour.example/probe@sha256:{'0' * 64}",
        "resources": {"requests": {"cpu": cpu}, "limits": {"cpu": cpu}},
        "securityContext": {
            "privileged": privileged,
            "allowPrivilegeEscalation": privileged,
            "runAsNonRoot": True,
            "capabilities": {"drop": ["ALL"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }
    overrides = json.dumps({"spec": {"containers": [container]}})
    return world.lab.kubectl(
        "dmz",
        *("run", "probe", "-n", namespace, "--image=probe", f"--overrides={overrides}"),
        check=False,
    )


def test_a_generated_secret_stands_in_the_cluster_and_nowhere_in_clear(world: Applied) -> None:
    """fault 17: the whole state folder and all output are searched, in four spellings."""
    values = {
        base64.b64decode(text)
        for zone in ZONES
        for secret in world.get(zone, "secrets", "-A", "-l", "app.kubernetes.io/managed-by=estate")
        for text in secret["data"].values()
    }
    # Grafana's, the webhook's, the registry's and logging's five, in each zone
    assert len(values) == 3 + 8 * len(ZONES)
    assert {len(value) for value in values} == {32, 48}
    needles = [
        spelling
        for value in values
        for spelling in (value, base64.b64encode(value), value.hex().encode(), value[:16])
    ]
    outputs = [
        world.lab.pulumi("stack", "export", stack=stack).stdout
        + world.lab.pulumi("preview", "--diff", "--refresh", stack=stack).stdout
        for stack in STACKS
    ]
    for needle in needles:
        assert all(needle.decode() not in output for output in outputs)
    searched = 0
    for path in world.lab.state.rglob("*"):
        if "clusters" in path.parts or not path.is_file():  # etcd holds Secrets, that is its task
            continue
        content = path.read_bytes()
        searched += 1
        assert not any(needle in content for needle in needles), path
    assert searched > 5


def test_the_preview_identity_may_write_dry_runs_only(world: Applied) -> None:
    """It has the right to patch, since a preview is a dry run on the server; admission holds it."""
    identity = ("--as=preview", "--as-group=estate:preview", "--as-group=system:authenticated")
    command = ("create", "configmap", "probe", "-n", "motor", "--from-literal=a=b", *identity)
    dry = world.lab.kubectl("dmz", *command, "--dry-run=server", check=False)
    assert dry.returncode == 0, dry.stderr
    wet = world.lab.kubectl("dmz", *command, check=False)
    assert wet.returncode != 0
    assert "may only send dry runs" in wet.stderr
    labelled = world.lab.kubectl(
        "dmz", "label", "node", "dmz-n01", "probe=1", *identity, check=False
    )
    assert "may only send dry runs" in labelled.stderr
    policy = ("validatingadmissionpolicy", "estate-preview", "probe=1")  # no policy guards those
    lifted = world.lab.kubectl("dmz", "label", *policy, *identity, check=False)
    assert "forbidden" in lifted.stderr


SESSION_KEY = "policy-portal.session-key-g1"


@pytest.mark.parametrize(
    "command",
    [
        ("get", "secrets", "-A"),
        ("get", "secret", SESSION_KEY, "-n=life-policy-portal"),
        ("patch", "secret", SESSION_KEY, "-n=life-policy-portal", "-p={}", "--dry-run=server"),
        ("apply", "--server-side", "--dry-run=server", "-f"),
        ("replace", "--dry-run=server", "-f"),
        ("create", "--dry-run=server", "-f"),
    ],
    ids=" ".join,
)
def test_the_preview_identity_sees_nothing_of_a_secret_that_exists(
    world: Applied, command: tuple[str, ...]
) -> None:
    """B2, fault 17: a patch answered with its data; a new one of the same name is refused."""
    identity = ("--as=preview", "--as-group=estate:preview", "--as-group=system:authenticated")
    (live,) = world.get("dmz", "secret", SESSION_KEY, "-n", "life-policy-portal")
    (value,) = live["data"].values()
    file = world.lab.state / "secret.json"
    metadata = {"name": SESSION_KEY, "namespace": "life-policy-portal"}
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "Secret", "metadata": metadata}))
    given = (*command, str(file)) if command[-1] == "-f" else command
    ran = world.lab.kubectl("dmz", *given, *identity, "-o", "json", check=False)
    assert ran.returncode != 0
    assert "forbidden" in ran.stderr or "already exists" in ran.stderr, ran.stderr
    assert value not in ran.stdout + ran.stderr
    new = ("create", "secret", "generic", "new", "-n=motor", "--from-literal=a=b")
    world.lab.kubectl("dmz", *new, "--dry-run=server", *identity)


def test_a_changed_app_changes_exactly_its_own_objects(world: Applied) -> None:
    """P-b, E8."""
    world.estate.edit("apps/quote-dmz.yaml", "replicas: 3", "replicas: 4")
    try:
        assert world.changes("dmz") == {"kubernetes:apps/v1:Deployment::quote": "update"}
        assert world.changes("intranet") == {}
    finally:
        world.estate.edit("apps/quote-dmz.yaml", "replicas: 4", "replicas: 3")


def test_another_node_port_is_admitted_in_the_update_that_declares_it(world: Applied) -> None:
    """E2: the new register is enforced before the Service is changed; the old one goes."""
    world.estate.port("dmz", "brokers/broker-gateway", 30013)
    try:
        changes = _without_rules(world.changes("dmz"))
        parameters = "kubernetes:core/v1:ConfigMap::estate-node-port-"
        register = [what for name, what in changes.items() if name.startswith(parameters)]
        assert sorted(register) == ["create", "delete"]
        assert {k: v for k, v in changes.items() if not k.startswith(parameters)} == {
            "kubernetes:admissionregistration.k8s.io/v1:"
            "ValidatingAdmissionPolicyBinding::estate-node-port": "update",
            "kubernetes:core/v1:Service::broker-gateway": "update",
        }
        world.up("dmz")
        (service,) = world.get("dmz", "service", "broker-gateway", "-n", "brokers")
        assert service["spec"]["ports"][0]["nodePort"] == 30013
        names = [one["metadata"]["name"] for one in world.get("dmz", "cm", "-n=estate-admission")]
        (made,) = (name for name in names if name.startswith("estate-node-port-"))
        (binding,) = world.get("dmz", "validatingadmissionpolicybinding", "estate-node-port")
        assert binding["spec"]["paramRef"]["name"] == made
    finally:
        world.estate.port("dmz", "brokers/broker-gateway", 30011)
        world.up("dmz")


def _without_rules(changes: dict[str, str]) -> dict[str, str]:
    """But for what Prometheus expects of the inventory and the registers, which follows (X18)."""
    rules = "kubernetes:core/v1:ConfigMap::estate-monitoring-prometheus-rules"
    assert changes[rules] == "update", "in place: its pods run on"
    return {name: what for name, what in changes.items() if name != rules}


def test_a_new_generation_makes_a_secret_rolls_its_consumer_and_deletes_the_old(
    world: Applied,
) -> None:
    file, old = "apps/broker-gateway-dmz.yaml", "- {name: session-key}"
    world.estate.edit(file, old, "- {name: session-key, generation: 2}")
    try:
        assert world.changes("dmz") == {
            "random:index/randomPassword:RandomPassword::broker-gateway.session-key-g2": "create",
            "kubernetes:core/v1:Secret::broker-gateway.session-key-g2": "create",
            "kubernetes:apps/v1:Deployment::broker-gateway": "update",
            "kubernetes:core/v1:Secret::broker-gateway.session-key-g1": "delete",
            "random:index/randomPassword:RandomPassword::broker-gateway.session-key-g1": "delete",
        }
        world.up("dmz")
        names = {one["metadata"]["name"] for one in world.get("dmz", "secrets", "-n", "brokers")}
        assert names == {"broker-gateway.session-key-g2"}
    finally:
        world.estate.edit(file, "- {name: session-key, generation: 2}", old)
        world.up("dmz")


def test_a_node_added_to_the_inventory_gains_its_label_and_changes_no_other_object(
    world: Applied,
) -> None:
    """X18; what it changes in documents is asserted at level 2."""
    line = "{name: dmz-n02, address: 10.10.1.12, rack: rack-b, size: medium, pool: policy-portal}"
    added = "{name: dmz-n13, address: 10.10.1.23, rack: rack-c, size: medium, pool: policy-portal}"
    world.estate.edit("Pulumi.dmz.yaml", line, f"{line}\n    - {added}")
    world.lab.up()
    changes = _without_rules(world.changes("dmz"))
    assert changes == {"kubernetes:core/v1:NodePatch::dmz-n13": "create"}
    world.up("dmz")
    (node,) = world.get("dmz", "node", "dmz-n13")
    assert node["metadata"]["labels"][POOL] == "policy-portal"
    world.estate.edit("Pulumi.dmz.yaml", f"\n    - {added}", "")
    world.up("dmz")
    world.lab.up()
    assert "dmz-n13" not in {one["metadata"]["name"] for one in world.get("dmz", "nodes")}


def test_a_node_label_set_by_hand_survives_the_estates_patch(world: Applied) -> None:
    """D5, trap 17: a patch owns its own keys only, also when it goes."""
    world.lab.kubectl("dmz", "label", "node", "dmz-n01", "team=storage")
    world.up("dmz", "--refresh")
    (node,) = world.get("dmz", "node", "dmz-n01")
    assert node["metadata"]["labels"]["team"] == "storage"


def test_a_workload_that_never_becomes_ready_holds_back_nothing_else(world: Applied) -> None:
    """fault 9: it fails by its own budget; all other changes are made, without a traceback."""
    for node in ("dmz-n01", "dmz-n02"):
        world.lab.kubectl("dmz", "cordon", node)
    portal, quote = "apps/policy-portal-dmz.yaml", "apps/quote-dmz.yaml"
    world.estate.edit(portal, "replicas: 2", "replicas: 2\nready_within: 15")
    world.estate.edit(portal, "health: /healthz", "health: /ready")
    world.estate.edit(quote, "replicas: 3", "replicas: 4")
    try:
        ran = world.up("dmz", "--continue-on-error", check=False)
        assert ran.returncode != 0
        assert "policy-portal" in ran.stdout and "Traceback" not in ran.stdout + ran.stderr
        (deployment,) = world.get("dmz", "deployment", "quote", "-n", "motor")
        assert deployment["spec"]["replicas"] == 4
    finally:
        for node in ("dmz-n01", "dmz-n02"):
            world.lab.kubectl("dmz", "uncordon", node)
        world.estate.edit(portal, "replicas: 2\nready_within: 15", "replicas: 2")
        world.estate.edit(portal, "health: /ready", "health: /healthz")
        world.estate.edit(quote, "replicas: 4", "replicas: 3")
    world.up("dmz", "--refresh")
    world.up("dmz", "--expect-no-changes")


def test_an_app_on_its_own_nodes_gets_smaller(world: Applied) -> None:
    """D1, X5: old pods use more than the new ones may; no quota keeps the new ones away."""
    portal = "apps/policy-portal-dmz.yaml"
    world.estate.edit(portal, "size: {cpu: 2, memory: 4Gi}", "size: {cpu: 1, memory: 2Gi}")
    try:
        world.up("dmz")
        pods = world.get("dmz", "pods", "-n", "life-policy-portal")
        sizes = {pod["spec"]["containers"][0]["resources"]["requests"]["cpu"] for pod in pods}
        assert sizes == {"1"}
    finally:
        world.estate.edit(portal, "size: {cpu: 1, memory: 2Gi}", "size: {cpu: 2, memory: 4Gi}")
        world.up("dmz")


@pytest.mark.parametrize(
    "verb",
    [
        ("preview",),
        ("up", "--yes"),
        ("up", "--yes", "--skip-preview"),
        ("refresh", "--yes"),
        ("refresh", "--yes", "--skip-preview"),
        ("destroy", "--yes"),
        ("destroy", "--yes", "--skip-preview"),
    ],
    ids=" ".join,
)
def test_swapped_contexts_are_refused_and_nothing_is_written(
    world: Applied, verb: tuple[str, ...]
) -> None:
    """A1, fault 18: for every verb, since make targets, CI and README set PULUMI_RUN_PROGRAM."""
    before = _registered(world.everything("intranet"))
    state = world.lab.pulumi("stack", "export", stack="dmz").stdout
    with _swapped_contexts(world):
        ran = world.lab.pulumi(*verb, stack="dmz", check=False)
    assert ran.returncode != 0
    said = ran.stdout + ran.stderr
    assert "points to the cluster 'intranet'" in said and "this stack is for 'dmz'" in said
    assert "Traceback" not in said
    assert _registered(world.everything("intranet")) == before
    urns = [load["urn"] for load in json.loads(state)["deployment"]["resources"]]
    after = json.loads(world.lab.pulumi("stack", "export", stack="dmz").stdout)
    assert [one["urn"] for one in after["deployment"]["resources"]] == urns


def _registered(found: set[str]) -> set[str]:
    """What the engine writes: controllers make pods and slices at any time."""
    return {one for one in found if not one.startswith(("Pod/", "EndpointSlice/"))}


def test_another_configuration_than_the_stack_files_is_refused_before_anything_is_read(
    world: Applied,
) -> None:
    """One truth: `--config-file` reaches the engine and not the loader."""
    other = world.lab.state / "other.yaml"
    other.write_bytes((world.estate.root / "Pulumi.intranet.yaml").read_bytes())
    ran = world.lab.pulumi("preview", f"--config-file={other}", stack="dmz", check=False)
    assert ran.returncode != 0
    assert 'estate:cluster.zone is "dmz" in Pulumi.dmz.yaml' in ran.stdout + ran.stderr
    assert "read kubernetes" not in ran.stdout and "Traceback" not in ran.stdout + ran.stderr


@contextmanager
def _swapped_contexts(world: Applied) -> Generator[None]:
    """A kubeconfig in which each zone's name leads to the other one."""
    path = world.lab.state / "kubeconfig"
    text = path.read_text(encoding="utf-8")
    config = yaml.safe_load(text)
    there = {context["name"]: context["context"] for context in config["contexts"]}
    for context, other in zip(config["contexts"], reversed(STACKS), strict=True):
        context["context"] = there[other]
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(text, encoding="utf-8")


def test_an_app_leaves_in_two_steps(world: Applied) -> None:
    """Retired, then removed: first the workload goes and the volume stays, then all of it."""
    stack, file = "Pulumi.intranet.yaml", "apps/reserving-intranet.yaml"
    dedicated = "- {name: reserving, tenant: actuarial, app: reserving}"
    calling = {
        name: (world.estate.root / name).read_text(encoding="utf-8")
        for name in ("Pulumi.dmz.yaml", "apps/claim-intake-dmz.yaml")
    }
    world.estate.without_calls_to_reserving()
    lock = (world.estate.root / "images.lock.yaml").read_text(encoding="utf-8")
    world.estate.protected("intranet")
    world.up("intranet")
    text = (world.estate.root / file).read_text(encoding="utf-8")
    pools = (world.estate.root / stack).read_text(encoding="utf-8")
    world.estate.edit(stack, dedicated, "- {name: reserving}")
    world.estate.remove(file)
    # With its preview, which refuses before anything is deleted.
    refused = world.lab.pulumi("up", "--yes", stack="intranet", check=False)
    assert refused.returncode != 0
    assert "protect" in refused.stdout + refused.stderr
    assert world.get("intranet", "deployments", "-n", "actuarial-reserving")

    world.estate.add(stack, pools).add(file, f"{text}state: retired\n")
    world.up("intranet")
    assert world.get("intranet", "deployments", "-n", "actuarial-reserving") == []
    (volume,) = world.get("intranet", "pv", "reserving-logs")
    assert volume["status"]["phase"] == "Bound"

    world.estate.edit(stack, dedicated, "- {name: reserving}")
    world.estate.remove(file)
    world.up("intranet")
    namespaces = {one["metadata"]["name"] for one in world.get("intranet", "namespaces")}
    assert "actuarial-reserving" not in namespaces and "life" in namespaces
    assert "reserving-logs" not in {one["metadata"]["name"] for one in world.get("intranet", "pv")}

    for name, former in calling.items():
        world.estate.add(name, former)
    world.estate.add(stack, pools.replace("estate:removal: protected", "estate:removal: allowed"))
    world.estate.add(file, text).add("images.lock.yaml", lock)
    world.up("intranet")


@pytest.mark.last
@pytest.mark.parametrize("stack", STACKS)
def test_destroy_leaves_nothing_behind(world: Applied, stack: str) -> None:
    assert world.everything(stack)
    world.lab.pulumi("destroy", "--yes", stack=stack)
    assert world.everything(stack) == set()
    for node in world.get(stack, "nodes"):
        assert POOL not in node["metadata"]["labels"]
    assert (
        json.loads(world.lab.pulumi("stack", "export", stack=stack).stdout)["deployment"].get(
            "resources", []
        )
        == []
    )
