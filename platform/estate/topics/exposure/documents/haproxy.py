"""haproxy.cfg for a pair that stands where others have an F5 (E11).

One frontend and one backend for each virtual server, called by its partition and name. Members
are nodes, so an app that scales changes nothing here (E8). Both hosts get the same file: which
member a sticky client has follows from its address, not from what one host remembers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address

from estate.documents.document import Document
from estate.objects.hashing import content_hash
from estate.plan import Plan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.exposure.declare.load_balancers import HAProxyPair
from estate.topics.exposure.documents.access_logs import RING, pair_format, pair_sends
from estate.topics.exposure.plan import ExposurePlan
from estate.topics.exposure.plan.access_logs import LogIntakePlan
from estate.topics.exposure.plan.balancers import carried
from estate.topics.exposure.plan.keepalived import HAPROXY_STATUS
from estate.topics.exposure.plan.model import MonitorPlan, VirtualServerPlan
from estate.topics.nodes.plan import NodesPlan

CONFIGURATION = "/etc/haproxy/haproxy.cfg"
SYSCTL = "/etc/sysctl.d/90-estate.conf"
DROP_IN = "/etc/systemd/system/haproxy.service.d/90-estate.conf"
"""Where the files stand on a host."""

REQUEST_SECONDS = 10
"""Until a request's headers are complete, however slowly they come. HAProxy's manual: a few seconds
against denial of service; 10 s has room for packets that are lost more than once."""

_SOCKET = "/run/haproxy/admin.sock"
_STATE = "/var/lib/haproxy/server-state"

_HEADER = """\
# Hosts {hosts}: install as /etc/haproxy/haproxy.cfg (root:root 0644).
# See docs/load-balancers.md.

global
    log {syslog} local0{sent}
    chroot /var/lib/haproxy
    user haproxy
    group haproxy
    stats socket {socket} mode 600 level admin
    server-state-file {state}
    ssl-default-bind-options ssl-min-ver TLSv1.2

defaults
    log global
    option dontlognull
    load-server-state-from-file global
    retries 3
    option redispatch 1
    timeout connect 5s
    timeout check 5s
    timeout client 5m
    timeout server 5m

frontend status
    mode http
    no log
    bind 127.0.0.1:{status}
    timeout client 10s
    monitor-uri /alive
    stats enable
    stats uri /stats
    http-request use-service prometheus-exporter if {{ path /metrics }}
"""

_SYSCTL = """\
# Hosts {hosts}: install as /etc/sysctl.d/90-estate.conf (root:root 0644).
# HAProxy listens at addresses that keepalived has not brought here yet.
net.ipv4.ip_nonlocal_bind = 1
"""

_UNIT = """\
# Hosts {hosts}: install as {path} (root:root 0644), then
# `systemctl daemon-reload`. It needs socat.
[Service]
# A start knows nothing; '1' is the version of the file.
ExecStartPre=/bin/sh -c 'echo 1 >{state}'
# A reload hands over which members are down.
ExecReload=
ExecReload=/usr/sbin/haproxy -c -q -f {configuration}
ExecReload=-/bin/sh -c 'echo 1 >{state}; \
    echo "show servers state" | socat -t 5 - UNIX-CONNECT:{socket} >{state}.new \
    && mv {state}.new {state}'
ExecReload=/bin/kill -USR2 $MAINPID
"""


def haproxy_documents(plan: Plan) -> tuple[Document, ...]:
    """What the hosts of each pair of the zone get, beside keepalived's configuration."""
    masters = plan.of(ControlPlanePlan).machines
    machines = (*(node for pool in plan.of(NodesPlan).pools for node in pool.nodes), *masters)
    names = {machine.address: machine.name for machine in machines}
    return tuple(
        document
        for balancer, servers in carried(plan)
        if isinstance(balancer, HAProxyPair) and any(server.running for server in servers)
        for document in _documents(balancer, servers, names, plan.of(ExposurePlan).log_intake)
    )


def _documents(
    pair: HAProxyPair,
    servers: tuple[VirtualServerPlan, ...],
    names: Mapping[IPv4Address, str],
    intake: LogIntakePlan | None,
) -> Iterator[Document]:
    sends = intake if intake and intake.takes(pair.name) else None
    hosts = " and ".join(host.name for host in pair.hosts)
    log = pair.syslog
    text = _HEADER.format(
        hosts=hosts,
        socket=_SOCKET,
        state=_STATE,
        syslog=f"{log.address}:{log.port}" if log else "127.0.0.1:514",
        sent=f"\n    log ring@{RING} local0\n    log-send-hostname" if sends else "",
        status=HAPROXY_STATUS,
    )
    if sends:
        text += "\n" + "\n".join(pair_sends(sends, names)) + "\n"
    for server in servers:
        if server.running:
            lines = (*_frontend(server, logged=bool(sends)), "", *_backend(server, names))
            text += "\n" + "\n".join(lines) + "\n"
    yield Document(f"haproxy/{pair.name}/haproxy.cfg", text)
    yield Document(f"haproxy/{pair.name}/sysctl.conf", _SYSCTL.format(hosts=hosts))
    unit = _UNIT.format(
        hosts=hosts, path=DROP_IN, configuration=CONFIGURATION, state=_STATE, socket=_SOCKET
    )
    yield Document(f"haproxy/{pair.name}/haproxy.service.conf", unit)


def section(server: VirtualServerPlan) -> str:
    """What frontend and backend of a virtual server are called."""
    return f"{server.partition}_{server.name}"


def _frontend(server: VirtualServerPlan, *, logged: bool) -> Iterator[str]:
    yield f"# {server.owner}"
    yield f"frontend {section(server)}"
    tls = f" ssl crt {server.tls} alpn h2,http/1.1" if server.tls else ""
    yield f"    mode {_mode(server)}"
    if logged:
        yield from pair_format(f"{server.partition}/{server.name}", http=server.reads_http)
    else:
        yield f"    option {_mode(server)}log"
    yield f"    bind {server.address}:{server.port}{tls}"
    if server.reads_http:
        yield f"    timeout http-request {REQUEST_SECONDS}s"
        yield "    timeout http-keep-alive 5m"  # else that one would hold between requests, too
        yield "    option forwardfor"
    if all(client.prefixlen for client in server.clients) and server.clients:
        clients = " ".join(str(client) for client in server.clients)
        yield f"    tcp-request connection reject unless {{ src {clients} }}"
    yield f"    default_backend {section(server)}"


def _backend(server: VirtualServerPlan, names: Mapping[IPv4Address, str]) -> Iterator[str]:
    yield f"backend {section(server)}"
    yield f"    mode {_mode(server)}"
    if server.stickiness == "source":
        yield "    balance source"
        yield "    hash-type consistent"
    else:
        yield "    balance roundrobin"
    if server.stickiness == "cookie":
        secure = " secure" if server.tls else ""
        yield f"    cookie ESTATE insert indirect nocache httponly{secure}"
    if server.long_lived:
        yield "    timeout tunnel 4h"
    yield from _monitor(server.monitor)
    yield f"    default-server inter {server.monitor.interval}s fall 3 rise 2{_options(server)}"
    for address in server.members:
        name = names.get(address, str(address).replace(".", "-"))
        # Of the address, so that it tells people outside nothing.
        cookie = f" cookie {content_hash(str(address))}" if server.stickiness == "cookie" else ""
        yield f"    server {_known(name, server)} {address}:{server.member_port} check{cookie}"


def _known(name: str, server: VirtualServerPlan) -> str:
    """A member's name, with the ports that it is reached and asked at.

    HAProxy 2.6 takes both from the state of before a reload, whatever the file says now: a member
    with another port is another member.
    """
    ports = [one for one in (server.member_port, server.monitor.port) if one is not None]
    return "-".join([name, *map(str, ports)])


def _mode(server: VirtualServerPlan) -> str:
    return "http" if server.reads_http else "tcp"


def _options(server: VirtualServerPlan) -> str:
    options = f" port {server.monitor.port}" if server.monitor.port else ""
    if server.monitor.kind == "https":
        options += " check-ssl verify none"
    if server.long_lived:
        options += " on-marked-down shutdown-sessions"
    if server.proxy_protocol:
        options += " send-proxy-v2 check-send-proxy"
    return options


def _monitor(monitor: MonitorPlan) -> Iterator[str]:
    """How members are asked; without anything to ask, it is enough that they accept."""
    if monitor.kind == "tcp":
        return
    yield "    option httpchk"
    host = f" hdr Host {monitor.host}" if monitor.host else ""
    path = monitor.path.replace("'", r"\'")  # it would begin a string
    yield f"    http-check send meth GET uri {path} ver HTTP/1.1{host}"
    statuses = ",".join(str(status) for status in monitor.statuses)
    yield f"    http-check expect status {statuses}"
