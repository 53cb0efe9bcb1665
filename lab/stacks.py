"""The stacks of the lab on their file backend: made, and unlocked after a run that died."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import psutil

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
    locks = list((lab.state / "backend" / ".pulumi" / "locks").glob(f"*/*/{stack}/*.json"))
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
            _, _, kind = str(resource["type"]).rpartition(":")
            metadata = resource.get("inputs", {}).get("metadata")
            if not str(resource["type"]).startswith("kubernetes:") or not metadata:
                continue
            namespace = metadata.get("namespace")
            where = [f"--namespace={namespace}"] if namespace else []
            lab.kubectl(stack, *where, "delete", kind, str(metadata["name"]), "--ignore-not-found")
        _pulumi(
            lab,
            "refresh",
            "--yes",
            "--non-interactive",
            "--clear-pending-creates",
            f"--stack={stack}",
        )


def _checkpoint(lab: Lab, stack: str) -> Path:
    found = (lab.state / "backend" / ".pulumi" / "stacks").glob(f"*/{stack}.json")
    return next(found, lab.state / "backend" / "absent")


def _pulumi(lab: Lab, *arguments: str) -> subprocess.CompletedProcess[str]:
    ran = lab.pulumi(*arguments, check=False)
    if ran.returncode:
        said = [line for line in ran.stderr.splitlines() if line.startswith("error:")]
        reason = (said or ran.stderr.strip().splitlines() or ["no reason given"])[0]
        raise Trouble(f"pulumi {arguments[0]} failed: {reason.removeprefix('error: ')}")
    return ran
