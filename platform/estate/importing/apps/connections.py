"""What an app connects to and what connects to it, from NetworkPolicies and init containers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Network

from estate.importing.apps.draft import Draft, mapping_of
from estate.importing.apps.objects import Json, KubeObject, mappings, texts
from estate.reader.values import ZONES

NAMESPACE = "kubernetes.io/metadata.name"
_RELAYS = "estate-egress"


def carry_connections(draft: Draft) -> None:
    """Databases, systems of delivery, apps of other namespaces, tenants that it serves."""
    for policy in draft.objects.of("NetworkPolicy", namespace=draft.source.namespace):
        if not draft.selected_by(mapping_of(mapping_of(policy.spec, "podSelector"), "matchLabels")):
            continue
        draft.used.add(policy.title)
        for rule in mappings(policy.spec.get("egress")):
            for peer in mappings(rule.get("to")):
                _outgoing(draft, policy, peer, [*_ports(rule)])
        for rule in mappings(policy.spec.get("ingress")):
            for peer in mappings(rule.get("from")):
                _incoming(draft, policy, peer)


def _ports(rule: Json) -> Iterator[int]:
    for one in mappings(rule.get("ports")):
        if isinstance(one.get("port"), int):
            yield one["port"]


def _outgoing(draft: Draft, policy: KubeObject, peer: Json, ports: list[int]) -> None:
    if block := mapping_of(peer, "ipBlock"):
        _server(draft, policy, str(block.get("cidr")), ports)
        return
    namespace = _namespace(peer) or draft.source.namespace
    if namespace == _RELAYS:
        for port in ports:
            if database := draft.site.relays.get(port):
                draft.add("databases", {"name": database, "via": "egress"})
            elif app := draft.site.relayed_apps.get(port):
                draft.add("connects_to", _in_the_other_zone(draft, app, "egress"))
        return
    if set(ports) == {53}:
        return  # every pod may ask the name service
    app = _app(draft, peer, namespace)
    if app:
        if draft.site.space_of(namespace) != draft.site.space_of(draft.source.namespace):
            draft.add("connects_to", {"app": app})
    else:
        where = f"egress to pods of {namespace}"
        draft.omit(where, "no app of these files: name it in 'connects_to'", policy)


def _server(draft: Draft, policy: KubeObject, cidr: str, ports: list[int]) -> None:
    try:
        network = IPv4Network(cidr)
    except ValueError:
        draft.omit(f"egress to {cidr}", "no IPv4 range", policy)
        return
    for port in ports or [0]:
        key = (network.network_address, port)
        if network.prefixlen == 32 and (database := draft.site.databases.get(key)):
            via = {"via": "direct"} if database.zone != draft.site.zone else {}
            draft.add("databases", {"name": database.name, **via})
        elif network.prefixlen == 32 and (app := draft.site.other_zone.get(key)):
            draft.add("connects_to", _in_the_other_zone(draft, app, "direct"))
        elif network.prefixlen == 32 and key in draft.site.delivery:
            draft.add("delivery", draft.site.delivery[key])
        elif network.prefixlen == 32 and f"{key[0]}:{port}" in draft.site.ensembles:
            continue  # follows from the registry of an rpc app
        else:
            what = f"egress to {cidr}" + (f" port {port}" if port else "")
            why = "no database and no system of delivery of the stack files has this address"
            draft.omit(what, why, policy)


def _in_the_other_zone(draft: Draft, app: str, via: str) -> Json:
    (zone,) = (zone for zone in ZONES if zone != draft.site.zone)
    return {"app": app, "zone": zone, "via": via}


def _incoming(draft: Draft, policy: KubeObject, peer: Json) -> None:
    """Callers of other tenants; those of the own one follow by themselves."""
    if cidr := mapping_of(peer, "ipBlock").get("cidr"):
        if draft.keys.get("kind") == "rpc" and policy.name.endswith("-consumers"):
            draft.add("consumers", cidr)
        elif draft.keys.get("kind") != "traditional":
            why = "clients outside of the cluster come through load balancers or routers"
            draft.omit(f"ingress from {cidr}", why, policy)
        return
    tenant = draft.site.tenant_of(_namespace(peer))
    if tenant and tenant != draft.site.tenant:
        draft.add("serves", tenant)


def _namespace(peer: Json) -> str:
    labels = mapping_of(mapping_of(peer, "namespaceSelector"), "matchLabels")
    return str(labels.get(NAMESPACE, ""))


def _app(draft: Draft, peer: Json, namespace: str) -> str:
    """The app whose pods a policy names: by the estate's label, or by a workload of the files."""
    labels = mapping_of(mapping_of(peer, "podSelector"), "matchLabels")
    if "estate/app" in labels:
        return str(labels["estate/app"])
    for one in draft.objects.of("Deployment", "StatefulSet", namespace=namespace):
        template = mapping_of(mapping_of(one.spec, "template"), "metadata")
        own = mapping_of(template, "labels")
        if labels and all(own.get(key) == value for key, value in labels.items()):
            return one.name
    return ""


def carry_registry(draft: Draft) -> None:
    """The registry of a Dubbo provider, by what the estate gives it (K1)."""
    found = {str(one.get("name")): one for one in mappings(draft.container.get("env"))}
    address = str(found["DUBBO_REGISTRY_ADDRESS"].get("value", ""))
    first = re.sub(r"^\w+://", "", address).split("?")[0]
    host = first.split(":")[0]
    if first in draft.site.ensembles:
        draft.keys["registry"] = {"ensemble": draft.site.ensembles[first]}
    elif match := re.match(r"([a-z][-a-z0-9]*?)-\d+\.\1-peers\.", host):
        draft.keys["registry"] = {"app": match[1]}
    elif host and not re.fullmatch(r"[\d.]+", host):
        draft.keys["registry"] = {"app": host.split(".")[0]}
    else:
        where = f"containers[{draft.container.get('name')}].env[DUBBO_REGISTRY_ADDRESS]"
        draft.omit(where, f"no ensemble of estate:ensembles has the server '{first}'")
    source = mapping_of(found.get("DUBBO_IP_TO_REGISTRY", {}), "valueFrom")
    field = mapping_of(source, "fieldRef").get("fieldPath")
    if field == "status.hostIP":
        draft.keys["exposure"] = "node"
    else:
        draft.keys["exposure"] = "routed" if draft.keys.get("consumers") else "cluster"
    own = mapping_of(draft.keys, "registry").get("app")
    peers = [one for one in draft.keys.get("connects_to", []) if one != {"app": own}]
    if peers:
        draft.keys["connects_to"] = peers
    else:
        draft.keys.pop("connects_to", None)


def carry_init_containers(draft: Draft) -> None:
    """What is waited for, where the estate itself waits."""
    for one in mappings(draft.pod.get("initContainers")):
        name, arguments = str(one.get("name")), texts(one.get("args"))
        if draft.own and name == "needs" and arguments and arguments[0].startswith("--within="):
            draft.keys["needs"] = _needs(draft, arguments)


def _needs(draft: Draft, arguments: list[str]) -> Json:
    databases = {one.name for one in draft.site.databases.values()}
    names = [target.split(".")[0] for target in arguments[1:]]
    found: Json = {
        key: own
        for key, own in (
            ("apps", [name for name in names if name not in databases]),
            ("databases", [name for name in names if name in databases]),
        )
        if own
    }
    within = int(arguments[0].removeprefix("--within="))
    return {**found, **({"within": within} if within != 120 else {})}
