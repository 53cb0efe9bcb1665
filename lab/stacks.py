"""The stacks of the lab on their file backend: made, and unlocked after a run that died."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import psutil
import yaml

from lab.lab import Lab
from toolchain.progress import Step
from toolchain.trouble import Trouble


def ensure(lab: Lab, stack: str) -> None:
    """Makes a stack if there is none, and heals what an interrupted run has left behind."""
    if not _checkpoint(lab, stack).exists():
        _pulumi(lab, "stack", "init", "--no-select", "--non-interactive", f"--stack={stack}")
        return
    _unlock(lab, stack)
    if pending := _pending(lab, stack):
        _forget(lab, stack, pending)


def _unlock(lab: Lab, stack: str) -> None:
    locks = list((_backend(lab) / "locks").glob(f"*/{_project(lab)}/{stack}/*.json"))
    for file in locks:
        owner = int(json.loads(file.read_text(encoding="utf-8"))["pid"])
        if psutil.pid_exists(owner) and "pulumi" in psutil.Process(owner).name():
            raise Trouble(
                f"process {owner}, a pulumi, is working on stack {stack}: "
                "wait until it is done, or end it"
            )
    if locks:
        print(f"{stack}: an earlier run ended without giving the stack back: taking it")
        _pulumi(lab, "cancel", "--yes", "--non-interactive", f"--stack={stack}")


def _pending(lab: Lab, stack: str) -> list[dict[str, Any]]:
    """Resources that an engine was creating when it died: made or not, nobody wrote it down."""
    document = json.loads(_checkpoint(lab, stack).read_text(encoding="utf-8"))
    latest: dict[str, Any] = document["checkpoint"].get("latest") or {}
    operations: list[dict[str, Any]] = latest.get("pending_operations") or []
    return [operation["resource"] for operation in operations if operation["type"] == "creating"]


def _forget(lab: Lab, stack: str, pending: list[dict[str, Any]]) -> None:
    """Removes what may have been made from the cluster and the note of it from the state.

    The next update makes it anew. Only a lab may do this: on a real cluster a person
    imports the object or clears the note.
    """
    with Step(f"{stack}: clearing {len(pending)} creations that were interrupted"):
        for resource in pending:
            if target := _object(resource):
                ran = lab.kubectl(stack, "delete", *target, "--ignore-not-found", check=False)
                if ran.returncode:
                    raise Trouble(f"{' '.join(target)} could not be deleted: {ran.stderr.strip()}")
        _pulumi(
            lab,
            *("refresh", "--yes", "--non-interactive", "--clear-pending-creates"),
            f"--stack={stack}",
        )


def _object(resource: dict[str, Any]) -> list[str] | None:
    """The arguments of `kubectl delete`; none for what is no object of its own.

    A patch is part of somebody else's object (a node!), and may be applied again as it is.
    """
    package, api_version, kind = str(resource["type"]).split(":")
    metadata = resource.get("inputs", {}).get("metadata")
    if package != "kubernetes" or not metadata or kind.endswith("Patch"):
        return None
    group, _, version = api_version.rpartition("/")
    qualified = kind if group in ("", "core") else f"{kind}.{version}.{group}"
    namespace = metadata.get("namespace")
    return [qualified, metadata["name"], *([f"--namespace={namespace}"] if namespace else [])]


def _checkpoint(lab: Lab, stack: str) -> Path:
    return _backend(lab) / "stacks" / _project(lab) / f"{stack}.json"


def _backend(lab: Lab) -> Path:
    return lab.state / "backend" / ".pulumi"


def _project(lab: Lab) -> str:
    return str(yaml.safe_load((lab.root / "Pulumi.yaml").read_text(encoding="utf-8"))["name"])


def _pulumi(lab: Lab, *arguments: str) -> subprocess.CompletedProcess[str]:
    ran = lab.pulumi(*arguments, check=False)
    if ran.returncode:
        said = [line for line in ran.stderr.splitlines() if line.startswith("error:")]
        reason = (said or ran.stderr.strip().splitlines() or ["no reason given"])[0]
        raise Trouble(f"pulumi {arguments[0]} failed: {reason.removeprefix('error: ')}")
    return ran
