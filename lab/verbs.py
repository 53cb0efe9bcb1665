"""What `python -m lab` can be asked for; one function per verb."""

from __future__ import annotations

import shlex

from lab.lab import Lab


def clusters(lab: Lab) -> int:
    """Brings up the clusters with their nodes, and applies nothing to them."""
    for line in lab.up():
        print(line)
    return 0


def up(lab: Lab) -> int:
    """Brings up the clusters and applies the estate to them."""
    return clusters(lab)


def preview(lab: Lab) -> int:
    """Shows what `pulumi up` would do, per stack."""
    raise NotImplementedError


def status(lab: Lab) -> int:
    """Says what runs."""
    if not (lab.state / "kubeconfig").exists():
        print("The lab is not up: `make up`")
        return 1
    sick = 0
    for cluster in lab.clusters():
        processes = cluster.running()
        sick += not cluster.healthy
        word = "running" if cluster.healthy else "not running"
        print(f"{cluster.name}: {word}, {len(cluster.declared.nodes)} nodes, {cluster.server}")
        for name, process in sorted(processes.items()):
            memory = process.memory_info().rss // 2**20
            print(f"  {name:24} process {process.pid}, {memory} MB")
    return 1 if sick else 0


def env(lab: Lab) -> int:
    """Prints the environment for a shell: eval "$(python -m lab env)"."""
    wanted = ("KUBECONFIG", "KUBECACHEDIR", "PULUMI_", "PATH", "NO_PROXY", "no_proxy")
    for key, value in lab.environment().items():
        if key.startswith(wanted):
            print(f"export {key}={shlex.quote(value)}")
    return 0


def down(lab: Lab) -> int:
    """Ends the lab's processes and removes its state."""
    there = lab.state.exists()
    ended = lab.down()
    print(f"Ended {ended} processes and removed {lab.state.name}/" if there else "Nothing to end.")
    return 0
