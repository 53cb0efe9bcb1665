"""The registry outside the cluster: what is installed on each of its machines (G1 to G3, X10, X11).

Every machine gets the same files: storage, secret and settings that differ would break pushes. No
file holds a secret: the service reads it from an environment file, and systemd alone reads that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import yaml

from estate.documents.document import Document, Row, csv_text
from estate.objects.pod import USER
from estate.objects.registry import registry_configuration
from estate.plan import Plan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.registry.documents.collection import (
    CONFIGURATION,
    KEEP_FILE,
    SCRIPT,
    SCRIPT_FILE,
    collection_files,
    keep_list,
)
from estate.topics.registry.documents.containerd import hosts, hosts_file, login_of_nodes
from estate.topics.registry.plan import RegistryPlan
from estate.topics.registry.plan.model import ExternalRegistryPlan

FOLDER = "registry"
STORAGE = "/srv/registry"
"""Where a machine mounts the filer's directory; systemd wants the unit named after it."""
ENVIRONMENT = "/etc/estate/registry.env"
USERS = "/etc/estate/registry.htpasswd"
PROGRAM = "/usr/local/bin/registry"

MOUNT_OPTIONS = "nfsvers=4.1,proto=tcp,hard,noatime,lookupcache=positive,actimeo=3,_netdev"
"""``lookupcache=positive``: what the other machine has just written is not called missing."""

_HEADER = """\
# {what} of cluster '{cluster}'; the same file on {machines}.
# Install it as {path} (root:root 0644).
"""

_SERVICE = f"""\
[Unit]
Description=Container registry
Wants=network-online.target
After=network-online.target
# Without its storage a registry would answer that every image is missing.
RequiresMountsFor={STORAGE}

[Service]
# The filer knows this number, not a name: exports give the directory to it.
User={USER}
Group={USER}
# REGISTRY_HTTP_SECRET; root:root 0600, the same on every machine.
EnvironmentFile={ENVIRONMENT}
Environment=OTEL_TRACES_EXPORTER=none
ExecStart={PROGRAM} serve {CONFIGURATION}
Restart=always
RestartSec=2
TimeoutStopSec=90
UMask=0007
LimitNOFILE=65536
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
ReadWritePaths={STORAGE}

[Install]
WantedBy=multi-user.target
"""

_MOUNT = """\
[Unit]
Description=Storage of the container registry
Wants=network-online.target
After=network-online.target

[Mount]
What={address}:{directory}
Where={where}
Type=nfs4
Options={options}

[Install]
WantedBy=multi-user.target
"""

INSTALL_COLUMNS = ("machine", "address", "document", "file", "owner", "mode")
SECRET_COLUMNS = ("secret", "place", "file", "owner", "mode", "form")


def registry_documents(plan: Plan) -> tuple[Document, ...]:
    """Everything that the machines need; nothing where somebody else runs the registry."""
    registry = plan.of(RegistryPlan).external
    if registry is None:
        return ()
    files = {
        "config.yml": ("Configuration of the registry", CONFIGURATION, _configuration(registry)),
        "registry.service": ("How the registry runs, outside", _unit("registry.service"), _SERVICE),
        "srv-registry.mount": (
            "Where the registry's storage comes from, outside",
            _unit("srv-registry.mount"),
            _MOUNT.format(
                address=registry.filer_address,
                directory=registry.directory,
                where=STORAGE,
                options=MOUNT_OPTIONS,
            ),
        ),
    }
    collected = collection_files(
        registry, storage=STORAGE, program=PROGRAM, users=USERS, service=_SERVICE
    )
    files |= {one.name: (one.what, one.path, one.text) for one in collected}
    machines = " and ".join(server.name for server in registry.servers)
    found = [
        Document(
            f"{FOLDER}/{name}",
            _HEADER.format(
                what=what,
                cluster=plan.of(ControlPlanePlan).cluster.name,
                machines=machines,
                path=path,
            )
            + text,
        )
        for name, (what, path, text) in files.items()
    ]
    secrets = [*_secrets(registry), login_of_nodes(registry), *_in_the_cluster(plan)]
    # The script and the list are as they are read: a header would be a line of the list.
    found += [
        Document(f"{FOLDER}/registry-collect.sh", SCRIPT),
        Document(f"{FOLDER}/keep.txt", keep_list(plan)),
    ]
    paths = {name: path for name, (_, path, _) in files.items()}
    paths |= {"registry-collect.sh": SCRIPT_FILE, "keep.txt": KEEP_FILE}
    return (
        *found,
        Document(f"{FOLDER}/machines.csv", csv_text(INSTALL_COLUMNS, _machines(registry, paths))),
        Document(f"{FOLDER}/secrets.csv", csv_text(SECRET_COLUMNS, secrets)),
        Document(hosts_file(FOLDER, registry), hosts(plan, registry)),
    )


def _unit(name: str) -> str:
    return f"/etc/systemd/system/{name}"


def _configuration(registry: ExternalRegistryPlan) -> str:
    content = registry_configuration(
        realm=registry.host,
        port=registry.port,
        directory=STORAGE,
        certificate=registry.tls.certificate,
        key=registry.tls.key,
        users=USERS,
        deletable=registry.deletable,
    )
    return yaml.safe_dump(content, sort_keys=False)


def _machines(registry: ExternalRegistryPlan, paths: Mapping[str, str]) -> Iterator[Row]:
    for server in registry.servers:
        for document, path in paths.items():
            yield {
                "machine": server.name,
                "address": str(server.address),
                "document": f"{FOLDER}/{document}",
                "file": path,
                "owner": "root:root",
                "mode": "0644",
            }


def _secrets(registry: ExternalRegistryPlan) -> Iterator[Row]:
    for server in registry.servers:
        for secret, file, owner, mode, form in (
            (
                registry.http_secret,
                ENVIRONMENT,
                "root:root",
                "0600",
                "REGISTRY_HTTP_SECRET=(the value)",
            ),
            (registry.users, USERS, f"root:{USER}", "0640", "htpasswd, bcrypt only"),
            (
                "the company's certificate authority",
                registry.tls.certificate,
                "root:root",
                "0644",
                f"certificate with chain for {registry.host.partition(':')[0]}, server",
            ),
            (
                "the machine's own, made there",
                registry.tls.key,
                f"root:{USER}",
                "0640",
                "private key",
            ),
        ):
            yield {
                "secret": secret,
                "place": server.name,
                "file": file,
                "owner": owner,
                "mode": mode,
                "form": form,
            }


def _in_the_cluster(plan: Plan) -> Iterator[Row]:
    """What is put into the cluster by hand: no declaration and no state holds it."""
    inside = plan.of(RegistryPlan).internal
    if inside is None:
        return
    certificate = (
        "the company's certificate authority",
        inside.certificate,
        f"kubernetes.io/tls with ca.crt: server, for {inside.address}, "
        f"registry-intake.{inside.placement.namespace}.svc",
    )
    login = (
        "a name that may pull",
        inside.login,
        f"kubernetes.io/dockerconfigjson for {inside.source}",
    )
    for secret, name, form in (certificate, *(() if inside.login_kept else (login,))):
        yield {
            "secret": secret,
            "place": f"cluster {plan.of(ControlPlanePlan).cluster.name}",
            "file": f"Secret {inside.placement.namespace}/{name}",
            "owner": "",
            "mode": "",
            "form": form,
        }
