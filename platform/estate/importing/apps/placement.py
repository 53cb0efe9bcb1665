"""Where pods run: the tenant's namespace, a pool of their own, and what else selects nodes."""

from __future__ import annotations

from estate.importing.apps.draft import Draft, mapping_of
from estate.importing.apps.objects import mappings
from estate.topics.nodes.plan.pools import POOL_LABEL

_HANDLED = frozenset(
    {
        *("containers", "initContainers", "volumes", "nodeSelector", "tolerations", "affinity"),
        *("topologySpreadConstraints", "securityContext", "serviceAccountName", "serviceAccount"),
        *("automountServiceAccountToken", "enableServiceLinks", "imagePullSecrets"),
        *("terminationGracePeriodSeconds", "hostNetwork", "hostPID", "hostIPC", "restartPolicy"),
    }
)
_DEFAULTS = {"dnsPolicy": "ClusterFirst", "schedulerName": "default-scheduler"}
_REASONS = {
    "hostAliases": "names come from the name service",
    "priorityClassName": "apps have no priority among each other",
    "dnsConfig": "names come from the name service",
    "runtimeClassName": "all pods have the nodes' own runtime",
}


def carry_placement(draft: Draft) -> None:
    """The namespace and the pool; what else chooses nodes is listed."""
    namespace, site = draft.source.namespace, draft.site
    selector = dict(mapping_of(draft.pod, "nodeSelector"))
    pool = selector.pop(POOL_LABEL, None)
    prefix = f"{site.tenant}-"
    if namespace in site.namespaces:
        if namespace != site.tenant:
            draft.keys["namespace"] = namespace.removeprefix(prefix)
    elif namespace == f"{prefix}{draft.app}" and pool:
        draft.keys["pool"] = pool
    if not draft.own:
        for key, value in selector.items():
            why = f"{value}: name a pool of estate:pools as 'pool'"
            draft.omit(f"spec.nodeSelector[{key}]", why)
        _rest(draft)


def _rest(draft: Draft) -> None:
    affinity = mapping_of(draft.pod, "affinity")
    if "nodeAffinity" in affinity:
        draft.omit("spec.affinity.nodeAffinity", "name a pool of estate:pools as 'pool'")
    if "podAffinity" in affinity:
        draft.omit("spec.affinity.podAffinity", "pods choose no neighbours")
    tolerated = [
        str(one.get("key"))
        for one in mappings(draft.pod.get("tolerations"))
        if not str(one.get("key")).startswith("node.kubernetes.io/")
    ]
    if tolerated:
        why = f"{', '.join(tolerated)}: pods tolerate the taints of their own pool"
        draft.omit("spec.tolerations", why)
    for key, value in draft.pod.items():
        if key not in _HANDLED and _DEFAULTS.get(key) != value:
            draft.omit(f"spec.{key}", _REASONS.get(key, "no key of an app says it"))
    account = draft.pod.get("serviceAccountName")
    if account not in (None, "default", draft.app):
        why = f"'{account}': each app has an account of its own, without rights and token"
        draft.omit("spec.serviceAccountName", why)
