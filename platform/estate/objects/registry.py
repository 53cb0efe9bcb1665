"""Configuration of a container registry: one file for machines and for pods (G2 to G4)."""

from __future__ import annotations

from collections.abc import Mapping

from estate.objects.manifest import JsonObject


def registry_configuration(
    *,
    realm: str,
    port: int,
    directory: str,
    certificate: str,
    key: str,
    users: str = "",
    deletable: bool = False,
    writable: bool = True,
    metrics: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> JsonObject:
    """The configuration of one of several registries that share a directory.

    The secret that they sign uploads with is not in it: ``REGISTRY_HTTP_SECRET`` in their
    environment. ``users`` is a file of names and hashes; without one nobody is asked for a name.
    ``headers`` are part of every answer. ``metrics`` is the port where it counts what it does and
    shows its inside: for Prometheus.
    """
    counted: JsonObject = {"enabled": True, "path": "/metrics"}
    debug = {"debug": {"addr": f":{metrics}", "prometheus": counted}} if metrics else {}
    content: JsonObject = {
        "version": 0.1,
        "log": {"level": "info", "formatter": "json", "accesslog": {"disabled": False}},
        "storage": _storage(directory, deletable=deletable, writable=writable),
        "http": {
            "addr": f":{port}",
            # Clients reach it by an address that is not its own: it leads them to none.
            "relativeurls": True,
            "draintimeout": "20s",
            "tls": {"certificate": certificate, "key": key, "minimumtls": "tls1.2"},
            "headers": {
                "X-Content-Type-Options": ["nosniff"],
                **{name: [value] for name, value in (headers or {}).items()},
            },
            **debug,
        },
    }
    if users:
        content["auth"] = {"htpasswd": {"realm": realm, "path": users}}
    # Without its storage it answers 503 to everything, and is left out.
    content["health"] = {"storagedriver": {"enabled": True, "interval": "10s", "threshold": 3}}
    nobody: list[JsonObject] = []
    content["notifications"] = {"endpoints": nobody}
    return content


def _storage(directory: str, *, deletable: bool, writable: bool) -> JsonObject:
    purging = {"enabled": writable, "age": "168h", "interval": "24h", "dryrun": False}
    found: JsonObject = {
        "filesystem": {"rootdirectory": directory, "maxthreads": 100},
        "delete": {"enabled": deletable},
        "redirect": {"disable": True},
        "maintenance": {"uploadpurging": purging, "readonly": {"enabled": not writable}},
    }
    if not deletable:
        # Each keeps its own: one would go on offering what another has deleted.
        found["cache"] = {"blobdescriptor": "inmemory"}
    return found
