"""Applies a stack for `make up`, and tells how far it is in one line.

Pulumi's own display is made for people who look at one stack; it shows a line per resource
and each warning twice. Here the event log is read instead: how many resources of how many, what
changed in the end, each warning once, and errors in full.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from lab.lab import Lab
from toolchain.progress import Step
from toolchain.trouble import Trouble


@dataclass
class Tally:
    """What the engine has said so far."""

    planned: int = 0
    done: int = 0
    previews: bool = False
    changes: dict[str, int] = field(default_factory=dict[str, int])
    errors: list[str] = field(default_factory=list[str])
    warnings: list[str] = field(default_factory=list[str])
    """Each once, though preview and update both say it."""

    def take(self, event: dict[str, Any]) -> None:
        """Counts one event of the log."""
        if before := event.get("resourcePreEvent"):
            self.previews = bool(before.get("planning"))
            self.planned += self.previews
        elif after := event.get("resOutputsEvent"):
            self.done += not after.get("planning")
        elif summary := event.get("summaryEvent"):
            self.changes = dict(summary.get("resourceChanges", {}))
        elif said := event.get("diagnosticEvent"):
            self._note(said)

    def _note(self, said: dict[str, Any]) -> None:
        severity, urn = said["severity"], str(said.get("urn", ""))
        if severity == "warning" and said.get("ephemeral"):
            return  # what is waited for, said while it is waited for
        noted = {"error": self.errors, "warning": self.warnings}.get(severity)
        message = _plain(said["message"]).strip()
        if noted is None or not message:
            return
        name = "" if "::pulumi:pulumi:Stack::" in urn else urn.rsplit("::", 1)[-1]
        text = f"{name}: {message}" if name else message
        if text not in noted:
            noted.append(text)

    def __str__(self) -> str:
        if self.previews:
            return f"{self.planned} resources planned"
        return f"{self.done} of {self.planned} resources" if self.planned else ""


def up(lab: Lab, stack: str) -> Tally:
    """Runs `pulumi up` of one stack; `Trouble` when it fails."""
    with tempfile.TemporaryDirectory() as folder:
        log, output = Path(folder) / "events", Path(folder) / "output"
        # A pipe, because the engine empties a file between preview and update.
        os.mkfifo(log)
        events = os.open(log, os.O_RDWR | os.O_NONBLOCK)
        tally = Tally()
        try:
            with Step(f"{stack}: pulumi up") as step, output.open("wb") as sink:
                process = subprocess.Popen(
                    [
                        *(str(lab.binaries["pulumi"]), "up", "--yes", "--non-interactive"),
                        *("--color=never", f"--stack={stack}", f"--event-log={log}"),
                    ],
                    cwd=lab.root,
                    # Debug commands: what the event log belongs to.
                    env=lab.environment() | {"PULUMI_DEBUG_COMMANDS": "true"},
                    stdin=subprocess.DEVNULL,
                    stdout=sink,
                    stderr=subprocess.STDOUT,
                    # A group of its own: Ctrl-C comes to us, and we pass it on once. The
                    # engine takes a second one as an order to drop what is under way.
                    process_group=0,
                )
                try:
                    _follow(process, events, tally, step)
                finally:
                    if process.poll() is None:
                        process.send_signal(signal.SIGINT)
                        process.wait()
                if process.returncode:
                    raise Trouble(_failure(stack, process.returncode, tally, output))
        finally:
            os.close(events)
        return tally


def _failure(stack: str, code: int, tally: Tally, output: Path) -> str:
    if code < 0:
        return f"pulumi up of {stack} was ended by {signal.Signals(-code).name}"
    said = tally.errors or _relevant(output.read_text(encoding="utf-8"))
    details = "\n".join(f"  {line}" for text in said for line in text.splitlines())
    return f"pulumi up of {stack} failed:\n{details}"


_WORDS = {
    "same": "unchanged",
    "create": "created",
    "update": "updated",
    "replace": "replaced",
    "delete": "deleted",
}


def changes(tally: Tally) -> str:
    """What an update has changed, in words."""
    # What is read is somebody else's, and was not touched.
    counts = {key: count for key, count in tally.changes.items() if count and key != "read"}
    if not counts.keys() - {"same"}:
        return f"nothing changed ({counts.get('same', 0)} resources)"
    return ", ".join(
        f"{count} {_WORDS.get(operation, operation)}"
        for operation, count in sorted(counts.items(), key=lambda item: item[0] == "same")
    )


def _follow(process: subprocess.Popen[bytes], events: int, tally: Tally, step: Step) -> None:
    interrupted = False
    rest = b""
    while True:
        try:
            over = process.poll() is not None
            rest = _read(events, rest, tally)
            step.note = str(tally)
            if over:
                break
            time.sleep(0.1)
        except KeyboardInterrupt:
            process.send_signal(signal.SIGINT)
            if not interrupted:
                print("\nThe engine finishes what is under way; Ctrl-C again drops it.", flush=True)
            interrupted = True
    if interrupted:
        raise KeyboardInterrupt


def _read(events: int, rest: bytes, tally: Tally) -> bytes:
    with suppress(BlockingIOError):
        while chunk := os.read(events, 2**16):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                tally.take(cast(dict[str, Any], json.loads(line)))
    return rest


def _plain(message: str) -> str:
    """Without the engine's colour marks, `<{%reset%}>`."""
    while (start := message.find("<{%")) >= 0 and (end := message.find("%}>", start)) >= 0:
        message = message[:start] + message[end + 3 :]
    return message


def _relevant(output: str) -> list[str]:
    return [
        line for line in output.splitlines() if line.strip() and not line.startswith("warning:")
    ][-40:]
