"""New apps: the file of each kind, and what else of the estate changes with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from ipaddress import IPv4Address

from estate.authoring import proposals
from estate.authoring.present import Files, Present, with_name
from estate.authoring.rendering import rendered
from estate.authoring.values import Mistake, checked, scalar
from estate.declarations.load import NODE_PORTS
from estate.reader.addresses import Address, Host, Port
from estate.reader.times import Schedule
from estate.reader.values import Image, Name, Owner, Zone
from estate.topics.exposure.declare.node_ports import RegisteredPort
from estate.topics.node_ports.plan import free_ports
from estate.topics.node_ports.register_file import with_entry

_NOTE = "# A placeholder, which no registry has: the digest of the app's first build replaces it.\n"


def _placeholder(tenant: str, app: str) -> str:
    return f"{tenant}/{app}@sha256:{'facade' * 8}{hashlib.sha256(app.encode()).hexdigest()[:16]}"


@dataclass(frozen=True, kw_only=True)
class NewApp:
    """What the file of an app of any kind begins with."""

    app: str
    tenant: str
    zone: Zone
    owner: str
    image: str | None = None
    """Path and digest; without it, a placeholder stands there."""
    replicas: int = 2
    port: int = 8080

    def values(self) -> dict[str, str]:
        """For the template; raises :class:`Mistake` for a value that no app may have."""
        return {
            "app": checked(Name, self.app),
            "tenant": self.tenant,
            "zone": self.zone,
            "owner": checked(Owner, self.owner),
            "image": checked(Image, self.image or _placeholder(self.tenant, self.app)),
            "image_note": "" if self.image else _NOTE,
            "replicas": str(self.replicas),
            "port": str(checked(Port, self.port)),
        }

    @property
    def file(self) -> str:
        """Its name in the estate."""
        return f"apps/{self.app}-{self.zone}.yaml"


def web_app_file(new: NewApp, host: str) -> str:
    """The file of an app behind the routers."""
    return rendered("apps/web.yaml", {**new.values(), "host": checked(Host, host)})


def web_app(present: Present, new: NewApp, host: str) -> Files:
    """An app behind the routers; the stack gives its tenant the name."""
    text = web_app_file(new, host)
    given = present.stack(new.zone).tenant_names.get(new.tenant, ())
    if any(host == one or (one[0] == "*" and host.endswith(one[1:])) for one in given):
        return {new.file: text}
    return {new.file: text, **with_name(present, new.zone, new.tenant, host)}


def service_app(new: NewApp) -> Files:
    """An app that other apps of the cluster reach."""
    return {new.file: rendered("apps/service.yaml", new.values())}


def worker_app(new: NewApp) -> Files:
    """An app that runs on and listens nowhere."""
    return {new.file: rendered("apps/worker.yaml", new.values())}


def batch_app(new: NewApp, schedule: str) -> Files:
    """An app that starts on a schedule."""
    values = {**new.values(), "schedule": scalar(checked(Schedule, schedule))}
    return {new.file: rendered("apps/batch.yaml", values)}


def traditional_app(present: Present, new: NewApp, address: str | None) -> Files:
    """An app with a virtual address and a node port, which the register then has."""
    stack = present.stack(new.zone)
    register = present.loaded.node_ports.value.ports if present.loaded.node_ports else ()
    owner = f"{new.tenant}/{new.app}"
    held = [port.port for port in register if (port.zone, port.owner) == (new.zone, owner)]
    free = held or free_ports(stack, register, "TCP")
    if not free:
        raise Mistake(
            f"Every node port of {new.zone} is held: `estate ports list` shows the owners."
        )
    taken = proposals.written_addresses(present.root)
    vip: IPv4Address = (
        checked(Address, address)
        if address
        else proposals.next_address(proposals.vip_ranges(stack), taken, None)
    )
    values = {**new.values(), "node_port": str(free[0]), "address": str(vip)}
    made = {new.file: rendered("apps/traditional.yaml", values)}
    if not held:
        entry = RegisteredPort(zone=new.zone, port=free[0], protocol="TCP", owner=owner)
        made[NODE_PORTS] = with_entry(present.text(NODE_PORTS), entry)
    return made
