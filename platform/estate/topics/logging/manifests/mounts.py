"""What containers of logging see: Secrets by key, files of config maps, room of their own."""

from __future__ import annotations

from estate.objects.container import Mount
from estate.objects.manifest import JsonObject, Manifest


def of_secret(name: str, path: str, secret: str, *keys: str) -> Mount:
    """A Secret's keys as files; all of them where none is named."""
    source: JsonObject = {"secretName": secret, "defaultMode": 0o440}
    if keys:
        source["items"] = [{"key": key, "path": key} for key in keys]
    return Mount(name=name, path=path, volume={"secret": source}, read_only=True)


def of_map(name: str, path: str, config: Manifest, file: str = "") -> Mount:
    """A config map as a directory, or one of its files in a directory of others."""
    volume: JsonObject = {"configMap": {"name": config.physical_name}}
    return Mount(name=name, path=path, volume=volume, read_only=True, sub_path=file)


def scratch(name: str, path: str, size: str = "1Gi") -> Mount:
    """A directory that is empty when the pod begins."""
    return Mount(name=name, path=path, volume={"emptyDir": {"sizeLimit": size}})
