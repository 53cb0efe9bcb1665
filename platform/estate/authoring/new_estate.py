"""The files of a new estate: the smallest that stands, with room for everything else."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network

from estate import VERSION
from estate.authoring.apps import NewApp, web_app_file
from estate.authoring.insertion import with_key
from estate.authoring.rendering import rendered
from estate.authoring.tenants import tenant_file
from estate.authoring.values import Mistake, checked, scalar
from estate.declarations.load import IMAGES, NODE_PORTS
from estate.reader.addresses import Cidr, Host
from estate.reader.values import ZONES, Name, Zone

_INSIDE = {"dmz": ("10.64.0.0/16", "10.96.0.0/16"), "intranet": ("10.68.0.0/16", "10.100.0.0/16")}
"""By zone, the ranges of pods and of Services, which routers outside of a cluster do not know."""

RANGES = {"dmz": "10.10.0.0/16", "intranet": "10.20.0.0/16"}
"""By zone, the proposed range of nodes, load balancer and users' addresses."""


@dataclass(frozen=True, kw_only=True)
class NewEstate:
    """The answers from which the files follow."""

    name: str
    domain: str
    tenant: str
    app: str
    dmz: str = RANGES["dmz"]
    intranet: str = RANGES["intranet"]


def files(new: NewEstate) -> dict[str, str]:
    """By name, the text of each file; raises :class:`Mistake` where an answer is not possible."""
    for value in (new.name, new.tenant, new.app):
        checked(Name, value)
    checked(Host, new.domain)
    values = {"name": scalar(new.name), "domain": new.domain, "version": VERSION}
    stacks = {zone: _stack(new, zone) for zone in ZONES}
    host = f"{new.app}.{new.domain}"
    stacks["dmz"] = with_key(
        stacks["dmz"], ("config", "estate:tenant_names", new.tenant), f"[{host}]"
    )
    owner = f"{new.tenant}@{new.domain}"
    app = NewApp(app=new.app, tenant=new.tenant, zone="dmz", owner=owner)
    return {
        "README.md": rendered("estate/README.md", values),
        "Pulumi.yaml": rendered("estate/Pulumi.yaml", values),
        "__main__.py": rendered("estate/__main__.py", values),
        "requirements.txt": rendered("estate/requirements.txt", values),
        ".gitignore": rendered("estate/gitignore.txt", values),
        **{f"Pulumi.{zone}.yaml": text for zone, text in stacks.items()},
        IMAGES: rendered("estate/images.yaml", values),
        NODE_PORTS: rendered("estate/node-ports.yaml", values),
        f"tenants/{new.tenant}.yaml": tenant_file(
            new.tenant,
            owner=owner,
            contact=owner,
            unit="Applications",
            cost_centre="CC-0000",
            zones=dict.fromkeys(ZONES, ("shared", "S")),
        ),
        app.file: web_app_file(app, host),
    }


def _stack(new: NewEstate, zone: Zone) -> str:
    whole: IPv4Network = checked(Cidr, new.dmz if zone == "dmz" else new.intranet)
    if whole.prefixlen > 22:
        raise Mistake(
            f"{whole} has no room for a zone: nodes and users' addresses. "
            "Allowed: a prefix length of at most 22, like 10.10.0.0/16."
        )
    first = whole.network_address
    nodes = IPv4Network((first + 256, 24))
    pods, services = _INSIDE[zone]
    return rendered(
        "estate/stack.yaml",
        {
            "zone": zone,
            "domain": new.domain,
            "api_server": str(first + 5),
            "nodes": str(nodes),
            "pods": pods,
            "services": services,
            "self_address": str(first + 2),
            "vips": str(IPv4Network((first + 16, 28))),
            "router": str(first + 17),
            **{f"node_{n}": str(nodes[10 + n]) for n in (1, 2)},
            **{f"router_{n}": str(nodes[100 + n]) for n in (1, 2)},
        },
    )
