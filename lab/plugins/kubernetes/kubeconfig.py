"""How to reach a cluster: one context of a kubeconfig."""

from __future__ import annotations

import base64
import os
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from lab.plugins.kubernetes.errors import UnreachableError
from lab.plugins.wire import Json, JsonMap, as_list, as_map, as_text, at


@dataclass(frozen=True, kw_only=True)
class ClusterAccess:
    """An API server's address, and what it takes to talk to it."""

    server: str
    """The address, with scheme."""
    tls: ssl.SSLContext | None
    """The certificate checks, None for plain HTTP."""
    token: str
    """A bearer token, empty where certificates identify us."""


def load(kubeconfig: str, context: str) -> ClusterAccess:
    """The cluster that a context names. `kubeconfig` is a path, or the file's text itself."""
    text, folder = _read(kubeconfig)
    parsed: Json = cast(Json, yaml.safe_load(text))
    config = as_map(parsed)
    name = context or as_text(config.get("current-context"))
    chosen = _named(config, "contexts", name, "context")
    if chosen is None:
        raise UnreachableError(f'context "{name}" does not exist')
    cluster = _named(config, "clusters", as_text(chosen.get("cluster")), "cluster") or {}
    user = _named(config, "users", as_text(chosen.get("user")), "user") or {}
    server = as_text(cluster.get("server"))
    if not server:
        raise UnreachableError(f'context "{name}" names no server')
    tls = _tls(cluster, user, folder) if server.startswith("https://") else None
    return ClusterAccess(server=server, tls=tls, token=as_text(user.get("token")))


def _read(kubeconfig: str) -> tuple[str, Path]:
    if "\n" in kubeconfig or kubeconfig.lstrip().startswith("{"):
        return kubeconfig, Path.cwd()
    path = Path(kubeconfig or _default_path()).expanduser()
    try:
        return path.read_text(encoding="utf-8"), path.parent
    except OSError as failure:
        reason = failure.strerror or "cannot be read"
        raise UnreachableError(f"kubeconfig {path}: {reason}") from failure


def _default_path() -> str:
    first = os.environ.get("KUBECONFIG", "").split(os.pathsep)[0]
    return first or "~/.kube/config"


def _named(config: JsonMap, section: str, name: str, key: str) -> JsonMap | None:
    for entry in as_list(config.get(section)):
        if at(entry, "name") == name:
            return as_map(at(entry, key))
    return None


def _tls(cluster: JsonMap, user: JsonMap, folder: Path) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority = _material(cluster, "certificate-authority", folder)
    if authority:
        context.load_verify_locations(cadata=authority)
    if cluster.get("insecure-skip-tls-verify") is True:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    certificate = _material(user, "client-certificate", folder)
    if certificate:
        _load_pair(context, certificate, _material(user, "client-key", folder))
    return context


def _material(entry: JsonMap, key: str, folder: Path) -> str:
    inline = as_text(entry.get(f"{key}-data"))
    if inline:
        return base64.b64decode(inline).decode()
    file = as_text(entry.get(key))
    return (folder / file).read_text(encoding="utf-8") if file else ""


def _load_pair(context: ssl.SSLContext, certificate: str, key: str) -> None:
    # The ssl module reads keys from files only; this one lives for the length of the call.
    with tempfile.TemporaryDirectory() as private:
        pair = Path(private) / "pair.pem"
        pair.touch(mode=0o600)
        pair.write_text(f"{certificate}\n{key}", encoding="utf-8")
        context.load_cert_chain(pair)
