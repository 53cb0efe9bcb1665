"""The gate of the program: what waits for policies, how long, and when it does not ask at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from estate.engine import gate
from estate.objects.probe import Probe
from tests.configuration import engine_configuration
from tests.estates import REPOSITORY
from tests.harness import Recorder, deploy, program_at

pytestmark = pytest.mark.level1

LATER = ("estate:tenancy:Tenant", "estate:workload:App")


LIMITS = {
    "estate-preview",
    "estate-deployer",
    "estate-tokens",
    "estate-mirror-pods",
    "estate-bindings",
    "estate-pods",
}
"""Policies that limit identities: they are asked about before the rules of admission."""

WITHOUT_PARAMETERS = (*LIMITS, "estate-existing-nodes")


class Server:
    """An API server that enforces a policy once it has been asked about it often enough."""

    def __init__(self, slow: str = "", after: int = 0, forgets: int = 0) -> None:
        self.asked: list[str] = []
        self._slow = slow
        self._after = after
        self._forgets = forgets

    def connect(self, context: str) -> Callable[[Probe], str]:
        assert context == "dmz"
        return self._answer

    def _answer(self, probe: Probe) -> str:
        self.asked.append(probe.name)
        count = self.asked.count(probe.name)
        late = probe.name == self._slow and (count <= self._after or count == self._forgets)
        return "created" if late else f"refused: {probe.says}"


def run(server: Server, **options: Any) -> Recorder:
    config = engine_configuration(REPOSITORY, "dmz")
    return deploy(program_at(REPOSITORY), config=config, answer=server.connect, **options)


def later(found: Recorder) -> list[str]:
    return [registration.name for registration in found.registrations if registration.type in LATER]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "PAUSE", 0.0)


def test_nothing_of_a_tenant_is_registered_while_a_policy_is_not_enforced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """E2: the program says which, what it saw, and what to do."""
    monkeypatch.setattr(gate, "PATIENCE", 0.2)
    found = run(Server("estate-node-port", after=10**9))
    said = str(found.error)
    assert "After 0 s the cluster does not enforce estate-node-port, so nothing" in said
    assert "The last answer was: created" in said and "--refresh" in said
    assert later(found) == []
    assert found.one("ValidatingAdmissionPolicy", "estate-node-port")


def test_the_program_goes_on_once_every_policy_is_enforced() -> None:
    """E2."""
    server = Server("estate-image", after=4)
    found = run(server)
    assert found.error is None
    assert "motor" in later(found)
    assert server.asked.count("estate-image") == 4 + gate.IN_A_ROW


def test_enforced_means_several_times_in_a_row() -> None:
    """E2: behind one address, the next answer may be of another API server."""
    server = Server("estate-image", forgets=gate.IN_A_ROW)
    assert run(server).error is None
    assert server.asked.count("estate-image") == 2 * gate.IN_A_ROW


def test_a_preview_asks_nothing() -> None:
    server = Server()
    assert run(server, preview=True).error is None
    assert server.asked == []


def test_where_a_policy_cannot_be_applied_nothing_is_created_under_it() -> None:
    """E2: how it failed, the engine has said."""
    server = Server()
    found = run(server, fails=frozenset({"estate-image"}))
    assert found.error is not None
    assert later(found) == [] and {*server.asked} == LIMITS


def test_a_run_that_only_deletes_is_not_held_back() -> None:
    """A destroy registers what is gone already without making it, and has nothing to wait for."""
    server = Server("estate-image", after=10**9)
    found = run(server, skips=frozenset({"estate-image"}))
    assert found.error is None
    assert {*server.asked} == LIMITS and "motor" in later(found)


@pytest.mark.parametrize("limit", ["estate-preview", "estate-deployer"])
def test_no_identity_has_rights_while_the_policy_that_limits_it_is_not_enforced(
    monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    """B2, E2: 22 to 37 real writes of the preview identity landed where rights came first."""
    monkeypatch.setattr(gate, "PATIENCE", 0.2)
    found = run(Server(limit, after=10**9))
    assert f"the cluster does not enforce {limit}" in str(found.error)
    assert not [
        registration
        for registration in found.of("ClusterRoleBinding")
        if "preview" in registration.name
    ]
    assert not [
        registration for registration in found.of("RoleBinding") if "deployer" in registration.name
    ]


def test_the_rights_of_the_preview_identity_follow_its_policy_and_go_before_it() -> None:
    """B2: the engine deletes what depends on a resource before that resource."""
    found = run(Server())
    rights = found.one("ClusterRoleBinding", "estate-preview-dry-runs")
    for kind in ("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"):
        assert found.one(kind, "estate-preview").urn in rights.depends_on


def test_a_binding_waits_for_its_policy_and_its_parameters() -> None:
    """E2: bound before its parameters, a rule would refuse everything for a while."""
    found = run(Server())
    for kind in ("ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicyBinding"):
        bindings = [
            registration
            for registration in found.of(kind)
            if registration.name not in WITHOUT_PARAMETERS
        ]
        assert bindings
        for binding in bindings:
            policy = found.one(kind.removesuffix("Binding"), binding.name)
            parameters = found.one("ConfigMap", binding.inputs["spec"]["paramRef"]["name"])
            assert {policy.urn, parameters.urn} <= set(binding.depends_on)
