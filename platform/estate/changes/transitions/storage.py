"""Volumes, claims and classes: what the API server never lets change, once it is there (M1)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.changes.transitions.finding import Finding
from estate.changes.transitions.sides import Json, Sides, at, named
from estate.objects.quantity import quantity

_SOURCES = ("csi", "fc", "hostPath", "iscsi", "local", "nfs")
_CLAIM = ("storageClassName", "accessModes", "selector", "volumeName", "volumeMode")
_CLASS = ("reclaimPolicy", "volumeBindingMode")
_SIZE = "spec.resources.requests.storage"

_ANOTHER_NAME = (
    "Declare a volume of another name, of the new size or backend, beside the old one, and apply: "
    "the StatefulSet is made anew, so that all replicas stop once.",
    "Move the data, in the way of the app.",
    "Take the old volume out of the declaration, and apply.",
)
_LOGS_ANEW = (
    "Take `logs` out of the declaration and apply: claim and volume go, the files stay on the "
    "filer.",
    "Declare `logs` as it shall be, and apply.",
)
_FREE_FIRST = (
    "Take the volume, or the app, out of the declaration and apply: the object goes, the data "
    "stays where it is.",
    "Declare it as it shall be, and apply.",
)


def claims(sides: Sides) -> Iterator[Finding]:
    """A claim keeps its class and its disk; it grows only where its class makes volumes larger."""
    for key, old, new in sides.kept("PersistentVolumeClaim"):
        changed = [name for name in _CLAIM if at(old, f"spec.{name}") != at(new, f"spec.{name}")]
        was, now = str(at(old, _SIZE)), str(at(new, _SIZE))
        found = ""
        if changed:
            found = f"{' and '.join(changed)} of a claim never change"
        elif quantity(now) < quantity(was):
            found = f"a claim never gets smaller: it has {was}, and {now} is declared"
        elif quantity(now) > quantity(was) and not _grows(sides, new):
            found = (
                f"it has {was}, and {now} is declared; only a claim whose class makes volumes "
                "larger can grow"
            )
        if found:
            steps = _LOGS_ANEW if _is_logs(new) else _ANOTHER_NAME
            yield _refused(sides, "claim-fixed", named(key), found, steps)


def _grows(sides: Sides, claim: Json) -> bool:
    if at(claim, "spec.volumeName"):
        return False
    name = str(at(claim, "spec.storageClassName") or "")
    found = sides.after.objects.get(("StorageClass", "", name))
    return found is None or at(found, "allowVolumeExpansion") is True


def _is_logs(claim: Json) -> bool:
    return at(claim, "spec.accessModes") == ["ReadWriteMany"]


def volumes(sides: Sides) -> Iterator[Finding]:
    """A volume stays where it is, and belongs to one claim."""
    for key, old, new in sides.kept("PersistentVolume"):
        moved = [name for name in _SOURCES if at(old, f"spec.{name}") != at(new, f"spec.{name}")]
        if moved:
            found = f"where a volume lies never changes, and its {' and '.join(moved)} would"
            yield _refused(sides, "volume-fixed", named(key), found, _FREE_FIRST)
        elif at(old, "spec.nodeAffinity") not in (None, at(new, "spec.nodeAffinity")):
            found = "the node of a local disk never changes"
            yield _refused(sides, "volume-fixed", named(key), found, _FREE_FIRST)
        elif at(old, "spec.claimRef") != at(new, "spec.claimRef"):
            was, now = (_claim(at(one, "spec.claimRef")) for one in (old, new))
            found = f"it is bound to claim {was}, and would not be bound to {now} after that"
            yield _refused(sides, "volume-bound", named(key), found, _FREE_FIRST)


def _claim(found: Json | None) -> str:
    return f"{found.get('namespace')}/{found.get('name')}" if found else "none"


def classes(sides: Sides) -> Iterator[Finding]:
    """What a class promises to volumes that are not made yet is fixed, too."""
    for key, old, new in sides.kept("StorageClass"):
        changed = [name for name in _CLASS if old.get(name) != new.get(name)]
        if changed:
            found = f"{' and '.join(changed)} of a class never change"
            steps = ("Declare a backend of another name, and move volumes to it one by one.",)
            yield _refused(sides, "class-fixed", named(key), found, steps)


def _refused(sides: Sides, code: str, what: str, found: str, steps: tuple[str, ...]) -> Finding:
    return Finding(
        effect="refused", code=code, zone=sides.zone, what=what, found=found, steps=steps
    )
