"""keepalived.conf for each host that holds virtual addresses, and the register of VRIDs (E4, E11).

Every host starts as BACKUP, so that no two ever begin as masters, and the highest priority among
those that are well takes the addresses. A host that comes back does not take them at once: its
connections have been cut once, and HAProxy has not found its members yet.
"""

from __future__ import annotations

from collections.abc import Iterator

from estate.documents.document import Document, Row, csv_text
from estate.documents.secrets import reference
from estate.plan import Plan
from estate.topics.exposure.plan.keepalived import KeepalivedPlan, VrrpPlan, keepalived_plans

INSTALLED = "/etc/keepalived"
"""Where the files stand on a host."""

_ADVERTISED = 20
"""Addresses in an advertisement; what is beyond moves with them and is not announced."""

_HEADER = """\
# Host {host}: install as {installed}/keepalived.conf (root:root 0644), beside
# auth_pass.conf (root:root 0600), which `estate handover` fills. See docs/load-balancers.md.
"""

_AUTHENTICATION = """\
# The hosts of {group} authenticate each other with it: install it on each of them as
# {installed}/auth_pass.conf (root:root 0600).
authentication {{
    auth_type PASS
    auth_pass {password}
}}
"""


def keepalived_documents(plan: Plan) -> tuple[Document, ...]:
    """Per host its configuration, per group its password, per zone the register."""
    hosts = list(keepalived_plans(plan))
    passwords = {
        host.group: Document(
            f"keepalived/{host.group}/auth_pass.conf",
            _AUTHENTICATION.format(
                group=host.group, installed=INSTALLED, password=reference(host.password)
            ),
        )
        for host in hosts
    }
    register = [row for host in hosts for row in _rows(host)]
    return (
        *(
            Document(f"keepalived/{host.group}/{host.host}/keepalived.conf", _configuration(host))
            for host in hosts
        ),
        *passwords.values(),
        *(
            [Document("keepalived/virtual-routers.csv", csv_text(COLUMNS, register))]
            if hosts
            else []
        ),
    )


COLUMNS = ("segment", "virtual_router", "name", "host", "interface", "priority", "addresses")


def _rows(host: KeepalivedPlan) -> Iterator[Row]:
    for instance in host.instances:
        yield {
            "segment": str(instance.segment),
            "virtual_router": instance.virtual_router,
            "name": instance.name,
            "host": host.host,
            "interface": instance.interface,
            "priority": instance.priority,
            "addresses": " ".join(str(address) for address in instance.addresses),
        }


def _configuration(host: KeepalivedPlan) -> str:
    lines = [
        "",
        "global_defs {",
        f"    router_id {host.host}",
        "    enable_script_security",
        "    script_user nobody",
        "}",
        "",
        "vrrp_script serves {",
        f'    script "/usr/bin/curl --fail --silent --output /dev/null --max-time 2 {host.check}"',
        "    interval 2",
        "    timeout 3",
        "    fall 3",
        "    rise 2",
        "}",
    ]
    for instance in host.instances:
        lines += ["", *_instance(instance)]
    return _HEADER.format(host=host.host, installed=INSTALLED) + "\n".join(lines) + "\n"


def _instance(one: VrrpPlan) -> Iterator[str]:
    yield f"vrrp_instance {one.name} {{"
    yield "    state BACKUP"
    yield f"    interface {one.interface}"
    yield f"    virtual_router_id {one.virtual_router}"
    yield f"    priority {one.priority}"
    yield f"    preempt_delay {one.preempt_delay}" if one.preempt_delay else "    nopreempt"
    yield "    advert_int 1"
    yield f"    unicast_src_ip {one.source}"
    yield "    unicast_peer {"
    yield from (f"        {peer}" for peer in one.peers)
    yield "    }"
    yield f"    include {INSTALLED}/auth_pass.conf"
    yield "    virtual_ipaddress {"
    yield from (f"        {address}/32" for address in one.addresses[:_ADVERTISED])
    yield "    }"
    if one.addresses[_ADVERTISED:]:
        yield "    virtual_ipaddress_excluded {"
        yield from (f"        {address}/32" for address in one.addresses[_ADVERTISED:])
        yield "    }"
    yield "    track_script {"
    yield "        serves"
    yield "    }"
    yield "}"
