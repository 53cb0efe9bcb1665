"""`estate handover`: the documents with their secrets, for those who install them (X11)."""

from __future__ import annotations

import json
import os
import subprocess
from base64 import b64decode
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast

from estate.documents.document import Document
from estate.documents.secrets import filled, referred_to
from estate.handover import documents
from estate.plan import Plan
from estate.topics.document_secrets.declare import Bootstrap, BootstrapFiles
from estate.topics.document_secrets.plan import BootstrapPlan, DocumentSecret, document_secrets

OUTPUT = "documentSecrets"
"""The stack's one secret output: values by name."""

MARK = ".estate-handover"
"""Stands in every folder that a handover made, so that nothing else is ever written over."""


class Missing(Exception):
    """What keeps a handover from being complete; never a value."""


def hand_over(plan: Plan, root: Path, out: Path) -> tuple[list[str], list[str]]:
    """Writes every document under ``out``; returns all names, and those that hold secrets.

    Nothing is written before every secret is known. What holds a secret has mode 0600.

    Raises:
        Missing: a secret is nowhere, or ``out`` holds something that no handover wrote.
    """
    found = documents(plan)
    known = values(plan, root)
    if out.exists() and any(out.iterdir()) and not (out / MARK).exists():
        raise Missing(f"{out} is not empty and was not written by a handover: name another")
    out.mkdir(parents=True, exist_ok=True)
    out.chmod(0o700)
    (out / MARK).touch()
    secret = [document.name for document in found if referred_to(document.text)]
    for document in found:
        _write(
            out / document.name,
            _filled(document, known),
            0o600 if document.name in secret else 0o644,
        )
    return [document.name for document in found], secret


def _filled(document: Document, known: Mapping[str, str]) -> bytes:
    if referred_to(document.text):
        return filled(document.text, known).encode()
    return document.data


def _write(path: Path, content: bytes, mode: int) -> None:
    """Never readable by others, not even for a moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "wb") as file:
        file.write(content)


def values(plan: Plan, root: Path) -> Mapping[str, str]:
    """The value of every secret that a document needs.

    Raises:
        Missing: with every secret that is not where it should be.
    """
    needed = document_secrets(plan)
    generated = [document_secret for document_secret in needed if document_secret.origin == "stack"]
    found = _of_the_stack(plan, root, generated) if generated else {}
    source = plan.of(BootstrapPlan).bootstrap
    troubles: list[str] = []
    for document_secret in needed:
        if document_secret.origin == "bootstrap" and source:
            place, value = _bootstrap(source, document_secret.name)
            if value is None:
                troubles.append(f"{document_secret.name}: {place} does not exist or is empty")
            else:
                found[document_secret.name] = value
        elif document_secret.name not in found:
            troubles.append(
                f"{document_secret.name}: the stack has no value: run `pulumi up` first"
            )
    troubles += _misshapen(needed, found)
    if troubles:
        raise Missing("\n".join(troubles))
    return found


def _misshapen(needed: Iterable[DocumentSecret], found: Mapping[str, str]) -> Iterable[str]:
    for secret in needed:
        if (
            secret.length is not None
            and len(found.get(secret.name, "x" * secret.length)) != secret.length
        ):
            yield (
                f"{secret.name}: {len(found[secret.name])} characters, "
                f"and it must have {secret.length}"
            )
        if secret.login and secret.name in found and not _is_login(found[secret.name]):
            yield (
                f"{secret.name}: it must be name:password in base64, as in a docker configuration"
            )


def _is_login(value: str) -> bool:
    """Else every node would be answered with 401, and the first to notice would be kubeadm."""
    try:
        name, colon, password = b64decode(value, validate=True).partition(b":")
    except ValueError:
        return False
    return bool(name and colon and password)


def _of_the_stack(plan: Plan, root: Path, generated: Iterable[DocumentSecret]) -> dict[str, str]:
    """What `pulumi up` generated: asked for by name, answered on a pipe that nobody else reads."""
    ran = subprocess.run(
        ["pulumi", "stack", "output", OUTPUT, "--show-secrets", "--json", f"--stack={plan.stack}"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        names = ", ".join(document_secret.name for document_secret in generated)
        raise Missing(f"{names}: the stack {plan.stack} does not tell: {ran.stderr.strip()}")
    read: object = json.loads(ran.stdout)
    return dict(cast("Mapping[str, str]", read)) if isinstance(read, dict) else {}


def _bootstrap(source: Bootstrap, name: str) -> tuple[str, str | None]:
    """Where a secret should be, and its value if it is there."""
    if isinstance(source, BootstrapFiles):
        path = Path(source.directory) / name
        try:
            return f"the file {path}", path.read_text(encoding="utf-8").rstrip("\n") or None
        except OSError:
            return f"the file {path}", None
    variable = source.prefix + name.upper().replace("-", "_")
    return f"the variable {variable}", os.environ.get(variable) or None
