"""Access logs of load balancers: their lines and their transport (H5).

One line of RFC 5424 for each request, or for each connection where they pass bytes through: words
and values, what a client wrote last, so that nobody can write a value into a word before it. Paths
are logged without their query: it may name persons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address

from estate.topics.exposure.documents.as3_model import PoolMember, Rendered
from estate.topics.exposure.plan.access_logs import LogIntakePlan

RING_PORT = 1514
"""On a host's loopback address: where HAProxy hands its lines to the nodes that take them."""

RING = "log_intake"


@dataclass(frozen=True, kw_only=True)
class AccessLog:
    """The objects by which an application on the F5 logs, beside its services."""

    POOL = "logPool"
    REQUESTS = "requestLog"
    CONNECTIONS = "connectionLog"

    device: str
    partition: str
    application: str
    said: str
    """What the virtual server is called in its lines."""
    members: PoolMember

    def on(self, *, http: bool) -> Rendered:
        """What a service has to have."""
        if http:
            return {"profileTrafficLog": {"use": self.REQUESTS}}
        return {"iRules": [{"use": self.CONNECTIONS}]}

    def rendered(self, *, http: bool) -> Rendered:
        """What stands beside a service; open connections to members are what monitors need."""
        found: Rendered = {
            self.POOL: {
                "class": "Pool",
                "loadBalancingMode": "round-robin",
                "monitors": [{"bigip": "/Common/tcp_half_open"}],
                "members": [self.members.rendered()],
            }
        }
        if http:
            found[self.REQUESTS] = {
                "class": "Traffic_Log_Profile",
                "responseSettings": {
                    "responseEnabled": True,
                    "responsePool": {"use": self.POOL},
                    "responseProtocol": "mds-tcp",
                    "responseTemplate": self._template(),
                },
            }
        else:
            found[self.CONNECTIONS] = {"class": "iRule", "expand": False, "iRule": self._rule()}
        return found

    @property
    def _head(self) -> str:
        return f"<134>1 - {self.device} access - - - virtual={self.said}"

    def _template(self) -> str:
        """In the words of a Request Logging profile; over TCP a message ends with its line."""
        return (
            f"{self._head} client=$CLIENT_IP member=$SERVER_IP bytes=$RESPONSE_SIZE "
            "milliseconds=$RESPONSE_MSECS status=$HTTP_STATCODE method=$HTTP_METHOD "
            "url=$HTTP_PATH\n"
        )

    def _rule(self) -> str:
        """A profile logs requests, and this virtual server reads none."""
        return (
            "when CLIENT_ACCEPTED {\n"
            "    set begun [clock clicks -milliseconds]\n"
            '    set member ""\n'
            f"    set logs [HSL::open -proto TCP -pool /{self.partition}/{self.application}/"
            f"{self.POOL}]\n"
            "}\n"
            "when SERVER_CONNECTED {\n"
            "    set member [IP::server_addr]\n"
            "}\n"
            "when CLIENT_CLOSED {\n"
            "    set lasted [expr {[clock clicks -milliseconds] - $begun}]\n"
            f'    HSL::send $logs "{self._head} client=[IP::client_addr] member=$member '
            'bytes=[IP::stats bytes out] milliseconds=$lasted\\n"\n'
            "}\n"
        )


def pair_format(said: str, *, http: bool) -> Iterator[str]:
    """A frontend's lines, in HAProxy's notation."""
    words = f"virtual={said} client=%ci member=%s bytes=%B milliseconds="
    if http:
        yield "    http-request set-var(txn.path) path"
        words += "%Ta status=%ST method=%HM url=%[var(txn.path)]"
    else:
        words += "%Tt"
    yield f'    log-format "{words}"'


def pair_sends(intake: LogIntakePlan, names: Mapping[IPv4Address, str]) -> Iterator[str]:
    """A ring of memory, from which lines go to any node that answers.

    A ring knows one server; so that server is the host's own HAProxy, which knows the nodes.
    """
    yield from (
        f"ring {RING}",
        "    format rfc5424",
        "    maxlen 2048",
        "    size 4194304",
        "    timeout connect 5s",
        "    timeout server 10s",
        f"    server own 127.0.0.1:{RING_PORT}",
        "",
        f"frontend {RING}",
        "    mode tcp",
        "    no log",
        f"    bind 127.0.0.1:{RING_PORT}",
        "    timeout client 1h",
        f"    default_backend {RING}",
        "",
        f"backend {RING}",
        "    mode tcp",
        "    balance roundrobin",
        "    timeout server 1h",
        "    default-server inter 5s fall 3 rise 2 on-marked-down shutdown-sessions",
    )
    for address in intake.members:
        port = intake.node_port
        yield f"    server {names[address]}-{port} {address}:{port} check"
