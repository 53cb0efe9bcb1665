"""What `python -m lab` can be asked for; one function per verb."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterable

from lab import engine_run, stacks, summary
from lab.lab import ROOT, Lab
from toolchain.progress import Step
from toolchain.trouble import Trouble


def clusters(lab: Lab) -> int:
    """Brings up the clusters with their nodes, and applies nothing to them."""
    with Step("Clusters", usually=8):
        lines = lab.up()
    _say(lines)
    return 0


def up(lab: Lab) -> int:
    """Brings up the clusters and applies the estate to them."""
    clusters(lab)
    plugins = lab.plugins()
    for cluster in lab.clusters():
        stacks.ensure(lab, cluster.name)
        try:
            tally = engine_run.up(lab, cluster.name)
        except Trouble as trouble:
            raise Trouble("\n".join([str(trouble), *_why(lab, cluster.name)])) from None
        print(f"  {cluster.name}: {engine_run.changes(tally)}", flush=True)
        _say(line for text in tally.warnings for line in f"warning: {text}".splitlines())
    print(summary.render(lab, plugins))
    return 0


def _why(lab: Lab, stack: str) -> list[str]:
    """What the estate's own verb says of workloads that are not ready, if there are any."""
    command = [str(ROOT / "estate"), "why", f"--root={lab.root}", f"--stack={stack}"]
    ran = subprocess.run(
        command, cwd=lab.root, env=lab.environment(), capture_output=True, text=True
    )
    if ran.returncode == 0 or not ran.stdout:
        return []
    return [f"estate why --stack {stack}:", *(f"  {line}" for line in ran.stdout.splitlines())]


def preview(lab: Lab) -> int:
    """Shows what `pulumi up` would do, per stack."""
    clusters(lab)
    lab.plugins()
    worst = 0
    for cluster in lab.clusters():
        stacks.ensure(lab, cluster.name)
        command = [str(lab.binaries["pulumi"]), "preview", f"--stack={cluster.name}"]
        ran = subprocess.run([*command, "--non-interactive"], cwd=lab.root, env=lab.environment())
        worst = max(worst, ran.returncode)
    return worst


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
    print(
        f"Ended {ended} processes and removed {lab.state.name}/"
        if there or ended
        else "Nothing to end."
    )
    return 0


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        print(f"  {line}", flush=True)
