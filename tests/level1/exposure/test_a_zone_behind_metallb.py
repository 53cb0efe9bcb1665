"""The program where nodes answer for virtual addresses by MetalLB (E9)."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from estate.topics.nodes.plan import NodesPlan
from tests.balancers import with_metallb
from tests.configuration import engine_configuration
from tests.estates import REPOSITORY, Estate, shipped
from tests.harness import Recorder, deploy, program_at


def _run(estate: Estate, **options: Any) -> Recorder:
    shutil.copy(REPOSITORY / "__main__.py", estate.root)
    (estate.root / "platform").symlink_to(REPOSITORY / "platform")
    config = engine_configuration(estate.root, "dmz")
    return deploy(program_at(estate.root), stack_name="dmz", config=config, **options)


def test_pools_follow_the_labels_of_their_nodes(tmp_path: Path) -> None:
    """E9: advertisements select nodes by a label, which has to stand before they do."""
    found = _run(with_metallb(shipped(tmp_path)))
    assert found.error is None, found.error
    kinds = [urn.rsplit("$", 1)[-1].split("::")[0] for urn in found.urns]
    assert kinds.count("kubernetes:metallb.io/v1beta1:IPAddressPool") == 2
    assert kinds.count("kubernetes:metallb.io/v1beta1:L2Advertisement") == 2
    order = [urn.rsplit("::", 1)[-1] for urn in found.urns]
    assert "address-pools" in order


def test_pools_are_made_while_a_node_of_theirs_has_not_joined(tmp_path: Path) -> None:
    """D2, E9: they follow the labels that are set; the node answers once it has its own."""
    estate = with_metallb(shipped(tmp_path))
    absent = frozenset(
        node.name for pool in estate.plans()["dmz"].of(NodesPlan).pools for node in pool.nodes[:1]
    )
    found = _run(estate, absent=absent)
    assert found.error is None, found.error
    labelled = {registration.urn for registration in found.of("NodePatch")}
    pools = list(found.of("IPAddressPool"))
    assert pools and labelled
    for registration in pools:
        assert set(registration.depends_on) <= set(found.urns)
        assert labelled & set(registration.depends_on)
    assert not {registration.name for registration in found.of("NodePatch")} & absent


def test_nothing_is_written_where_the_cluster_does_not_know_its_kinds(tmp_path: Path) -> None:
    """E9, fault 11: definitions come first, and are not the estate's."""
    unknown = frozenset({"L2Advertisement"})
    found = _run(with_metallb(shipped(tmp_path)), unknown=unknown, preview=True)
    said = str(found.error)
    assert "Nothing was written: the cluster behind the context 'dmz' does not know" in said
    assert "L2Advertisement of metallb.io/v1beta1, which come with MetalLB 0.15" in said
    assert [
        registration for registration in found.registrations if "provider" not in registration.type
    ] == []


def test_a_cluster_is_not_asked_for_kinds_that_nobody_declares(tmp_path: Path) -> None:
    """E9: the shipped DMZ, behind its F5, needs none of MetalLB's."""
    found = _run(shipped(tmp_path), unknown=frozenset({"IPAddressPool", "L2Advertisement"}))
    assert found.error is None, found.error
