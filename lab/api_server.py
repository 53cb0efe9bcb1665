"""The API server's files: the estate's own, with paths and issuers of the lab in them.

Everything else stays as it was handed over, so that a file which an API server does not take
fails here. Identity providers of the inventory are data: their tokens are believed, but their
keys are asked for on loopback, whether something answers there or not.
"""

from __future__ import annotations

import base64
import os
import secrets
import shutil
from pathlib import Path
from typing import Any

import yaml

from estate.documents.secrets import filled
from estate.topics.control_plane.documents.api_server import encryption
from estate.topics.document_secrets.plan import ENCRYPTION_KEY
from lab.inventory import ApiServerFiles
from lab.issuer import Issuer

_AUTHENTICATION = "authentication.yaml"
_ENCRYPTION = "encryption.yaml"
_AUDIT_LOG = "audit-log-path"


class ApiServer:
    """The folder of one cluster's API server, and what it is started with."""

    def __init__(self, declared: ApiServerFiles, folder: Path, issuer: Issuer) -> None:
        self._declared = declared
        self._folder = folder
        self._issuer = issuer

    @property
    def flags(self) -> dict[str, str]:
        """The flags as declared, with the lab's paths."""
        found = dict(self._declared.flags)
        for name, value in found.items():
            if name == _AUDIT_LOG:
                found[name] = str(self.audit_log)
            elif value.startswith("/"):
                found[name] = str(self._folder / Path(value).name)
        return found

    @property
    def audit_log(self) -> Path:
        """What it writes down."""
        return self._folder / "audit.log"

    @property
    def outdated(self) -> bool:
        """Whether the files that stand there are not those that are declared."""
        return any(
            not (self._folder / name).exists()
            or (self._folder / name).read_text(encoding="utf-8") != text
            for name, text in self._texts().items()
        )

    def write(self) -> None:
        """Puts the files there."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        for name, text in self._texts().items():
            _private(self._folder / name, text)

    def remove(self) -> None:
        """Takes the folder away, with the key that only this store was written with."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _texts(self) -> dict[str, str]:
        found = {Path(path).name: text for path, text in self._declared.files.items()}
        if text := found.get(_AUTHENTICATION):
            found[_AUTHENTICATION] = self._on_loopback(text)
        # An estate that does not say where its key comes from makes one on the first master.
        text = found.get(_ENCRYPTION) or yaml.safe_dump(encryption(), sort_keys=False)
        found[_ENCRYPTION] = filled(text, {ENCRYPTION_KEY: self._key()})
        return {name: text for name, text in found.items() if name.endswith(".yaml")}

    def _key(self) -> str:
        """The lab's bootstrap source: made once and kept, since the store was written with it."""
        file = self._folder / ENCRYPTION_KEY
        if not file.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            _private(file, base64.b64encode(secrets.token_bytes(32)).decode("ascii"))
        return file.read_text(encoding="ascii")

    def _on_loopback(self, text: str) -> str:
        """Keys are fetched from the lab's issuer; ``iss`` stays the declared one."""
        found: dict[str, Any] = yaml.safe_load(text)
        for jwt in found.get("jwt", []):
            url: str = jwt["issuer"]["url"]
            jwt["issuer"]["discoveryURL"] = self._issuer.discovery(url)
            jwt["issuer"]["certificateAuthority"] = self._issuer.certificate
        return yaml.safe_dump(found, sort_keys=False)


def _private(file: Path, text: str) -> None:
    """Never readable by others, not even for a moment."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
        out.write(text)
