"""Configuration of an app: config files and secrets, as objects and as the container's mounts (K6).

Both are immutable. A config map's name carries the hash of its content and a secret's its
generation, so a change rolls exactly the pods that read it, and what running pods read stays.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import PurePosixPath

from estate.objects.container import Mount
from estate.objects.manifest import JsonObject, Manifest, SecretSpec, manifest
from estate.topics.apps.manifests.objects import labels_of, own
from estate.topics.apps.manifests.zookeeper import zoo_cfg
from estate.topics.apps.plan.ensemble import is_ensemble
from estate.topics.apps.plan.model import AppPlan, ConfigPlan
from estate.topics.apps.plan.secret_plans import SecretPlan

_MODE = 0o440


def secrets(plan: AppPlan) -> list[Manifest]:
    """One Secret for each; the values are the engine's business."""
    return [
        manifest(
            "v1",
            "Secret",
            secret.name,
            {"type": "kubernetes.io/tls" if secret.tls else "Opaque", "immutable": True},
            namespace=plan.namespace,
            labels=labels_of(plan),
            secrets=tuple(
                SecretSpec(
                    key=one.key,
                    length=secret.length,
                    stored=secret.stored,
                    name=one.name,
                    binary=one.binary,
                )
                for one in secret.keys
            ),
        )
        for secret in plan.secrets
    ]


def variable_maps(plan: AppPlan) -> list[Manifest]:
    """One ConfigMap for each group of environment variables."""
    return [
        own(
            plan,
            "v1",
            "ConfigMap",
            {"immutable": True, "data": dict(group.values)},
            name=group.name,
        )
        for group in plan.settings
    ]


def config_map(plan: AppPlan) -> list[Manifest]:
    """All config files of the app in one map; none where it has none."""
    if not config_files(plan):
        return []
    fields: JsonObject = {"immutable": True, "data": _data(plan)}
    return [own(plan, "v1", "ConfigMap", fields, name=_map_name(plan))]


def config_files(plan: AppPlan) -> tuple[ConfigPlan, ...]:
    """The app's own files, and the configuration of an ensemble."""
    return (*plan.config, zoo_cfg(plan)) if is_ensemble(plan) else plan.config


def _key(number: int, file: ConfigPlan) -> str:
    """Two files may have one name in different directories, so a number comes first."""
    return f"{number:02}-{PurePosixPath(file.path).name}"


def _data(plan: AppPlan) -> dict[str, str]:
    return {_key(number, file): file.content for number, file in enumerate(config_files(plan))}


def _map_name(plan: AppPlan) -> str:
    content = json.dumps(_data(plan), sort_keys=True).encode()
    return f"{plan.name}-{hashlib.sha256(content).hexdigest()[:10]}"


def mounts(plan: AppPlan) -> list[Mount]:
    """Each secret in a directory of its own, each directory of config files as one volume."""
    found = [
        Mount(
            name=f"secret-{index}",
            path=secret.mount,
            volume={"secret": _volume(secret)},
            read_only=True,
        )
        for index, secret in enumerate(plan.secrets)
        if secret.mount
    ]
    directories: dict[str, list[JsonObject]] = {}
    for number, file in enumerate(config_files(plan)):
        path = PurePosixPath(file.path)
        item: JsonObject = {"key": _key(number, file), "path": path.name}
        directories.setdefault(str(path.parent), []).append(item)
    for index, (directory, items) in enumerate(directories.items()):
        volume: JsonObject = {"configMap": {"name": _map_name(plan), "items": items}}
        found.append(Mount(name=f"config-{index}", path=directory, volume=volume, read_only=True))
    return found


def _volume(secret: SecretPlan) -> JsonObject:
    """Its files; where every file is its key's, with the usual rights, none has to be named."""
    found: JsonObject = {"secretName": secret.name, "defaultMode": _MODE}
    if any((one.file, one.mode) != (one.key, _MODE) for one in secret.keys):
        found["items"] = [
            {"key": one.key, "path": one.file, **({"mode": one.mode} if one.mode != _MODE else {})}
            for one in secret.keys
            if one.file
        ]
    return found
