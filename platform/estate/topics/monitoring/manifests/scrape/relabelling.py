"""How a job finds its targets and names their series."""

from __future__ import annotations

from estate.objects.manifest import JsonObject
from estate.topics.monitoring.plan import names
from estate.topics.nodes.plan.pools import POOL_LABEL

_POOL = "".join(one if one.isalnum() else "_" for one in POOL_LABEL)


def discovery(role: str, *namespaces: str) -> JsonObject:
    """Targets that the API server knows, of these namespaces or of all."""
    found: JsonObject = {"role": role}
    if namespaces:
        found["namespaces"] = {"names": list(namespaces)}
    return found


def authenticated(tls: JsonObject) -> JsonObject:
    """With the account's token, which goes over TLS only."""
    return {
        "scheme": "https",
        "authorization": {"type": "Bearer", "credentials_file": names.TOKEN},
        "tls_config": tls,
    }


def keep(label: str, regex: str) -> JsonObject:
    """Targets whose label matches, and no others."""
    return {"source_labels": [label], "regex": regex, "action": "keep"}


def keep_port(service: str, port: str) -> JsonObject:
    """One port of one Service."""
    return {
        "source_labels": [
            "__meta_kubernetes_service_name",
            "__meta_kubernetes_endpointslice_port_name",
        ],
        "regex": f"{service};{port}",
        "action": "keep",
    }


def label(name: str, source: str) -> JsonObject:
    """A label of the series, from what was found of the target."""
    return {"source_labels": [source], "target_label": name}


def drop(regex: str) -> JsonObject:
    """Series of these names are not stored."""
    return {"source_labels": ["__name__"], "regex": regex, "action": "drop"}


OF_NODE = (
    label("node", "__meta_kubernetes_node_name"),
    label("instance", "__meta_kubernetes_node_name"),
    label("pool", f"__meta_kubernetes_node_label_{_POOL}"),
)


def at_node(port: int) -> JsonObject:
    """A port of the node's own address."""
    return {
        "source_labels": ["__meta_kubernetes_node_address_InternalIP"],
        "target_label": "__address__",
        "regex": "(.+)",
        "replacement": f"$1:{port}",
    }
