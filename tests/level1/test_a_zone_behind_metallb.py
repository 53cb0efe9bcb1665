"""The program where nodes answer for virtual addresses by MetalLB (E9)."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.balancers import with_metallb
from tests.configuration import engine_configuration
from tests.estates import REPOSITORY, shipped
from tests.harness import deploy, program_at


def test_pools_follow_the_labels_of_their_nodes(tmp_path: Path) -> None:
    """E9: advertisements select nodes by a label, which has to stand before they do."""
    estate = with_metallb(shipped(tmp_path))
    shutil.copy(REPOSITORY / "__main__.py", estate.root)
    (estate.root / "platform").symlink_to(REPOSITORY / "platform")
    config = engine_configuration(estate.root, "dmz")
    found = deploy(program_at(estate.root), stack_name="dmz", config=config)
    assert found.error is None, found.error
    kinds = [urn.rsplit("$", 1)[-1].split("::")[0] for urn in found.urns]
    assert kinds.count("kubernetes:metallb.io/v1beta1:IPAddressPool") == 2
    assert kinds.count("kubernetes:metallb.io/v1beta1:L2Advertisement") == 2
    order = [urn.rsplit("::", 1)[-1] for urn in found.urns]
    assert "address-pools" in order
