"""How an app is reached: Services, Ingresses and routes decide about its kind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from estate.importing.apps.containers import container_ports
from estate.importing.apps.draft import Draft, mapping_of
from estate.importing.apps.objects import Json, KubeObject, Objects, mappings, texts
from estate.objects.labels import METRICS, METRICS_PATH
from estate.topics.apps.declare.reached import ANSWER_WITHIN

Kind = Literal["traditional", "web", "service"]

_METALLB = "metallb.io/loadBalancerIPs"
_OUTSIDE = ("NodePort", "LoadBalancer")


def services_of(objects: Objects, namespace: str, labels: dict[str, str]) -> list[KubeObject]:
    """The Services that select pods with these labels."""
    return [
        one
        for one in objects.of("Service", namespace=namespace)
        if (selector := mapping_of(one.spec, "selector"))
        and all(labels.get(str(key)) == str(value) for key, value in selector.items())
    ]


def carry_services(draft: Draft, services: Iterable[KubeObject]) -> tuple[Kind, set[str]]:
    """The port that it listens on, its node ports and metrics; the kind, and the names under which
    routes refer to it."""
    own = [*services]
    draft.used |= {one.title for one in own}
    _metrics(draft, own)
    serving = [one for one in own if one.spec.get("clusterIP") != "None"]
    serving.sort(key=lambda one: (one.spec.get("type") not in _OUTSIDE, one.name != draft.app))
    outside = [one for one in serving if one.spec.get("type") in _OUTSIDE]
    headless = [one for one in own if one.spec.get("clusterIP") == "None"]
    if not serving and headless and "metrics" not in draft.keys:
        serving = headless[:1]
    for one in serving if not draft.own else ():
        if one.name != draft.app:
            draft.omit("", f"callers find the app as '{draft.app}', no longer as '{one.name}'", one)
    _listen(draft, serving[0] if serving else None)
    if not outside:
        return "service", {one.name for one in own}
    listen = mapping_of(draft.keys, "listen")
    policy = outside[0].spec.get("externalTrafficPolicy", "Cluster")
    listen["traffic_policy"] = policy
    _vip(draft, outside)
    return "traditional", {one.name for one in own}


def _listen(draft: Draft, service: KubeObject | None) -> None:
    """The first TCP port of the Service; of a pod without one its first port."""
    ports = {name: number for number, name, _ in container_ports(draft.container) if name}
    numbers = [
        number
        for number, name, protocol in container_ports(draft.container)
        if protocol == "TCP" and name != METRICS
    ]
    if service is None:
        if numbers:
            draft.keys["listen"] = {"port": numbers[0]}
        return
    listen: Json = draft.keys.setdefault("listen", {})
    for one in mappings(service.spec.get("ports")):
        target = one.get("targetPort", one.get("port"))
        number = ports.get(str(target), target)
        if not isinstance(number, int):
            draft.omit("spec.ports", f"the container has no port called '{target}'", service)
        elif one.get("protocol", "TCP") == "UDP":
            udp: Json = {"port": number, "vip_port": one.get("port")}
            draft.keys["udp"] = udp | _node_port(one)
        elif "port" in listen:
            if number != mapping_of(draft.keys, "metrics").get("port"):
                why = f"port {one.get('port')}: an app listens on one port over TCP"
                draft.omit("spec.ports", why, service)
        else:
            listen |= {"port": number} | _node_port(one) | _protocol(draft, one)
            inside = service.spec.get("type") != "LoadBalancer" and not draft.own
            if inside and one.get("port") != number:
                why = f"callers use port {number} of the container, no longer {one.get('port')}"
                draft.omit("spec.ports", why, service)
    if not listen:
        del draft.keys["listen"]


def _node_port(port: Json) -> Json:
    return {"node_port": port["nodePort"]} if port.get("nodePort") else {}


def _protocol(draft: Draft, port: Json) -> Json:
    """Of a stateful app, as IANA registers it: others speak HTTP."""
    protocol = str(port.get("appProtocol") or "")
    named = protocol and draft.source.kind == "StatefulSet" and "." not in protocol
    return {"protocol": protocol} if named else {}


def _vip(draft: Draft, outside: list[KubeObject]) -> None:
    """The virtual address, where an object has it: it stands on the device otherwise."""
    for one in outside:
        given = one.annotations.get(_METALLB) or one.spec.get("loadBalancerIP")
        balancer = mapping_of(mapping_of(one.body, "status"), "loadBalancer")
        address = given or next(
            (found.get("ip") for found in mappings(balancer.get("ingress"))), None
        )
        tcp = [
            found
            for found in mappings(one.spec.get("ports"))
            if found.get("protocol", "TCP") == "TCP"
        ]
        if one.spec.get("type") == "LoadBalancer" and address:
            vip: Json = {"address": str(address).split(",")[0]}
            vip |= {"port": tcp[0]["port"]} if tcp else {}
            if ranges := one.spec.get("loadBalancerSourceRanges"):
                vip["clients"] = ranges
            draft.keys["vip"] = vip
            return
    draft.omit(
        "spec.type",
        "the virtual address stands on the load balancer: `estate import f5` shows it as 'vip'",
        outside[0],
    )


def _metrics(draft: Draft, services: list[KubeObject]) -> None:
    """A port of metrics, by its name or by Prometheus' annotations."""
    ports = {name: number for number, name, _ in container_ports(draft.container)}
    path = ""
    pod = mapping_of(mapping_of(draft.template, "metadata"), "annotations")
    for found in (pod, *(one.annotations for one in services)):
        path = path or str(found.get(METRICS_PATH) or found.get("prometheus.io/path") or "")
        said = str(found.get("prometheus.io/port", ""))
        if found.get("prometheus.io/scrape") == "true" and said.isdecimal():
            ports.setdefault(METRICS, int(said))
    if METRICS in ports:
        draft.keys["metrics"] = {
            "port": ports[METRICS],
            **({"path": path} if path not in ("", "/metrics") else {}),
        }


def carry_routes(draft: Draft, names: set[str]) -> bool:
    """Hosts and paths; whether anything publishes it."""
    found = False
    for one in draft.objects.of("Ingress", "HTTPRoute", "Route", namespace=draft.source.namespace):
        match one.kind:
            case "Ingress":
                found |= _ingress(draft, one, names)
            case "HTTPRoute":
                found |= _http_route(draft, one, names)
            case _:
                found |= _route(draft, one, names)
    if found:
        if draft.keys.get("paths") == ["/"]:
            del draft.keys["paths"]
        _settings(draft)
    return found


def _ingress(draft: Draft, one: KubeObject, names: set[str]) -> bool:
    mine = False
    for rule in mappings(one.spec.get("rules")):
        for path in mappings(mapping_of(rule, "http").get("paths")):
            service = mapping_of(mapping_of(path, "backend"), "service")
            if service.get("name") not in names:
                continue
            mine = True
            if rule.get("host"):
                draft.add("hosts", rule["host"])
            else:
                draft.omit("spec.rules", "a rule without a host: name it as 'hosts'", one)
            draft.add("paths", path.get("path") or "/")
            if path.get("pathType") == "Exact":
                why = f"{path.get('path')} is published with everything below it"
                draft.omit("spec.rules.pathType", why, one)
    if not mine:
        return False
    draft.used.add(one.title)
    if one.spec.get("tls") and not draft.own:
        draft.omit("spec.tls", "certificates belong to the shard of routers", one)
    for key in one.annotations if not draft.own else ():
        if "ingress" in key or "haproxy" in key:
            draft.omit(f"annotations[{key}]", "no key of a web app says it", one)
    return True


def _http_route(draft: Draft, one: KubeObject, names: set[str]) -> bool:
    mine = False
    for rule in mappings(one.spec.get("rules")):
        backends = [found.get("name") for found in mappings(rule.get("backendRefs"))]
        if not names.intersection(map(str, backends)):
            continue
        mine = True
        if len(backends) > 1:
            draft.omit("spec.rules.backendRefs", "requests are not split among apps", one)
        for match in mappings(rule.get("matches")) or [{}]:
            path = str(mapping_of(match, "path").get("value", "/"))
            draft.add("paths", path if path == "/" else path.rstrip("/"))
            for key in match.keys() - {"path"}:
                draft.omit(f"spec.rules.matches.{key}", "apps are published by host and path", one)
        if rule.get("filters"):
            draft.omit("spec.rules.filters", "routers change no request", one)
    if mine:
        draft.used.add(one.title)
        for host in texts(one.spec.get("hostnames")):
            draft.add("hosts", host)
    return mine


def _route(draft: Draft, one: KubeObject, names: set[str]) -> bool:
    """A Route of OpenShift."""
    if mapping_of(one.spec, "to").get("name") not in names:
        return False
    draft.used.add(one.title)
    if one.spec.get("host"):
        draft.add("hosts", one.spec["host"])
    draft.add("paths", one.spec.get("path") or "/")
    if one.spec.get("tls"):
        draft.omit("spec.tls", "certificates belong to the shard of routers", one)
    return True


def _settings(draft: Draft) -> None:
    """What the estate's own Services say to routers."""
    for one in services_of(draft.objects, draft.source.namespace, draft.labels):
        seconds = one.annotations.get("haproxy.org/timeout-server", "").removesuffix("s")
        if seconds.isdecimal() and int(seconds) != ANSWER_WITHIN:
            draft.keys["answer_within"] = int(seconds)
        if "haproxy.org/cookie-persistence" in one.annotations:
            draft.keys["stickiness"] = "cookie"
        if one.annotations.get("haproxy.org/load-balance") == "source":
            draft.keys["stickiness"] = "source"
