"""Every way to take one rule out of what is emitted, or to make one wider: one at a time.

A mutation changes one object or one document. They are enumerated from what is emitted, so that a
rule that somebody adds is taken out and widened as well.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Network
from typing import Any

from estate.proof.emitted import Emitted, Place
from estate.reader.values import Zone

Json = dict[str, Any]
Both = Mapping[Zone, Emitted]
Change = tuple[str, Callable[[Json], object]]
EVERYTHING = "0.0.0.0/0"


@dataclass(frozen=True)
class Mutation:
    """One change of one artefact."""

    zone: Zone
    place: Place
    what: str
    mutated: Emitted

    @property
    def name(self) -> str:
        """Which one."""
        return f"{self.place}: {self.what}"

    def of(self, found: Both) -> Both:
        """Both zones, one of them with the change."""
        return {**found, self.zone: self.mutated}


def mutations(found: Both) -> Iterator[Mutation]:
    """All of them."""
    for zone, emitted in found.items():
        yield from _objects(zone, emitted)
        yield from _f5(zone, emitted)
        yield from _rows(zone, emitted)
        yield from _exports(zone, emitted)
        yield from _relays(zone, emitted)
        yield from _pairs(zone, emitted)
        yield from _names(zone, emitted)
        yield from _certificates(zone, emitted)


def _objects(zone: Zone, emitted: Emitted) -> Iterator[Mutation]:
    for index, (place, body) in enumerate(emitted.objects):
        changes = _CHANGES.get(str(body["kind"]))
        if changes is None:
            continue
        without = (*emitted.objects[:index], *emitted.objects[index + 1 :])
        yield Mutation(zone, place, "removed", replace(emitted, objects=without))
        for what, change in changes(body):
            changed = copy.deepcopy(body)
            change(changed)
            objects = (
                *emitted.objects[:index],
                (place, changed),
                *emitted.objects[index + 1 :],
            )
            yield Mutation(zone, place, what, replace(emitted, objects=objects))


def _drop(path: tuple[str | int, ...]) -> Callable[[Json], object]:
    def change(body: Any) -> None:
        for key in path[:-1]:
            body = body[key]
        del body[path[-1]]

    return change


def _put(path: tuple[str | int, ...], value: object) -> Callable[[Json], object]:
    def change(body: Any) -> None:
        for key in path[:-1]:
            body = body[key]
        body[path[-1]] = value

    return change


def _policy(body: Json) -> Iterator[Change]:
    spec = body["spec"]
    if spec["podSelector"]:
        yield "podSelector: {}", _put(("spec", "podSelector"), {})
    if len(spec["policyTypes"]) > 1:
        for index, name in enumerate(spec["policyTypes"]):
            yield f"policyTypes without {name}", _drop(("spec", "policyTypes", index))
    for way, side in (("ingress", "from"), ("egress", "to")):
        if way.title() in spec["policyTypes"]:
            rules: list[Json] = spec.get(way, [])
            yield f"{way} for everybody", _put(("spec", way), [*rules, {}])
            for index, rule in enumerate(rules):
                yield f"{way}[{index}] removed", _drop(("spec", way, index))
                yield from _rule(("spec", way, index), side, rule)


def _rule(path: tuple[str | int, ...], side: str, rule: Json) -> Iterator[Change]:
    label = f"{path[1]}[{path[2]}]"
    for number, peer in enumerate(rule.get(side, [])):
        at = (*path, side, number)
        yield f"{label}.{side}[{number}] removed", _drop(at)
        for what, wider in _peer(peer):
            yield f"{label}.{side}[{number}] {what}", _put(at, wider)
    for number, port in enumerate(rule.get("ports", [])):
        at = (*path, "ports", number)
        yield f"{label}.ports[{number}] removed", _drop(at)
        yield f"{label}.ports[{number}] any port", _drop((*at, "port"))
        yield f"{label}.ports[{number}] one port more", _put((*at, "endPort"), port["port"] + 1)
    if rule.get("ports"):
        yield f"{label} all ports", _drop((*path, "ports"))
    if rule.get(side):
        yield f"{label} all peers", _drop((*path, side))


def _peer(peer: Json) -> Iterator[tuple[str, Json]]:
    if block := peer.get("ipBlock"):
        network = IPv4Network(block["cidr"])
        yield "everywhere", {"ipBlock": {"cidr": EVERYTHING}}
        yield "twice as wide", {"ipBlock": {"cidr": str(network.supernet())}}
        if network.prefixlen < 32:
            half = next(network.subnets())
            yield "half as wide", {"ipBlock": {"cidr": str(half)}}
            hole = {"cidr": str(network), "except": [str(half)]}
            yield "with a hole", {"ipBlock": hole}
        return
    yield "of every namespace", {**peer, "namespaceSelector": {}}
    if peer.get("podSelector"):
        yield "every pod there", {**peer, "podSelector": {}}


def _service(body: Json) -> Iterator[Change]:
    spec = body["spec"]
    if spec.get("type") == "ExternalName":
        yield "another name", _put(("spec", "externalName"), "database.elsewhere.example")
        return
    if "selector" in spec:
        yield "no selector", _drop(("spec", "selector"))
    yield (
        "selector of another app",
        _put(("spec", "selector"), {"estate/app": "somebody-else"}),
    )
    for index, port in enumerate(spec["ports"]):
        at = ("spec", "ports", index)
        yield f"ports[{index}] removed", _drop(at)
        yield f"ports[{index}] to another port", _put((*at, "targetPort"), 22)
        yield f"ports[{index}] under another number", _put((*at, "port"), port["port"] + 1)
        if "nodePort" in port:
            yield f"ports[{index}] another node port", _put((*at, "nodePort"), 30999)
    more = {"name": "more", "port": 4444, "targetPort": spec["ports"][0]["targetPort"]}
    yield "one port more", lambda found: found["spec"]["ports"].append(more)
    if spec.get("type") == "ClusterIP":

        def on_nodes(found: Json) -> None:
            found["spec"]["type"] = "NodePort"
            found["spec"]["ports"][0]["nodePort"] = 30998

        yield "on every node", on_nodes
    if "externalTrafficPolicy" in spec:
        other = "Cluster" if spec["externalTrafficPolicy"] == "Local" else "Local"
        yield f"externalTrafficPolicy: {other}", _put(("spec", "externalTrafficPolicy"), other)

    if spec.get("type") == "LoadBalancer":
        asked = ("metadata", "annotations", "metallb.io/loadBalancerIPs")
        yield "any address", _drop(asked)
        yield "node ports chosen", _drop(("spec", "allocateLoadBalancerNodePorts"))
        yield "of any class", _drop(("spec", "loadBalancerClass"))
        yield "of another class", _put(("spec", "loadBalancerClass"), "example.com/other")
        yield "another address", _put(asked, "10.99.0.4")
        ranges = ("spec", "loadBalancerSourceRanges")
        if "loadBalancerSourceRanges" in spec:
            yield "clients from everywhere", _drop(ranges)
            half = next(IPv4Network(spec["loadBalancerSourceRanges"][0]).subnets())
            yield "half of the clients", _put(ranges, [str(half)])
        else:
            yield "some clients only", _put(ranges, ["10.99.0.0/16"])


def _address_pool(body: Json) -> Iterator[Change]:
    addresses = body["spec"]["addresses"]
    for index in range(len(addresses)):
        yield f"addresses[{index}] removed", _drop(("spec", "addresses", index))
    yield "one address more", _put(("spec", "addresses"), [*addresses, "10.99.0.4/32"])
    yield "twice as wide", _put(("spec", "addresses", 0), str(IPv4Network(addresses[0]).supernet()))
    yield "for any Service", _put(("spec", "autoAssign"), True)
    allocation = ("spec", "serviceAllocation")
    yield "for every namespace", _drop(allocation)
    yield "for another namespace", _put((*allocation, "namespaces"), ["somebody-else"])


def _advertisement(body: Json) -> Iterator[Change]:
    selectors = ("spec", "nodeSelectors")
    nothing: list[Json] = [{}]
    yield "of every node", _put(selectors, nothing)
    yield "of no node", _put(selectors, [{"matchLabels": {"nobody": "has"}}])
    expression = (*selectors, 0, "matchExpressions", 0, "values")
    values = body["spec"]["nodeSelectors"][0]["matchExpressions"][0]["values"]
    if len(values) > 1:
        for index, name in enumerate(values):
            yield f"without the pool {name}", _drop((*expression, index))
    yield "of another pool of addresses", _put(("spec", "ipAddressPools"), ["somebody-else"])
    yield "of every pool of addresses", _drop(("spec", "ipAddressPools"))


def _workload(body: Json) -> Iterator[Change]:
    template = ("spec", "template", "spec")
    yield "on its node's network", _put((*template, "hostNetwork"), True)
    yield "labels of nobody", _put(("spec", "template", "metadata", "labels"), {})
    if body["spec"].get("replicas", 1) > 1:
        yield "one replica", _put(("spec", "replicas"), 1)
    spec = body["spec"]["template"]["spec"]
    if "topologySpreadConstraints" in spec:
        yield "not spread", _drop((*template, "topologySpreadConstraints"))
    for index, container in enumerate(spec["containers"]):
        for number, port in enumerate(container.get("ports", [])):
            at = (*template, "containers", index, "ports", number)
            yield f"container port {port['name']} removed", _drop(at)
            yield (
                f"container port {port['name']} on its node",
                _put((*at, "hostPort"), port["containerPort"]),
            )


def _volume(body: Json) -> Iterator[Change]:
    if "nfs" in body["spec"]:
        yield "another directory", _put(("spec", "nfs", "path"), "/exports")
        yield "another filer", _put(("spec", "nfs", "server"), "10.99.99.99")
        yield "another claim", _put(("spec", "claimRef", "name"), "somebody-else")


def _slice(body: Json) -> Iterator[Change]:
    for index, one in enumerate(body["endpoints"]):
        at = ("endpoints", index, "addresses")
        yield f"endpoints[{index}] another address", _put(at, ["10.99.0.4"])
        yield f"endpoints[{index}] one address more", _put(at, [*one["addresses"], "10.99.0.4"])
        yield f"endpoints[{index}] removed", _drop(("endpoints", index))
    for index, port in enumerate(body["ports"]):
        yield f"ports[{index}] another", _put(("ports", index, "port"), port["port"] + 1)
        yield f"ports[{index}] of another name", _put(("ports", index, "name"), "other")
    of = ("metadata", "labels", "kubernetes.io/service-name")
    yield "of another Service", _put(of, "somebody-else")


def _scaler(body: Json) -> Iterator[Change]:
    yield "at least one", _put(("spec", "minReplicas"), 1)


def _certificate(body: Json) -> Iterator[Change]:
    names = body["spec"]["dnsNames"]
    yield "one name more", _put(("spec", "dnsNames"), [*names, "login.harbour.example"])
    yield "a Service elsewhere", _put(("spec", "dnsNames"), [*names, "quote.motor.svc"])


def _ingress(body: Json) -> Iterator[Change]:
    spec = body["spec"]
    yield "another class", _put(("spec", "ingressClassName"), "another")
    for index, rule in enumerate(spec["rules"]):
        at = ("spec", "rules", index)
        yield f"rules[{index}] another host", _put((*at, "host"), "other.example")
        yield f"rules[{index}] every host", _drop((*at, "host"))
        for number, one in enumerate(rule["http"]["paths"]):
            path = (*at, "http", "paths", number)
            name = f"rules[{index}].paths[{number}]"
            yield f"{name} removed", _drop(path)
            yield f"{name} another path", _put((*path, "path"), f"{one['path'].rstrip('/')}/other")
            service = (*path, "backend", "service")
            yield f"{name} to another Service", _put((*service, "name"), "other")
            yield f"{name} to another port", _put((*service, "port", "name"), "other")
    more = copy.deepcopy(spec["rules"][0]) | {"host": "more.example"}
    yield "one host more", _put(("spec", "rules"), [*spec["rules"], more])


def _ingress_class(body: Json) -> Iterator[Change]:
    yield "of another controller", _put(("spec", "controller"), "example.com/other")


def _http_route(body: Json) -> Iterator[Change]:
    spec = body["spec"]
    parent = ("spec", "parentRefs", 0)
    yield "attached to another Gateway", _put((*parent, "name"), "other")
    yield "attached to any listener", _drop((*parent, "sectionName"))
    if "hostnames" not in spec:
        yield "another filter", _put(("spec", "rules", 0, "filters"), [])
        return
    other = "http" if spec["parentRefs"][0]["sectionName"] == "https" else "https"
    yield "attached to another listener", _put((*parent, "sectionName"), other)
    yield "every host", _drop(("spec", "hostnames"))
    yield "one host more", _put(("spec", "hostnames"), [*spec["hostnames"], "more.example"])
    yield "another host", _put(("spec", "hostnames", 0), "other.example")
    for index, rule in enumerate(spec["rules"]):
        at = ("spec", "rules", index)
        yield f"rules[{index}] every path", _drop((*at, "matches"))
        for number, match in enumerate(rule["matches"]):
            path = (*at, "matches", number)
            name = f"rules[{index}].matches[{number}]"
            yield f"{name} removed", _drop(path)
            wider = f"{match['path']['value'].rstrip('/')}/other"
            yield f"{name} another path", _put((*path, "path", "value"), wider)
            yield f"{name} every path", _put((*path, "path"), {"type": "PathPrefix", "value": "/"})
        more: Json = {"path": {"type": "PathPrefix", "value": "/more/"}}
        yield f"rules[{index}] one path more", _put((*at, "matches"), [*rule["matches"], more])
        backend = (*at, "backendRefs", 0)
        yield f"rules[{index}] to another Service", _put((*backend, "name"), "other")
        yield f"rules[{index}] to another port", _put((*backend, "port"), 1)
        yield f"rules[{index}] to another namespace", _put((*backend, "namespace"), "other")


def _gateway(body: Json) -> Iterator[Change]:
    yield "another class", _put(("spec", "gatewayClassName"), "another")
    for index, one in enumerate(body["spec"]["listeners"]):
        at = ("spec", "listeners", index)
        yield f"listeners[{index}] removed", _drop(at)
        yield f"listeners[{index}] another port", _put((*at, "port"), one["port"] + 1)
        allowed = (*at, "allowedRoutes", "namespaces")
        yield f"listeners[{index}] for all namespaces", _put(allowed, {"from": "All"})
        yield f"listeners[{index}] for every kind", _drop((*at, "allowedRoutes", "kinds"))
        if one["allowedRoutes"]["namespaces"]["from"] == "Selector":
            values = (*allowed, "selector", "matchExpressions", 0, "values")
            found = one["allowedRoutes"]["namespaces"]["selector"]["matchExpressions"][0]["values"]
            yield f"listeners[{index}] one namespace more", _put(values, [*found, "somebody-else"])
            yield f"listeners[{index}] for its own namespace", _put(allowed, {"from": "Same"})
            for number, name in enumerate(found):
                yield f"listeners[{index}] without {name}", _drop((*values, number))
        if "tls" in one:
            yield f"listeners[{index}] without TLS", _drop((*at, "tls"))
    more = copy.deepcopy(body["spec"]["listeners"][0]) | {"name": "more", "port": 8088}
    yield "one listener more", _put(("spec", "listeners"), [*body["spec"]["listeners"], more])


def _gateway_class(body: Json) -> Iterator[Change]:
    yield "of another controller", _put(("spec", "controllerName"), "example.com/other")


_CHANGES: Mapping[str, Callable[[Json], Iterator[Change]]] = {
    "Certificate": _certificate,
    "NetworkPolicy": _policy,
    "Ingress": _ingress,
    "IngressClass": _ingress_class,
    "HTTPRoute": _http_route,
    "Gateway": _gateway,
    "GatewayClass": _gateway_class,
    "Service": _service,
    "EndpointSlice": _slice,
    "Deployment": _workload,
    "StatefulSet": _workload,
    "PersistentVolume": _volume,
    "HorizontalPodAutoscaler": _scaler,
    "IPAddressPool": _address_pool,
    "L2Advertisement": _advertisement,
    "BGPAdvertisement": _advertisement,
}


def _document(zone: Zone, emitted: Emitted, name: str, item: str, what: str, text: str) -> Mutation:
    place = Place(emitted.document(name).file, item)
    return Mutation(zone, place, what, replace(emitted, texts={**emitted.texts, name: text}))


def _f5(zone: Zone, emitted: Emitted) -> Iterator[Mutation]:
    name = "f5/as3.json"
    if name not in emitted.texts:
        return
    declaration: Json = json.loads(emitted.texts[name])

    def changed(item: str, what: str, change: Callable[[Json], object]) -> Mutation:
        found = copy.deepcopy(declaration)
        change(found)
        return _document(zone, emitted, name, item, what, json.dumps(found))

    for tenant, partition in declaration.items():
        if not isinstance(partition, dict):
            continue
        for app, application in partition.items():  # pyright: ignore[reportUnknownVariableType]
            if not isinstance(application, dict):
                continue
            item = f"{tenant}.{app}"
            path = (tenant, str(app))  # pyright: ignore[reportUnknownArgumentType]
            yield changed(item, "removed", _drop(path))
            for what, change in _virtual_server(path, application):  # pyright: ignore[reportUnknownArgumentType]
                yield changed(item, what, change)


def _virtual_server(path: tuple[str, str], application: Json) -> Iterator[Change]:
    for name in ("service", "service_udp"):
        if name in application:
            yield from _service_of(path, application, name)


def _service_of(path: tuple[str, str], application: Json, name: str) -> Iterator[Change]:
    service = application[name]
    at = (*path, name)
    other = "Service_TCP" if service["class"] == "Service_UDP" else "Service_UDP"
    yield f"{name} over another protocol", _put((*at, "class"), other)
    yield "another port", _put((*at, "virtualPort"), service["virtualPort"] + 1)
    addresses = service["virtualAddresses"]
    for index, one in enumerate(addresses):
        yield f"virtualAddresses[{index}] removed", _drop((*at, "virtualAddresses", index))
        if isinstance(one, list):
            address, client = (str(each) for each in one)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            wider = [address, str(IPv4Network(client).supernet())]
            yield f"virtualAddresses[{index}] wider", _put((*at, "virtualAddresses", index), wider)
            yield (
                f"virtualAddresses[{index}] for everybody",
                _put((*at, "virtualAddresses", index), address),
            )
    yield (
        "one virtual address more",
        _put((*at, "virtualAddresses"), [*addresses, "10.99.0.1"]),
    )
    other = "none" if service["snat"] == "auto" else "auto"
    yield f"snat: {other}", _put((*at, "snat"), other)
    if "snat" in application:
        translated = (*path, "snat", "snatAddresses")
        found = application["snat"]["snatAddresses"]
        yield "one SNAT address more", _put(translated, [*found, "10.99.0.6"])
        yield "another SNAT address", _put((*translated, 0), "10.99.0.6")
    pool = (*path, service["pool"])
    yield "no monitor", _put((*pool, "monitors"), [])
    monitor = application[service["pool"]]["monitors"][0]["use"]
    if port := application[monitor].get("targetPort"):
        asks = (*path, monitor, "targetPort")
        yield "a monitor that asks another port", _put(asks, port + 20)
        yield "a monitor that asks where the member serves", _drop(asks)
    for number, member in enumerate(application[service["pool"]]["members"]):
        here = (*pool, "members", number)
        yield (
            f"members[{number}] on another port",
            _put((*here, "servicePort"), member["servicePort"] + 1),
        )
        nodes = member["serverAddresses"]
        yield (
            f"members[{number}] one more",
            _put((*here, "serverAddresses"), [*nodes, "10.99.0.2"]),
        )
        for index, address in enumerate(nodes):
            yield (
                f"members[{number}] without {address}",
                _drop((*here, "serverAddresses", index)),
            )


def _rows(zone: Zone, emitted: Emitted) -> Iterator[Mutation]:
    name = "firewall/request.json"
    request: Json = json.loads(emitted.texts[name])
    rows: list[Json] = request["rows"]

    def with_rows(item: str, what: str, found: list[Json]) -> Mutation:
        text = json.dumps({**request, "rows": found})
        return _document(zone, emitted, name, item, what, text)

    for index, row in enumerate(rows):
        others = [one for number, one in enumerate(rows) if number != index]
        yield with_rows(row["id"], "removed", others)
        for what, wider in _wider_rows(row):
            yield with_rows(row["id"], what, [*others, {**row, **wider}])


def _wider_rows(row: Json) -> Iterator[tuple[str, Json]]:
    for end in ("source_address", "destination_address"):
        network = IPv4Network(row[end])
        if network.prefixlen:
            yield f"{end} twice as wide", {end: str(network.supernet())}
            yield f"{end} everywhere", {end: EVERYTHING}
    yield "any port", {"port": "any"}
    yield "another port", {"port": row["port"] + 1}
    yield "another firewall", {"firewall": "fw-other"}


def _exports(zone: Zone, emitted: Emitted) -> Iterator[Mutation]:
    for name, text in emitted.texts.items():
        if not name.endswith(".exports"):
            continue
        lines = text.splitlines()
        for index, line in enumerate(lines):
            if line.startswith("#"):
                continue
            directory, options, *clients = line.split()

            def changed(what: str, found: list[str]) -> Mutation:
                here = [*lines[:index], *found, *lines[index + 1 :]]  # noqa: B023 used at once
                text = "\n".join(here) + "\n"
                return _document(zone, emitted, name, directory, what, text)  # noqa: B023

            yield changed("removed", [])
            yield changed("for everybody", [f"{directory} {options} *"])
            yield changed("one client more", [f"{line} 10.99.0.3"])
            for client in clients:
                rest = [one for one in clients if one != client]
                yield changed(f"without {client}", [" ".join([directory, options, *rest])])


def _relays(zone: Zone, emitted: Emitted) -> Iterator[Mutation]:
    """haproxy.cfg, line by line, where it says who is connected with whom."""
    for index, (place, body) in enumerate(emitted.objects):
        data: Any = body.get("data", {})
        if body["kind"] != "ConfigMap" or "haproxy.cfg" not in data:
            continue
        lines = str(data["haproxy.cfg"]).splitlines()

        def changed(what: str, found: list[str]) -> Mutation:
            text = {**body, "data": {"haproxy.cfg": "\n".join(found)}}  # noqa: B023 used at once
            objects = (*emitted.objects[:index], (place, text), *emitted.objects[index + 1 :])  # noqa: B023
            return Mutation(zone, place, what, replace(emitted, objects=objects))  # noqa: B023

        yield changed("empty", [])
        more = ["listen more", "    bind :15998", "    server more 10.99.0.5:1521 check"]
        yield changed("one listener more", [*lines, *more])
        for number, line in enumerate(lines):
            before, after = lines[:number], lines[number + 1 :]
            if line.startswith("    server"):
                yield changed(f"{line.strip()} removed", [*before, *after])
                yield changed(f"{line.strip()} twice", [*before, line, line, *after])
                elsewhere = f"{line.rpartition(':')[0]}:1 check"
                yield changed(f"{line.strip()} on another port", [*before, elsewhere, *after])
            elif line.startswith("    bind") and "8404" not in line and "8405" not in line:
                yield changed(f"{line.strip()} elsewhere", [*before, "    bind :15999", *after])


def _pairs(zone: Zone, emitted: Emitted) -> Iterator[Mutation]:
    for name, text in emitted.texts.items():
        if not name.endswith(("/haproxy.cfg", "/keepalived.conf")):
            continue
        lines = text.splitlines()
        ours = "status"
        for index, line in enumerate(lines):
            words = line.split()
            if words[:1] in (["frontend"], ["backend"], ["virtual_ipaddress"]):
                ours = words[-1]
            for what, found in _wider_lines(words) if ours != "status" else ():
                changed = "\n".join([*lines[:index], *found, *lines[index + 1 :]]) + "\n"
                item = f"{ours} {line.strip()}"
                yield _document(zone, emitted, name, item, what, changed)


def _wider_lines(words: list[str]) -> Iterator[tuple[str, list[str]]]:
    """What becomes of one line; nothing of those that decide nothing."""
    match words:
        case ["bind", at]:
            address, _, port = at.partition(":")
            yield "removed", []
            yield "another port", [f"bind {address}:{int(port) + 1}"]
            yield "one more", [f"bind {at}", f"bind 10.99.0.1:{port}"]
        case ["tcp-request", *_, "{", "src", first, "}"]:
            yield "removed", []
            wider = IPv4Network(first).supernet()
            yield "twice as wide", [f"tcp-request connection reject unless {{ src {wider} }}"]
        case ["default_backend", _]:
            yield "removed", []
        case ["server", name, at, *rest]:
            address, _, port = at.partition(":")
            yield "removed", []
            yield "another port", [f"server {name} {address}:{int(port) + 1} {' '.join(rest)}"]
            yield "one more", [f"server {name} {at} check", f"server more 10.99.0.2:{port} check"]
            yield "unchecked", [f"server {name} {at}"]
        case [held] if held.endswith("/32"):
            yield "removed", []
            yield "one more", [held, "10.99.0.4/32"]
        case _:
            return


def _names(zone: Zone, emitted: Emitted) -> Iterator[Mutation]:
    """Records of zone files: each gone, and each leading where the next one does."""
    for name in sorted(emitted.texts):
        if not name.startswith(("dns/zones/", "dns/records/")):
            continue
        lines = emitted.texts[name].splitlines()
        records = [at for at, line in enumerate(lines) if line.split()[-2:-1] in (["A"], ["PTR"])]
        for at, other in zip(records, [*records[1:], records[0]], strict=True):
            item, value = f"line {at + 1}", lines[other].split()[-1]
            without = [*lines[:at], *lines[at + 1 :]]
            yield _document(zone, emitted, name, item, "removed", "\n".join(without))
            if value != lines[at].split()[-1]:
                led = [*lines[:at], f"{lines[at].rsplit(' ', 1)[0]} {value}", *lines[at + 1 :]]
                yield _document(zone, emitted, name, item, "leads elsewhere", "\n".join(led))
        if records:
            more = [*lines, f"login.{lines[records[0]]}"]
            yield _document(zone, emitted, name, "", "one name more", "\n".join(more))


def _certificates(zone: Zone, emitted: Emitted) -> Iterator[Mutation]:
    """Hosts of certificates that documents ask for."""
    for name, own in (
        ("api-server/certificates.csv", "kubernetes.default "),
        ("logging/certificates.csv", "kibana.estate-logging.svc "),
    ):
        text = emitted.texts.get(name, "")
        if own in text:
            for host in ("login.harbour.example", "quote.motor.svc"):
                changed = text.replace(own, f"{own}{host} ", 1)
                yield _document(zone, emitted, name, "", f"speaks for {host}, too", changed)
