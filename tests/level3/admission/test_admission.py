"""Every rule of admission, held against a real API server: what passes, what does not, and why.

The tests of this file share one lab with the dmz applied, in which one rule is open in one
namespace: host-path in that of the policy portal.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from estate.topics.admission.declare.rules import RULES, RuleName
from estate.topics.admission.manifests.examples import (
    Example,
    Place,
    as_pod,
    broken_pod,
    failing,
    passing,
    pod,
)
from estate.topics.nodes.plan import NodesPlan
from tests.level0.refused import EXCEPTIONS
from tests.level3.applied import Applied, applied

POOL = "node-restriction.kubernetes.io/pool"
DIGEST = "sha256:" + "0" * 64
REGISTRY = "registry.dmz.harbour.example"

PORTAL = Place(
    namespace="life-policy-portal",
    registry=REGISTRY,
    zone="dmz",
    selector={POOL: "policy-portal"},
    node_port=30010,
)
GATEWAY = Place(
    namespace="brokers",
    registry=REGISTRY,
    zone="dmz",
    selector={POOL: "brokers"},
    node_port=30011,
    ingress_class="external-brokers",
    hosts=("brokers.harbour.example",),
)
MOTOR = Place(namespace="motor", registry=REGISTRY, zone="dmz", selector={POOL: "shared"})

POD_RULES: tuple[RuleName, ...] = (
    "image",
    "host-path",
    "host-port",
    "host-namespaces",
    "privilege",
    "placement",
)
OPENED: RuleName = "host-path"
EXCEPTION = f"""\
    - rule: {OPENED}
      namespace: {PORTAL.namespace}
      account: default
      paths: [{{path: /var/log, writable: true}}]
      reason: reads what the old agent leaves on the node
      owner: life-portal@harbour.example
      approved: "2026-01-31"
      expires: "2099-12-31"
"""
PATIENCE = 180  # seconds; a busy machine is slow, not broken
SOMEBODY = ("--as=somebody", "--as-group=system:authenticated")
"""Who has all rights in tenants' namespaces and none beside: no rule may need an administrator."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Applied]:
    with applied(tmp_path_factory.mktemp("admission"), zones=("dmz",)) as found:
        found.estate.edit("Pulumi.dmz.yaml", EXCEPTIONS, f"{EXCEPTIONS}{EXCEPTION}")
        found.up("dmz")
        for place in (PORTAL, GATEWAY, MOTOR):
            command = ("create", "rolebinding", "somebody", "--clusterrole=admin")
            found.lab.kubectl("dmz", *command, "--user=somebody", f"-n={place.namespace}")
        # Their ports are free again, so that an example may ask for one.
        found.lab.kubectl("dmz", "delete", "service", "broker-gateway", "-n=brokers")
        found.lab.kubectl("dmz", "delete", "service", "policy-portal", "-n=life-policy-portal")
        yield found


def asked(world: Applied, example: Example, *options: str) -> tuple[Any, str]:
    """The object as the API server would make it, or why it would not."""
    file = world.lab.state / "example.json"
    file.write_text(json.dumps(example.body), encoding="utf-8")
    command = ("create", "--dry-run=server", "-o=json", f"-f={file}", *SOMEBODY)
    ran = world.lab.kubectl("dmz", *command, *options, check=False)
    return (json.loads(ran.stdout), "") if ran.returncode == 0 else (None, ran.stderr)


def refused(world: Applied, example: Example, rule: RuleName) -> str:
    """What the refusal says, which names the rule and the way out."""
    made, message = asked(world, example)
    assert made is None, f"{rule} let it pass"
    assert f"Rule {rule}: {RULES[rule].says}. {RULES[rule].way_out} (estate-{rule}-" in message
    return message


def workload(kind: str, spec: dict[str, Any]) -> Example:
    """A pod's spec in each thing that makes pods."""
    labels = {"estate/app": "example"}
    template: dict[str, Any] = {"metadata": {"labels": labels}, "spec": spec}
    selected = {"selector": {"matchLabels": labels}, "template": template}
    group, fields = {
        "ReplicationController": ("v1", {"selector": labels, "template": template}),
        "StatefulSet": ("apps/v1", {**selected, "serviceName": "example"}),
        "DaemonSet": ("apps/v1", selected),
        "ReplicaSet": ("apps/v1", selected),
        "Job": ("batch/v1", {"template": template}),
        "CronJob": (
            "batch/v1",
            {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": template}}},
        ),
    }[kind]
    if group == "batch/v1":
        spec["restartPolicy"] = "Never"
    metadata = {"name": "estate-example", "namespace": MOTOR.namespace}
    return Example(
        path="",
        body={"apiVersion": group, "kind": kind, "metadata": metadata, "spec": fields},
    )


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_refuses_what_breaks_it_and_admits_what_does_not(
    world: Applied, rule: RuleName
) -> None:
    """A2, B3, C6, E2: the message names the rule, what was found, and the way out."""
    made, message = asked(world, passing(rule, GATEWAY))
    assert made is not None, message
    refused(world, failing(rule, GATEWAY), rule)


@pytest.mark.parametrize("rule", [rule for rule in POD_RULES if rule != OPENED])
def test_where_pod_security_steps_back_our_rules_hold_a_bare_pod(
    world: Applied, rule: RuleName
) -> None:
    """B3: an exception opens one rule, although Pod Security can only open them all."""
    refused(world, as_pod(PORTAL, broken_pod(rule, PORTAL)), rule)


@pytest.mark.parametrize("rule", ["privilege", "host-path", "host-port", "host-namespaces", None])
def test_pod_security_refuses_a_bare_pod_by_itself(world: Applied, rule: RuleName | None) -> None:
    """B3: Kubernetes' own standard comes before our rules, and holds where they would fail."""
    spec: Any = broken_pod(rule, MOTOR) if rule else pod(MOTOR)
    if rule is None:
        spec["securityContext"]["runAsUser"] = 0
    made, message = asked(world, as_pod(MOTOR, spec))
    assert made is None
    assert 'violates PodSecurity "restricted' in message


def test_a_container_that_asks_for_nothing_is_given_a_little(world: Applied) -> None:
    """C1: so that the quota can count it."""
    spec: Any = pod(MOTOR)
    del spec["containers"][0]["resources"]
    made, message = asked(world, as_pod(MOTOR, spec))
    assert made is not None, message
    assert made["spec"]["containers"][0]["resources"] == {
        "requests": {"cpu": "10m", "memory": "100Mi", "ephemeral-storage": "16Mi"},
        "limits": {"cpu": "1", "memory": "1000Mi", "ephemeral-storage": "2Gi"},
    }


def test_an_exception_opens_its_rule_in_its_namespace(world: Applied) -> None:
    """X8: and nowhere else."""
    for example in (failing(OPENED, PORTAL), as_pod(PORTAL, broken_pod(OPENED, PORTAL))):
        made, message = asked(world, example)
        assert made is not None, message
    refused(world, failing(OPENED, GATEWAY), OPENED)
    _, message = asked(world, as_pod(GATEWAY, broken_pod(OPENED, GATEWAY)))
    assert 'violates PodSecurity "restricted' in message


@pytest.mark.parametrize(
    "kind", ["ReplicationController", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob"]
)
def test_whatever_makes_pods_is_held_to_the_rules_of_pods(world: Applied, kind: str) -> None:
    """B3: who applies it is told, rather than an event that nobody reads."""
    made, message = asked(world, workload(kind, dict(pod(MOTOR))))
    assert made is not None, message
    refused(world, workload(kind, dict(broken_pod("host-port", MOTOR))), "host-port")


@pytest.mark.parametrize("kind", ["initContainers", "ephemeralContainers"])
def test_every_kind_of_container_is_held_to_the_rules(world: Applied, kind: str) -> None:
    """B3: a container that runs first, or is added to debug, is a container."""
    foreign: dict[str, Any] = {
        "name": "other",
        "image": "docker.io/library/busybox",
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }
    if kind == "initContainers":
        message = refused(world, as_pod(MOTOR, {**pod(MOTOR), kind: [foreign]}), "image")
        assert "container other has the image docker.io/library/busybox" in message
        return
    running = world.get("dmz", "pods", "-n", "motor", "-l", "estate/app=quote")[0]
    running["spec"][kind] = [foreign]
    file = world.lab.state / "debug.json"
    file.write_text(json.dumps(running), encoding="utf-8")
    path = f"/api/v1/namespaces/motor/pods/{running['metadata']['name']}/ephemeralcontainers"
    ran = world.lab.kubectl("dmz", "replace", f"--raw={path}", f"-f={file}", check=False)
    assert ran.returncode != 0
    assert "Rule image:" in ran.stderr + ran.stdout


def test_a_tag_is_refused_even_of_the_zones_own_registry(world: Applied) -> None:
    """B3: a tag may move after it was tested; so is a registry whose name only begins alike."""
    for image in (f"{REGISTRY}/example:1.0", f"{REGISTRY}.evil.example/example@{DIGEST}"):
        spec: Any = pod(MOTOR)
        spec["containers"][0]["image"] = image
        assert image in refused(world, as_pod(MOTOR, spec), "image")


def test_a_bare_pod_gains_its_namespaces_pool(world: Applied) -> None:
    """C6, D6: selector and toleration, both, so that nothing escapes and nothing is stuck."""
    bare = {key: value for key, value in pod(GATEWAY).items() if key != "nodeSelector"}
    made, message = asked(world, as_pod(GATEWAY, bare))
    assert made is not None, message
    assert made["spec"]["nodeSelector"] == {POOL: "brokers"}
    own = [one for one in made["spec"]["tolerations"] if one.get("key") == "dedicated"]
    assert own == [
        {"key": "dedicated", "operator": "Equal", "value": "brokers", "effect": "NoSchedule"}
    ]


def test_putting_the_pool_on_a_pod_twice_is_putting_it_on_once(world: Applied) -> None:
    """C6: mutations run again after another one; a pod that has a part of it gains the rest."""
    bare = {key: value for key, value in pod(GATEWAY).items() if key != "nodeSelector"}
    made, _ = asked(world, as_pod(GATEWAY, bare))
    placed = ("nodeSelector", "tolerations")
    again, message = asked(
        world, as_pod(GATEWAY, {**bare, **{key: made["spec"][key] for key in placed}})
    )
    assert again is not None, message
    assert {key: again["spec"][key] for key in placed} == {key: made["spec"][key] for key in placed}


def somebody_elses(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A policy that takes away what ours has put on a pod, and its binding."""
    policy: dict[str, Any] = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingAdmissionPolicy",
        "metadata": {"name": name},
        "spec": {
            "failurePolicy": "Fail",
            "reinvocationPolicy": "Never",
            "matchConstraints": {
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "brokers"}},
                "resourceRules": [
                    {
                        "apiGroups": [""],
                        "apiVersions": ["v1"],
                        "resources": ["pods"],
                        "operations": ["CREATE"],
                    }
                ],
            },
            "mutations": [
                {
                    "patchType": "JSONPatch",
                    "jsonPatch": {
                        "expression": "(has(object.metadata.labels) ? [] : [JSONPatch{op: 'add', "
                        "path: '/metadata/labels', value: {'seen': 'yes'}}]) + "
                        "[JSONPatch{op: 'add', "
                        f"path: '/metadata/labels/{name}', value: 'yes'}}] + "
                        "(has(object.spec.tolerations) ? "
                        "[JSONPatch{op: 'remove', path: '/spec/tolerations'}] : [])"
                    },
                }
            ],
        },
    }
    binding = {
        **policy,
        "kind": "MutatingAdmissionPolicyBinding",
        "spec": {"policyName": name},
    }
    return policy, binding


OTHERS = tuple(f"somebody-elses-{index}" for index in range(6))
"""So many that, whatever order the API server takes policies in, one of them runs before ours."""


def test_what_other_mutations_take_away_is_put_back_once(world: Applied) -> None:
    """C6, D6: whether they run before ours or after it, on a pod that has half of it."""
    bare = {key: value for key, value in pod(GATEWAY).items() if key != "nodeSelector"}
    file = world.lab.state / "policy.json"
    for policy in (policy for name in OTHERS for policy in somebody_elses(name)):
        file.write_text(json.dumps(policy), encoding="utf-8")
        world.lab.kubectl("dmz", "create", f"-f={file}")
    try:
        end = time.monotonic() + PATIENCE
        made, message = asked(world, as_pod(GATEWAY, bare))
        while made is None or not {*OTHERS} <= {*made["metadata"].get("labels", {})}:
            assert time.monotonic() < end, message
            made, message = asked(world, as_pod(GATEWAY, bare))
        assert made["spec"]["nodeSelector"] == {POOL: "brokers"}
        own = [one for one in made["spec"]["tolerations"] if one.get("key") == "dedicated"]
        assert len(own) == 1
    finally:
        for kind in ("mutatingadmissionpolicybinding", "mutatingadmissionpolicy"):
            world.lab.kubectl("dmz", "delete", kind, *OTHERS)


def test_a_pod_of_one_tenant_never_lands_on_the_pool_of_another(world: Applied) -> None:
    """C6: neither by selector, nor by toleration, nor by naming the node."""
    selected = {**pod(MOTOR), "nodeSelector": {POOL: "brokers"}}
    message = refused(world, as_pod(MOTOR, selected), "placement")
    assert f"the node selector {POOL}=brokers leaves the pool shared" in message
    theirs = {"key": "dedicated", "operator": "Equal", "value": "brokers", "effect": "NoSchedule"}
    tolerated = {**pod(MOTOR), "tolerations": [theirs]}
    message = refused(world, as_pod(MOTOR, tolerated), "placement")
    assert "the toleration dedicated=brokers:NoSchedule is not one of the pool shared" in message
    message = refused(world, as_pod(MOTOR, {**pod(MOTOR), "nodeName": "dmz-n03"}), "placement")
    assert "the pod is put on node dmz-n03" in message


def test_the_taint_alone_keeps_a_stranger_off_dedicated_nodes(world: Applied) -> None:
    """D2: in a namespace that no rule of ours judges, where a pod may ask for any node."""
    stranger = Place(
        namespace="kube-public", registry=REGISTRY, zone="dmz", selector={POOL: "brokers"}
    )
    file = world.lab.state / "stranger.json"
    file.write_text(json.dumps(as_pod(stranger, pod(stranger)).body), encoding="utf-8")
    world.lab.kubectl("dmz", "create", f"-f={file}")
    try:
        refused_by = ("--for=condition=PodScheduled=False", "--timeout=60s", "-n=kube-public")
        world.lab.kubectl("dmz", "wait", "pod/estate-example", *refused_by)
        (found,) = world.get("dmz", "pod", "estate-example", "-n", "kube-public")
        (scheduled,) = (
            one for one in found["status"]["conditions"] if one["type"] == "PodScheduled"
        )
        assert "untolerated taint" in scheduled["message"], scheduled
        assert "nodeName" not in found["spec"]
    finally:
        world.lab.kubectl(
            "dmz", "delete", "pod", "estate-example", "-n=kube-public", "--wait=false"
        )


def test_a_pod_that_does_not_name_its_pool_runs_on_it(world: Applied) -> None:
    """C6, D6: the scheduler has the last word."""
    bare = {key: value for key, value in pod(MOTOR).items() if key != "nodeSelector"}
    file = world.lab.state / "bare.json"
    file.write_text(json.dumps(as_pod(MOTOR, bare).body), encoding="utf-8")
    world.lab.kubectl("dmz", "create", f"-f={file}")
    try:
        ready = ("--for=condition=Ready", "--timeout=60s", "-n=motor")
        world.lab.kubectl("dmz", "wait", "pod/estate-example", *ready)
        (found,) = world.get("dmz", "pod", "estate-example", "-n", "motor")
        pools = {pool.name: pool.nodes for pool in world.estate.plans()["dmz"].of(NodesPlan).pools}
        assert found["spec"]["nodeName"] in {node.name for node in pools["shared"]}
    finally:
        world.lab.kubectl("dmz", "delete", "pod", "estate-example", "-n=motor", "--wait=false")


def test_a_namespace_has_its_own_node_ports_only(world: Applied) -> None:
    """E2: neither another namespace's port, nor the number under another protocol."""
    example = passing("node-port", PORTAL)
    other = passing("node-port", GATEWAY)
    stolen: Any = json.loads(json.dumps(other.body))
    stolen["spec"]["ports"][0]["nodePort"] = PORTAL.node_port
    message = refused(world, Example(path="", body=stolen), "node-port")
    assert "node port TCP/30010" in message and "for namespace brokers" in message
    udp: Any = json.loads(json.dumps(example.body))
    udp["spec"]["ports"][0]["protocol"] = "UDP"
    refused(world, Example(path="", body=udp), "node-port")


def _service(place: Place, **changes: Any) -> Example:
    body: Any = json.loads(json.dumps(passing("node-port", place).body))
    body["spec"] |= changes
    return Example(path="", body=body)


def test_a_service_asks_for_no_load_balancer(world: Applied) -> None:
    """A2."""
    message = refused(world, _service(GATEWAY, type="LoadBalancer"), "exposure")
    assert "asks for a load balancer of its own" in message


def test_an_object_meant_for_the_other_zone_is_not_exposed_in_this_one(world: Applied) -> None:
    """A2: what the intranet shows to the house is not shown to the world."""
    body: Any = json.loads(json.dumps(passing("node-port", GATEWAY).body))
    body["metadata"]["labels"] = {"estate/zone": "intranet"}
    message = refused(world, Example(path="", body=body), "exposure")
    assert "meant for the zone intranet (label estate/zone), and this cluster is the dmz" in message


def test_nothing_is_exposed_of_a_namespace_whose_apps_declare_nothing(world: Applied) -> None:
    """A2: an Ingress as little as a Service."""
    closed = replace(GATEWAY, namespace="estate-registry")
    command = ("create", "rolebinding", "somebody", "--clusterrole=admin", "--user=somebody")
    world.lab.kubectl("dmz", *command, f"-n={closed.namespace}")
    message = refused(world, passing("exposure", closed), "exposure")
    assert "nothing of namespace estate-registry is reached from outside" in message


@pytest.mark.parametrize("other", ["external-default", "internal-default", "internal-brokers"])
def test_an_ingress_names_its_own_tenants_shard(world: Applied, other: str) -> None:
    """A2, C5: neither another tenants' routers, nor those of the other zone."""
    message = refused(world, passing("exposure", replace(GATEWAY, ingress_class=other)), "exposure")
    assert f"its class is {other}, and that of namespace brokers is external-brokers" in message


def test_an_ingress_takes_no_host_that_its_apps_do_not_declare(world: Applied) -> None:
    """C5, E13: neither another's name, nor all that nobody has."""
    message = refused(
        world, passing("exposure", replace(GATEWAY, hosts=("quote.harbour.example",))), "exposure"
    )
    assert "the host quote.harbour.example is not declared for namespace brokers" in message
    body: Any = json.loads(json.dumps(passing("exposure", GATEWAY).body))
    body["spec"]["defaultBackend"] = {"service": {"name": "example", "port": {"number": 8080}}}
    message = refused(world, Example(path="", body=body), "exposure")
    assert "the host * is not declared" in message
    del body["spec"]["defaultBackend"], body["spec"]["rules"][0]["host"]
    message = refused(world, Example(path="", body=body), "exposure")
    assert "the host * is not declared" in message


def test_the_routers_namespace_has_exactly_their_node_ports(world: Applied) -> None:
    """E2: a fourth port there is as little declared as anywhere else."""
    (service,) = world.get("dmz", "service", "router-brokers", "-n", "estate-ingress")
    assert {one["nodePort"] for one in service["spec"]["ports"]} == {30073, 30074, 30075}
    command = ("create", "rolebinding", "somebody", "--clusterrole=admin", "--user=somebody")
    world.lab.kubectl("dmz", *command, "-n=estate-ingress")
    stray = replace(GATEWAY, namespace="estate-ingress", node_port=30011)
    message = refused(world, passing("node-port", stray), "node-port")
    assert "TCP/30011" in message and "not declared for namespace estate-ingress" in message


def test_the_rules_leave_the_clusters_own_namespaces_alone(world: Applied) -> None:
    """B3: kube-system runs what the cluster needs, on any node, from any registry."""
    system = Place(namespace="kube-system", registry="registry.k8s.io", zone="dmz", selector={})
    file = world.lab.state / "system.json"
    spec = {**broken_pod("host-port", system), "tolerations": [{"operator": "Exists"}]}
    file.write_text(json.dumps(as_pod(system, spec).body), encoding="utf-8")
    world.lab.kubectl("dmz", "create", "--dry-run=server", f"-f={file}")


def test_what_is_there_may_change_in_what_no_rule_judges(world: Applied) -> None:
    """A finalizer that nobody could take off would keep an object for ever."""
    (found,) = world.get("dmz", "deployment", "quote", "-n", "motor")
    labels = ("label", "deployment", "quote", "-n=motor", "probe=1", "--dry-run=server")
    world.lab.kubectl("dmz", *labels)
    assert found["spec"]["template"]["spec"]["nodeSelector"] == {POOL: "shared"}


def test_nobody_but_who_deploys_may_change_a_rule(world: Applied) -> None:
    """B2: no policy guards policies, so rights have to."""
    groups = ("estate:preview", "platform-admins", "life-admins")
    kinds = ("policies", "policybindings")
    for group in groups:
        who = ("--as=somebody", f"--as-group={group}", "--as-group=system:authenticated")
        for kind in (f"{one}admission{two}" for one in ("validating", "mutating") for two in kinds):
            for verb in ("create", "patch", "update", "delete"):
                ran = world.lab.kubectl("dmz", "auth", "can-i", verb, kind, *who, check=False)
                assert ran.stdout.strip() == "no", (group, verb, kind)
        command = ("auth", "can-i", "delete", "configmaps", "-n=estate-admission")
        ran = world.lab.kubectl("dmz", *command, *who, check=False)
        assert ran.stdout.strip() == "no", group
