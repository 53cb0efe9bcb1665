"""An estate that is applied for the first time: its policies are as new as what they judge (E2).

Each time, a small part of the dmz is applied to a cluster that has none of it, together with
objects that break each rule. They are registered the way an app is, as soon as the program would.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from estate.topics.admission.declare.rules import RULES
from tests.ladder import FULL_SETS
from tests.level3.applied import Applied, applied, written_out

TIMES = 20 if os.environ.get(FULL_SETS) else 3

SMALL = """    groups = [
        group
        for group in composition.groups
        if group.name in ("platform", "admission", "shared", "motor", "quote")
    ]
    for group in groups:
"""
VIOLATORS = """
    from estate.topics.admission.manifests.examples import Place
    from estate.topics.admission.manifests.examples import failing
    from estate.topics.admission.declare.rules import RULES
    from estate.engine.kubernetes_object import KubernetesObject, type_token
    from estate.topics.registry.plan import RegistryPlan

    place = Place(
        namespace="motor",
        registry=plan.of(RegistryPlan).host,
        zone=plan.zone,
        selector={"node-restriction.kubernetes.io/pool": "shared"},
    )
    after = pulumi.ResourceOptions(
        provider=provider, depends_on=[handles.namespaces["motor"].resource]
    )
    for rule in RULES:
        body = failing(rule, place).body
        body["metadata"]["name"] = f"breaks-{rule}"
        KubernetesObject(
            type_token(body["apiVersion"], body["kind"]), f"breaks-{rule}", body, after
        )


def run(root: Path)"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Applied]:
    with applied(tmp_path_factory.mktemp("fresh"), zones=("dmz",)) as found:
        estate = written_out(found.estate)
        estate.edit("__main__.py", "    for group in composition.groups:\n", SMALL)
        estate.edit("__main__.py", "\n\ndef run(root: Path)", VIOLATORS)
        yield found


@pytest.mark.parametrize("time", range(1, TIMES + 1))
def test_a_fresh_up_lets_nothing_slip_and_holds_back_nothing_else(
    small: Applied, time: int
) -> None:
    """E2: nothing that breaks a rule is ever created, and what breaks none always is."""
    ran = small.up("dmz", "--continue-on-error", check=False)
    assert ran.returncode != 0
    said = ran.stdout + ran.stderr
    for rule in RULES:
        refused = f'"breaks-{rule}" is forbidden: ValidatingAdmissionPolicy '
        # A Service of a namespace that is not exposed breaks that rule as well.
        by = ("node-port", "exposure") if rule == "node-port" else (rule,)
        found = any(f"{refused}'estate-{one}'" in said for one in by)
        assert found, f"{rule}: {said[-3000:]}"
    names = {
        one["metadata"]["name"] for one in small.get("dmz", "deployments,services", "-n", "motor")
    }
    assert names == {"quote"}
    small.lab.pulumi("destroy", "--yes", "--skip-preview", stack="dmz")
    assert small.everything("dmz") == set()
