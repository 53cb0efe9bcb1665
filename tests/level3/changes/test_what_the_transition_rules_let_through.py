"""From one random estate to the next: what the rules let through converges, and nothing else.

A part of the dmz is applied: a namespace that apps share, with its quota; an app with nodes, a
volume and a node port of its own; another with a node port. Each step changes a few of their
facts at random. Steps that the rules refuse are tried all the same, must fail, and are taken back.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from estate.changes.rendered import Rendered, of_files
from estate.changes.transitions import Finding, transitions
from estate.cli.main import main
from estate.cli.render import rendered_texts
from estate.composition import compose
from estate.reader.values import Zone
from tests.estates import Estate, shipped
from tests.ladder import FULL_SETS
from tests.level3.applied import Applied, applied, written_out

pytestmark = pytest.mark.level3

STEPS, SEED = (40 if os.environ.get(FULL_SETS) else 5), 11
PARTS = ("platform", "admission", "shared", "life", "motor", "brokers", "quote", "policy-portal",
         "broker-gateway")  # fmt: skip
PART = f"    for group in [one for one in composition.groups if one.name in {PARTS}]:\n"
QUOTE, PORTAL = "apps/quote-dmz.yaml", "apps/policy-portal-dmz.yaml"
BROKERS, MOTOR = "apps/broker-gateway-dmz.yaml", "tenants/motor.yaml"
SMALL = "{cpu: 1, memory: 2Gi, pods: 20}"
"""A quota in which no new pod fits beside the old ones."""
SOON = "ready_within: 15"
"""Seconds: a rollout that never ends is waited for."""


@dataclass(frozen=True)
class Facts:
    """What a step changes."""

    replicas: int = 3
    size: str = "{cpu: 500m, memory: 1Gi}"
    quota: str = "{cpu: 8, memory: 16Gi, pods: 20}"
    own: str = "{cpu: 2, memory: 4Gi}"
    logs: str = "20Gi"
    ports: tuple[int, int] = (30010, 30011)


CHOICES: tuple[tuple[dict[str, Any], ...], ...] = (
    ({"replicas": 2}, {"replicas": 3}, {"replicas": 4}),
    (
        {"size": "{cpu: 500m, memory: 1Gi}", "quota": "{cpu: 8, memory: 16Gi, pods: 20}"},
        {"size": "{cpu: 100m, memory: 256Mi}", "quota": "{cpu: 8, memory: 16Gi, pods: 20}"},
        {"size": "{cpu: 100m, memory: 256Mi}", "quota": SMALL},
    ),
    ({"own": "{cpu: 2, memory: 4Gi}"}, {"own": "{cpu: 1, memory: 2Gi}"}),
    ({"logs": "20Gi"}, {"logs": "40Gi"}),
    ({"ports": (30010, 30011)}, {"ports": (30011, 30010)}, {"ports": (30010, 30013)}),
)


def drawn(chance: random.Random, before: Facts) -> Facts:
    """One or two facts are others, and the estate is another."""
    while True:
        after = before
        for choices in chance.sample(CHOICES, chance.choice((1, 1, 2))):
            after = replace(after, **chance.choice(choices))
        if after != before:
            return after


def declare(estate: Estate, source: Path, facts: Facts) -> None:
    """The shipped files with these facts."""
    text = {one: (source / one).read_text(encoding="utf-8") for one in (QUOTE, PORTAL, BROKERS)}
    motor = (source / MOTOR).read_text(encoding="utf-8")
    ports = (source / "registers/node-ports.yaml").read_text(encoding="utf-8")
    base = Facts()
    replaced = {
        QUOTE: text[QUOTE]
        .replace("replicas: 3", f"replicas: {facts.replicas}\n{SOON}")
        .replace(base.size, facts.size),
        PORTAL: text[PORTAL]
        .replace("replicas: 2", f"replicas: 2\n{SOON}")
        .replace(base.own, facts.own)
        .replace(f"size: {base.logs}", f"size: {facts.logs}")
        .replace("node_port: 30010", f"node_port: {facts.ports[0]}"),
        BROKERS: text[BROKERS]
        .replace("replicas: 3", f"replicas: 3\n{SOON}")
        .replace("node_port: 30011", f"node_port: {facts.ports[1]}"),
        MOTOR: motor.replace(base.quota, facts.quota, 1),
        "registers/node-ports.yaml": ports.replace(
            "zone: dmz, port: 30010,", f"zone: dmz, port: {facts.ports[0]}+,"
        )
        .replace("zone: dmz, port: 30011,", f"zone: dmz, port: {facts.ports[1]},")
        .replace("+,", ","),
    }
    for file, content in replaced.items():
        estate.add(file, content)


def rendered(estate: Estate) -> dict[Zone, Rendered]:
    plan = estate.plans()["dmz"]
    return {"dmz": of_files(rendered_texts(compose(plan)))}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Applied, Path]]:
    folder = tmp_path_factory.mktemp("transitions")
    source = shipped(tmp_path_factory.mktemp("source")).root
    estate = shipped(folder)
    declare(estate, source, Facts())
    with applied(folder, estate, ("dmz",)) as found, pytest.MonkeyPatch.context() as patch:
        patch.setenv("ESTATE_TRANSITIONS", "show")  # what is refused is tried all the same
        written_out(estate).edit("__main__.py", "    for group in composition.groups:\n", PART)
        found.up("dmz", "--skip-preview")
        yield found, source


def refused(before: dict[Zone, Rendered], after: dict[Zone, Rendered]) -> list[Finding]:
    return [
        transition for transition in transitions(before, after) if transition.effect == "refused"
    ]


def test_a_refused_exchange_of_node_ports_can_be_taken_back(world: tuple[Applied, Path]) -> None:
    """X5, E2: an update that failed on the way leaves parameters of rules of both declarations."""
    found, source = world
    declare(found.estate, source, Facts(ports=(30011, 30010)))
    assert found.up("dmz", check=False).returncode != 0
    declare(found.estate, source, Facts())
    found.up("dmz", "--refresh")
    assert found.changes("dmz") == {}


def test_a_rollout_that_a_quota_stops_names_the_quota_and_its_tenant(
    world: tuple[Applied, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """fault 8, X5: the engine says that pods are missing; `estate why` says which quota it is."""
    found, source = world
    declare(found.estate, source, Facts(size="{cpu: 100m, memory: 256Mi}", quota=SMALL))
    assert found.up("dmz", check=False).returncode != 0
    monkeypatch.setenv("KUBECONFIG", found.lab.environment()["KUBECONFIG"])
    said = CliRunner().invoke(main, ["why", "--stack", "dmz", "--root", str(found.estate.root)])
    declare(found.estate, source, Facts())
    found.up("dmz", "--refresh")
    assert said.exit_code == 1
    text = " ".join(said.output.split())
    assert "Deployment motor/quote" in text and "exceeded quota: quota" in text
    assert "tenant motor's, zones.dmz.quota in tenants/motor.yaml" in text


def test_a_preview_names_what_the_change_restarts(world: tuple[Applied, Path]) -> None:
    """X5: from the stack's own outputs, by the real engine."""
    found, source = world
    declare(found.estate, source, Facts(own="{cpu: 1, memory: 2Gi}"))
    ran = found.lab.pulumi("preview", "--non-interactive", stack="dmz")
    declare(found.estate, source, Facts())
    assert "Deployment life-policy-portal/policy-portal: 2 pods restart one by one" in ran.stdout
    assert "Pods restart" not in found.lab.pulumi("preview", stack="dmz").stdout


@pytest.mark.scale
def test_what_they_let_through_converges_and_what_they_refuse_does_not(
    world: tuple[Applied, Path],
) -> None:
    """X5: from each estate to the next, and back from what was half applied."""
    found, source = world
    chance = random.Random(SEED)  # noqa: S311 the same steps in every run
    facts, taken = Facts(), {"through": 0, "refused": 0}
    for number in range(STEPS):
        before = rendered(found.estate)
        after = drawn(chance, facts)
        declare(found.estate, source, after)
        assert found.estate.problems() == ()
        stopped = refused(before, rendered(found.estate))
        ran = found.up("dmz", check=False)
        step = f"step {number}: {facts} -> {after}: {stopped}\n{ran.stdout[-3000:]}"
        assert (ran.returncode != 0) == bool(stopped), step
        taken["refused" if stopped else "through"] += 1
        if stopped:
            declare(found.estate, source, facts)
            found.up("dmz", "--refresh")
        else:
            facts = after
        assert found.changes("dmz") == {}, step
    assert all(taken.values()), taken
