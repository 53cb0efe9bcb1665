"""The program where a router shard publishes by Gateway API (E10)."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from tests.configuration import engine_configuration
from tests.estates import REPOSITORY, Estate, shipped
from tests.gateways import with_gateway
from tests.harness import Recorder, deploy, program_at

KINDS = frozenset({"GatewayClass", "Gateway", "HTTPRoute"})


def _run(estate: Estate, **options: Any) -> Recorder:
    shutil.copy(REPOSITORY / "__main__.py", estate.root)
    (estate.root / "platform").symlink_to(REPOSITORY / "platform")
    config = engine_configuration(estate.root, "dmz")
    return deploy(program_at(estate.root), stack_name="dmz", config=config, **options)


def test_gateways_belong_to_the_shard_and_routes_to_their_apps(tmp_path: Path) -> None:
    """C5, E10: who answers for what is the same as with Ingresses."""
    found = _run(with_gateway(shipped(tmp_path)))
    assert found.error is None, found.error
    types = [urn.split("::")[2:] for urn in found.urns]
    ours = [(kind, name) for kind, name in types if "gateway.networking.k8s.io" in kind]
    api = "kubernetes:gateway.networking.k8s.io/v1"
    assert sorted(ours) == [
        (f"estate:services:Router${api}:Gateway", "estate-ingress-router-brokers"),
        (f"estate:services:Router${api}:GatewayClass", "external-brokers"),
        (f"estate:services:Router${api}:HTTPRoute", "estate-ingress-router-brokers"),
        (f"estate:workload:App${api}:HTTPRoute", "broker-desk"),
    ]


def test_nothing_is_written_where_the_cluster_does_not_know_gateways(tmp_path: Path) -> None:
    """E10, fault 11: definitions come first, and are not the estate's."""
    found = _run(with_gateway(shipped(tmp_path)), unknown=KINDS, preview=True)
    said = str(found.error)
    assert "Nothing was written: the cluster behind the context 'dmz' does not know" in said
    assert "which come with Gateway API 1.6, standard channel" in said
    assert [
        registration for registration in found.registrations if "provider" not in registration.type
    ] == []


def test_a_cluster_is_not_asked_for_gateways_that_nobody_declares(tmp_path: Path) -> None:
    """E10: the shipped DMZ publishes by Ingress."""
    found = _run(shipped(tmp_path), unknown=KINDS)
    assert found.error is None, found.error
