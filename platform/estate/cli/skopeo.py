"""Asks registries, with skopeo: it finds certificates, logins and mirrors as podman does."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_SECONDS = 60


class Unreachable(Exception):
    """No registry answered; the text says why, in one line."""


@dataclass(frozen=True)
class Skopeo:
    """Registries, as skopeo on this machine reaches them."""

    program: str
    mirrors: Mapping[str, str] = field(default_factory=dict[str, str])
    """By registry's host, what stands in its place: a mirror's host and path."""

    def asked(self, repository: str) -> str:
        """The repository that is asked in place of ``repository``."""
        host, _, name = repository.partition("/")
        return f"{self.mirrors.get(host, host)}/{name}"

    def digest(self, reference: str) -> str:
        """The tag's digest: of the index, if there is one.

        It is that of the bytes that the registry sends. Raises :class:`Unreachable`.
        """
        raw = self._run("inspect", "--raw", f"docker://{self.asked(reference)}")
        return f"sha256:{hashlib.sha256(raw).hexdigest()}"

    def tags(self, repository: str) -> tuple[str, ...]:
        """All tags of a repository. Raises :class:`Unreachable`."""
        found: dict[str, Any] = json.loads(
            self._run("list-tags", f"docker://{self.asked(repository)}")
        )
        return tuple(found["Tags"])

    def _run(self, *arguments: str) -> bytes:
        try:
            ran = subprocess.run(
                [self.program, *arguments], capture_output=True, timeout=_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as failure:
            raise Unreachable(str(failure)) from None
        if ran.returncode:
            said = ran.stderr.decode(errors="replace").strip().splitlines()
            raise Unreachable(said[-1] if said else f"skopeo ended with {ran.returncode}")
        return ran.stdout


def skopeo(mirrors: Mapping[str, str]) -> Skopeo | None:
    """Skopeo on PATH; None where there is none."""
    program = shutil.which("skopeo")
    return Skopeo(program, mirrors) if program else None
