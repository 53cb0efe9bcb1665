"""How an app's users move to the estate without noticing, and back: one sheet per app (E5).

Users keep address and port. So the sheet lists each team's steps, in order, until the new nodes
serve the same address, and the way back, which stays open until the owner agrees.
"""

from __future__ import annotations

from collections.abc import Iterator

from estate.documents.document import Document
from estate.plan import Plan
from estate.topics.apps.plan import AppsPlan
from estate.topics.apps.plan.model import AppPlan
from estate.topics.apps.plan.service_names import VIP
from estate.topics.exposure.declare.load_balancers import F5, LoadBalancer, MetalLB
from estate.topics.exposure.documents.as3_model import As3Name
from estate.topics.exposure.documents.partitions import partition_of
from estate.topics.exposure.plan.balancers import carried
from estate.topics.exposure.plan.model import VirtualServerPlan
from estate.topics.firewall.plan import FirewallPlan

_STAYS = {
    "none": "A client's connections may reach any replica: sessions have to be shared.",
    "source": "A client stays with one node, by its address.",
    "cookie": "A client stays with one node, by a cookie that the load balancer sets.",
}
"""What becomes of sessions that a replica keeps for itself (E7)."""

_Step = tuple[str, str]
"""A team, and what it does."""


def cutover_documents(plan: Plan) -> tuple[Document, ...]:
    """One sheet for each app whose users come over a load balancer."""
    apps = {app.name: app for app in plan.of(AppsPlan).apps if app.running and app.exposure}
    return tuple(
        Document(f"cutover/{server.name}.md", _sheet(plan, balancer, server, apps[server.name]))
        for balancer, servers in carried(plan)
        for server in servers
        if server.name in apps
        and server.partition == apps[server.name].tenant
        and server == _first(apps[server.name])  # one sheet: all that it has moves together
    )


def _first(app: AppPlan) -> VirtualServerPlan | None:
    return app.exposure.virtual_server if app.exposure else None


def _sheet(plan: Plan, balancer: LoadBalancer, server: VirtualServerPlan, app: AppPlan) -> str:
    lines = [
        f"# Cut-over of {app.name} in zone {plan.zone}",
        "",
        f"Tenant {app.tenant}; {app.owner} decides to go on, to wait or to go back.",
        "",
        "## What users see",
        "",
        "Nothing changes: applications and users keep address, port and names.",
        "",
        *(f"- {line}" for line in _seen(server, app)),
        "",
        "## What the app sees",
        "",
        *(f"- {line}" for line in _sees(server, app)),
    ]
    for title, steps in (
        ("Prepare, while users stay on the old machines", _prepare(plan, balancer, server, app)),
        ("Switch", _switch(plan, balancer, server, app)),
        ("Verify", _verify(server, app)),
        ("Roll back, at any step of switch or verify", _back(plan, balancer, server, app)),
        ("Afterwards, once the owner has agreed", _after(app)),
    ):
        lines += ["", f"## {title}", ""]
        lines += [f"{number}. **{team}**: {does}" for number, (team, does) in enumerate(steps, 1)]
    return "\n".join(lines) + "\n"


def _places(server: VirtualServerPlan, app: AppPlan) -> str:
    """All that moves: what the app has over UDP, too."""
    found = app.exposure.virtual_servers if app.exposure else (server,)
    over = {"TCP": "", "UDP": " over UDP"}
    return " and ".join(
        f"{virtual_server.address}:{virtual_server.port}{over[virtual_server.protocol]}"
        for virtual_server in found
    )


def _seen(server: VirtualServerPlan, app: AppPlan) -> Iterator[str]:
    for virtual_server in app.exposure.virtual_servers if app.exposure else (server,):
        yield (
            f"Address {virtual_server.address}, port {virtual_server.port}, "
            f"{virtual_server.protocol}, as before."
        )
    if server.names:
        yield f"Names: {', '.join(server.names)}, with that address as before."
    if server.clients:
        yield f"Clients: {', '.join(str(client) for client in server.clients)}."


def _sees(server: VirtualServerPlan, app: AppPlan) -> Iterator[str]:
    """What an app that looks at who connects has to know before (E3c, X7)."""
    assert app.exposure
    if server.proxy_protocol:
        yield "The client's address stands in a PROXY protocol header before the first byte."
    elif app.exposure.traffic_policy == "Cluster":
        yield "Connections come from nodes of the cluster: lists of client addresses do not apply."
    elif server.snat == "none":
        yield "Connections come from the clients' own addresses, as before."
    else:
        yield "Connections come from the load balancer: lists of client addresses do not apply."
    if server.reads_http:
        yield "The last X-Forwarded-For of each request names who connected to the load balancer."
    yield _STAYS[server.stickiness]
    yield (
        f"TLS ends at the load balancer, with what it holds as {server.tls}: the app gets HTTP."
        if server.tls
        else "TLS is not ended on the way: certificates stay with the app."
    )


def _prepare(
    plan: Plan, balancer: LoadBalancer, server: VirtualServerPlan, app: AppPlan
) -> Iterator[_Step]:
    firewalls = sorted({row.firewall for row in plan.of(FirewallPlan).rows if row.app == app.name})
    if firewalls:
        yield (
            "Firewall team",
            f"opens the rows of {app.name} on {', '.join(firewalls)} (files in `firewall/`).",
        )
    if app.logs:
        yield (
            "Storage team",
            f"exports {app.logs.directory} to the app's nodes (`nfs/{app.logs.filer}.exports`).",
        )
    if isinstance(balancer, MetalLB):
        yield (
            "Load balancer team",
            f"saves the configuration of {_places(server, app)} as it is.",
        )
        return
    yield (
        "Platform",
        f"applies the stack: `pulumi up -s {plan.stack}`; every replica of {app.name} is ready.",
    )
    yield (
        "App's owner",
        "tries the app from inside the cluster, with the data that it will have"
        + _databases(app, " (the same databases as before: {})")
        + ".",
    )
    yield (
        "Load balancer team",
        f"saves the configuration of {_places(server, app)} as it is, and asks every "
        f"member in `{_document(balancer)}` {_asks(server)}.",
    )


def _asks(server: VirtualServerPlan) -> str:
    if server.monitor.kind == "tcp":
        return "whether it accepts, as the monitor will"
    answers = ", ".join(str(status) for status in server.monitor.statuses)
    return f"for {server.monitor.path}, as the monitor will (answer {answers})"


def _document(balancer: LoadBalancer) -> str:
    return "f5/as3.json" if isinstance(balancer, F5) else "haproxy/"


def _switch(
    plan: Plan, balancer: LoadBalancer, server: VirtualServerPlan, app: AppPlan
) -> Iterator[_Step]:
    place = _places(server, app)
    if isinstance(balancer, F5):
        yield (
            "Load balancer team",
            f"takes the old virtual server off {place}: a device holds an address and port once.",
        )
        yield (
            "Load balancer team",
            f"sends `f5/as3.json` to {balancer.name}: {_on_f5(plan, server)} answers on "
            f"{place} from now on.",
        )
    elif isinstance(balancer, MetalLB):
        yield (
            "Load balancer team",
            f"takes {server.address} off the old device: nodes answer for it from the next "
            "step on, and two devices must never hold it at once.",
        )
        yield (
            "Platform",
            f"applies the stack: `pulumi up -s {plan.stack}`; every replica of {app.name} is "
            f"ready, and the Service {app.name}-{VIP} has the address.",
        )
        return
    else:
        yield (
            "Load balancer team",
            f"installs `haproxy/` on the hosts of {balancer.name}, checked by `haproxy -c`, "
            "and reloads them.",
        )
        yield (
            "Load balancer team",
            f"takes {server.address} off the old device, and installs `keepalived/`: "
            f"{balancer.name} holds the address from now on.",
        )
    yield "Load balancer team", "sees every member up."


def _verify(server: VirtualServerPlan, app: AppPlan) -> Iterator[_Step]:
    yield (
        "App's owner",
        f"connects to {_places(server, app)} from where users are, and does one business "
        "transaction to its end.",
    )
    for name in server.names:
        yield "Name servers' team", f"sees that {name} resolves to {server.address}, as before."
    if app.logs:
        yield "Storage team", f"sees new files below {app.logs.directory}."
    yield "Platform", f"sees no restart of {app.name} and no refused connection."
    yield "App's owner", "says: stay, or roll back."


def _on_f5(plan: Plan, server: VirtualServerPlan) -> str:
    return f"{partition_of(plan.environment, server.partition)}/{As3Name(server.name)}"


def _back(
    plan: Plan, balancer: LoadBalancer, server: VirtualServerPlan, app: AppPlan
) -> Iterator[_Step]:
    place = _places(server, app)
    if isinstance(balancer, F5):
        yield (
            "Load balancer team",
            f"takes {_on_f5(plan, server)} off {balancer.name}: sends "
            "the declaration handed over before this one; a partition that it does not name is "
            "sent as an empty tenant (`estate diff --against` writes that).",
        )
        yield "Load balancer team", f"restores the saved virtual server on {place}."
    else:
        if isinstance(balancer, MetalLB):
            how = "Platform", f"deletes the Service {app.name}-{VIP}: no node answers any more."
        else:
            taken = f"takes {server.address} off {balancer.name} (`keepalived/`)."
            how = "Load balancer team", taken
        yield how
        yield "Load balancer team", f"gives {server.address} back to the old device."
    yield "App's owner", "does the same business transaction again, now on the old machines."
    yield (
        "App's owner",
        "says what was written in between"
        + _databases(app, "; what is in {} is there for both")
        + ".",
    )
    yield (
        "Platform",
        "leaves the app running: it gets no traffic, and the next attempt starts with the switch.",
    )


def _after(app: AppPlan) -> Iterator[_Step]:
    yield "App's owner", "stops the old machines, and keeps them until a way back is not needed."
    yield "Firewall team", "takes off the rows of the old machines, by their own order."
    yield "Platform", f"keeps this sheet with the change; `estate explain {app.name}` has the rest."


def _databases(app: AppPlan, text: str) -> str:
    names = ", ".join(database.name for database in app.databases)
    return text.format(names) if names else ""
