"""Programs that tests run beside themselves, and what they answer over HTTP."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import urllib3

Json = dict[str, Any]
PATIENCE = 180  # seconds; a busy machine is slow, not broken
HTTP = urllib3.PoolManager(retries=False, timeout=5)


@contextmanager
def running(folder: Path, *command: str) -> Generator[None]:
    """The program in ``folder`` until the block ends; what it says stands beside, as ``.log``."""
    with (folder / f"{Path(command[0]).name}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)


def until(found: Callable[[], bool]) -> None:
    """Waits for it."""
    end = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.5)


def asked(url: str) -> Json:
    """The answer's JSON; nothing while nobody answers."""
    try:
        return json.loads(HTTP.request("GET", url).data)
    except (urllib3.exceptions.HTTPError, ValueError):
        return {}


def asked_text(url: str) -> str:
    """The answer's text; nothing while nobody answers."""
    try:
        return HTTP.request("GET", url).data.decode()
    except urllib3.exceptions.HTTPError:
        return ""


def status(url: str) -> int:
    """The answer's status; 0 while nobody answers."""
    try:
        return HTTP.request("GET", url).status
    except urllib3.exceptions.HTTPError:
        return 0
