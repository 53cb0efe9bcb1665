"""A folder of what devices export, file by file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from estate.verifying import exports, f5, files, names
from estate.verifying.verdict import Held, Unreadable, Verified

F5 = "f5/as3.json"
ELSEWHERE = {
    "firewall/": "`estate import firewall` holds rules of a firewall against all stacks",
}
"""Documents that another verb verifies."""


def verified(documents: Mapping[str, str], folder: Path) -> tuple[Verified, ...]:
    """Every file of the folder; ``documents`` are the stack's, by name.

    Raises OSError where a file cannot be read.
    """
    return tuple(_verified(documents, folder, name) for name in _names(folder))


def _names(folder: Path) -> Iterable[str]:
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def _verified(documents: Mapping[str, str], folder: Path, name: str) -> Verified:
    for prefix, why in ELSEWHERE.items():
        if name.startswith(prefix):
            return Verified(document=name, verdict="not read", differences=(why,))
    if name not in documents:
        return Verified(document=name, verdict="not declared")
    try:
        found = _held(name, documents[name], (folder / name).read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        return Verified(document=name, verdict="not read", differences=("it is no UTF-8 text",))
    except Unreadable as trouble:
        return Verified(document=name, verdict="not read", differences=(str(trouble),))
    return Verified(
        document=name,
        verdict="differs" if found.differences else "as declared",
        differences=found.differences,
        beside=found.beside,
    )


def _held(name: str, declared: str, found: str) -> Held:
    if name == F5:
        return f5.held(declared, found)
    if name.endswith(".exports"):
        return exports.held(declared, found)
    if name.endswith(".zone"):
        domain = name.rpartition("/")[2].removesuffix(".zone")
        return names.held(domain, declared, found, whole=name.startswith("dns/zones/"))
    return files.held(declared, found)
